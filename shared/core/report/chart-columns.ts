import * as Plot from '@observablehq/plot';
import { chart, pointsOf, timeAxis } from './chart.ts';
import { figure } from './figure-text.ts';
import type { Markup } from './markup.ts';
import { bucketsOf } from './report-period.ts';

export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Counts over time as columns from zero. */
export function columnsChart(
  label: string,
  counts: Readonly<Record<string, number>>,
  period: Period,
  colour: 'volume' | 'alert',
): Markup {
  const points = pointsOf(counts, bucketsOf(period), period.to);
  const top = Math.max(1, ...points.map(({ n }) => n));
  return chart(label, (canvas) => ({
    height: canvas.isNarrow ? 150 : 190,
    marginLeft: 14 + figure(top).length * 8,
    marginRight: 14,
    marginTop: 16,
    marginBottom: 24,
    x: { ...timeAxis(period.from, period.to, canvas), tickSize: 4 },
    y: { domain: [0, top], axis: null },
    marks: [...gridLines(top, 3), ...columns(points, colour), Plot.ruleY([0], { stroke: 'var(--axis)' })],
  }));
}

/** Columns side by side. A pixel between them where there is room. */
export function columns(points: ReturnType<typeof pointsOf>, colour: string): Plot.Markish[] {
  return [
    Plot.rectY(points, {
      x1: ({ from }) => from,
      x2: ({ to }) => to,
      y: ({ n }) => n,
      fill: `var(--${colour})`,
      insetLeft: 0.5,
      insetRight: 0.5,
    }),
  ];
}

/** Round numbers across the chart. */
function gridLines(top: number, most: number): Plot.Markish[] {
  const lines = roundSteps(top, most);
  return [
    Plot.ruleY(lines, { stroke: 'var(--line)' }),
    Plot.text(lines, {
      y: (n: number) => n,
      text: (n: number) => figure(n),
      frameAnchor: 'left',
      dx: -8,
      textAnchor: 'end',
      fontVariant: 'tabular-nums',
      fill: 'var(--muted)',
    }),
  ];
}

/** Multiples of 1, 2 or 5 times a power of ten up to `top`, without zero. */
export function roundSteps(top: number, most: number): number[] {
  const rough = top / most;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => top / n <= most + 0.999) ?? top;
  return Array.from({ length: Math.floor(top / step) }, (_, i) => (i + 1) * step);
}
