import { isoTime } from '../iso-time.ts';
import { groupOf } from './alert-group.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { factsOf } from './event-facts.ts';
import { compilePredicate } from './match.ts';
import { failedConditions, type FailedCondition } from './near-miss.ts';
import type { Condition, Predicate } from './predicate.ts';
import type { RecordView } from './record-view.ts';
import { RuleSet } from './rule-set.ts';
import { suppressionOf } from './suppression-of.ts';

/** What rules make of one event. */
export interface TriedEvent {
  readonly event: {
    readonly eventId: string;
    readonly time: string | null;
    readonly name: string | null;
    readonly source: string | null;
    readonly principal: string | null;
  };
  readonly matches: readonly RuleMatch[];
  /** Rules that can't be held against the event, which goes over a limit. */
  readonly undecided: readonly { readonly rule: string; readonly why: string }[];
  /** The nearest first; none for an event that goes over a limit. */
  readonly nearMisses: readonly NearMiss[];
}

export interface RuleMatch {
  readonly rule: string;
  readonly title: string;
  readonly severity: string;
  /** Why it doesn't alert, if it doesn't. */
  readonly suppressedBy: string | null;
  readonly group: {
    readonly by: Readonly<Record<string, string>>;
    readonly from: string;
    readonly until: string;
  };
  /** How many events of the group it takes, and of what they are to be different. */
  readonly takes: { readonly events: number; readonly distinct: string | null };
}

export interface NearMiss {
  readonly rule: string;
  readonly title: string;
  /** By the way to a match on which the fewest conditions fail. */
  readonly failed: readonly FailedCondition[];
}

export interface TryOptions {
  /** Milliseconds since 1970: the time of events that don't say when they were. */
  readonly now: number;
  readonly nearMisses: number;
}

/** Holds events against rules. */
export class RuleTrial {
  readonly #rules: RuleSet;
  readonly #askedFor: ReadonlyMap<CompiledRule, readonly ((record: RecordView) => boolean)[]>;
  readonly #options: TryOptions;

  /** Throws `DuplicateRuleError`. */
  constructor(rules: readonly CompiledRule[], options: TryOptions) {
    this.#rules = new RuleSet(rules);
    this.#askedFor = new Map(rules.map((rule) => [rule, askedFor(rule.predicate).map(alone)]));
    this.#options = options;
  }

  of(record: RecordView): TriedEvent {
    const { eventId, time: said, name = null, source = null, principal = null } = factsOf(record);
    const time = said ?? this.#options.now;
    const undecided: { rule: string; why: string }[] = [];
    const matching = this.#rules.matching(record, ({ definition }, { message }) => {
      undecided.push({ rule: definition.id, why: message });
    });
    const others = this.#rules.rules.filter((rule) => !matching.includes(rule));
    return {
      event: { eventId, time: said === undefined ? null : isoTime(said), name, source, principal },
      matches: matching.map((rule) => matchOf(rule, record, time)),
      undecided,
      nearMisses:
        undecided.length > 0 ? [] : this.#nearest(others, record).slice(0, this.#options.nearMisses),
    };
  }

  #nearest(rules: readonly CompiledRule[], record: RecordView): NearMiss[] {
    const isOnlyOne = this.#rules.rules.length === 1;
    return rules
      .filter((rule) => isOnlyOne || this.#askedFor.get(rule)?.some((holds) => holds(record)) === true)
      .map(({ definition: { id, title }, predicate }) => {
        const { failed } = failedConditions(predicate, record);
        const distance = failed.reduce((sum, { field }) => sum + (WEIGHTS[field] ?? 1), 0);
        return { miss: { rule: id, title, failed }, distance };
      })
      .sort((a, b) => a.distance - b.distance)
      .map(({ miss }) => miss);
  }
}

/** What an event is called says more about what a rule is for than any other field. */
const WEIGHTS: Readonly<Record<string, number>> = { eventName: 3, eventSource: 3 };

/** The conditions for which a value must be there. That something is absent, or anything but a value, is so of nearly every event. */
function askedFor(predicate: Predicate): readonly Condition[] {
  if (predicate.kind === 'not') return [];
  if (predicate.kind !== 'fields') return predicate.of.flatMap(askedFor);
  return predicate.conditions.filter(({ anyOf }) =>
    anyOf.every(({ test }) => test !== 'absent' && test !== 'anything-but'),
  );
}

function alone(condition: Condition): (record: RecordView) => boolean {
  return compilePredicate({ kind: 'fields', conditions: [condition] });
}

function matchOf(rule: CompiledRule, record: RecordView, time: number): RuleMatch {
  const { id, title, severity, threshold } = rule.definition;
  const { by, from, until } = groupOf(rule, record, time);
  return {
    rule: id,
    title,
    severity,
    suppressedBy: suppressionOf(rule, record, time)?.reason.trim() ?? null,
    group: { by, from: isoTime(from), until: isoTime(until) },
    takes: { events: threshold?.events ?? 1, distinct: threshold?.distinct ?? null },
  };
}
