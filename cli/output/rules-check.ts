import type { CheckedRules, Complaint } from '../../shared/core/rules/rule-check.ts';
import type { HowFound } from '../../shared/core/rules/rule-cost.ts';
import type { MeasuredRule, MeasuredRules } from '../measure-rules.ts';
import { count, printable } from './human.ts';
import { figure } from './rules-figures.ts';
import { renderRows } from './table.ts';

/** What a check found, file by file, and what the rules cost. */
export function checkText(
  { rules, complaints }: CheckedRules,
  folder: string,
  measured: MeasuredRules | undefined,
): string {
  const byFile = Map.groupBy(complaints, ({ path }) => path);
  return [
    ...[...byFile].flatMap(([path, some]) =>
      [printable(`${folder}/${path}`)].concat(some.map(complaintText)),
    ),
    ...(measured === undefined ? [] : costText(measured)),
    `${count(rules.length, 'rule')}: ${totals(complaints)}`,
  ].join('\n');
}

/** `2 errors, 1 warning, 0 notes`. */
export function totals(complaints: readonly Complaint[]): string {
  return (['error', 'warning', 'note'] as const)
    .map((level) => count(complaints.filter((one) => one.level === level).length, level))
    .join(', ');
}

const INDENT = 2;
const LEVEL = 9;

function complaintText({ level, message }: Complaint): string {
  const lines = message.split('\n').map(printable);
  const indent = ' '.repeat(INDENT + LEVEL);
  return `${' '.repeat(INDENT)}${level.padEnd(LEVEL)}${lines.join(`\n${indent}`)}`;
}

/** Rules shown; the rest is in `--json`. */
const COSTLIEST = 8;

function costText({ events, nanosecondsAnEvent, rules }: MeasuredRules): string[] {
  const costliest = [...rules]
    .sort((a, b) => b.nanosecondsAnEvent - a.nanosecondsAnEvent)
    .slice(0, COSTLIEST);
  const all = `all ${count(rules.length, 'rule')} in one pass take ${microseconds(nanosecondsAnEvent)} an event`;
  return [
    '',
    `Cost, measured on this machine over ${count(events, 'event')} of the generated sample: ${all}. The costliest, each by itself:`,
    renderRows(COLUMNS, costliest.map(costRow), process.stdout.isTTY ? process.stdout.columns : 200),
  ];
}

const COLUMNS = ['rule', 'found by', 'looked at', 'selected', 'an event'];

function costRow({ rule, found, lookedAt, selected, nanosecondsAnEvent }: MeasuredRule): string[] {
  return [rule, foundBy(found), percent(lookedAt), percent(selected), microseconds(nanosecondsAnEvent)];
}

function foundBy(found: HowFound): string {
  if (found.by === 'every-event') return 'looks at every event';
  return Object.entries(found.fields)
    .map(([name, n]) => `${name} (${count(n, 'value')})`)
    .join(', ');
}

function percent(share: number): string {
  if (share === 0) return '0 %';
  return share < 0.001 ? '< 0.1 %' : `${(share * 100).toFixed(1)} %`;
}

function microseconds(nanoseconds: number): string {
  return nanoseconds < 1000
    ? `${figure(Math.round(nanoseconds))} ns`
    : `${(nanoseconds / 1000).toFixed(1)} µs`;
}
