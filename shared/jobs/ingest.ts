import type { BatchReceipts, PlannedLogFile } from '../core/lake-format.ts';
import { planKey, type BatchRef } from '../core/lake-keys.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import { classifyKey, streamOf, type SkipReason } from '../core/log-file-key.ts';
import { textSha256 } from '../core/normalise-log-file.ts';
import { SourceError, type LogFileEntry, type LogFileSource, type ObjectStore } from './ports.ts';
import { storedBefore } from './stored-before.ts';
import { StreamLedger } from './stream-ledger.ts';
import { textEstimate } from './text-estimate.ts';

/**
 * Brings everything a source offers into the lake: looks at each log file once, plans those that no plan holds, and has the plans
 * carried out. Planning is sequential and cheap; carrying out is `run`'s business, in this thread or in others.
 */

export interface IngestPorts {
  readonly source: LogFileSource;
  readonly lake: ObjectStore;
  /** Carries out one plan: `normalise`, wherever it runs. */
  readonly run: (batch: BatchRef) => Promise<BatchReceipts>;
}

export interface IngestOptions {
  /** Plans carried out at once. */
  readonly concurrency: number;
  /** What is too large to read, for the plans of this run. */
  readonly limits: Limits;
  /** Log files to a plan, at most. */
  readonly batchFiles: number;
  /** Bytes of text to a plan, estimated from stored sizes. */
  readonly batchBytes: number;
}

export const DEFAULT_BATCH = {
  limits: DEFAULT_LIMITS,
  batchFiles: 1000,
  batchBytes: 16 * 1024 * 1024,
} as const;

export type IngestEvent =
  | { readonly kind: 'skipped'; readonly entry: LogFileEntry; readonly reason: SkipReason }
  | { readonly kind: 'present'; readonly entry: LogFileEntry }
  | { readonly kind: 'unavailable'; readonly entry: LogFileEntry; readonly error: SourceError }
  /** `own`: planned by this run, not met half-done. */
  | { readonly kind: 'done'; readonly own: boolean; readonly receipts: BatchReceipts }
  /** `logFiles`: how many of this run's were in the batch; nothing of it is committed. */
  | {
      readonly kind: 'failed';
      readonly batch: BatchRef;
      readonly logFiles: number;
      readonly error: SourceError;
    };

/**
 * Ingests the whole source; tells `observe` what became of every entry. A log file that can't be had is an event, and the rest goes
 * on; a lake that can't be read or written throws.
 */
export async function ingest(
  ports: IngestPorts,
  options: IngestOptions,
  observe: (event: IngestEvent) => void,
): Promise<void> {
  const runner = new Runner(ports, options.concurrency, observe);
  const unfinished = new Map<string, BatchRef>();
  let current: StreamPlanner | undefined;
  try {
    for await (const entry of ports.source.list()) {
      const found = classifyKey(entry.key);
      if (!found.take) {
        observe({ kind: 'skipped', entry, reason: found.reason });
        continue;
      }
      const stream = streamOf(entry.key);
      if (current?.stream !== stream) {
        await current?.flush();
        const ledger = await StreamLedger.load(ports.lake, stream, options.limits);
        for (const batch of await ledger.uncommitted()) unfinished.set(planKey(batch), batch);
        current = new StreamPlanner(stream, ledger, options, {
          lake: ports.lake,
          runner,
          unfinished,
          observe,
        });
      }
      await offer(current, entry, ports.source, observe);
    }
    await current?.flush();
    await runner.idle();
    // Plans of others last: most of them will have been finished by their owners meanwhile.
    for (const batch of unfinished.values()) await runner.start(batch, 0);
  } finally {
    await runner.idle();
  }
  runner.rethrow();
}

async function offer(
  planner: StreamPlanner,
  entry: LogFileEntry,
  source: LogFileSource,
  observe: (event: IngestEvent) => void,
): Promise<void> {
  try {
    const version = entry.version ?? (await source.version(entry));
    const taken = await planner.add({ key: entry.key, size: entry.size, version }, source);
    if (!taken) observe({ kind: 'present', entry });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    observe({ kind: 'unavailable', entry, error });
  }
}

