import { extname } from 'node:path';
import { DirectoryStore } from '../shared/adapters/directory-store.ts';
import { DEFAULT_LIMITS, type Limits } from '../shared/core/limits.ts';
import { IngestTally, type IngestSummary } from '../shared/jobs/ingest-summary.ts';
import {
  DEFAULT_BATCH,
  ingest,
  type IngestEvent,
  type IngestOptions,
  type IngestPorts,
} from '../shared/jobs/ingest.ts';
import { normalise } from '../shared/jobs/normalise.ts';
import type { LogFileSource, ObjectStore } from '../shared/jobs/ports.ts';
import { EXIT } from './exit-codes.ts';
import type { IngestWorkerData } from './ingest-worker.ts';
import { openSource } from './log-file-source.ts';
import { openLake, refuseLakeAsSource } from './open-lake.ts';
import { CountingLine } from './output/counting-line.ts';
import { ingestReport } from './output/ingest-report.ts';
import type { IngestProgress } from './output/progress.ts';

export interface IngestFlags {
  /** A folder, or `s3://bucket`. */
  readonly lake: string;
  readonly jobs: number;
  readonly maxLogFileMb: number;
}

export interface IngestResult {
  readonly summary: IngestSummary;
  readonly seconds: number;
}

/** Beside this file, as a source and in the bundle. */
const WORKER = new URL(`ingest-worker${extname(import.meta.filename)}`, import.meta.url);

/**
 * Ingests with worker threads and, on a terminal, a progress bar. Workers read from `places`; `listed`, where given, says what of it
 * is wanted.
 */
export async function runIngest(
  places: readonly string[],
  flags: IngestFlags,
  listed?: LogFileSource,
): Promise<IngestResult> {
  const start = performance.now();
  const source = listed ?? (await openSource(places, flags.lake));
  const lake = await openLake(flags.lake);
  refuseLakeAsSource(places, flags.lake);
  if (lake instanceof DirectoryStore) await lake.sweep();
  const progress = process.stderr.isTTY ? await startProgress(source) : undefined;
  const interrupted = (): never => {
    progress?.stop();
    console.error('trailseal: stopped; run the same command again to go on');
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', interrupted);
  const carriers = flags.jobs === 1 ? await oneThread(places, flags, lake) : await threads(places, flags);
  const tally = new IngestTally();
  try {
    const { run, concurrency } = carriers;
    const options = { ...DEFAULT_BATCH, limits: limitsOf(flags.maxLogFileMb), concurrency };
    await ingest({ source, lake, run }, options, (event) => {
      tally.add(event);
      if (progress !== undefined) advance(progress, event);
    });
  } finally {
    process.off('SIGINT', interrupted);
    progress?.stop();
    await carriers.close();
  }
  return { summary: tally.summary, seconds: (performance.now() - start) / 1000 };
}

/** Who carries out plans. */
interface Carriers extends Pick<IngestPorts, 'run'>, Pick<IngestOptions, 'concurrency'> {
  readonly close: () => Promise<void>;
}

/** This thread: another one would have to load all that this one has, and one of the two would always wait. */
async function oneThread(
  places: readonly string[],
  flags: IngestFlags,
  lake: ObjectStore,
): Promise<Carriers> {
  const ports = { source: await openSource(places, flags.lake), lake, now: Date.now };
  return {
    run: async (batch) => await normalise(batch, ports),
    concurrency: 1,
    close: async () => {},
  };
}

async function threads(places: readonly string[], { lake, jobs }: IngestFlags): Promise<Carriers> {
  const { BatchPool } = await import('../shared/adapters/batch-pool.ts');
  const workerData: IngestWorkerData = { places, lake };
  const pool = new BatchPool(WORKER, jobs, workerData);
  return {
    run: pool.run.bind(pool),
    // The next plans wait in the queue while their predecessors run.
    concurrency: jobs * 2,
    close: async () => {
      await pool.close();
    },
  };
}

/** Prints what came of it, and has the process end with the code that says so. */
export function tellIngest({ summary, seconds }: IngestResult, json: boolean): void {
  const peakMemoryMB = process.resourceUsage().maxRSS / 1024;
  console.log(json ? JSON.stringify({ ...summary, seconds, peakMemoryMB }) : ingestReport(summary, seconds));
  if (summary.logFiles.unavailable + summary.batchesUnfinished > 0) process.exitCode = EXIT.incomplete;
}

function limitsOf(maxLogFileMb: number): Limits {
  const logFileBytes = maxLogFileMb * 1024 * 1024;
  return { ...DEFAULT_LIMITS, logFileBytes, storedBytes: Math.max(DEFAULT_LIMITS.storedBytes, logFileBytes) };
}

/** Counts first: a bar that doesn't know its end tells nothing. */
async function startProgress(source: LogFileSource): Promise<IngestProgress> {
  const line = new CountingLine();
  let files = 0;
  let size = 0;
  try {
    for await (const entry of source.list()) {
      files += 1;
      size += entry.size;
      line.show(files);
    }
  } finally {
    line.stop();
  }
  const { IngestProgress } = await import('./output/progress.ts');
  return new IngestProgress(files, size);
}

function advance(progress: IngestProgress, event: IngestEvent): void {
  if (event.kind === 'done') {
    for (const { size, records, textBytes } of event.own ? event.receipts.logFiles : []) {
      progress.advance(1, size, records, textBytes);
    }
  } else if (event.kind === 'failed') {
    progress.advance(event.logFiles, 0, 0, 0);
  } else {
    progress.advance(1, event.entry.size, 0, 0);
  }
}
