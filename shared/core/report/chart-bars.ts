import * as Plot from '@observablehq/plot';
import { chart, type Canvas } from './chart.ts';
import { cutMiddle, figure } from './figure-text.ts';
import type { Markup } from './markup.ts';

export interface Bar {
  readonly name: string;
  readonly n: number;
  /** How much of `n` is drawn in the colour of alerts. */
  readonly alert?: number;
}

/** Names by how many, longest first; each bar from zero, with its name and its figure at it. */
export function barsChart(label: string, bars: readonly Bar[]): Markup {
  const top = Math.max(1, ...bars.map(({ n }) => n));
  return chart(label, (canvas) => {
    const { isNarrow } = canvas;
    const row = isNarrow ? 36 : 24;
    const [left, right, letters] = isNarrow ? [2, 62, 44] : [304, 66, 36];
    const rows = bars.map((bar, i) => ({ ...bar, i, shown: cutMiddle(bar.name, letters) }));
    const thick = (inset: number) => ({
      y1: ({ i }: { i: number }) => -i - 1 + inset,
      y2: ({ i }: { i: number }) => -i - (isNarrow ? 0.5 : inset),
    });
    return {
      height: bars.length * row + 4,
      marginLeft: left,
      marginRight: right,
      marginTop: 2,
      marginBottom: 2,
      x: { domain: [0, top], axis: null },
      y: { domain: [-bars.length, 0], axis: null },
      marks: [
        Plot.rect(rows, { x1: 0, x2: ({ n }) => n, ...thick(0.17), fill: 'var(--volume)' }),
        Plot.rect(rows, { x1: 0, x2: ({ alert = 0 }) => alert, ...thick(0.17), fill: 'var(--alert)' }),
        ...names(rows, canvas, left),
      ],
    };
  });
}

interface Row extends Bar {
  readonly i: number;
  readonly shown: string;
}

function names(rows: readonly Row[], { isNarrow }: Canvas, left: number): Plot.Markish[] {
  return [
    Plot.text(rows, {
      y: ({ i }) => -i - (isNarrow ? 0.25 : 0.5),
      text: ({ shown }) => shown,
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: isNarrow ? 0 : -left,
      fill: 'var(--ink)',
    }),
    Plot.text(rows, {
      x: ({ n }) => n,
      y: ({ i }) => -i - (isNarrow ? 0.67 : 0.5),
      text: ({ n }) => figure(n),
      textAnchor: 'start',
      dx: 6,
      fill: 'var(--ink)',
      fontVariant: 'tabular-nums',
    }),
  ];
}
