import type { EventChange } from '../../shared/core/rules/backtest-changes.ts';
import type { RuleTally } from '../../shared/core/rules/backtest-tally.ts';
import type { EventSample } from '../../shared/core/rules/earliest-events.ts';
import type { BacktestReport } from '../../shared/jobs/backtest.ts';
import { count } from './human.ts';
import { markdownCode, markdownTable } from './markdown-table.ts';
import { changesOf, fromTo } from './rules-comparison.ts';
import {
  activeRules,
  figure,
  perDay,
  scopeText,
  TALLY_COLUMNS,
  tallyCells,
  totalText,
} from './rules-figures.ts';

/** What a backtest came to, for a pull request. What stands in events is code, so that nothing in it is Markdown. */
export function backtestMarkdown(report: BacktestReport): string {
  return ['### Backtest', '', `Over ${scopeText(report)}.`, '', ...bodyOf(report)].join('\n');
}

const NUMBERS = new Set(['events', 'suppressed', 'alerts', 'a day', 'gained', 'lost']);

function bodyOf(report: BacktestReport): string[] {
  const { against } = report;
  if (against === undefined) return plainBody(report);
  const changed = changesOf(report, against);
  const rows = changed.map(({ change, now, was }) => [
    change.kind === 'kept' ? `\`${change.rule}\`` : `\`${change.rule}\` (${change.kind})`,
    fromTo(was?.matches, now?.matches),
    fromTo(was?.suppressed, now?.suppressed),
    fromTo(was?.alerts, now?.alerts),
    `${perDay(was?.alertsADay.mean ?? 0)} → ${perDay(now?.alertsADay.mean ?? 0)}`,
    figure(change.gained.events),
    figure(change.lost.events),
  ]);
  const columns = ['rule', 'events', 'suppressed', 'alerts', 'a day', 'gained', 'lost'];
  return [
    changed.length === 0
      ? 'Every rule selects the events it did, and alerts as it did.'
      : markdownTable(columns, rows, NUMBERS),
    '',
    `- before: ${totalText(against)}`,
    `- now: ${totalText(report)}`,
    `- ${count(against.changes.length - changed.length, 'rule')} alert as before`,
    ...changed.flatMap(({ change: { rule, gained, lost } }) =>
      details(`\`${rule}\` gained`, gained).concat(details(`\`${rule}\` lost`, lost)),
    ),
  ];
}

function plainBody(report: BacktestReport): string[] {
  const active = activeRules(report.rules);
  const rows = active.map((rule) => [`\`${rule.rule}\``, ...tallyCells(rule), principals(rule)]);
  const columns = ['rule', ...TALLY_COLUMNS, 'noisiest principals'];
  return [
    ...(rows.length === 0 ? [] : [markdownTable(columns, rows, NUMBERS), '']),
    `- in all: ${totalText(report)}`,
    `- ${count(report.rules.length - active.length, 'rule')} matched nothing`,
    ...active.flatMap(({ rule, matches, samples }) => details(`\`${rule}\`:`, { events: matches, samples })),
  ];
}

function principals({ principals }: RuleTally): string {
  return principals
    .map(({ principal, matches }) => `${markdownCode(principal)} ${figure(matches)}`)
    .join(', ');
}

function details(what: string, { events, samples }: EventChange): string[] {
  if (events === 0 || samples.length === 0) return [];
  const heading = `${what} ${count(events, 'event')}, such as`;
  return [
    '',
    '<details>',
    `<summary>${heading.replaceAll('`', '')}</summary>`,
    '',
    ...samples.map(line),
    '',
    '</details>',
  ];
}

function line({ eventId, time, name, principal, account }: EventSample): string {
  const who = `${markdownCode(principal ?? 'unknown')} in account ${markdownCode(account ?? 'unknown')}`;
  return `- ${time} ${markdownCode(name ?? '–')} by ${who}: ${markdownCode(eventId)}`;
}
