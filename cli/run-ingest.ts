import { BatchPool } from '../shared/adapters/batch-pool.ts';
import { DirectoryStore } from '../shared/adapters/directory-store.ts';
import { DEFAULT_LIMITS, type Limits } from '../shared/core/limits.ts';
import { IngestTally, type IngestSummary } from '../shared/jobs/ingest-summary.ts';
import { DEFAULT_BATCH, ingest, type IngestEvent } from '../shared/jobs/ingest.ts';
import type { LogFileSource } from '../shared/jobs/ports.ts';
import { EXIT } from './exit-codes.ts';
import type { IngestWorkerData } from './ingest-worker.ts';
import { openSource } from './log-file-source.ts';
import { openLake, refuseLakeAsSource } from './open-lake.ts';
import { CountingLine } from './output/counting-line.ts';
import { ingestReport } from './output/ingest-report.ts';
import { IngestProgress } from './output/progress.ts';

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

const WORKER = new URL('./ingest-worker.ts', import.meta.url);

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
  const workerData: IngestWorkerData = { places, lake: flags.lake };
  const pool = new BatchPool(WORKER, flags.jobs, workerData);
  const tally = new IngestTally();
  try {
    const run = pool.run.bind(pool);
    // Twice the threads: the next plan waits in the queue while its predecessors run.
    const options = { ...DEFAULT_BATCH, limits: limitsOf(flags.maxLogFileMb), concurrency: flags.jobs * 2 };
    await ingest({ source, lake, run }, options, (event) => {
      tally.add(event);
      if (progress !== undefined) advance(progress, event);
    });
  } finally {
    process.off('SIGINT', interrupted);
    progress?.stop();
    await pool.close();
  }
  return { summary: tally.summary, seconds: (performance.now() - start) / 1000 };
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
