import type { FollowedUp } from '../shared/jobs/follow-up.ts';
import type { ForwardResult } from '../shared/jobs/forward.ts';
import { isDeferral } from './deliveries.ts';
import type { Failures } from './object-messages.ts';

/** The metrics of one invocation of forward, by name. */
export function forwardCounts(
  { outcomes, records, unreadable, rules, undecided, unsent }: ForwardResult<unknown>,
  failures: Failures,
): Record<string, number> {
  const all = [...outcomes.values()];
  const ofRules = [...rules.values()];
  const deferred = [...failures.values()].filter(isDeferral).length;
  return {
    LogFilesMatched: all.filter(({ kind }) => kind === 'matched').length,
    ObjectsSkipped: all.filter(({ kind }) => kind === 'skipped').length,
    RecordsMatched: records,
    // The lake has them in quarantine, with an alarm of normalise's.
    UnmatchedRecords: unreadable.records,
    UnmatchedLogFiles: unreadable.logFiles,
    RecordsUndecided: undecided.length,
    Matches: ofRules.reduce((sum, { matches }) => sum + matches, 0),
    Alerts: ofRules.reduce((sum, { alerts }) => sum + alerts, 0),
    AlertsUnsent: unsent.length,
    DeliveriesFailed: failures.size - deferred,
    DeliveriesDeferred: deferred,
  };
}

/** The metrics of each rule that had something to count. */
export function ruleCounts({ rules }: ForwardResult<unknown>): Map<string, Record<string, number>> {
  const counts = new Map<string, Record<string, number>>();
  for (const [rule, { matches, alerts, suppressed, tooOld }] of rules) {
    const some = { RuleMatches: matches, RuleAlerts: alerts, RuleSuppressed: suppressed, RuleTooOld: tooOld };
    const counted = Object.entries(some).filter(([, value]) => value > 0);
    if (counted.length > 0) counts.set(rule, Object.fromEntries(counted));
  }
  return counts;
}

/** The metrics of one run of follow-up. */
export function followUpCounts({ more, late, unsent, failed, behind }: FollowedUp): Record<string, number> {
  return {
    FollowUpRuns: 1,
    FollowUps: more,
    AlertsSentLate: late,
    AlertsUnsent: unsent.length,
    GroupsFailed: failed.size,
    FollowUpBehind: Number(behind),
  };
}
