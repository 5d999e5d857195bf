import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Trail } from '../shared/adapters/s3-trail.ts';
import { costOnThisMachine, costThroughQueue, POLLERS } from '../shared/core/backfill-cost.ts';
import { batchSizeAt } from '../shared/core/queue-messages.ts';
import type { TrailFilter } from '../shared/core/trail-tree.ts';
import { backfill, emptySummary } from '../shared/jobs/backfill.ts';
import { findLogFiles, type FoundLogFile } from '../shared/jobs/find-log-files.ts';
import { DEFAULT_BATCH } from '../shared/jobs/ingest.ts';
import type { ObjectStore } from '../shared/jobs/ports.ts';
import { sortLogFiles, type SortedLogFile } from '../shared/jobs/sort-log-files.ts';
import { survey } from '../shared/jobs/survey.ts';
import { TrailSource } from '../shared/jobs/trail-source.ts';
import { EXIT } from './exit-codes.ts';
import { openSource } from './log-file-source.ts';
import { NothingFoundError } from './nothing-found.ts';
import { openLake } from './open-lake.ts';
import { SendProgress } from './output/backfill-progress.ts';
import { backfillReport, surveyReport } from './output/backfill-report.ts';
import { CountingLine } from './output/counting-line.ts';
import { runIngest, tellIngest, type IngestFlags } from './run-ingest.ts';
import { isS3Url, parseS3Url } from './s3-place.ts';
import { s3Options } from '../shared/adapters/s3-options.ts';

export interface BackfillFlags extends Omit<IngestFlags, 'lake'> {
  readonly lake?: string;
  readonly queue?: string;
  /** Log files a second. */
  readonly rate: number;
  readonly json?: true;
}

/** A place in a trail's bucket, and what is wanted of it. Each `find` looks anew. */
interface Search {
  readonly bucket: string;
  readonly trail: S3Trail;
  readonly find: () => AsyncGenerator<readonly FoundLogFile[]>;
}

/** `--dry-run`: counts and estimates, and prints that. */
export async function surveyFound(place: string, filter: TrailFilter, flags: BackfillFlags): Promise<void> {
  const { trail, find } = await search(place, filter);
  const lake = await lakeOf(flags);
  const local = flags.queue === undefined && flags.lake !== undefined;
  const { batchFiles } = DEFAULT_BATCH;
  const packing = { ...batchSizeAt(flags.rate), batchFiles, workers: local ? 1 : POLLERS };
  const found = await counted(find, lake, async (pages, advanced) => survey(pages, packing, advanced));
  if (found.logFiles.found === 0) throw new NothingFoundError(place, filter);
  const size = { ...found.size, listRequests: trail.requests };
  const cost = local ? costOnThisMachine(size, isS3Url(flags.lake)) : costThroughQueue(size);
  console.log(
    flags.json === true ? JSON.stringify({ ...found, size, cost }) : surveyReport(found, cost, !local),
  );
}

/** `--queue`: sends what is not in the lake yet. */
export async function sendFound(
  place: string,
  filter: TrailFilter,
  flags: BackfillFlags,
  url: string,
): Promise<void> {
  const start = performance.now();
  const { bucket, find } = await search(place, filter);
  const lake = await lakeOf(flags);
  const { SqsQueue } = await import('../shared/adapters/sqs-queue.ts');
  const queue = new SqsQueue(url);
  const progress = process.stderr.isTTY ? new SendProgress(await totalOf(find)) : undefined;
  const summary = emptySummary();
  const interrupted = (): never => {
    progress?.stop();
    const hint = lake === undefined ? ' (with --lake s3://…, what has arrived is left out)' : '';
    console.error(
      `trailseal: stopped after ${summary.logFiles.sent} log files; run the same command again to go on${hint}`,
    );
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', interrupted);
  try {
    const ports = { logFiles: sortLogFiles(find(), lake), queue, clock: CLOCK };
    await backfill(ports, { bucket, rate: flags.rate }, summary, () => progress?.show(summary));
  } finally {
    process.off('SIGINT', interrupted);
    progress?.stop();
  }
  if (summary.logFiles.found === 0) throw new NothingFoundError(place, filter);
  const seconds = (performance.now() - start) / 1000;
  console.log(
    flags.json === true ? JSON.stringify({ ...summary, seconds }) : backfillReport(summary, seconds),
  );
  if (summary.logFiles.refused > 0) process.exitCode = EXIT.incomplete;
}

/** `--lake` alone: ingests what was found on this machine. */
export async function ingestFound(
  place: string,
  filter: TrailFilter,
  flags: BackfillFlags,
  lake: string,
): Promise<void> {
  const { find } = await search(place, filter);
  const source = new TrailSource(find, await openSource([place], lake));
  const result = await runIngest([place], { ...flags, lake }, source);
  if (result.summary.logFiles.found === 0) throw new NothingFoundError(place, filter);
  tellIngest(result, flags.json === true);
}

const CLOCK = {
  now: () => performance.now(),
  sleep: async (ms: number): Promise<void> => {
    await sleep(ms);
  },
};

async function search(place: string, filter: TrailFilter): Promise<Search> {
  const { bucket, prefix } = parseS3Url(place);
  const { S3Trail } = await import('../shared/adapters/s3-trail.ts');
  const trail = new S3Trail(bucket, s3Options());
  return { bucket, trail, find: () => findLogFiles(trail, prefix, filter) };
}

async function lakeOf({ lake }: BackfillFlags): Promise<ObjectStore | undefined> {
  return lake === undefined ? undefined : await openLake(lake);
}

/** A bar that doesn't know its end tells nothing. */
async function totalOf(find: Search['find']): Promise<number> {
  return await counted(find, undefined, async (pages, advanced) => {
    let total = 0;
    for await (const page of pages) advanced((total += page.length));
    return total;
  });
}

async function counted<T>(
  find: Search['find'],
  lake: ObjectStore | undefined,
  count: (pages: AsyncIterable<readonly SortedLogFile[]>, advanced: (found: number) => void) => Promise<T>,
): Promise<T> {
  const line = new CountingLine();
  try {
    return await count(sortLogFiles(find(), lake), (found) => {
      line.show(found);
    });
  } finally {
    line.stop();
  }
}
