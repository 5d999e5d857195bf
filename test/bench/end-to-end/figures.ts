import * as z from 'zod';
import { spreadOf } from '../spread.ts';

/** All that a run of the benchmark found: what `--json` prints, `--from` reads, and every table and picture is made of. */

const SPREAD = z.object({ median: z.number(), least: z.number(), most: z.number() });

const CORPUS_SIZE = z.object({
  id: z.enum(['small', 'typical', 'large', 'organisation', 'cold']),
  name: z.string(),
  files: z.number(),
  events: z.number(),
  /** Of JSON. */
  rawBytes: z.number(),
  /** Gzipped. */
  storedBytes: z.number(),
});

const CONTESTANT_ID = z.enum([
  'gunzip',
  'normalise',
  'ingest',
  'duckdb',
  'pyarrow',
  'reference',
  'node',
  'python',
]);

const ROW = z.object({
  id: CONTESTANT_ID,
  name: z.string(),
  threads: z.number(),
  /** From the process's start to its exit, by a clock outside. */
  seconds: SPREAD,
  /** By its own clock, from the end of its start-up; none if it does nothing. */
  insideSeconds: SPREAD.optional(),
  cpuSeconds: SPREAD,
  peakMemoryMB: SPREAD,
  /** Of Parquet. */
  outputBytes: z.number(),
});

/** What `trailseal ingest` left. */
const LAKE = z.object({
  batches: z.number(),
  objects: z.number(),
  objectBytes: z.number(),
  /** Bytes of the columns that a usual question reads. */
  usualBytes: z.number(),
});

const CORPUS_FIGURES = z.object({ corpus: CORPUS_SIZE, rows: z.array(ROW), lake: LAKE });

export const FIGURES = z.object({
  about: z.object({
    date: z.string(),
    cpu: z.string(),
    cores: z.number(),
    memoryGB: z.number(),
    /** Of the last minute before it began. */
    load: z.number(),
    versions: z.record(z.string(), z.string()),
    rounds: z.number(),
    coldRounds: z.number(),
    sizeMB: z.number(),
  }),
  corpora: z.array(CORPUS_FIGURES),
  cold: CORPUS_FIGURES,
});

export type Figures = z.infer<typeof FIGURES>;
export type CorpusFigures = z.infer<typeof CORPUS_FIGURES>;
export type CorpusSize = z.infer<typeof CORPUS_SIZE>;
export type LakeSize = z.infer<typeof LAKE>;
export type Row = z.infer<typeof ROW>;
export type ContestantId = z.infer<typeof CONTESTANT_ID>;

/** One contestant's one process. */
export interface Run {
  readonly seconds: number;
  readonly insideSeconds: number | undefined;
  readonly cpuSeconds: number;
  readonly peakMemoryMB: number;
  readonly outputBytes: number;
}

/** At least one run, all of one contestant on one corpus. */
export function rowOf(contestant: Pick<Row, 'id' | 'name' | 'threads'>, runs: readonly Run[]): Row {
  const inside = runs.flatMap(({ insideSeconds }) => insideSeconds ?? []);
  return {
    id: contestant.id,
    name: contestant.name,
    threads: contestant.threads,
    seconds: spreadOf(runs.map(({ seconds }) => seconds)),
    ...(inside.length === 0 ? {} : { insideSeconds: spreadOf(inside) }),
    cpuSeconds: spreadOf(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMemoryMB: spreadOf(runs.map(({ peakMemoryMB }) => peakMemoryMB)),
    outputBytes: spreadOf(runs.map(({ outputBytes }) => outputBytes)).median,
  };
}

/** Throws if the run had no such contestant. */
export function rowFor({ corpus, rows }: CorpusFigures, id: ContestantId, threads = 1): Row {
  const row = rows.find((one) => one.id === id && one.threads === threads);
  if (row === undefined) throw new Error(`${corpus.name}: nothing was measured of ${id}, ${threads} threads`);
  return row;
}

/** Throws if the run had no such corpus. */
export function corpusFor({ corpora }: Figures, id: CorpusSize['id']): CorpusFigures {
  const found = corpora.find(({ corpus }) => corpus.id === id);
  if (found === undefined) throw new Error(`nothing was measured of ${id}`);
  return found;
}
