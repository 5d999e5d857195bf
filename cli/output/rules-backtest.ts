import type { RuleTally } from '../../shared/core/rules/backtest-tally.ts';
import type { BacktestReport } from '../../shared/jobs/backtest.ts';
import { count } from './human.ts';
import { comparisonText } from './rules-comparison.ts';
import {
  activeRules,
  figure,
  sampleLine,
  scopeText,
  TALLY_COLUMNS,
  tallyCells,
  totalText,
  width,
} from './rules-figures.ts';
import { renderRows } from './table.ts';

/** What a backtest came to, for a terminal. */
export function backtestText(report: BacktestReport): string {
  const { rules, against } = report;
  if (against !== undefined) return comparisonText(report, against);
  const active = activeRules(rules);
  const silent = rules.filter((rule) => !active.includes(rule)).map(({ rule }) => rule);
  const rows = active.map((rule) => [
    rule.rule,
    ...tallyCells(rule),
    principalsText(rule.principals.slice(0, 1)),
  ]);
  return [
    scopeText(report),
    ...(rows.length === 0 ? [] : [renderRows(COLUMNS, rows, width())]),
    `in all: ${totalText(report)}`,
    ...(silent.length === 0 ? [] : [`${count(silent.length, 'rule')} matched nothing: ${silent.join(', ')}`]),
    ...(active.length > MOST_SHOWN
      ? ["a rule's events and principals: --rule <id> (--limit 20 for more of them)"]
      : active.flatMap(samplesText)),
  ].join('\n');
}

/** More than these rules, and their events fill screens: the table alone is shown. */
const MOST_SHOWN = 5;

const COLUMNS = ['rule', ...TALLY_COLUMNS, 'noisiest principal'];

function principalsText(principals: RuleTally['principals']): string {
  return principals
    .map(({ principal, matches }) => `${shortPrincipal(principal)} ${figure(matches)}`)
    .join(', ');
}

const LONGEST = 40;

/** `arn:aws:sts::111122223333:assumed-role/Admin/alice` → `Admin/alice`: the JSON has it whole. */
function shortPrincipal(principal: string): string {
  const name = /^arn:[^:]*:(?:iam|sts)::\d{12}:(?:[a-z-]+\/)?(.+)$/.exec(principal)?.[1] ?? principal;
  return name.length > LONGEST ? `…${name.slice(-LONGEST)}` : name;
}

function samplesText({ rule, samples, matches, principals }: RuleTally): string[] {
  if (samples.length === 0) return [];
  return [
    '',
    `${rule}: most by ${principalsText(principals)}; ${samples.length} of ${count(matches, 'event')}:`,
    ...samples.map(sampleLine),
  ];
}
