import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile, mkdir } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { z } from 'zod';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { pythonEnvironment } from '../setup/python.ts';

/**
 * `npm run bench`: whole `trailseal ingest` processes beside Python with orjson and pyarrow making the same columns from the same
 * log files, both timed from outside, start to exit, interleaved in one run. Medians; the spread is smallest to largest.
 *
 *   npm run bench -- --size-mb 200 --rounds 5
 */

const { values: flags } = parseArgs({
  options: {
    'size-mb': { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});

const CLI = fileURLToPath(new URL('../../cli/trailseal.ts', import.meta.url));
const PEER = fileURLToPath(new URL('orjson_pyarrow.py', import.meta.url));

const OURS = z.object({
  rows: z.number(),
  bytes: z.object({ text: z.number(), parquet: z.number() }),
  peakMemoryMB: z.number(),
});
const THEIRS = z.object({ events: z.number(), outputBytes: z.number(), peakMemoryMB: z.number() });

interface Run {
  readonly seconds: number;
  readonly events: number;
  readonly outputBytes: number;
  readonly peakMemoryMB: number;
}

interface Contestant {
  readonly name: string;
  readonly threads: number;
  readonly run: (source: string, lake: string) => Promise<Run>;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-bench-'));
  try {
    const source = join(folder, 'logs');
    const corpus = await makeCorpus(source, Number(flags['size-mb']) * 1e6);
    const contestants = await contestantsFor(availableParallelism());
    const runs = new Map<Contestant, Run[]>(contestants.map((contestant) => [contestant, []]));
    for (let round = 0; round < Number(flags.rounds); round += 1) {
      for (const [contestant, done] of runs) {
        const lake = join(folder, 'lake');
        const run = await contestant.run(source, lake);
        if (run.events !== corpus.events)
          throw new Error(`${contestant.name} made ${run.events} of ${corpus.events} events`);
        done.push(run);
        await rm(lake, { recursive: true });
      }
    }
    report(corpus, runs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeCorpus(source: string, rawBytes: number): Promise<Corpus> {
  const corpus = { files: 0, events: 0, rawBytes: 0, storedBytes: 0 };
  for (const file of sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, hours: 876_000 }, { rawBytes })) {
    const path = join(source, file.key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.body);
    if (file.folder === 'CloudTrail-Digest') continue;
    corpus.files += 1;
    corpus.events += file.records;
    corpus.rawBytes += file.rawBytes;
    corpus.storedBytes += (await stat(path)).size;
  }
  return corpus;
}

interface Corpus {
  readonly files: number;
  readonly events: number;
  readonly rawBytes: number;
  readonly storedBytes: number;
}

async function contestantsFor(cores: number): Promise<Contestant[]> {
  const python = await pythonEnvironment();
  return [...new Set([1, cores])].flatMap((threads) => [
    {
      name: 'trailseal ingest',
      threads,
      run: async (source, lake) => {
        const args = [CLI, 'ingest', source, '--lake', lake, '--jobs', String(threads), '--json'];
        const { seconds, output } = await timed(process.execPath, args);
        const { rows, bytes, peakMemoryMB } = OURS.parse(JSON.parse(output));
        return { seconds, events: rows, outputBytes: bytes.parquet, peakMemoryMB };
      },
    },
    {
      name: 'Python, orjson + pyarrow',
      threads,
      run: async (source, lake) => {
        const args = [PEER, '--source', source, '--lake', lake, '--processes', String(threads)];
        const { seconds, output } = await timed(python, args);
        return { seconds, ...THEIRS.parse(JSON.parse(output)) };
      },
    },
  ]);
}

async function timed(command: string, args: readonly string[]): Promise<{ seconds: number; output: string }> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return { seconds: (performance.now() - start) / 1000, output };
}

function report(corpus: Corpus, runs: ReadonlyMap<Contestant, readonly Run[]>): void {
  const rows = [...runs].map(([{ name, threads }, done]) => {
    const seconds = done.map((run) => run.seconds);
    const middle = median(seconds);
    return {
      name,
      threads,
      seconds: middle,
      fastest: Math.min(...seconds),
      slowest: Math.max(...seconds),
      eventsPerSecond: corpus.events / middle,
      mbPerSecond: corpus.rawBytes / 1e6 / middle,
      peakMemoryMB: median(done.map((run) => run.peakMemoryMB)),
      outputMB: median(done.map((run) => run.outputBytes)) / 1e6,
    };
  });
  if (flags.json) {
    console.log(JSON.stringify({ corpus, rounds: Number(flags.rounds), cpu: cpus()[0]?.model, rows }));
    return;
  }
  const { files, events, rawBytes, storedBytes } = corpus;
  console.log(
    `${events.toLocaleString('en-US')} events in ${files.toLocaleString('en-US')} log files, ` +
      `${(rawBytes / 1e6).toFixed(0)} MB of JSON, ${(storedBytes / 1e6).toFixed(0)} MB gzipped; ${cpus()[0]?.model ?? 'unknown CPU'}; ` +
      `medians of ${flags.rounds} interleaved runs, process start to exit`,
  );
  const table = new Table({
    head: ['', 'threads', 's', 'spread', 'events/s', 'MB/s', '÷ peer', 'peak MB', 'out MB'],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    const peer = rows.find(({ name, threads }) => name.startsWith('Python') && threads === row.threads);
    table.push([
      row.name,
      row.threads,
      row.seconds.toFixed(2),
      `${row.fastest.toFixed(2)}–${row.slowest.toFixed(2)}`,
      Math.round(row.eventsPerSecond).toLocaleString('en-US'),
      row.mbPerSecond.toFixed(1),
      ((peer?.seconds ?? row.seconds) / row.seconds).toFixed(2),
      row.peakMemoryMB.toFixed(0),
      row.outputMB.toFixed(1),
    ]);
  }
  console.log(table.toString());
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

await main();
