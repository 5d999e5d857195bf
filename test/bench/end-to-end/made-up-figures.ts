import type { ContestantId, CorpusFigures, CorpusSize, Figures, Row } from './figures.ts';
import type { Spread } from '../spread.ts';

/** Figures that nobody measured, for tests: `seconds` by contestant and threads, `pyarrow 2`. */

const SECONDS: Readonly<Record<string, number>> = {
  'gunzip 1': 0.25,
  'normalise 1': 0.5,
  'ingest 1': 0.8,
  'duckdb 1': 2,
  'pyarrow 1': 4,
  'gunzip 2': 0.14,
  'normalise 2': 0.25,
  'ingest 2': 0.45,
  'duckdb 2': 1,
  'pyarrow 2': 2,
};

export function madeUpRow(id: ContestantId, threads: number, seconds: number): Row {
  const always = (n: number): Spread => ({ median: n, least: n * 0.9, most: n * 1.1 });
  return {
    id,
    name: id,
    threads,
    seconds: always(seconds),
    insideSeconds: always(seconds / 2),
    cpuSeconds: always(seconds),
    peakMemoryMB: always(150),
    outputBytes: 8e6,
  };
}

export function madeUpCorpus(
  id: CorpusSize['id'],
  seconds: Readonly<Record<string, number>> = {},
): CorpusFigures {
  return {
    corpus: { id, name: `${id} files`, files: 100, events: 60_000, rawBytes: 100e6, storedBytes: 11e6 },
    rows: Object.entries({ ...SECONDS, ...seconds }).map(([who, seconds]) => {
      const [name = '', threads] = who.split(' ');
      return madeUpRow(name as ContestantId, Number(threads), seconds);
    }),
    lake: { batches: 7, objects: 8, objectBytes: 8e6, usualBytes: 1e6 },
  };
}

export function madeUpFigures(typical: Readonly<Record<string, number>> = {}): Figures {
  const nothing = { 'node 1': 0.2, 'python 1': 0.1 };
  return {
    about: {
      date: '2026-11-22',
      cpu: 'a processor',
      cores: 2,
      memoryGB: 8,
      load: 0.01,
      versions: { 'Node.js': '24.0.0' },
      rounds: 7,
      coldRounds: 21,
      sizeMB: 100,
    },
    corpora: [
      madeUpCorpus('small'),
      madeUpCorpus('typical', typical),
      madeUpCorpus('large'),
      madeUpCorpus('organisation'),
    ],
    cold: madeUpCorpus('cold', nothing),
  };
}
