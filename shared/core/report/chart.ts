import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { MONTHS } from './figure-text.ts';
import { html, type Markup } from './markup.ts';
import { bucketStart } from './report-period.ts';
import { svgMarkup, type SvgNode } from './svg-markup.ts';

/**
 * Charts as still SVG, drawn by Observable Plot when the report is made, so that the report holds no script. Each is drawn twice, for a page and for a
 * phone: text in a drawing shrinks with it. The style sheet shows one of the two. Colours are the style sheet's variables, so that they follow the reader's.
 */
export interface Canvas {
  readonly isNarrow: boolean;
  readonly width: number;
}

const CANVASES: readonly Canvas[] = [
  { isNarrow: false, width: 880 },
  { isNarrow: true, width: 340 },
];

/** `label` is what somebody who can't see the chart is told of it; the table behind it has the figures. */
export function chart(label: string, plot: (canvas: Canvas) => Plot.PlotOptions): Markup {
  const drawn = CANVASES.map((canvas) => {
    const svg = svgMarkup(draw({ ...plot(canvas), width: canvas.width }));
    return html`<div class="${canvas.isNarrow ? 'narrow' : 'wide'}" role="img" aria-label="${label}">
      ${svg}
    </div>`;
  });
  return html`${drawn}`;
}

/** The parts of Plot's options that all charts share: nothing is clipped, rotated, animated or interactive. */
function draw(options: Plot.PlotOptions): SvgNode {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  // Without the DOM's types, which no other part of this program has, Plot's option is unknown to them.
  const drawn: unknown = Plot.plot({ ...options, document });
  return drawn as SvgNode;
}

/** The ends of the period and when its days, months or years begin, for an axis of time. */
export function timeAxis(from: Date, to: Date, { isNarrow }: Canvas): Plot.ScaleOptions {
  const ticks = ticksBetween(from, to, isNarrow ? 4 : 9);
  return {
    type: 'utc',
    domain: [from, to],
    ticks,
    tickFormat: tickText(ticks),
    label: null,
  };
}

const HOUR_MS = 3_600_000;
const STEPS_H = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 744, 1488, 2232, 4464, 8784, 17_568, 43_920, 87_840];

function ticksBetween(from: Date, to: Date, most: number): Date[] {
  const hours = (to.getTime() - from.getTime()) / HOUR_MS;
  const step = STEPS_H.find((step) => hours / step <= most) ?? hours;
  const stepMs = step * HOUR_MS;
  const first = Math.ceil(from.getTime() / stepMs) * stepMs;
  // Weeks and longer count from the beginning of the period: nobody's calendar begins with the epoch.
  const start = step > 24 ? Math.ceil(from.getTime() / (24 * HOUR_MS)) * 24 * HOUR_MS : first;
  const ticks: Date[] = [];
  for (let at = start; at <= to.getTime(); at += stepMs) ticks.push(new Date(at));
  return ticks;
}

function tickText(ticks: readonly Date[]): (tick: Date) => string {
  const span = (ticks.at(-1)?.getTime() ?? 0) - (ticks[0]?.getTime() ?? 0);
  const isYears = span > 400 * 24 * HOUR_MS;
  return (tick) => {
    const day = `${tick.getUTCDate()} ${MONTHS[tick.getUTCMonth()] ?? ''}`;
    if (isYears) return `${MONTHS[tick.getUTCMonth()] ?? ''} ${tick.getUTCFullYear()}`;
    return tick.getUTCHours() === 0 ? day : tick.toISOString().slice(11, 16);
  };
}

/** A count over time, as marks want it. */
export interface Point {
  readonly from: Date;
  readonly to: Date;
  readonly n: number;
}

export function pointsOf(
  counts: Readonly<Record<string, number>>,
  buckets: readonly string[],
  end: Date,
): readonly Point[] {
  return buckets.flatMap((bucket, i) => {
    const next = buckets[i + 1];
    const n = counts[bucket] ?? 0;
    return n === 0
      ? []
      : [{ from: bucketStart(bucket), to: next === undefined ? end : bucketStart(next), n }];
  });
}
