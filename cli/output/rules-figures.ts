import type { RuleTally } from '../../shared/core/rules/backtest-tally.ts';
import type { EventSample } from '../../shared/core/rules/earliest-events.ts';
import type { BacktestReport } from '../../shared/jobs/backtest.ts';
import { count, printable } from './human.ts';

/** Figures of a backtest as people read them, the same on a terminal and in a pull request. */

/** `7,200 events from … to … (1.0 days)`. */
export function scopeText({ events, undecided, from, to, days }: BacktestReport): string {
  if (events === 0) return 'the lake has no events of that period';
  const beyond =
    undecided === 0
      ? ''
      : `; ${count(undecided, 'event')} went over a limit, and not every rule could be held against them`;
  return `${count(events, 'event')} from ${from ?? '–'} to ${to ?? '–'} (${days.toFixed(1)} days)${beyond}`;
}

export function totalText({ total, rules }: Pick<BacktestReport, 'total' | 'rules'>): string {
  const most = total.mostOn === null ? '' : `, at most ${figure(total.most)} on ${total.mostOn}`;
  const followUps = rules.reduce((sum, rule) => sum + rule.followUps, 0);
  const more =
    followUps === 0 ? '' : `; and up to ${count(followUps, 'message')} that say how many more there were`;
  return `${count(total.alerts, 'alert')}, ${perDay(total.mean)} a day${most}${more}`;
}

/** Those that selected anything, the noisiest first. */
export function activeRules(rules: readonly RuleTally[]): RuleTally[] {
  return rules
    .filter(({ matches, suppressed }) => matches + suppressed > 0)
    .sort((a, b) => b.alerts - a.alerts || b.matches - a.matches || (a.rule < b.rule ? -1 : 1));
}

/** What a table of rules says of each, between its name and who it was. */
export const TALLY_COLUMNS = ['severity', 'events', 'suppressed', 'alerts', 'a day', 'most on a day'];

export function tallyCells(rule: RuleTally): string[] {
  return [
    rule.severity,
    figure(rule.matches),
    figure(rule.suppressed),
    figure(rule.alerts),
    perDay(rule.alertsADay.mean),
    mostText(rule),
  ];
}

export function figure(value: number): string {
  return new Intl.NumberFormat('en-US').format(value);
}

/** Two figures of what is small. */
export function perDay(mean: number): string {
  return mean === 0 ? '0' : mean < 10 ? mean.toPrecision(2) : figure(Math.round(mean));
}

function mostText({ alertsADay: { most, mostOn } }: RuleTally): string {
  return mostOn === null ? '' : `${figure(most)} on ${mostOn}`;
}

/** One event on a line of its own. */
export function sampleLine({ eventId, time, name, principal, account }: EventSample): string {
  const who = `${principal ?? 'unknown'} (account ${account ?? 'unknown'})`;
  return `  ${time}  ${printable(eventId)}  ${printable(name ?? '–')}  ${printable(who)}`;
}

/** Columns of text that a table may take. */
export function width(): number {
  return process.stdout.isTTY ? process.stdout.columns : 200;
}
