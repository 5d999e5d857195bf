import type { EventChange, RuleChange } from '../../shared/core/rules/backtest-changes.ts';
import type { RuleTally } from '../../shared/core/rules/backtest-tally.ts';
import type { BacktestComparison, BacktestReport } from '../../shared/jobs/backtest.ts';
import { count } from './human.ts';
import { figure, perDay, sampleLine, scopeText, totalText, width } from './rules-figures.ts';
import { renderRows } from './table.ts';

/** What rules alert otherwise than they did, for a terminal. */
export function comparisonText(report: BacktestReport, against: BacktestComparison): string {
  const changed = changesOf(report, against);
  const unchanged = against.changes.length - changed.length;
  const rows = changed.map(({ change, now, was }) => [
    change.rule,
    change.kind,
    fromTo(was?.matches, now?.matches),
    fromTo(was?.suppressed, now?.suppressed),
    fromTo(was?.alerts, now?.alerts),
    `${perDay(was?.alertsADay.mean ?? 0)} → ${perDay(now?.alertsADay.mean ?? 0)}`,
    `+${figure(change.gained.events)}`,
    `-${figure(change.lost.events)}`,
  ]);
  return [
    scopeText(report),
    ...(rows.length === 0 ? [] : [renderRows(CHANGES, rows, width())]),
    `before  ${totalText(against)}`,
    `now     ${totalText(report)}`,
    `${count(unchanged, 'rule')} alert as before`,
    ...changed.flatMap(({ change: { rule, gained, lost } }) =>
      changeText(rule, 'gained', gained).concat(changeText(rule, 'lost', lost)),
    ),
  ].join('\n');
}

const CHANGES = ['rule', 'is', 'events', 'suppressed', 'alerts', 'a day', 'gained', 'lost'];

export interface ChangedRule {
  readonly change: RuleChange;
  readonly now: RuleTally | undefined;
  readonly was: RuleTally | undefined;
}

/** Rules that select other events, or alert otherwise, than they did. */
export function changesOf(report: BacktestReport, against: BacktestComparison): ChangedRule[] {
  return against.changes
    .map((change) => {
      const isIt = ({ rule }: RuleTally): boolean => rule === change.rule;
      return { change, now: report.rules.find(isIt), was: against.rules.find(isIt) };
    })
    .filter(({ change, now, was }) => {
      const figures = [now, was].map((one) => [one?.matches, one?.suppressed, one?.alerts].join());
      return (
        change.kind !== 'kept' || change.gained.events + change.lost.events > 0 || figures[0] !== figures[1]
      );
    });
}

export function fromTo(was: number | undefined, now: number | undefined): string {
  const [before, after] = [was, now].map((value) => (value === undefined ? '–' : figure(value)));
  return before === after ? (before ?? '') : `${before} → ${after}`;
}

function changeText(rule: string, which: string, { events, samples }: EventChange): string[] {
  if (events === 0) return [];
  return ['', `${rule} ${which} ${count(events, 'event')}, such as:`, ...samples.map(sampleLine)];
}
