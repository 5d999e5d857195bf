import { finding, type Finding } from '../core/finding.ts';
import { decodeReceipts, LakeFormatError, planId, type BatchReceipts } from '../core/lake-format.ts';
import {
  EVENTS,
  parseBatchKey,
  parseEventsKey,
  PLANS,
  QUARANTINE,
  RECEIPTS,
  receiptsKey,
} from '../core/lake-keys.ts';
import type { EvidenceStore } from './evidence.ts';
import { mapAhead } from './map-ahead.ts';

const READS_AHEAD = 16;

/** What receipts account for in the lake, to find what none does: rows that somebody added. Holds the keys of all objects. */
export class LakeObjects {
  readonly #lake: EvidenceStore;
  readonly #known = new Set<string>();
  /** Receipts that have been added. */
  readonly #seen = new Set<string>();

  constructor(lake: EvidenceStore) {
    this.#lake = lake;
  }

  add(receipts: BatchReceipts): void {
    this.#seen.add(receiptsKey(receipts));
    for (const { key } of [...receipts.objects, ...receipts.quarantine]) this.#known.add(key);
  }

  /** Objects with rows, or in quarantine, that no receipts name. */
  async *unknown(): AsyncGenerator<Finding> {
    await this.#addOthers();
    let unfinished: ReadonlySet<string> | undefined;
    for (const prefix of [EVENTS, QUARANTINE]) {
      for await (const key of this.#lake.list(prefix)) {
        if (this.#known.has(key)) continue;
        unfinished ??= await this.#unfinishedPlans();
        const plan = parseEventsKey(key)?.planId ?? /\/([0-9a-f]{20})\/[^/]+$/.exec(key)?.[1] ?? '';
        if (unfinished.has(plan))
          yield finding(
            'lake-object-unknown',
            key,
            'it is of a batch that has not been carried out to its end',
            'notice',
          );
        else yield finding('lake-object-unknown', key, 'no receipts name it');
      }
    }
  }

  /** Receipts of what an earlier part of a run that was cut off has verified. */
  async #addOthers(): Promise<void> {
    const rest = async function* (lake: EvidenceStore, seen: ReadonlySet<string>): AsyncGenerator<string> {
      for await (const key of lake.list(RECEIPTS)) if (!seen.has(key)) yield key;
    };
    const read = async (key: string): Promise<BatchReceipts | undefined> => {
      const evidence = await this.#lake.read(key);
      try {
        return evidence && decodeReceipts(key, evidence.bytes);
      } catch (error) {
        // It is a finding already.
        if (error instanceof LakeFormatError) return undefined;
        throw error;
      }
    };
    for await (const receipts of mapAhead(rest(this.#lake, this.#seen), READS_AHEAD, read))
      if (receipts !== undefined) this.add(receipts);
  }

  /** Ids of plans that have no receipts. */
  async #unfinishedPlans(): Promise<Set<string>> {
    const without: string[] = [];
    for await (const key of this.#lake.list(PLANS)) {
      const batch = parseBatchKey(key);
      if (batch !== undefined && !this.#seen.has(receiptsKey(batch))) without.push(key);
    }
    const ids = new Set<string>();
    const read = async (key: string): Promise<string | undefined> => {
      const evidence = await this.#lake.read(key);
      return evidence && planId(evidence.bytes);
    };
    for await (const id of mapAhead(without, READS_AHEAD, read)) if (id !== undefined) ids.add(id);
    return ids;
  }
}
