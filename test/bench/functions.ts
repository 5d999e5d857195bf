import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { eventsKey } from '../../shared/core/lake-keys.ts';
import { startMinistack } from '../support/aws-emulator.ts';
import { Containers, NODE, queueEvent, type Run } from './function-container.ts';
import { corpusFiles, largeFile, SEED, squeezedFile, type CorpusFile } from './function-corpus.ts';
import { costOf, S3_WAIT_MS, type InvocationCost } from './function-cost.ts';
import { report, type ColdStart, type Load, type PartitionsLoad } from './function-report.ts';
import { etagOf, startS3StandIn, type RequestCounts, type S3StandIn } from './s3-stand-in.ts';
import { spreadOf } from './spread.ts';

/**
 * `npm run bench:functions`: the packaged functions, out of their zips, each container a process of Node 24. How large they are, how long a
 * cold start takes beside an empty function's, how much CPU time and memory a batch of log files takes, and what a million events cost on
 * Lambda by that. Cold starts answer their first invocation from the emulated services; loads run against a stand-in for S3 that answers
 * after a fixed time, for the emulator's own time would be most of what is measured.
 *
 *   npm run bench:functions -- --rounds 5 --s3-ms 30
 */

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    'cold-rounds': { type: 'string', default: '15' },
    's3-ms': { type: 'string', default: String(S3_WAIT_MS) },
    json: { type: 'boolean', default: false },
  },
});

const RECORDS_PER_FILE = 50;
const WARM_UP_FILES = 100;
const BATCHES = [1, 10, 100, 1000];
const MB = 1e6;
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-north-1'];
const TABLE = 'cloudtrail_logs';

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-bench-'));
  try {
    const containers = await Containers.in(folder);
    const files = [...corpusFiles(RECORDS_PER_FILE).take(WARM_UP_FILES + Math.max(...BATCHES))];
    const coldStarts = await measureColdStarts(containers, files, Number(flags['cold-rounds']));
    const loads = await measureLoads(containers, files, Number(flags.rounds));
    const partitions = await measurePartitions(containers, Number(flags.rounds));
    const { bundles } = containers;
    const about = {
      cpu: cpus()[0]?.model ?? 'unknown CPU',
      seed: SEED,
      rounds: Number(flags.rounds),
      coldRounds: Number(flags['cold-rounds']),
      s3Ms: Number(flags['s3-ms']),
    };
    const result = { about, bundles, coldStarts, loads, partitions };
    console.log(flags.json ? JSON.stringify(result) : report(result));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Interleaved: each round starts one process of each kind. */
async function measureColdStarts(
  containers: Containers,
  files: readonly CorpusFile[],
  rounds: number,
): Promise<ColdStart[]> {
  await using emulator = await startMinistack();
  Object.assign(process.env, emulator.env);
  const s3 = new S3Client({ forcePathStyle: true });
  for (const Bucket of ['log', 'lake']) await s3.send(new CreateBucketCommand({ Bucket }));
  const glue = new GlueClient({});
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'd' } }));
  const StorageDescriptor = {
    Columns: [{ Name: 'eventname', Type: 'string' }],
    Location: 's3://lake/events/',
  };
  const TableInput = { Name: TABLE, PartitionKeys: [{ Name: 'account' }], StorageDescriptor };
  await glue.send(new CreateTableCommand({ DatabaseName: 'd', TableInput }));
  const env = { ...emulator.env, ...environment() };
  const found = {
    node: [] as number[][],
    empty: [] as number[][],
    normalise: [] as number[][],
    partitions: [] as number[][],
  };
  for (let round = 0; round < rounds; round += 1) {
    const file = files[round % files.length];
    if (file === undefined) throw new Error('no log file to start with');
    await s3.send(new PutObjectCommand({ Bucket: 'log', Key: file.key, Body: file.body }));
    found.node.push([await nothing()]);
    const times = ({ importedAfterMs, answeredAfterMs }: Run): number[] => [importedAfterMs, answeredAfterMs];
    found.empty.push(times(await containers.run('empty', env, [queueEvent([])])));
    found.normalise.push(times(await containers.run('normalise', env, [queueEvent([created(file)])])));
    found.partitions.push(times(await containers.run('partitions', env, [queueEvent([stored(round)])])));
  }
  return Object.entries(found).map(([name, times]) => ({
    name,
    imported: spreadOf(times.map(([imported = Number.NaN]) => imported)),
    answered: name === 'node' ? undefined : spreadOf(times.map(([, answered = Number.NaN]) => answered)),
  }));
}

