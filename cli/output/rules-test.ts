import { failedWords } from '../../shared/core/rules/rule-words.ts';
import type { NearMiss, RuleMatch, TriedEvent } from '../../shared/core/rules/rule-trial.ts';
import { count, printable } from './human.ts';

/** What rules make of an event, for a terminal. */
export function triedText({ event, matches, undecided, nearMisses }: TriedEvent): string {
  const { eventId, time, name, source, principal } = event;
  const what = `${name ?? 'an event without a name'} (${source ?? 'no source'}) by ${principal ?? 'nobody'}`;
  return [
    printable(`${what}, ${time ?? 'no time'}, ${eventId}`),
    ...(matches.length === 0 ? ['  matches no rule'] : matches.flatMap(matchLines)),
    ...undecided.map(({ rule, why }) => printable(`  ${rule} can't be held against it: ${why}`)),
    ...(nearMisses.length === 0 ? [] : ['  nearly:', ...nearMisses.flatMap(missLines)]),
  ].join('\n');
}

function matchLines({ rule, title, severity, suppressedBy, group, takes }: RuleMatch): string[] {
  const by = Object.entries(group.by).map(([field, value]) => `${field} ${JSON.stringify(value)}`);
  const alone = `${takes.events} ${takes.distinct === null ? 'such events' : `different values of ${takes.distinct}`}`;
  const when = takes.events === 1 ? 'it alerts' : `it alerts if there are at least ${alone}`;
  const alert = `${when}, once for ${by.join(' and ') || 'all events'} from ${group.from} to ${group.until}`;
  return [
    printable(`  matches ${rule} (${severity}): ${title}`),
    printable(
      `    ${suppressedBy === null ? alert : `suppressed, so that it does not alert: ${suppressedBy}`}`,
    ),
  ];
}

function missLines({ rule, title, failed }: NearMiss): string[] {
  const fail = failed.length === 1 ? 'fails' : 'fail';
  return [
    printable(`    ${rule} (${title}): ${count(failed.length, 'condition')} ${fail}`),
    ...failed.map((one) => printable(`      ${failedWords(one)}`)),
  ];
}
