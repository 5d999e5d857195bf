import type { CompactionReceipts } from '../core/compaction-format.ts';
import { finding, type Finding } from '../core/finding.ts';
import { decodePlan, LakeFormatError, planId, type BatchReceipts } from '../core/lake-format.ts';
import {
  COMPACTED,
  COMPACTIONS,
  compactionKey,
  EVENTS,
  parseCompactedKey,
  parseCompactionKey,
  parseBatchKey,
  parseEventsKey,
  PLANS,
  QUARANTINE,
  RECEIPTS,
  receiptsKey,
  type BatchRef,
} from '../core/lake-keys.ts';
import { madeBy } from './carry-out-again.ts';
import type { EvidenceStore } from './evidence.ts';
import { readOr } from './read-evidence.ts';
import { mapAhead } from './map-ahead.ts';
import { readReceipts } from './verify-batch.ts';

const READS_AHEAD = 16;

interface UnfinishedPlan {
  readonly batch: BatchRef;
  readonly bytes: Uint8Array;
  /** What it makes, and is stored like that; once somebody has asked. */
  made?: ReadonlySet<string>;
}

/** What receipts account for in the lake, to find what none does: rows that somebody added. Holds the keys of all objects. */
export class LakeObjects {
  readonly #lake: EvidenceStore;
  readonly #logs: EvidenceStore | undefined;
  readonly #known = new Set<string>();
  /** Receipts that have been added. */
  readonly #seen = new Set<string>();
  /** Folders of accounts whose log files were looked at. */
  #roots: readonly string[] = [];

  constructor({ lake, logs }: { readonly lake: EvidenceStore; readonly logs: EvidenceStore | undefined }) {
    this.#lake = lake;
    this.#logs = logs;
  }

  /** What lies in these folders is known, log file by log file. */
  listed(roots: readonly string[]): void {
    this.#roots = roots.map((path) => `${path}CloudTrail`);
  }

  add(receipts: BatchReceipts): void {
    this.#seen.add(receiptsKey(receipts));
    for (const { key } of [...receipts.objects, ...receipts.quarantine]) this.#known.add(key);
  }

  addCompaction({ objects }: CompactionReceipts): void {
    for (const { key } of objects) this.#known.add(key);
  }

  /** Objects with rows, or in quarantine, that no receipts name. */
  async *unknown(): AsyncGenerator<Finding> {
    await this.#addOthers();
    let unfinished: ReadonlyMap<string, UnfinishedPlan> | undefined;
    for (const prefix of [EVENTS, QUARANTINE]) {
      for await (const key of this.#lake.list(prefix)) {
        if (this.#known.has(key)) continue;
        unfinished ??= await this.#unfinishedPlans();
        const id = parseEventsKey(key)?.planId ?? /\/([0-9a-f]{20})\/[^/]+$/.exec(key)?.[1] ?? '';
        const plan = unfinished.get(id);
        if (plan !== undefined && (await this.#isMadeBy(plan, key))) {
          const evidence = 'it is of a batch that has not been carried out to its end';
          yield finding('lake-object-unknown', key, evidence, 'notice');
        } else yield finding('lake-object-unknown', key, 'no receipts name it');
      }
    }
    yield* this.#unknownCompacted();
  }

  async *#unknownCompacted(): AsyncGenerator<Finding> {
    let unfinished: ReadonlySet<string> | undefined;
    for await (const key of this.#lake.list(COMPACTED)) {
      if (this.#known.has(key)) continue;
      unfinished ??= await this.#unfinishedGenerations();
      const found = parseCompactedKey(key);
      if (found !== undefined && unfinished.has(compactionKey(found, 'plan'))) {
        const evidence = 'it is of a generation that is not finished';
        yield finding('lake-object-unknown', key, evidence, 'notice');
      } else yield finding('lake-object-unknown', key, 'no receipts name it');
    }
  }

  /** Keys of plans that have no receipts. */
  async #unfinishedGenerations(): Promise<Set<string>> {
    const [plans, finished] = [new Set<string>(), new Set<string>()];
    for await (const key of this.#lake.list(COMPACTIONS)) {
      const one = parseCompactionKey(key);
      if (one?.what === 'plan') plans.add(key);
      else if (one?.what === 'receipts') finished.add(compactionKey(one, 'plan'));
    }
    return plans.difference(finished);
  }

  /** Receipts of what an earlier part of a run that was cut off has verified. */
  async #addOthers(): Promise<void> {
    const rest = async function* (lake: EvidenceStore, seen: ReadonlySet<string>): AsyncGenerator<string> {
      for await (const key of lake.list(RECEIPTS)) if (!seen.has(key)) yield key;
    };
    const read = async (key: string): Promise<BatchReceipts | undefined> => {
      const evidence = await readOr(this.#lake, key, 'receipts-unreadable');
      if (evidence === undefined || 'code' in evidence) return undefined;
      // What is wrong with them is a finding already.
      const reading = readReceipts(key, evidence.bytes);
      let step = reading.next();
      while (step.done !== true) step = reading.next();
      return step.value;
    };
    for await (const receipts of mapAhead(rest(this.#lake, this.#seen), READS_AHEAD, read))
      if (receipts !== undefined) this.add(receipts);
  }

  /** Plans that have no receipts, by their ids. */
  async #unfinishedPlans(): Promise<Map<string, UnfinishedPlan>> {
    const without: { key: string; batch: BatchRef }[] = [];
    for await (const key of this.#lake.list(PLANS)) {
      const batch = parseBatchKey(key);
      if (batch !== undefined && !this.#seen.has(receiptsKey(batch))) without.push({ key, batch });
    }
    const plans = new Map<string, UnfinishedPlan>();
    const read = async (one: (typeof without)[number]): Promise<UnfinishedPlan | undefined> => {
      const evidence = await readOr(this.#lake, one.key, 'plan-changed');
      const isRead = evidence !== undefined && !('code' in evidence);
      return isRead ? { batch: one.batch, bytes: evidence.bytes } : undefined;
    };
    for await (const plan of mapAhead(without, READS_AHEAD, read))
      if (plan !== undefined) plans.set(planId(plan.bytes), plan);
    return plans;
  }

  /** Anybody can put a plan there, and rows in its name: they have to come of log files that were looked at. */
  async #isMadeBy(plan: UnfinishedPlan, key: string): Promise<boolean> {
    if (this.#logs === undefined) return true;
    const places = { lake: this.#lake, logs: this.#logs };
    const isOurs = this.#logFilesOf(plan).every((logFile) =>
      this.#roots.some((root) => logFile.startsWith(root)),
    );
    plan.made ??= (isOurs ? await madeBy(plan.batch, plan.bytes, places) : undefined) ?? new Set();
    return plan.made.has(key);
  }

  #logFilesOf({ batch, bytes }: UnfinishedPlan): string[] {
    try {
      return decodePlan(receiptsKey(batch), bytes).logFiles.map(({ key }) => key);
    } catch (error) {
      if (error instanceof LakeFormatError) return [];
      throw error;
    }
  }
}
