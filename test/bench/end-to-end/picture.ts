import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { svgMarkup, type SvgNode } from '../../../shared/core/report/svg-markup.ts';
import type { Spread } from '../spread.ts';
import type { ContestantId, CorpusFigures, Figures, Row } from './figures.ts';

/**
 * The throughput of one thread as still SVG, a group of bars for each corpus. It stands in a page as an image, where no style sheet reaches: it brings
 * its own, for light and dark, and its own ground, because a page's may be the other one.
 */
export function picture(figures: Figures): string {
  const bars = figures.corpora.flatMap((corpus, group) => barsOf(corpus, group));
  const rows = (bars.at(-1)?.row ?? 0) + 1;
  const most = Math.max(...bars.map(({ rate }) => rate.most));
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  // Without the DOM's types, which no part of this program has, Plot's option is unknown to them.
  const inDocument = { ...layout(bars, figures.corpora, rows, most), document };
  const drawn: unknown = Plot.plot(inDocument);
  const { text } = svgMarkup(drawn as SvgNode);
  const label = 'MB of JSON a second, one thread, start to exit; the tables hold the same figures';
  return (
    text
      .replace('<svg ', `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${label}" `)
      .replace('>', `>${STYLE}<rect width="100%" height="100%" fill="var(--ground)"></rect>`) + '\n'
  );
}

const STYLE = `<style>
svg text { font-family: system-ui, sans-serif; font-size: 13px; }
svg { --ground: #ffffff; --ink: #1d2329; --muted: #59626c; --line: #d5d9de; --ours: #2f6690; --peer: #a9b4bf; --floor: #dfe3e8; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #14181c; --ink: #e8ebee; --muted: #a3adb8; --line: #353d46; --ours: #6ba8d6; --peer: #66727f; --floor: #3a434d; }
}
</style>`;

const ROW = 22;
const WIDTH = 880;
const LEFT = 272;
const RIGHT = 166;

interface Bar {
  /** From the top. */
  readonly row: number;
  readonly name: string;
  /** MB of JSON a second. */
  readonly rate: Spread;
  readonly events: number;
  readonly colour: string;
}

const COLOURS: Readonly<Partial<Record<ContestantId, string>>> = {
  gunzip: 'floor',
  normalise: 'ours',
  ingest: 'ours',
};

/** A row for the corpus's name, one a contestant, and half a one of nothing. */
const ROWS_OF_GROUP = 6.5;

function barsOf({ corpus, rows }: CorpusFigures, group: number): Bar[] {
  const single = rows.filter(({ threads, id }) => threads === 1 && id !== 'reference');
  return single.map((row, i) => ({
    row: group * ROWS_OF_GROUP + 1 + i,
    name: row.name.replaceAll('`', ''),
    rate: rateOf(row, corpus.rawBytes / 1e6),
    events: corpus.events / row.seconds.median,
    colour: `var(--${COLOURS[row.id] ?? 'peer'})`,
  }));
}

function rateOf({ seconds }: Row, megabytes: number): Spread {
  return {
    median: megabytes / seconds.median,
    least: megabytes / seconds.most,
    most: megabytes / seconds.least,
  };
}

function layout(
  bars: readonly Bar[],
  corpora: readonly CorpusFigures[],
  rows: number,
  most: number,
): Plot.PlotOptions {
  const middle = ({ row }: Bar): number => row + 0.5;
  const words = { frameAnchor: 'left', textAnchor: 'start', dx: 12 - LEFT } as const;
  return {
    width: WIDTH,
    height: rows * ROW + 40,
    marginLeft: LEFT,
    marginRight: RIGHT,
    marginTop: 32,
    marginBottom: 8,
    x: { domain: [0, most], axis: null },
    y: { domain: [rows, 0], axis: null },
    marks: [
      Plot.text(['MB of JSON a second, one thread, start to exit: median, least to most'], {
        ...words,
        frameAnchor: 'top-left',
        dy: -16,
        fill: 'var(--muted)',
      }),
      Plot.text(corpora, {
        ...words,
        y: (_: CorpusFigures, group: number) => group * ROWS_OF_GROUP + 0.5,
        text: ({ corpus }) => corpus.name,
        fontWeight: 600,
        fill: 'var(--ink)',
      }),
      Plot.ruleX(corpora, {
        x: 0,
        y1: (_: CorpusFigures, group: number) => group * ROWS_OF_GROUP + 1,
        y2: (_: CorpusFigures, group: number) => (group + 1) * ROWS_OF_GROUP - 0.5,
        stroke: 'var(--line)',
      }),
      Plot.rect(bars, {
        x1: 0,
        x2: ({ rate }) => rate.median,
        y1: ({ row }) => row + 0.16,
        y2: ({ row }) => row + 0.84,
        fill: ({ colour }: Bar) => colour,
      }),
      Plot.ruleY(bars, {
        x1: ({ rate }) => rate.least,
        x2: ({ rate }) => rate.most,
        y: middle,
        stroke: 'var(--ink)',
        strokeWidth: 1.5,
      }),
      Plot.text(bars, { ...words, y: middle, text: ({ name }) => name, fill: 'var(--ink)' }),
      Plot.text(bars, {
        x: ({ rate }) => rate.most,
        y: middle,
        dx: 8,
        textAnchor: 'start',
        text: figuresOf,
        fontVariant: 'tabular-nums',
        fill: 'var(--ink)',
      }),
    ],
  };
}

function figuresOf({ rate, events }: Bar): string {
  return `${rate.median.toFixed(0)} (${Math.round(events / 1000)} k events/s)`;
}