/** Milliseconds of `node -e 0`, start to exit. */
async function nothing(): Promise<number> {
  const start = performance.now();
  await once(spawn(NODE, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - start;
}

interface Case {
  readonly what: string;
  readonly large: boolean;
  /** Each an invocation; the first batches aren't counted. */
  readonly warmUp: readonly (readonly CorpusFile[])[];
  readonly batches: readonly (readonly CorpusFile[])[];
}

async function measureLoads(
  containers: Containers,
  files: readonly CorpusFile[],
  rounds: number,
): Promise<Load[]> {
  const warmUp = [files.slice(0, WARM_UP_FILES)];
  const typical = BATCHES.map((n): Case => {
    // Small batches are over in no time: ten of them.
    const batches = Array.from({ length: n <= 10 ? 10 : 1 }, (_, i) =>
      files.slice(WARM_UP_FILES + i * n, WARM_UP_FILES + (i + 1) * n),
    );
    return {
      what: `${n.toLocaleString('en-US')} log file${n === 1 ? '' : 's'}`,
      large: false,
      warmUp,
      batches,
    };
  });
  const large = (what: string, ...batch: CorpusFile[]): Case => ({
    what,
    large: true,
    warmUp: [],
    batches: [batch],
  });
  const cases = [
    ...typical,
    large('one of 30 MB text', largeFile(30 * MB, 1)),
    large('one of 127 MiB text', largeFile(127 * 2 ** 20, 1)),
    large('four of 60 MB text', ...[1, 2, 3, 4].map((day) => largeFile(60 * MB, day))),
    large('one of 30 MB stored', largeFile(storedIs(30 * MB), 1)),
    large('four of 120 MB text, 55 to 1', ...REGIONS.map((region) => squeezedFile(120 * MB, region))),
  ];
  const runs = new Map(cases.map((one): [Case, Measured[]] => [one, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [one, done] of runs) {
      // Memory is what large ones are for: it hardly differs from run to run.
      if (!one.large || round < 2) done.push(await measureCase(containers, one));
    }
  }
  return Array.from(runs, ([one, done]) => loadOf(one, done, containers.bundles.normalise.memoryMB));
}

/** So much text that it is about so much gzipped, going by less of it. */
function storedIs(bytes: number): number {
  const { body, textBytes } = largeFile(30 * MB, 1);
  return Math.round((bytes / body.length) * textBytes);
}

interface Measured {
  readonly cpuMs: number;
  readonly waitMs: number;
  readonly peakMemoryMB: number;
  /** Of all measured invocations together. */
  readonly requests: RequestCounts;
  readonly objects: number;
}

async function measureCase(containers: Containers, { warmUp, batches }: Case): Promise<Measured> {
  await using s3 = await startS3StandIn(Number(flags['s3-ms']));
  for (const { key, body } of [...warmUp, ...batches].flat()) s3.objects.set(`log/${key}`, body);
  const before = warmUp.length === 0 ? undefined : await requestsOf(containers, s3, warmUp);
  const { run, requests, objects } = await requestsOf(containers, s3, [...warmUp, ...batches]);
  const invocations = run.invocations.slice(warmUp.length);
  const sum = (of: (one: (typeof invocations)[number]) => number): number =>
    invocations.reduce((total, one) => total + of(one), 0);
  return {
    cpuMs: sum(({ cpuMs }) => cpuMs),
    waitMs: sum(({ waitMs }) => waitMs),
    peakMemoryMB: run.peakMemoryMB,
    requests: minus(requests, before?.requests),
    objects: objects - (before?.objects ?? 0),
  };
}

/** A container's run over batches into an empty lake. */
async function requestsOf(
  containers: Containers,
  s3: S3StandIn,
  batches: readonly (readonly CorpusFile[])[],
): Promise<{ run: Run; requests: RequestCounts; objects: number }> {
  for (const name of s3.objects.keys()) if (name.startsWith('lake/')) s3.objects.delete(name);
  s3.takeCounts();
  const events = batches.map((batch) => queueEvent(batch.map(created)));
  const run = await containers.run('normalise', { ...environment(), AWS_ENDPOINT_URL: s3.endpoint }, events);
  const objects = [...s3.objects.keys()].filter((name) => name.startsWith('lake/events/')).length;
  return { run, requests: s3.takeCounts(), objects };
}

function minus(all: RequestCounts, some: RequestCounts = { get: 0, putOrList: 0, glue: 0 }): RequestCounts {
  return { get: all.get - some.get, putOrList: all.putOrList - some.putOrList, glue: all.glue - some.glue };
}

function loadOf({ what, batches, large }: Case, done: readonly Measured[], memoryMB: number): Load {
  const files = batches.flat();
  const text = files.reduce((sum, { textBytes }) => sum + textBytes, 0);
  const events = files.reduce((sum, { records }) => sum + records, 0);
  const cpuMs = spreadOf(done.map(({ cpuMs }) => cpuMs / batches.length));
  const waitMs = spreadOf(done.map(({ waitMs }) => waitMs / batches.length));
  const [any] = done;
  const requests = any?.requests ?? { get: 0, putOrList: 0, glue: 0 };
  const each = (n: number): number => n / batches.length;
  const cost: InvocationCost = costOf(
    {
      cpuMs: cpuMs.median,
      waitMs: waitMs.median,
      requests: { get: each(requests.get), putOrList: each(requests.putOrList), glue: 0 },
      messages: each(files.length),
      throughEventBridge: true,
    },
    memoryMB,
  );
  return {
    what,
    large,
    logFiles: each(files.length),
    events: each(events),
    textBytes: each(text),
    storedBytes: each(files.reduce((sum, { body }) => sum + body.length, 0)),
    cpuMs,
    waitMs,
    peakMemoryMB: spreadOf(done.map(({ peakMemoryMB }) => peakMemoryMB)),
    gets: each(requests.get),
    putsAndLists: each(requests.putOrList),
    objects: each(any?.objects ?? 0),
    cost,
  };
}

/** Messages of as many Parquet objects, in partitions that a container has seen; and of one that it hasn't. */
async function measurePartitions(containers: Containers, rounds: number): Promise<PartitionsLoad[]> {
  await using s3 = await startS3StandIn(Number(flags['s3-ms']));
  const env = { ...environment(), AWS_ENDPOINT_URL: s3.endpoint };
  const known = queueEvent(Array.from({ length: 10 }, (_, i) => stored(i)));
  const sizes = [1, 10, 100, 1000];
  const done: Run[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const events = sizes.map((n) => queueEvent(Array.from({ length: n }, (_, i) => stored(i % 10))));
    done.push(await containers.run('partitions', env, [known, queueEvent([stored(20)]), ...events]));
  }
  // Each container asks for the table once, then for ten partitions at once and for one.
  if (s3.takeCounts().glue !== 3 * rounds)
    throw new Error('partitions asked Glue otherwise than it is meant to');
  const cases: [what: string, messages: number, glue: number][] = [
    ['1 object, a new partition', 1, 1],
    ...sizes.map((n): [string, number, number] => [
      `${n} object${n === 1 ? '' : 's'}, known partitions`,
      n,
      0,
    ]),
  ];
  return cases.map(([what, messages, glue], i) => {
    const invocations = done.flatMap((run) => run.invocations[i + 1] ?? []);
    const cpuMs = spreadOf(invocations.map(({ cpuMs }) => cpuMs));
    const waitMs = spreadOf(invocations.map(({ waitMs }) => waitMs));
    const requests = { get: 0, putOrList: 0, glue };
    const invocation = {
      cpuMs: cpuMs.median,
      waitMs: waitMs.median,
      requests,
      messages,
      throughEventBridge: false,
    };
    const peakMemoryMB = spreadOf(done.map((run) => run.peakMemoryMB));
    const cost = costOf(invocation, containers.bundles.partitions.memoryMB);
    return { what, messages, cpuMs, waitMs, peakMemoryMB, cost };
  });
}

function environment(): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    LOG_BUCKET: 'log',
    LAKE_BUCKET: 'lake',
    GLUE_DATABASE: 'd',
    GLUE_TABLE: TABLE,
    POWERTOOLS_SERVICE_NAME: 'bench',
    POWERTOOLS_METRICS_NAMESPACE: 'Trailseal/bench',
  };
}

/** EventBridge's message of a log file. */
function created({ key, body }: CorpusFile): unknown {
  const object = { key, size: body.length, etag: etagOf(body) };
  return { source: 'aws.s3', 'detail-type': 'Object Created', detail: { bucket: { name: 'log' }, object } };
}

/** The lake bucket's message of a Parquet object in the `n`-th of some partitions. */
function stored(n: number): unknown {
  const day = String(n + 1).padStart(2, '0');
  const partition = { account: '111122223333', region: 'us-east-1', year: '2026', month: '11', day };
  const key = encodeURIComponent(eventsKey(partition, 'a'.repeat(20), 1)).replaceAll('%2F', '/');
  const object = { key, size: 1000, eTag: 'e' };
  const s3 = { bucket: { name: 'lake' }, object };
  return { Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3 }] };
}

await main();
