import { corpusFor, rowFor, type CorpusFigures, type Figures, type Row } from './figures.ts';

/** What the project set itself before it measured. */
export interface Target {
  readonly what: string;
  /** `at least 5×` */
  readonly wanted: string;
  /** What decides. */
  readonly measured: string;
  readonly met: boolean;
  readonly note: string;
}

/** All of them, by these figures. None is ever made easier. */
export function targetsOf(figures: Figures): readonly Target[] {
  const typical = corpusFor(figures, 'typical');
  const small = corpusFor(figures, 'small');
  return [
    faster('whole job, one thread, typical files, by orjson + pyarrow', 5, typical, 'pyarrow'),
    faster("whole job, one thread, typical files, by DuckDB's best", 3, typical, 'duckdb'),
    faster('whole job, one thread, typical files, by gunzip alone', 1 / 4, typical, 'gunzip'),
    faster('the same, aimed for', 1 / 3, typical, 'gunzip'),
    faster('small files, default batch, one thread, by orjson + pyarrow', 4, small, 'pyarrow'),
    workers('two workers by one, typical files: log files to Parquet', typical, 'normalise'),
    workers('two workers by one, typical files: `trailseal ingest`', typical, 'ingest'),
    memory('peak memory, one thread, typical files: log files to Parquet', typical, 'normalise'),
    memory('peak memory, one thread, typical files: `trailseal ingest`', typical, 'ingest'),
    coldStart('first 5,000 events from a cold start, by `node -e 0`', figures.cold),
  ];
}

/**
 * Whoever starts quicker gains by the clock outside, whoever has to warm up by none: a target is met if it is met by both clocks, and what is
 * shown is the lesser of the two.
 */
function faster(
  what: string,
  least: number,
  corpus: CorpusFigures,
  peer: 'pyarrow' | 'duckdb' | 'gunzip',
): Target {
  const ours = rowFor(corpus, 'normalise');
  const theirs = rowFor(corpus, peer);
  const ingest = rowFor(corpus, 'ingest');
  const ratio = lesser(theirs, ours);
  const note = `start to exit ${times(outside(theirs, ours))}, inside ${times(inside(theirs, ours))}; \`trailseal ingest\` ${times(lesser(theirs, ingest))}`;
  return { what, wanted: `at least ${times(least)}`, measured: times(ratio), met: ratio >= least, note };
}

function workers(what: string, corpus: CorpusFigures, id: 'normalise' | 'ingest'): Target {
  const one = rowFor(corpus, id);
  const two = rowFor(corpus, id, 2);
  const ratio = lesser(one, two);
  const gunzip = lesser(rowFor(corpus, 'gunzip'), rowFor(corpus, 'gunzip', 2));
  const note = `start to exit ${times(outside(one, two))}, inside ${times(inside(one, two))}; gunzip alone ${times(gunzip)}`;
  return { what, wanted: `at least ${times(1.7)}`, measured: times(ratio), met: ratio >= 1.7, note };
}

function memory(what: string, corpus: CorpusFigures, id: 'normalise' | 'ingest'): Target {
  // The worst run counts, not the median.
  const { most } = rowFor(corpus, id).peakMemoryMB;
  const note = `of ${corpus.corpus.files} files, the worst run`;
  return { what, wanted: 'under 200 MB', measured: `${most.toFixed(0)} MB`, met: most < 200, note };
}

function coldStart(what: string, cold: CorpusFigures): Target {
  const nothing = rowFor(cold, 'node').seconds.median;
  const ratio = rowFor(cold, 'normalise').seconds.median / nothing;
  const ingest = rowFor(cold, 'ingest').seconds.median / nothing;
  const note = `\`trailseal ingest\` ${times(ingest)}`;
  return { what, wanted: 'under 3×', measured: times(ratio), met: ratio < 3, note };
}

function lesser(slow: Row, fast: Row): number {
  return Math.min(outside(slow, fast), inside(slow, fast));
}

/** How many times as fast the second one is, start to exit. */
function outside(slow: Row, fast: Row): number {
  return slow.seconds.median / fast.seconds.median;
}

function inside(slow: Row, fast: Row): number {
  return (slow.insideSeconds?.median ?? Number.NaN) / (fast.insideSeconds?.median ?? Number.NaN);
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}
