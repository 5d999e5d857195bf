import { spawn } from 'node:child_process';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import Table from 'cli-table3';
import * as z from 'zod';
import { parseDigestKey } from '../../shared/core/digest-key.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { samplePublicKeys, signSample } from '../../shared/core/sample/sample-key.ts';
import { readDigest, stringToSign } from '../../shared/core/digest-file.ts';
import { validateLogs } from '../support/aws-cli.ts';
import { serveKeys } from '../support/serve-keys.ts';
import { spreadOf } from './spread.ts';
import { startTrailS3, type TrailObject, type TrailS3 } from './trail-s3.ts';
import { TRAILSEAL } from '../support/trailseal-entry.ts';

/**
 * `npm run bench:verify`: `trailseal verify` beside `aws cloudtrail validate-logs` on the same bucket, one account's and region's trail of at least
 * so many log files; whole processes, start to exit, interleaved, with requests that take no time and with such that take as long as S3's.
 *
 *   npm run bench:verify -- --log-files 1000 --rounds 5 --delay-ms 20
 */

const { values: flags } = parseArgs({
  options: {
    'log-files': { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    'delay-ms': { type: 'string', default: '20' },
  },
});

const BUCKET = 'trailseal-sample-logs';
const PLACE = { account: '111122223333', region: 'us-east-1', trail: 'org-audit' };
const VERIFIED = z.object({
  logFiles: z.number(),
  digests: z.number(),
  findings: z.array(z.unknown()).length(0),
});

interface Corpus {
  readonly objects: ReadonlyMap<string, TrailObject>;
  readonly digests: number;
  readonly logFiles: number;
  readonly storedBytes: number;
  readonly textBytes: number;
  readonly end: string;
}

interface Run {
  readonly seconds: number;
  readonly requests: number;
}

interface Contestant {
  readonly name: string;
  /** Throws unless every digest and log file was found valid. */
  readonly run: () => Promise<void>;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-bench-'));
  const corpus = makeCorpus(Number(flags['log-files']));
  const keys = join(folder, 'keys.json');
  await writeFile(keys, samplePublicKeys());
  const served = await serveKeys(['--public-keys', keys]);
  await using s3 = await startTrailS3(BUCKET, corpus.objects);
  try {
    const contestants = [ours(corpus, s3, keys), theirs(corpus, s3, served.url)];
    const rows: string[][] = [];
    for (const delayMs of [0, Number(flags['delay-ms'])]) {
      s3.delayMs = delayMs;
      rows.push(...report(corpus, delayMs, await interleaved(contestants, s3)));
    }
    print(corpus, rows);
  } finally {
    await served.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One trail's objects of one account and region, as CloudTrail would have stored them, signatures in their metadata. */
function makeCorpus(wanted: number): Corpus {
  const objects = new Map<string, TrailObject>();
  const named = new Map<string, Uint8Array>();
  let [digests, logFiles, storedBytes, textBytes] = [0, 0, 0, 0];
  const options = { ...DEFAULT_SAMPLE_OPTIONS, accounts: 1, regions: 1, hours: 100_000, eventsPerHour: 4000 };
  for (const { key, body } of sampleLogFiles(options)) {
    const parsed = parseDigestKey(key);
    if (parsed === undefined) {
      named.set(key, body);
      continue;
    }
    if (parsed.trail !== PLACE.trail) continue;
    const read = readDigest(body);
    objects.set(key, { bytes: body, signature: signSample(stringToSign(read)) });
    digests += 1;
    for (const { s3Object } of read.digest.logFiles) {
      const bytes = named.get(s3Object) ?? new Uint8Array();
      objects.set(s3Object, { bytes, signature: undefined });
      logFiles += 1;
      storedBytes += bytes.length;
      textBytes += gunzipSync(bytes).length;
    }
    named.clear();
    if (logFiles >= wanted)
      return { objects, digests, logFiles, storedBytes, textBytes, end: parsed.endTime };
  }
  throw new Error('the sample ended too early');
}

function ours(corpus: Corpus, s3: TrailS3, keys: string): Contestant {
  const args = ['verify', `s3://${BUCKET}`, '--public-keys', keys, '--until', corpus.end, '--json'];
  const env = { ...credentials(), AWS_ENDPOINT_URL_S3: s3.endpoint };
  const run = async (): Promise<void> => {
    const found = VERIFIED.parse(JSON.parse(await output(process.execPath, [TRAILSEAL, ...args], env)));
    if (found.logFiles !== corpus.logFiles || found.digests !== corpus.digests)
      throw new Error(`trailseal verified ${found.logFiles} of ${corpus.logFiles} log files`);
  };
  return { name: 'trailseal verify', run };
}

function theirs(corpus: Corpus, s3: TrailS3, keysUrl: string): Contestant {
  const trailArn = `arn:aws:cloudtrail:${PLACE.region}:${PLACE.account}:trail/${PLACE.trail}`;
  const startTime = DEFAULT_SAMPLE_OPTIONS.start.toISOString();
  const run = async (): Promise<void> => {
    const validation = {
      trailArn,
      bucket: BUCKET,
      startTime,
      endTime: corpus.end,
      keysUrl,
      s3Endpoint: s3.endpoint,
    };
    const { code, digests, logFiles, stdout, stderr } = await validateLogs(validation);
    const expected = [`${corpus.digests}/${corpus.digests}`, `${corpus.logFiles}/${corpus.logFiles}`];
    if (code !== 0 || digests !== expected[0] || logFiles !== expected[1])
      throw new Error(
        `aws cloudtrail validate-logs: ${digests} digests, ${logFiles} log files\n${stdout.slice(-2000)}${stderr}`,
      );
  };
  return { name: 'aws cloudtrail validate-logs', run };
}

async function interleaved(
  contestants: readonly Contestant[],
  s3: TrailS3,
): Promise<Map<Contestant, readonly Run[]>> {
  const runs = new Map<Contestant, Run[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    for (const [contestant, done] of runs) {
      s3.takeRequests();
      const start = performance.now();
      await contestant.run();
      done.push({ seconds: (performance.now() - start) / 1000, requests: s3.takeRequests() });
    }
  }
  return runs;
}

function report(corpus: Corpus, delayMs: number, runs: Map<Contestant, readonly Run[]>): string[][] {
  const spreads = [...runs].map(([{ name }, done]) => {
    const requests = done[0]?.requests ?? 0;
    return { name, requests, spread: spreadOf(done.map(({ seconds }) => seconds)) };
  });
  const peer = spreads.at(-1)?.spread.median ?? Number.NaN;
  return spreads.map(({ name, requests, spread: { median, least, most } }) => [
    name,
    String(delayMs),
    median.toFixed(2),
    `${least.toFixed(2)}–${most.toFixed(2)}`,
    (corpus.textBytes / 1e6 / median).toFixed(1),
    (peer / median).toFixed(1),
    String(requests),
  ]);
}

function print(corpus: Corpus, rows: string[][]): void {
  const [cpu] = cpus();
  const { logFiles, digests, textBytes, storedBytes } = corpus;
  console.log(
    `${logFiles} log files in ${digests} digests, ${(textBytes / 1e6).toFixed(0)} MB of JSON, ${(storedBytes / 1e6).toFixed(1)} MB gzipped; ` +
      `${cpu?.model ?? 'unknown CPU'}; medians of ${flags.rounds} interleaved runs, process start to exit`,
  );
  const table = new Table({
    head: ['', 'ms a request', 's', 'spread', 'MB/s', '× peer', 'requests'],
    style: { head: [], border: [] },
  });
  table.push(...rows);
  console.log(table.toString());
}

function credentials(): Record<string, string> {
  return { AWS_REGION: PLACE.region, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
}

async function output(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (some: string) => (text += some));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${args[1]} ended with code ${code}: ${text.slice(0, 2000)}`);
  return text;
}

await main();
