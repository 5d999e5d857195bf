import {
  encodeDocument,
  LakeFormatError,
  logFileId,
  type Plan,
  type PlannedLogFile,
} from '../core/lake-format.ts';
import { parseBatchKey, planKey, PLANS, RECEIPTS, streamPrefix, type BatchRef } from '../core/lake-keys.ts';
import type { Limits } from '../core/limits.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';
import { readPlan } from './read-plan.ts';

const READS_AT_ONCE = 16;

/** A plan is gone from the middle of its stream. */
export class MissingPlanError extends Error {
  constructor(key: string) {
    super(
      `${key} is missing from the lake, though later plans of its stream are there. Put it back (an earlier version of the ` +
        `object, or a backup): without it, log files that are in the lake would be taken for new`,
    );
    this.name = 'MissingPlanError';
  }
}

interface TakenVersion {
  readonly version: string;
  readonly sequence: number;
}

export interface Planned {
  readonly batch: BatchRef | undefined;
  readonly logFiles: readonly PlannedLogFile[];
  readonly others: readonly BatchRef[];
}

/**
 * Which log files of one stream some batch has taken. The whole of the lake's bookkeeping rests on one rule: plans of a stream are
 * numbered 1, 2, 3…, immutable, and stored only where no other is; so of two writers who plan the same log files one finds its
 * number taken, reads that plan, and plans what is left. Each log file stands in exactly one plan.
 */
export class StreamLedger {
  readonly #lake: ObjectStore;
  readonly #stream: string;
  readonly #limits: Limits;
  /** Key → its version, with the number of the plan it stands in; nearly none has several. */
  readonly #taken = new Map<string, TakenVersion | readonly TakenVersion[]>();
  #size = 0;
  #last = 0;

  private constructor(lake: ObjectStore, stream: string, limits: Limits) {
    this.#limits = limits;
    this.#lake = lake;
    this.#stream = stream;
  }

  /** Reads the stream's plans. New plans will have these limits. Throws `LakeFormatError`. */
  static async load(lake: ObjectStore, stream: string, limits: Limits): Promise<StreamLedger> {
    const ledger = new StreamLedger(lake, stream, limits);
    const listed = await sequencesUnder(lake, PLANS, stream);
    // A day's plans are many small objects, and each a round trip away.
    const read = async (sequence: number): ReturnType<typeof readPlan> =>
      await readPlan(lake, { stream, sequence });
    for await (const found of mapAhead(listed, READS_AT_ONCE, read)) {
      // A listing made while others plan may show a plan and not the one before it.
      if (found !== undefined && found.plan.sequence > ledger.#last + 1) await ledger.#readOn();
      if (found !== undefined && found.plan.sequence > ledger.#last) ledger.#take(found.plan);
    }
    await ledger.#readOn();
    return ledger;
  }

  /** Whether a plan, by whoever, already holds this log file. */
  has(logFile: { readonly key: string; readonly version: string }): boolean {
    return this.batchOf(logFile) !== undefined;
  }

  /** The batch whose plan holds this log file. */
  batchOf({ key, version }: { readonly key: string; readonly version: string }): BatchRef | undefined {
    const taken = this.#versionsOf(key).find((one) => one.version === version);
    return taken && { stream: this.#stream, sequence: taken.sequence };
  }

  /** The batches whose plans hold this key, in whatever version. */
  batchesOf(key: string): BatchRef[] {
    return this.#versionsOf(key).map(({ sequence }) => ({ stream: this.#stream, sequence }));
  }

  #versionsOf(key: string): readonly TakenVersion[] {
    return [this.#taken.get(key) ?? []].flat();
  }

  /** How many log files the plans read so far hold. */
  get size(): number {
    return this.#size;
  }

  /** Plans known here that have no receipts: crashed, or being carried out elsewhere right now. */
  async uncommitted(): Promise<BatchRef[]> {
    const stream = this.#stream;
    const committed = new Set(await sequencesUnder(this.#lake, RECEIPTS, stream));
    const planned = Array.from({ length: this.#last }, (_, i) => i + 1);
    return planned.filter((sequence) => !committed.has(sequence)).map((sequence) => ({ stream, sequence }));
  }

  /**
   * Plans those of the log files that no plan holds yet. Returns the batch that is now ours to carry out (undefined if there was
   * nothing left to plan), the log files in it, and the batches of others that were met on the way.
   */
  async plan(logFiles: readonly PlannedLogFile[]): Promise<Planned> {
    const others: BatchRef[] = [];
    for (;;) {
      const left = [...new Map(logFiles.map((logFile) => [logFileId(logFile), logFile])).values()].filter(
        (logFile) => !this.has(logFile),
      );
      if (left.length === 0) return { batch: undefined, logFiles: [], others };
      const batch: BatchRef = { stream: this.#stream, sequence: this.#last + 1 };
      const plan: Plan = {
        format: 1,
        ...batch,
        limits: this.#limits,
        logFiles: left.toSorted(byKeyAndVersion),
      };
      if ((await this.#lake.putIfAbsent(planKey(batch), encodeDocument(plan))) === 'stored') {
        this.#take(plan);
        return { batch, logFiles: left, others };
      }
      const read = await this.#readOn();
      // Something stands there that isn't an object: trying again would never end.
      if (read.length === 0) throw new LakeFormatError(planKey(batch), {});
      others.push(...read);
    }
  }

  /** Reads the plans stored since; returns them. */
  async #readOn(): Promise<BatchRef[]> {
    const read: BatchRef[] = [];
    for (;;) {
      const batch: BatchRef = { stream: this.#stream, sequence: this.#last + 1 };
      const found = await readPlan(this.#lake, batch);
      if (found === undefined) return read;
      this.#take(found.plan);
      read.push(batch);
    }
  }

  #take(plan: Plan): void {
    // Numbers have no gaps: somebody removed a plan, and its log files would be taken for new.
    if (plan.sequence !== this.#last + 1)
      throw new MissingPlanError(planKey({ stream: this.#stream, sequence: this.#last + 1 }));
    for (const { key, version } of plan.logFiles) {
      const taken = { version, sequence: plan.sequence };
      this.#taken.set(key, this.#taken.has(key) ? [...this.#versionsOf(key), taken] : taken);
    }
    this.#size += plan.logFiles.length;
    this.#last = plan.sequence;
  }
}

/** Numbers of the stream's plans, or receipts, in order. */
async function sequencesUnder(
  lake: ObjectStore,
  root: typeof PLANS | typeof RECEIPTS,
  stream: string,
): Promise<number[]> {
  const sequences: number[] = [];
  for await (const key of lake.list(streamPrefix(root, stream))) {
    const batch = parseBatchKey(key);
    if (batch?.stream === stream) sequences.push(batch.sequence);
  }
  return sequences;
}

function byKeyAndVersion(a: PlannedLogFile, b: PlannedLogFile): number {
  return compare(a.key, b.key) || compare(a.version, b.version);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
