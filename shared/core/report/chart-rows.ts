import * as Plot from '@observablehq/plot';
import { chart, pointsOf, timeAxis, type Canvas } from './chart.ts';
import type { Period } from './chart-columns.ts';
import { cutMiddle, figure, textWidth } from './figure-text.ts';
import type { Markup } from './markup.ts';
import { bucketsOf } from './report-period.ts';

/** One row of a chart over time. */
export interface ChartRow {
  readonly name: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly total: number;
  readonly colour?: 'volume' | 'alert' | 'rest';
}

/** Where names stand: beside the rows, or above each on a phone. */
interface Place {
  readonly left: number;
  readonly right: number;
  readonly height: number;
  readonly above: number;
  readonly letters: number;
}

/** A page leaves names as much room as they need, up to two fifths of it; a phone puts them above their rows. */
function placeOf({ isNarrow }: Canvas, height: number, rows: readonly ChartRow[]): Place {
  if (isNarrow) return { left: 16, right: 16, height: height + 28, above: 26, letters: LETTERS };
  const room = Math.max(...rows.map(({ name }) => textWidth(cutMiddle(name, LETTERS))));
  return { left: 20 + room, right: 62, height: height + 8, above: 6, letters: LETTERS };
}

const LETTERS = 44;

/**
 * Names over time, one row each, all on one scale: what is small is small. Direct labels, one colour, so that nothing hangs on telling colours apart.
 */
export function rowsChart(label: string, rows: readonly ChartRow[], period: Period): Markup {
  const buckets = bucketsOf(period);
  const drawn = rows.map(({ name, counts, total, colour = 'volume' }) => {
    return { name, total, colour, points: pointsOf(counts, buckets, period.to) };
  });
  const top = Math.max(1, ...drawn.flatMap(({ points }) => points.map(({ n }) => n)));
  return chart(label, (canvas) => {
    const place = placeOf(canvas, 34, rows);
    const bottom = drawn.length * place.height;
    const marks = drawn.flatMap(({ points, colour }, i) => {
      const base = bottom - (i + 1) * place.height;
      const scale = (place.height - place.above) / top;
      const lifted = points.map(({ from, to, n }) => ({
        from,
        to,
        y1: base,
        y2: base + Math.max(n * scale, 1),
      }));
      return [
        Plot.ruleY([base], { stroke: 'var(--line)' }),
        Plot.rect(lifted, {
          x1: ({ from }) => from,
          x2: ({ to }) => to,
          y1: ({ y1 }) => y1,
          y2: ({ y2 }) => y2,
          fill: `var(--${colour})`,
          insetLeft: 0.25,
          insetRight: 0.25,
        }),
      ];
    });
    return framed(canvas, place, drawn, period, [...marks, ...labels(canvas, place, drawn)]);
  });
}

/** What happened when, one row a name: a dot for each hour (or day) in which it did, larger the more often. */
export function dotsChart(label: string, rows: readonly ChartRow[], period: Period): Markup {
  const buckets = bucketsOf(period);
  const drawn = rows.map(({ name, counts, total, colour = 'volume' }) => {
    return { name, total, colour, points: pointsOf(counts, buckets, period.to) };
  });
  const top = Math.max(1, ...drawn.flatMap(({ points }) => points.map(({ n }) => n)));
  return chart(label, (canvas) => {
    const place = placeOf(canvas, 16, rows);
    const bottom = drawn.length * place.height;
    const largest = Math.sqrt(top);
    const marks = drawn.flatMap(({ points, colour }, i) => {
      const base = bottom - (i + 1) * place.height;
      const middle = canvas.isNarrow ? base + (place.height - place.above) / 2 : base + place.height / 2;
      return [
        Plot.ruleY([middle], { stroke: 'var(--line)' }),
        Plot.dot(points, {
          x: ({ from, to }) => new Date((from.getTime() + to.getTime()) / 2),
          y: () => middle,
          // By its area; the smallest can still be seen.
          r: ({ n }) => 2.5 + 5 * (top === 1 ? 0.3 : Math.sqrt(n) / largest),
          fill: `var(--${colour})`,
          fillOpacity: 0.85,
        }),
      ];
    });
    return framed(canvas, place, drawn, period, [...marks, ...labels(canvas, place, drawn)]);
  });
}

interface Drawn {
  readonly name: string;
  readonly total: number;
  readonly colour: string;
}

function framed(
  canvas: Canvas,
  place: Place,
  drawn: readonly Drawn[],
  { from, to }: Period,
  marks: Plot.Markish[],
): Plot.PlotOptions {
  const height = drawn.length * place.height;
  return {
    height: height + 30,
    marginLeft: place.left,
    marginRight: place.right,
    marginTop: 4,
    marginBottom: 26,
    x: { ...timeAxis(from, to, canvas), tickSize: 4 },
    y: { domain: [0, height], axis: null },
    r: { type: 'identity' },
    marks,
  };
}

/** The name, and how many in all. */
function labels(canvas: Canvas, place: Place, drawn: readonly Drawn[]): Plot.Markish[] {
  const bottom = drawn.length * place.height;
  const rows = drawn.map(({ name, total }, i) => {
    const base = bottom - (i + 1) * place.height;
    const y = canvas.isNarrow
      ? base + place.height - 16
      : base + (place.height - (place.height > 40 ? 6 : 0)) / 2;
    return { y, name: cutMiddle(name, place.letters), total: figure(total) };
  });
  const common = { y: ({ y }: { y: number }) => y, fill: 'var(--ink)' };
  return [
    Plot.text(rows, {
      ...common,
      text: ({ name }) => name,
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: -place.left,
    }),
    Plot.text(rows, {
      ...common,
      text: ({ total }) => total,
      frameAnchor: 'right',
      textAnchor: 'end',
      dx: place.right,
      fontVariant: 'tabular-nums',
    }),
  ];
}