interface PlannerSurroundings {
  readonly lake: ObjectStore;
  readonly runner: Runner;
  readonly unfinished: Map<string, BatchRef>;
  readonly observe: (event: IngestEvent) => void;
}

/** Gathers the log files of one stream into plans of a good size. */
class StreamPlanner {
  readonly stream: string;
  readonly #lake: ObjectStore;
  readonly #ledger: StreamLedger;
  readonly #options: IngestOptions;
  readonly #runner: Runner;
  readonly #unfinished: Map<string, BatchRef>;
  readonly #observe: (event: IngestEvent) => void;
  #waiting: PlannedLogFile[] = [];
  #waitingBytes = 0;

  constructor(
    stream: string,
    ledger: StreamLedger,
    options: IngestOptions,
    { lake, runner, unfinished, observe }: PlannerSurroundings,
  ) {
    this.stream = stream;
    this.#ledger = ledger;
    this.#options = options;
    this.#lake = lake;
    this.#runner = runner;
    this.#unfinished = unfinished;
    this.#observe = observe;
  }

  /** False if a plan holds the log file already, or its text under this key. */
  async add(logFile: PlannedLogFile, source: LogFileSource): Promise<boolean> {
    if (this.#ledger.has(logFile) || (await this.#hasText(logFile, source))) return false;
    const text = textEstimate(logFile);
    const { batchFiles, batchBytes } = this.#options;
    if (this.#waiting.length > 0 && this.#waitingBytes + text > batchBytes) await this.flush();
    this.#waiting.push(logFile);
    this.#waitingBytes += text;
    if (this.#waiting.length >= batchFiles) await this.flush();
    return true;
  }

  /** Reads the log file, but only where its key is known in another version: a bucket's files and a copy's differ in nothing else. */
  async #hasText({ key, size, version }: PlannedLogFile, source: LogFileSource): Promise<boolean> {
    const before = this.#ledger.batchesOf(key);
    if (before.length === 0 || size > this.#options.limits.storedBytes) return false;
    const sha256 = textSha256(await source.read(key, version), this.#options.limits);
    return sha256 !== undefined && (await storedBefore(key, sha256, before, this.#lake));
  }

  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const { batch, logFiles, others } = await this.#ledger.plan(waiting);
    this.#remember(others);
    const planned = new Set(logFiles);
    for (const logFile of waiting) {
      if (!planned.has(logFile)) this.#observe({ kind: 'present', entry: logFile });
    }
    if (batch !== undefined) await this.#runner.start(batch, logFiles.length);
  }

  #remember(batches: readonly BatchRef[]): void {
    for (const batch of batches) this.#unfinished.set(planKey(batch), batch);
  }
}

/** Keeps at most so many batches under way. */
class Runner {
  readonly #ports: IngestPorts;
  readonly #concurrency: number;
  readonly #observe: (event: IngestEvent) => void;
  readonly #running = new Set<Promise<void>>();
  readonly #started = new Set<string>();
  #broken: { readonly error: unknown } | undefined;

  constructor(ports: IngestPorts, concurrency: number, observe: (event: IngestEvent) => void) {
    this.#ports = ports;
    this.#concurrency = concurrency;
    this.#observe = observe;
  }

  /**
   * Resolves once there is room for the next one. `own` is how many log files of this run are in it. Throws what broke an
   * earlier batch. Each batch runs once: a source that comes back to a stream meets this run's own plans, which may be under way.
   */
  async start(batch: BatchRef, own: number): Promise<void> {
    if (this.#started.has(planKey(batch))) return;
    this.#started.add(planKey(batch));
    const running = this.#run(batch, own).finally(() => this.#running.delete(running));
    this.#running.add(running);
    while (this.#running.size >= this.#concurrency) await Promise.race(this.#running);
    this.rethrow();
  }

  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Throws the first fault of the lake that a batch met, if any did. */
  rethrow(): void {
    if (this.#broken !== undefined) throw this.#broken.error;
  }

  async #run(batch: BatchRef, own: number): Promise<void> {
    try {
      this.#observe({ kind: 'done', own: own > 0, receipts: await this.#ports.run(batch) });
    } catch (error) {
      if (error instanceof SourceError) this.#observe({ kind: 'failed', batch, logFiles: own, error });
      else this.#broken ??= { error };
    }
  }
}
