import { isoTime } from '../iso-time.ts';
import type { CompiledRule, Suppression } from './compiled-rule.ts';
import type { FailedCondition } from './near-miss.ts';
import { predicateWords } from './predicate-words.ts';
import type { HowFound } from './rule-cost.ts';

/** What a rule does besides selecting events, in English for a person. */

/** `Events with the same recipientAccountId and userIdentity.arn in the same hour are one alert.` */
export function groupWords({ definition: { group } }: CompiledRule): string {
  const window = windowWords(group.window);
  return group.by.length === 0
    ? `All events of ${window} are one alert.`
    : `Events with the same ${listed(group.by)} in ${window} are one alert.`;
}

/** What becomes of more alerts than anybody reads; empty if there is one a window at most. */
export function mostWords({ definition: { group } }: CompiledRule): string {
  if (group.by.length === 0) return '';
  return `After ${group.most} alerts in ${windowWords(group.window)}, all others are told of in one.`;
}

/** When it alerts: at the first event, or at so many. */
export function thresholdWords({ definition: { threshold } }: CompiledRule): string {
  if (threshold === undefined)
    return 'The first of them alerts; how many more there were is told once the window is over.';
  const counted =
    threshold.distinct === undefined
      ? `at least ${threshold.events} of them are there`
      : `they have at least ${threshold.events} different values of ${threshold.distinct}`;
  return `It alerts once ${counted}; how many more there were is told once the window is over.`;
}

/** One suppression: its reason, until when, and what it takes out. `now`: milliseconds since 1970. */
export function suppressionWords({ reason, until, predicate }: Suppression, now: number): string {
  const last = isoTime(until - 1).slice(0, 10);
  const time = until <= now ? `ended on ${last}` : `until ${last}`;
  const lines = predicateWords(predicate).split('\n');
  return [`${reason} (${time}), for events with`, ...lines.map((line) => `  ${line}`)].join('\n');
}

export function foundWords(found: HowFound): string {
  if (found.by === 'every-event')
    return 'It is held against every event: it names no values that an event must have.';
  const fields = Object.entries(found.fields).map(
    ([name, n]) => `${name} (${n} ${n === 1 ? 'value' : 'values'})`,
  );
  return `It is held only against events that the index finds by ${fields.join(' or ')}.`;
}

/** Why a rule doesn't match: `errorCode is absent; it is "AccessDenied"`. */
export function failedWords({ field, expected, found }: FailedCondition): string {
  return `${field} ${expected}; ${found === undefined ? 'there is none' : `it is ${found}`}`;
}

const UNITS = { m: ['minute', 'minutes'], h: ['hour', 'hours'] } as const;

/** Of `15m`: `the same 15 minutes`. Windows stand still, so that it's the hour and not an hour. */
function windowWords(window: string): string {
  const count = Number.parseInt(window, 10);
  const [one, many] = UNITS[window.endsWith('h') ? 'h' : 'm'];
  if (window === '24h') return 'the same day (UTC)';
  return count === 1 ? `the same ${one}` : `the same ${count} ${many}`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
