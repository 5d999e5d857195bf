import { isoTime } from '../iso-time.ts';
import { logFileTime } from '../log-file-key.ts';
import { groupOf, type AlertGroup } from './alert-group.ts';
import { groupPrefix } from './alert-keys.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { EarliestEvents, type EventSample } from './earliest-events.ts';
import { factsOf, fieldText, type EventFacts } from './event-facts.ts';
import type { RecordView } from './record-view.ts';
import { RuleSet } from './rule-set.ts';

/**
 * What rules would have alerted, event by event: judged and grouped as the stream does (shared/jobs/forward.ts), without its log files. Windows end
 * at midnight (UTC) at the latest, so that groups are kept for a day and counted at its end.
 */
export interface TallyOptions {
  /** Events shown for each rule, the earliest. */
  readonly samples: number;
  /** Milliseconds since 1970: events that say they are from later aren't believed. */
  readonly now: number;
  /** Hears of each group that reaches its rule's threshold. */
  readonly onGroup?: (group: AlertGroup, events: number) => void;
}

export interface AlertsADay {
  readonly mean: number;
  readonly most: number;
  /** The day with the most, if there was any alert. */
  readonly mostOn: string | null;
}

export interface RuleTally {
  readonly rule: string;
  readonly title: string;
  readonly severity: string;
  /** Events that it selects and no suppression takes out. */
  readonly matches: number;
  readonly suppressed: number;
  /** Groups of events that reach the threshold. */
  readonly groups: number;
  /** Messages to people: one a group, and of the groups of a window beyond the rule's `most`, one for all of them. */
  readonly alerts: number;
  /** Messages that say how many more there were: at most so many, for which log file brings which event decides. */
  readonly followUps: number;
  readonly alertsADay: AlertsADay;
  /** Who sets it off most. */
  readonly principals: readonly { readonly principal: string; readonly matches: number }[];
  readonly samples: readonly EventSample[];
}

/** Beyond these, an event whose id comes twice in a group counts twice, and principals met for the first time aren't counted. */
const MOST_IDS = 2_000_000;
const MOST_PRINCIPALS = 10_000;
const NOISIEST = 3;
const HOUR = 60 * 60_000;

interface Group {
  readonly group: AlertGroup;
  events: number;
  readonly ids: Set<string>;
  readonly values: Set<string>;
}

interface Counting {
  readonly rule: CompiledRule;
  matches: number;
  suppressed: number;
  groups: number;
  alerts: number;
  followUps: number;
  /** Alerts by day. */
  readonly days: Map<string, number>;
  readonly principals: Map<string, number>;
  readonly samples: EarliestEvents;
}

export class BacktestTally {
  readonly #options: TallyOptions;
  readonly #rules: RuleSet;
  readonly #counting: ReadonlyMap<string, Counting>;
  readonly #groups = new Map<string, Group>();
  #ids = 0;

  /** Throws `DuplicateRuleError`. */
  constructor(rules: readonly CompiledRule[], options: TallyOptions) {
    this.#rules = new RuleSet(rules);
    this.#options = options;
    this.#counting = new Map(rules.map((rule) => [rule.definition.id, emptyCounting(rule, options.samples)]));
  }

