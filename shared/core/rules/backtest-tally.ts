import { isoTime } from '../iso-time.ts';
import type { AlertGroup } from './alert-group.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { DayGroups } from './day-groups.ts';
import { EarliestEvents, type EventSample } from './earliest-events.ts';
import { factsOf, type EventFacts, happenedAt } from './event-facts.ts';
import type { RecordView } from './record-view.ts';
import { RuleSet } from './rule-set.ts';
import { suppressionOf } from './suppression-of.ts';

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
  /** Hears of each event that a rule selects and no suppression takes out, and when it happened. */
  readonly onMatch?: (rule: string, time: number) => void;
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

/** Beyond these, principals that are met for the first time aren't counted. */
const MOST_PRINCIPALS = 10_000;
const NOISIEST = 3;

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
  readonly #groups = new DayGroups();
  #undecided = 0;

  /** Throws `DuplicateRuleError`. */
  constructor(rules: readonly CompiledRule[], options: TallyOptions) {
    this.#rules = new RuleSet(rules);
    this.#options = options;
    this.#counting = new Map(rules.map((rule) => [rule.definition.id, emptyCounting(rule, options.samples)]));
  }

  /** The rules that select the event and don't suppress it, by id. */
  add(record: RecordView, logFile: string): readonly string[] {
    let undecided = false;
    const rules = this.#rules.matching(record, () => {
      undecided = true;
    });
    this.#undecided += Number(undecided);
    if (rules.length === 0) return [];
    const facts = factsOf(record);
    const time = happenedAt(facts.time, logFile, this.#options.now);
    return rules.flatMap((rule) => (this.#judge(rule, record, facts, time) ? [rule.definition.id] : []));
  }

  /** What is known of the day's groups is counted: their windows are over. */
  endDay(): void {
    for (const { rule, from, groups, alerts, followUps } of this.#groups.end()) {
      const counting = this.#counting.get(rule);
      if (counting === undefined) continue;
      const day = isoTime(from).slice(0, 10);
      counting.groups += groups.length;
      counting.alerts += alerts;
      counting.followUps += followUps;
      counting.days.set(day, (counting.days.get(day) ?? 0) + alerts);
      for (const { group, events } of groups) this.#options.onGroup?.(group, events);
    }
  }

  /** Events that one of the rules can't be held against, because they go over a limit. */
  get undecided(): number {
    return this.#undecided;
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

  #judge(rule: CompiledRule, record: RecordView, facts: EventFacts, time: number): boolean {
    const counting = this.#counting.get(rule.definition.id);
    if (counting === undefined) return false;
    if (suppressionOf(rule, record, time) !== undefined) {
      counting.suppressed += 1;
      return false;
    }
    if (this.#groups.add(rule, record, facts.eventId, time)) {
      counting.matches += 1;
      countPrincipal(counting.principals, facts.principal ?? 'unknown');
      counting.samples.add(facts, time);
      this.#options.onMatch?.(rule.definition.id, time);
    }
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
