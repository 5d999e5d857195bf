import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { BatchPool } from '../../shared/adapters/batch-pool.ts';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { DEFAULT_LIMITS, type Limits } from '../../shared/core/limits.ts';
import { IngestTally, type IngestSummary } from '../../shared/jobs/ingest-summary.ts';
import { DEFAULT_BATCH, ingest, type IngestEvent } from '../../shared/jobs/ingest.ts';
import type { LogFileSource } from '../../shared/jobs/ports.ts';
import { EXIT } from '../exit-codes.ts';
import type { IngestWorkerData } from '../ingest-worker.ts';
import { UsageError } from '../usage-error.ts';
import { openSource } from '../log-file-source.ts';
import { jobCount, lakeOption, positiveInteger } from '../options.ts';
import { ingestReport } from '../output/ingest-report.ts';
import { IngestProgress } from '../output/progress.ts';

export interface IngestFlags {
  readonly lake: string;
  readonly jobs: number;
  readonly maxLogFileMb: number;
  readonly json?: true;
}

const WORKER = new URL('../ingest-worker.ts', import.meta.url);

export function ingestCommand(): Command {
  return new Command('ingest')
    .summary('bring log files into a lake')
    .description(
      'Reads CloudTrail log files from folders, single files or an S3 prefix into a lake. Each record arrives exactly once: run it again, ' +
        'kill it, run it twice at a time, the lake comes out the same. What cannot be read goes to quarantine with its reason.',
    )
    .argument('<places...>', 'folders, files, or one s3://bucket/prefix')
    .addOption(lakeOption())
    .option('-j, --jobs <n>', 'worker threads', jobCount, availableParallelism())
    .addOption(
      new Option('--max-log-file-mb <n>', 'largest log file to read, after decompression')
        .argParser(positiveInteger)
        .default(DEFAULT_LIMITS.logFileBytes / 1024 / 1024),
    )
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP)
    .action(async (places: string[], flags: IngestFlags) => {
      const { summary, seconds } = await runIngest(places, flags);
      const peakMemoryMB = process.resourceUsage().maxRSS / 1024;
      console.log(
        flags.json === true
          ? JSON.stringify({ ...summary, seconds, peakMemoryMB })
          : ingestReport(summary, seconds),
      );
      if (summary.logFiles.unavailable + summary.batchesUnfinished > 0) process.exitCode = EXIT.incomplete;
    });
}

const HELP = `
Examples:
  trailseal ingest ./logs --lake ./lake
  trailseal ingest AWSLogs/111122223333/CloudTrail/us-east-1/2026/11 --lake ./lake
  trailseal ingest s3://my-trail-bucket/AWSLogs/ --lake ./lake

Exit codes: 0 all of it is in the lake (or in quarantine, which the summary tells), 3 some log files could not be had.`;

/** Ingests with worker threads and, on a terminal, a progress bar. */
export async function runIngest(
  places: readonly string[],
  flags: IngestFlags,
): Promise<{ summary: IngestSummary; seconds: number }> {
  const start = performance.now();
  const root = resolve(flags.lake);
  const source = await openSource(places, root);
  const lake = new DirectoryStore(root);
  refuseLakeAsSource(places, root);
  await lake.sweep();
  const progress = process.stderr.isTTY ? await startProgress(source) : undefined;
  const interrupted = (): never => {
    progress?.stop();
    console.error('trailseal: stopped; run the same command again to go on');
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', interrupted);
  const pool = new BatchPool(WORKER, flags.jobs, {
    places,
    lake: root,
  } satisfies IngestWorkerData);
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

/** Whatever lies in the lake isn't looked at; naming it as the place to look can only be a slip. */
function refuseLakeAsSource(places: readonly string[], lake: string): void {
  const same = places.find((place) => !place.startsWith('s3://') && resolve(place) === lake);
  if (same !== undefined)
    throw new UsageError(`${same} is both the place to read and the lake; give --lake another folder`);
}

function limitsOf(maxLogFileMb: number): Limits {
  const logFileBytes = maxLogFileMb * 1024 * 1024;
  return { ...DEFAULT_LIMITS, logFileBytes, storedBytes: Math.max(DEFAULT_LIMITS.storedBytes, logFileBytes) };
}

/** Counts first: a bar that doesn't know its end tells nothing. */
async function startProgress(source: LogFileSource): Promise<IngestProgress> {
  let files = 0;
  let size = 0;
  for await (const entry of source.list()) {
    files += 1;
    size += entry.size;
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