  /** The rules that select the event and don't suppress it, by id. */
  add(record: RecordView, logFile: string): readonly string[] {
    const rules = this.#rules.matching(record);
    if (rules.length === 0) return [];
    const facts = factsOf(record);
    const time = eventTime(facts.time, logFile, this.#options.now);
    return rules.flatMap((rule) => (this.#judge(rule, record, facts, time) ? [rule.definition.id] : []));
  }

  /** What is known of the groups is counted: their windows are over. */
  endDay(): void {
    const told = [...this.#groups.values()].filter((group) => this.#isTold(group));
    for (const window of Map.groupBy(told, ({ group }) => `${group.rule} ${group.from}`).values())
      this.#countWindow(window);
    this.#groups.clear();
    this.#ids = 0;
  }

  /** By rule, over so many days. */
  rules(days: number): readonly RuleTally[] {
    return [...this.#counting.values()].map((counting) => tallyOf(counting, days));
  }

  /** Alerts of all rules together. */
  total(days: number): AlertsADay & { readonly alerts: number } {
    const all = new Map<string, number>();
    let alerts = 0;
    for (const counting of this.#counting.values()) {
      alerts += counting.alerts;
      for (const [day, n] of counting.days) all.set(day, (all.get(day) ?? 0) + n);
    }
    return { alerts, ...aDay(all, days) };
  }

  #isTold({ group, events, values }: Group): boolean {
    const { threshold } = this.#counting.get(group.rule)?.rule.definition ?? {};
    return (threshold?.distinct === undefined ? events : values.size) >= (threshold?.events ?? 1);
  }

  /** The groups of one rule and window that are to be told of: all by one message each, or the first ones, and the others by one. */
  #countWindow(told: readonly Group[]): void {
    const [first] = told;
    const counting = this.#counting.get(first?.group.rule ?? '');
    if (first === undefined || counting === undefined) return;
    const { group, threshold } = counting.rule.definition;
    const hasTooMany = group.by.length > 0 && told.length > group.most;
    const alerts = hasTooMany ? group.most + 1 : told.length;
    const growing = told.filter(({ events }) => events > (threshold?.events ?? 1)).length;
    const day = isoTime(first.group.from).slice(0, 10);
    counting.groups += told.length;
    counting.alerts += alerts;
    counting.followUps += hasTooMany ? Math.min(growing, group.most) + 1 : growing;
    counting.days.set(day, (counting.days.get(day) ?? 0) + alerts);
    for (const { group, events } of told) this.#options.onGroup?.(group, events);
  }

  #judge(rule: CompiledRule, record: RecordView, facts: EventFacts, time: number): boolean {
    const counting = this.#counting.get(rule.definition.id);
    if (counting === undefined) return false;
    if (rule.suppressions.some(({ until, matches }) => time < until && matches(record))) {
      counting.suppressed += 1;
      return false;
    }
    if (this.#isNew(rule, record, facts.eventId, time)) {
      counting.matches += 1;
      countPrincipal(counting.principals, facts.principal ?? 'unknown');
      counting.samples.add(facts, time);
    }
    return true;
  }

  /** Whether the event is the first of its id in its group. */
  #isNew(rule: CompiledRule, record: RecordView, eventId: string, time: number): boolean {
    const group = groupOf(rule, record, time);
    const key = groupPrefix(group);
    const known = this.#groups.get(key) ?? {
      group,
      events: 0,
      ids: new Set<string>(),
      values: new Set<string>(),
    };
    this.#groups.set(key, known);
    if (known.ids.has(eventId)) return false;
    if (this.#ids < MOST_IDS) {
      known.ids.add(eventId);
      this.#ids += 1;
    }
    known.events += 1;
    const { threshold } = rule.definition;
    if (threshold?.distinct !== undefined && known.values.size < threshold.events)
      known.values.add(fieldText(record, threshold.distinct.split('.')));
    return true;
  }
}

function tallyOf(counting: Counting, days: number): RuleTally {
  const { rule, principals, days: alertsByDay, matches, suppressed, groups, alerts, followUps } = counting;
  const { id, title, severity } = rule.definition;
  const noisiest = [...principals]
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .slice(0, NOISIEST);
  return {
    rule: id,
    title,
    severity,
    matches,
    suppressed,
    groups,
    alerts,
    followUps,
    alertsADay: aDay(alertsByDay, days),
    principals: noisiest.map(([principal, matches]) => ({ principal, matches })),
    samples: counting.samples.list(),
  };
}

/** As the stream has it: an event that doesn't say when, or says a time to come, is from when its log file was delivered. */
function eventTime(said: number | undefined, logFile: string, now: number): number {
  return said !== undefined && said <= now + HOUR ? said : (logFileTime(logFile) ?? now);
}

function countPrincipal(principals: Map<string, number>, principal: string): void {
  const known = principals.get(principal);
  if (known !== undefined || principals.size < MOST_PRINCIPALS) principals.set(principal, (known ?? 0) + 1);
}

function aDay(alerts: ReadonlyMap<string, number>, days: number): AlertsADay {
  let [most, sum, mostOn]: [number, number, string | null] = [0, 0, null];
  for (const [day, n] of alerts) {
    sum += n;
    if (n > most) [most, mostOn] = [n, day];
  }
  return { mean: sum / days, most, mostOn };
}

function emptyCounting(rule: CompiledRule, samples: number): Counting {
  return {
    rule,
    matches: 0,
    suppressed: 0,
    groups: 0,
    alerts: 0,
    followUps: 0,
    days: new Map(),
    principals: new Map(),
    samples: new EarliestEvents(samples),
  };
}
