import type { ForwardSummary } from '../run-forward.ts';
import { count, printable } from './human.ts';
import { SKIPPED } from './ingest-report.ts';
import { figure } from './rules-figures.ts';
import { renderRows } from './table.ts';

/** Problems shown; the same files fail again when they are forwarded again. */
const SHOWN = 10;

/** What a forward run came to, in lines for people. */
export function forwardReport(summary: ForwardSummary, width: number): string {
  const { logFiles, records, unreadable, undecided, skipped, rules, failed } = summary;
  const active = [...rules]
    .filter(([, { matches, suppressed, tooOld, alerts }]) => matches + suppressed + tooOld + alerts > 0)
    .sort(([a, one], [b, other]) => other.alerts - one.alerts || (a < b ? -1 : 1));
  const rows = active.map(([rule, { matches, suppressed, tooOld, alerts }]) => [
    rule,
    figure(matches),
    figure(suppressed),
    figure(tooOld),
    figure(alerts),
  ]);
  const alerts = active.reduce((sum, [, one]) => sum + one.alerts, 0);
  const followUps = active.reduce((sum, [, one]) => sum + one.followUps, 0);
  const [files, bad] = [unreadable.logFiles, unreadable.records];
  return [
    `${count(records, 'record')} of ${count(logFiles, 'log file')} held against the rules`,
    ...Object.entries(skipped).map(
      ([reason, n]) => `${count(n, 'file')} skipped: ${SKIPPED[reason] ?? reason}`,
    ),
    ...(files + bad === 0 ? [] : [`unreadable: ${count(files, 'log file')}, ${count(bad, 'record')}`]),
    ...(undecided === 0
      ? []
      : [`${count(undecided, 'time')} a rule could not be held against a record, which goes over a limit`]),
    ...(rows.length === 0
      ? []
      : [renderRows(['rule', 'new events', 'suppressed', 'too old', 'alerts'], rows, width)]),
    `${count(alerts, 'alert')} printed, and ${count(followUps, 'message')} that say how many more there were${hint(alerts, records)}`,
    ...failed.slice(0, SHOWN).map((problem) => `NOT forwarded: ${printable(problem)}`),
    ...(failed.length > SHOWN ? [`… and ${failed.length - SHOWN} more`] : []),
  ].join('\n');
}

function hint(alerts: number, records: number): string {
  return alerts === 0 && records > 0
    ? '; what was told before is not told again: --lake with another folder starts anew'
    : '';
}
