import type { CompactionPlan, CompactionReceipts } from '../core/compaction-format.ts';
import { finding, type Finding } from '../core/finding.ts';
import { compactionKey, parseCompactedKey, type GenerationRef } from '../core/lake-keys.ts';
import { inMemory, packedGroups } from '../core/parquet-rows.ts';
import { RowTally } from '../core/row-tally.ts';
import { sha256Hex } from '../core/sha256.ts';
import { SliceEvents } from '../core/slice-events.ts';
import type { CompactionEvidence } from './compaction-evidence.ts';
import type { EvidenceStore } from './evidence.ts';
import { readOr } from './read-evidence.ts';

interface Hashed {
  readonly key: string;
  readonly sha256: string;
}

/** One generation's rows, against those it was made of. */
export class GenerationRows {
  readonly #receipts: CompactionReceipts;
  readonly #lake: EvidenceStore;
  readonly #evidence: CompactionEvidence;
  readonly #isNewest: boolean;
  readonly #key: string;

  constructor(
    receipts: CompactionReceipts,
    lake: EvidenceStore,
    evidence: CompactionEvidence,
    isNewest: boolean,
  ) {
    this.#receipts = receipts;
    this.#lake = lake;
    this.#evidence = evidence;
    this.#isNewest = isNewest;
    this.#key = compactionKey(receipts, 'receipts');
  }

  /** The sum of its objects' rows; undefined if they can't be summed up. */
  async *objects(): AsyncGenerator<Finding, RowTally | undefined> {
    const sum = new RowTally(this.#evidence.secret);
    let isWhole = true;
    for (const object of this.#receipts.objects) {
      if (!this.#belongs(object)) {
        yield finding('compaction-contradicts-receipts', this.#key, `${object.key} is no object of it`);
        isWhole = false;
        continue;
      }
      const stored = await readOr(this.#lake, object.key, 'lake-object-changed');
      if (stored === undefined) {
        isWhole = false;
        if (this.#isNewest) yield finding('lake-object-missing', object.key, `${this.#key} name it`);
      } else if ('code' in stored) {
        yield stored;
        isWhole = false;
      } else if (sha256Hex(stored.bytes) !== object.sha256) {
        const told = `its receipts have the hash ${object.sha256}; it is ${sha256Hex(stored.bytes)}`;
        yield finding('lake-object-changed', object.key, told);
        isWhole = false;
      } else {
        const wrong = await addRows(sum, stored.bytes, true);
        if (wrong === undefined) continue;
        if (wrong === 'unreadable')
          yield finding('lake-object-changed', object.key, 'it is no Parquet file of ours');
        else
          yield finding(
            'compaction-contradicts-rows',
            this.#key,
            `${object.key} has an event more than once`,
          );
        isWhole = false;
      }
    }
    if (!isWhole) return undefined;
    const told = this.#receipts.objects.reduce((all, { deliveries }) => all + deliveries, 0);
    if (sum.deliveries === told) return sum;
    yield finding(
      'compaction-contradicts-rows',
      this.#key,
      `they tell of ${told} deliveries; there are ${sum.deliveries}`,
    );
    return undefined;
  }

  #belongs({ key }: Hashed): boolean {
    const found = parseCompactedKey(key);
    const { plan } = this.#receipts;
    return found !== undefined && found.planId === plan && sameGeneration(found, this.#receipts);
  }

  async *compare(made: RowTally, plan: CompactionPlan | undefined): AsyncGenerator<Finding> {
    const from = (await this.#fromHeld()) ?? (plan && (await this.#fromPlan(plan)));
    if (from === undefined) {
      const why = 'objects that it was made of have expired, and their log files are not at hand';
      if (this.#isNewest) yield finding('compaction-not-recomputed', this.#key, why, 'notice');
    } else if (!from.isSame(made)) {
      const told = `it has ${made.deliveries} deliveries and they ${from.deliveries}; or as many, and others`;
      yield finding('compaction-contradicts-rows', this.#key, told);
    }
  }

  /** Of every small object that it holds, as it is stored or was made again; undefined if one is neither. */
  async #fromHeld(): Promise<RowTally | undefined> {
    const { keys, rows } = this.#evidence.remadeOf(this.#receipts.partition);
    const sum = new RowTally(this.#evidence.secret);
    const remade = this.#receipts.holds.filter(({ key }) => keys.has(key));
    // Others of the partition among them would be added with it.
    if (remade.length !== keys.size) return undefined;
    sum.addAll(rows);
    const others = this.#receipts.holds.filter(({ key }) => !keys.has(key));
    return (await this.#addStored(sum, others)) ? sum : undefined;
  }

  /** Of the generation before and the small objects that were added. */
  async #fromPlan({ base, added }: CompactionPlan): Promise<RowTally | undefined> {
    const sum = new RowTally(this.#evidence.secret);
    return (await this.#addStored(sum, [...(base?.objects ?? []), ...added])) ? sum : undefined;
  }

  /** Whether all were there with their hashes. One that has another is a finding of its own receipts. */
  async #addStored(sum: RowTally, objects: readonly Hashed[]): Promise<boolean> {
    for (const { key, sha256 } of objects) {
      const stored = await readOr(this.#lake, key, 'lake-object-changed');
      if (stored === undefined || 'code' in stored || sha256Hex(stored.bytes) !== sha256) return false;
      if ((await addRows(sum, stored.bytes, false)) !== undefined) return false;
    }
    return true;
  }
}

function sameGeneration(a: GenerationRef, b: GenerationRef): boolean {
  return compactionKey(a, 'receipts') === compactionKey(b, 'receipts');
}

/**
 * Adds an object's rows, row group by row group, so that memory holds those of one. Returns what is wrong with it: that it can't be read, whoever
 * made it, or that an event stands in a row group more than once, though `once` each is what it should be.
 */
async function addRows(
  sum: RowTally,
  bytes: Uint8Array,
  once: boolean,
): Promise<'unreadable' | 'doubled' | undefined> {
  try {
    for await (const group of packedGroups(inMemory(bytes))) {
      if (once && new SliceEvents([group]).count !== group.rows.length) return 'doubled';
      sum.add(group);
    }
    return undefined;
  } catch {
    return 'unreadable';
  }
}
