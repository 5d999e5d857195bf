import {
  encodeDocument,
  LakeFormatError,
  logFileId,
  type Plan,
  type PlannedLogFile,
} from '../core/lake-format.ts';
import { parseBatchKey, planKey, RECEIPTS, streamPrefix, type BatchRef } from '../core/lake-keys.ts';
import type { Limits } from '../core/limits.ts';
import type { ObjectStore } from './ports.ts';
import { readPlan } from './read-plan.ts';

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
  readonly #taken = new Set<string>();
  readonly #uncommitted: BatchRef[] = [];
  #last = 0;

  private constructor(lake: ObjectStore, stream: string, limits: Limits) {
    this.#limits = limits;
    this.#lake = lake;
    this.#stream = stream;
  }

  /** Reads the stream's plans, and which of them have receipts. New plans will have these limits. Throws `LakeFormatError`. */
  static async load(lake: ObjectStore, stream: string, limits: Limits): Promise<StreamLedger> {
    const ledger = new StreamLedger(lake, stream, limits);
    const committed = new Set<number>();
    for await (const key of lake.list(streamPrefix(RECEIPTS, stream))) {
      const batch = parseBatchKey(key);
      if (batch?.stream === stream) committed.add(batch.sequence);
    }
    await ledger.#readOn();
    for (let sequence = 1; sequence <= ledger.#last; sequence += 1) {
      if (!committed.has(sequence)) ledger.#uncommitted.push({ stream, sequence });
    }
    return ledger;
  }

  /** Whether a plan, by whoever, already holds this log file. */
  has(logFile: { readonly key: string; readonly version: string }): boolean {
    return this.#taken.has(logFileId(logFile));
  }

  /** Plans without receipts when the ledger was loaded: crashed, or being carried out elsewhere right now. */
  get uncommitted(): readonly BatchRef[] {
    return this.#uncommitted;
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
    for (const logFile of plan.logFiles) this.#taken.add(logFileId(logFile));
    this.#last = plan.sequence;
  }
}

function byKeyAndVersion(a: PlannedLogFile, b: PlannedLogFile): number {
  return compare(a.key, b.key) || compare(a.version, b.version);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
