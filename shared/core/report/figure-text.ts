import { inOneLine } from '../one-line.ts';

/** Figures and names as a report writes them. */

const COUNT = new Intl.NumberFormat('en-US');

/** `12,345` */
export function figure(n: number): string {
  return COUNT.format(n);
}

/** `1 event`, `12,345 events` */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${figure(n)} ${n === 1 ? one : many}`;
}

/** A share as a percentage, never `0 %` of something nor `100 %` of not everything. */
export function share(part: number, of: number): string {
  if (of === 0) return '–';
  const percent = (part / of) * 100;
  if (part > 0 && percent < 0.1) return '< 0.1 %';
  if (part < of && percent > 99.9) return '> 99.9 %';
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %`;
}

/**
 * On one line and no longer than so many UTF-16 units; what is left out is left out of the middle, for names differ at both ends. A name of nothing
 * is a dash.
 */
export function cutMiddle(text: string, most: number): string {
  const line = inOneLine(text);
  if (line.length <= most) return line === '' ? '–' : line;
  const head = Math.ceil((most - 1) / 2);
  return `${line.slice(0, head)}…${line.slice(line.length - (most - 1 - head))}`.toWellFormed();
}

/** About how wide a text is in the size of charts: there is no browser to ask when they are drawn. */
export function textWidth(text: string): number {
  return text.length * 6.9 + (text.match(/[\dA-Zmw@%]/g)?.length ?? 0) * 1.7;
}

/** `arn:aws:iam::111122223333:role/deploy` as `role/deploy`, with its account apart; anything else as it is. */
export function shortPrincipal(name: string): { readonly name: string; readonly account: string } {
  const [, account = '', rest] = /^arn:[^:]*:(?:iam|sts)::(\d{12}):(.+)$/s.exec(name) ?? [];
  return rest === undefined ? { name, account: '' } : { name: rest, account };
}

/** `2 Nov 2026, 14:00` of ISO 8601; other text as it is. */
export function timeText(iso: string): string {
  const [, year, month, day, time] = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})/.exec(iso) ?? [];
  if (time === undefined) return iso;
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? ''} ${year ?? ''}, ${time}`;
}

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
