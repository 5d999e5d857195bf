import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { DEFAULT_BATCH } from '../../../shared/jobs/ingest.ts';
import type { ContestantId, CorpusSize } from './figures.ts';
import { TRAILSEAL } from '../../support/trailseal-entry.ts';

/** What a contestant says of itself, as one line of JSON. */
export interface Told {
  readonly events?: number | undefined;
  readonly rawBytes?: number | undefined;
  readonly outputBytes: number;
  readonly seconds: number;
  /** Of all its processes together, if they are several. */
  readonly peakMemoryMB?: number | undefined;
}

export interface Contestant {
  readonly id: ContestantId;
  readonly name: string;
  readonly threads: number;
  /** How to start it: `source` holds the corpus, `lake` is where its output goes. */
  readonly command: (source: string, lake: string, corpus: CorpusSize['id']) => readonly string[];
  /** Undefined for those that do nothing. */
  readonly told: ((output: string) => Told) | undefined;
}

const TOLD = z.object({
  events: z.number().optional(),
  rawBytes: z.number().optional(),
  outputBytes: z.number(),
  seconds: z.number(),
  peakMemoryMB: z.number().optional(),
});
const SUMMARY = z.object({
  rows: z.number(),
  bytes: z.object({ text: z.number(), parquet: z.number() }),
  seconds: z.number(),
});

const told = (output: string): Told => TOLD.parse(JSON.parse(output));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const NODE = process.execPath;

/** What isn't there before the benchmark begins. */
export interface Programs {
  /** Python with what the peers need. */
  readonly python: string;
  /** `normalise.ts`, bundled. */
  readonly normaliser: string;
}

/** On every corpus, in the order of the tables. */
export function contestantsFor({ python, normaliser }: Programs): readonly Contestant[] {
  return [1, 2].flatMap((threads) => [
    gunzip(threads),
    normalise(threads, normaliser),
    ingest(threads),
    duckdb(threads, python),
    pyarrow(threads, python),
  ]);
}

/** The normaliser that the engine is held to; too slow for every corpus. */
export function reference(): Contestant {
  return {
    id: 'reference',
    name: 'the reference, in plain TypeScript',
    threads: 1,
    command: (source, lake) => [NODE, here('reference-files.ts'), source, lake],
    told,
  };
}

/** To the first events, beside processes that do nothing. */
export function coldContestants({ python, normaliser }: Programs): readonly Contestant[] {
  const nothing = { threads: 1, told: undefined };
  return [
    { id: 'node', name: '`node -e 0`', ...nothing, command: () => [NODE, '-e', '0'] },
    normalise(1, normaliser),
    ingest(1),
    { id: 'python', name: '`python -c 0`', ...nothing, command: () => [python, '-c', '0'] },
    duckdb(1, python),
    pyarrow(1, python),
  ];
}

function gunzip(threads: number): Contestant {
  const command = (source: string): string[] => [NODE, here('gunzip-files.ts'), source, String(threads)];
  return { id: 'gunzip', name: 'gunzip alone', threads, command, told };
}

function normalise(threads: number, normaliser: string): Contestant {
  return {
    id: 'normalise',
    name: 'Trailseal, log files to Parquet',
    threads,
    command: (source, lake) => {
      const { batchFiles, batchBytes } = DEFAULT_BATCH;
      return [NODE, normaliser, source, lake, ...[threads, batchFiles, batchBytes].map(String)];
    },
    told,
  };
}

function ingest(threads: number): Contestant {
  return {
    id: 'ingest',
    name: 'Trailseal, all of `trailseal ingest`',
    threads,
    command: (source, lake) =>
      [NODE, TRAILSEAL, 'ingest', source].concat('--lake', lake, '--jobs', String(threads), '--json'),
    told: (output) => {
      const { rows, bytes, seconds } = SUMMARY.parse(JSON.parse(output));
      return { events: rows, rawBytes: bytes.text, outputBytes: bytes.parquet, seconds };
    },
  };
}

function duckdb(threads: number, python: string): Contestant {
  return {
    id: 'duckdb',
    name: 'DuckDB, text + `from_json`',
    threads,
    command: (source, lake, corpus) => {
      // Whichever is faster there.
      const form = corpus === 'large' ? 'records' : 'documents';
      const places = ['--source', source, '--lake', lake];
      return [python, here('duckdb_documented.py'), ...places, '--threads', String(threads), '--form', form];
    },
    told,
  };
}

function pyarrow(threads: number, python: string): Contestant {
  return {
    id: 'pyarrow',
    name: 'Python, orjson + pyarrow',
    threads,
    command: (source, lake) => {
      const places = ['--source', source, '--lake', lake];
      return [python, here('../orjson_pyarrow.py'), ...places, '--processes', String(threads)];
    },
    told,
  };
}
