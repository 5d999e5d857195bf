import { groupOf, type AlertGroup } from './alert-group.ts';
import { groupPrefix } from './alert-keys.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { fieldText } from './event-facts.ts';
import type { RecordView } from './record-view.ts';

/** The groups of one rule and window that reach the rule's threshold. */
export interface ToldWindow {
  readonly rule: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly groups: readonly { readonly group: AlertGroup; readonly events: number }[];
  /** Messages: one a group, and beyond the rule's `most`, one for all others. */
  readonly alerts: number;
  /** Messages that say how many more there were, at most. */
  readonly followUps: number;
}

/** Beyond so many events, one whose id comes twice in a group counts twice. */
const MOST_IDS = 2_000_000;

interface Group {
  readonly rule: CompiledRule;
  readonly group: AlertGroup;
  events: number;
  readonly ids: Set<string>;
  /** Of what the rule counts, if it counts values; no more than it takes. */
  readonly values: Set<string>;
}

/** Groups of a day's events. No window goes on beyond midnight (UTC), so that they are done with at its end. */
export class DayGroups {
  readonly #groups = new Map<string, Group>();
  #ids = 0;

  /** Whether the event is the first of its id in its group. */
  add(rule: CompiledRule, record: RecordView, eventId: string, time: number): boolean {
    const group = this.#groupOf(rule, groupOf(rule, record, time));
    if (group.ids.has(eventId)) return false;
    if (this.#ids < MOST_IDS) {
      group.ids.add(eventId);
      this.#ids += 1;
    }
    group.events += 1;
    const { threshold } = rule.definition;
    if (threshold?.distinct !== undefined && group.values.size < threshold.events)
      group.values.add(fieldText(record, threshold.distinct.split('.')));
    return true;
  }

  /** What is to be told of. The day is over, and forgotten. */
  end(): readonly ToldWindow[] {
    const told = [...this.#groups.values()].filter(isTold);
    this.#groups.clear();
    this.#ids = 0;
    return [...Map.groupBy(told, ({ group }) => `${group.rule} ${group.from}`).values()].flatMap(windowOf);
  }

  #groupOf(rule: CompiledRule, group: AlertGroup): Group {
    const key = groupPrefix(group);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const empty = { rule, group, events: 0, ids: new Set<string>(), values: new Set<string>() };
    this.#groups.set(key, empty);
    return empty;
  }
}

function isTold({ rule, events, values }: Group): boolean {
  const { threshold } = rule.definition;
  return (threshold?.distinct === undefined ? events : values.size) >= (threshold?.events ?? 1);
}

function windowOf(told: readonly Group[]): ToldWindow[] {
  const [first] = told;
  if (first === undefined) return [];
  const { group, threshold } = first.rule.definition;
  const hasTooMany = group.by.length > 0 && told.length > group.most;
  const growing = told.filter(({ events }) => events > (threshold?.events ?? 1)).length;
  return [
    {
      rule: first.group.rule,
      from: first.group.from,
      groups: told,
      alerts: hasTooMany ? group.most + 1 : told.length,
      followUps: hasTooMany ? Math.min(growing, group.most) + 1 : growing,
    },
  ];
}
