import { encodeCompaction, type CompactionPlan, type CompactionReceipts } from '../core/compaction-format.ts';
import { compactionKey, partitionPrefix, type GenerationRef, type Partition } from '../core/lake-keys.ts';
import { carryOutCompaction } from './carry-out-compaction.ts';
import { endOf, filledPartitions, filledPartitionsFrom, type FilledPartition } from './closed-partitions.ts';
import { lastStop, storeStop } from './compaction-stop.ts';
import { generationsOf, readCompaction, readCompactionPlan } from './generations.ts';
import { OutOfTimeError } from './out-of-time.ts';
import {
  DEFAULT_SIZES,
  planCompaction,
  UnaccountedObjectsError,
  type CompactionSizes,
} from './plan-compaction.ts';
import type { ObjectStore } from './ports.ts';
import { ReceiptsOfObjects } from './receipts-of-objects.ts';
import type { Catalogue } from './register-partitions.ts';
import { repoint } from './repoint.ts';
import { supersede, type Expiry } from './supersede.ts';

export interface CompactPorts {
  readonly lake: ObjectStore;
  /** Where queries find partitions, and the lake's URL there; undefined where they read the lake's own documents. */
  readonly catalogue?: { readonly catalogue: Catalogue; readonly root: string } | undefined;
  /** What becomes of what a generation took the place of; undefined: it stays. */
  readonly expiry?: Expiry | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How long after its end a day is closed, in milliseconds: CloudTrail delivers within minutes, and now and then hours late. */
export const SETTLE_MS = 3 * 60 * 60 * 1000;

export interface CompactOptions {
  /** A day is closed this long after its end, in milliseconds. */
  readonly settleMs: number;
  readonly sizes?: CompactionSizes;
  /** Only partitions below this prefix of `events/`. */
  readonly prefix?: string;
  /** Whether there is time for another object. A run of all partitions that has a limit begins where the last one's time was over. */
  readonly hasTime?: () => boolean;
  /** Told of each partition that was looked at. */
  readonly progress?: (partition: Partition, outcome: PartitionOutcome) => void;
}

export type PartitionOutcome =
  /** Its day isn't over. */
  | { readonly kind: 'open' }
  /** Its newest generation holds all there is. */
  | { readonly kind: 'current' }
  | {
      readonly kind: 'compacted';
      readonly receipts: CompactionReceipts;
      readonly added: number;
      readonly addedRows: number;
      /** What lies there and could not be added. */
      readonly left?: UnaccountedObjectsError | undefined;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface CompactSummary {
  /** Partitions that small objects lie in. */
  readonly partitions: number;
  readonly open: number;
  readonly current: number;
  readonly compacted: number;
  /** Partitions that lay elsewhere in the catalogue. */
  readonly moved: number;
  /** Small objects that generations were made of, and their rows. */
  readonly added: { readonly objects: number; readonly rows: number };
  /** What the new generations are made of. */
  readonly made: {
    readonly objects: number;
    readonly rows: number;
    readonly deliveries: number;
    readonly bytes: number;
  };
  /** Objects that were given up to expire. */
  readonly superseded: number;
  readonly failures: readonly { readonly partition: Partition; readonly error: unknown }[];
  /** Whether there was more to do than time. */
  readonly behind: boolean;
}

/**
 * Rewrites every closed day's small objects into a generation of few large ones, partition by partition, and merges what came late into the
 * next generation. What is to be done follows from what lies in the lake alone: a run that dies, or two at once, leave nothing that the next run
 * doesn't finish. One partition's failure doesn't stop the others. Throws what listing the lake throws.
 */
export async function compact(ports: CompactPorts, options: CompactOptions): Promise<CompactSummary> {
  const { lake, now } = ports;
  const run = new CompactionRun(ports, options);
  const takesTurns = options.hasTime !== undefined && options.prefix === undefined;
  const began = takesTurns ? await lastStop(lake, now()) : undefined;
  const all =
    began === undefined ? filledPartitions(lake, options.prefix) : filledPartitionsFrom(lake, began);
  for await (const filled of all) {
    if (await run.take(filled)) continue;
    if (takesTurns) await storeStop(lake, now(), filled.partition, began);
    break;
  }
  return run.summary;
}

class CompactionRun {
  readonly summary = {
    partitions: 0,
    open: 0,
    current: 0,
    compacted: 0,
    moved: 0,
    added: { objects: 0, rows: 0 },
    made: { objects: 0, rows: 0, deliveries: 0, bytes: 0 },
    superseded: 0,
    failures: [] as { partition: Partition; error: unknown }[],
    behind: false,
  };
  readonly #ports: CompactPorts;
  readonly #options: CompactOptions;
  readonly #receipts: ReceiptsOfObjects;

  constructor(ports: CompactPorts, options: CompactOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#receipts = new ReceiptsOfObjects(ports.lake);
  }

  /** Whether there is time for the next. */
  async take(filled: FilledPartition): Promise<boolean> {
    if (this.#options.hasTime?.() === false) {
      this.summary.behind = true;
      return false;
    }
    this.summary.partitions += 1;
    const outcome = await this.#outcomeOf(filled);
    if (outcome === undefined) {
      this.summary.behind = true;
      return false;
    }
    this.#count(filled.partition, outcome);
    this.#options.progress?.(filled.partition, outcome);
    return true;
  }

  /** Undefined if there was no time. */
  async #outcomeOf(filled: FilledPartition): Promise<PartitionOutcome | undefined> {
    const { settleMs } = this.#options;
    if (!(endOf(filled.partition) + settleMs <= this.#ports.now())) return { kind: 'open' };
    try {
      return await this.#compact(filled.partition);
    } catch (error) {
      return error instanceof OutOfTimeError ? undefined : { kind: 'failed', error };
    }
  }

  async #compact(partition: Partition): Promise<PartitionOutcome> {
    const { lake, catalogue, expiry, now } = this.#ports;
    let { made, left } = await this.#generate(partition);
    if (catalogue !== undefined && (await repoint(partition, { lake, ...catalogue }))) {
      this.summary.moved += 1;
      // What was stored in the very moment of the move would not be seen until the next run.
      const after = await this.#generate(partition);
      if (after.made !== undefined) await repoint(partition, { lake, ...catalogue });
      [made, left] = [after.made ?? made, after.left];
    }
    if (expiry !== undefined)
      this.summary.superseded += await supersede(partition, { lake, expiry, now: now() });
    if (made !== undefined) return { kind: 'compacted', ...made, left };
    return left === undefined ? { kind: 'current' } : { kind: 'failed', error: left };
  }

  /**
   * Finishes the generation that is planned, and makes those that are due, until one holds all there is: what lies there and is in no generation
   * can be seen until the partition moves. What nobody accounts for stops the first, and is left out of those after it: it is out of sight already.
   */
  async #generate(partition: Partition): Promise<Generated> {
    const { lake } = this.#ports;
    let made: Generated['made'];
    for (;;) {
      const { newest, planned } = await generationsOf(lake, partition);
      const before = newest === 0 ? undefined : await readCompaction(lake, { partition, generation: newest });
      const objects = await Array.fromAsync(lake.list(partitionPrefix(partition)));
      const wanted = before === undefined ? objects : without(objects, before);
      if (planned === undefined && wanted.length === 0) return { made };
      const generation = { partition, generation: newest + 1 };
      if (planned === undefined) {
        const left = await this.#plan(generation, before, wanted).catch(leftOf);
        if (left !== undefined && newest > 0) return { made, left };
        if (left !== undefined) throw left;
      }
      const { receipts, plan } = await this.#carryOut(generation);
      made = {
        receipts,
        added: (made?.added ?? 0) + plan.added.length,
        addedRows: (made?.addedRows ?? 0) + plan.added.reduce((sum, { rows }) => sum + rows, 0),
      };
    }
  }

  /** Of two who plan a generation, one wins, and both carry out what won. */
  async #plan(
    one: GenerationRef,
    before: CompactionReceipts | undefined,
    wanted: readonly string[],
  ): Promise<void> {
    const { lake } = this.#ports;
    if (this.#options.hasTime?.() === false) throw new OutOfTimeError('the next run plans it');
    const sizes = this.#options.sizes ?? DEFAULT_SIZES;
    const plan = await planCompaction(one.partition, before, wanted, sizes, {
      lake,
      receipts: this.#receipts,
    });
    await lake.putIfAbsent(compactionKey(one, 'plan'), encodeCompaction(plan));
  }

  async #carryOut(one: GenerationRef): Promise<{
    receipts: CompactionReceipts;
    plan: CompactionPlan;
  }> {
    const { lake, now } = this.#ports;
    const found = await readCompactionPlan(lake, one);
    if (found === undefined) throw new Error(`${compactionKey(one, 'plan')} was there and is gone`);
    const { hasTime } = this.#options;
    const receipts = await carryOutCompaction(found.plan, found.id, { lake, now, hasTime });
    return { receipts, plan: found.plan };
  }

  #count(partition: Partition, outcome: PartitionOutcome): void {
    const { summary } = this;
    if (outcome.kind === 'failed') summary.failures.push({ partition, error: outcome.error });
    else summary[outcome.kind] += 1;
    if (outcome.kind !== 'compacted') return;
    if (outcome.left !== undefined) summary.failures.push({ partition, error: outcome.left });
    summary.added.objects += outcome.added;
    summary.added.rows += outcome.addedRows;
    for (const { rows, deliveries, bytes } of outcome.receipts.objects) {
      summary.made.objects += 1;
      summary.made.rows += rows;
      summary.made.deliveries += deliveries;
      summary.made.bytes += bytes;
    }
  }
}

/** What came of one look at a partition. */
interface Generated {
  readonly made?: Omit<Extract<PartitionOutcome, { kind: 'compacted' }>, 'kind' | 'left'> | undefined;
  readonly left?: UnaccountedObjectsError | undefined;
}

function leftOf(error: unknown): UnaccountedObjectsError {
  if (error instanceof UnaccountedObjectsError) return error;
  throw error;
}

function without(objects: readonly string[], { holds }: CompactionReceipts): string[] {
  const held = new Set(holds.map(({ key }) => key));
  return objects.filter((key) => !held.has(key));
}
