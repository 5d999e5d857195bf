import { rowFor, type CorpusFigures, type Figures, type Row } from './figures.ts';
import { counted } from '../../../shared/core/report/figure-text.ts';
import { markdownTable, number } from './markdown-table.ts';
import { targetsOf } from './targets.ts';
import type { Spread } from '../spread.ts';

export function targetsTable(figures: Figures): string {
  return markdownTable(
    ['target', 'wanted', 'measured', '', 'more of it'],
    targetsOf(figures).map(({ what, wanted, measured, met, note }) => [
      what,
      wanted,
      measured,
      met ? 'met' : '**not met**',
      note,
    ]),
  );
}

/** A corpus, one row a contestant and number of threads. */
export function corpusTable(figures: CorpusFigures): string {
  const { corpus, rows } = figures;
  const head = [
    '',
    'threads',
    's, start to exit',
    's, inside',
    'events/s',
    'MB/s',
    '÷ orjson',
    'CPU s a million',
    'peak MB',
    'out MB',
  ];
  return markdownTable(
    head,
    rows.map((row) => {
      // The reference has one thread, as its peer has then.
      const peer = rowFor(figures, 'pyarrow', row.threads);
      return [
        row.name,
        String(row.threads),
        spread(row.seconds),
        row.insideSeconds === undefined ? '–' : number(row.insideSeconds.median),
        number(Math.round(corpus.events / row.seconds.median)),
        number(corpus.rawBytes / 1e6 / row.seconds.median),
        number(peer.seconds.median / row.seconds.median),
        number((row.cpuSeconds.median / corpus.events) * 1e6),
        number(row.peakMemoryMB.median),
        row.outputBytes === 0 ? '–' : number(row.outputBytes / 1e6),
      ];
    }),
  );
}

export function corpusSentence({ corpus, lake }: CorpusFigures): string {
  const { files, events, rawBytes, storedBytes } = corpus;
  return (
    `${counted(events, 'event')} in ${counted(files, 'log file')}, ${number(rawBytes / 1e6)} MB of JSON, ` +
    `${number(storedBytes / 1e6)} MB gzipped. \`trailseal ingest\` plans ${counted(lake.batches, 'batch', 'batches')} and stores ${counted(lake.objects, 'object')}.`
  );
}

export function coldTable({ rows }: CorpusFigures): string {
  const nothing = rows.find(({ id }) => id === 'node')?.seconds.median ?? Number.NaN;
  return markdownTable(
    ['', 'ms, start to exit', '÷ `node -e 0`', 'ms inside', 'CPU ms', 'peak MB'],
    rows.map((row: Row) => [
      row.name,
      spread(inMs(row.seconds)),
      number(row.seconds.median / nothing),
      row.insideSeconds === undefined ? '–' : number(row.insideSeconds.median * 1000),
      number(row.cpuSeconds.median * 1000),
      number(row.peakMemoryMB.median),
    ]),
  );
}

/** `1.20 (1.18–1.31)` */
function spread({ median, least, most }: Spread): string {
  return `${number(median)} (${number(least)}–${number(most)})`;
}

function inMs({ median, least, most }: Spread): Spread {
  return { median: median * 1000, least: least * 1000, most: most * 1000 };
}
