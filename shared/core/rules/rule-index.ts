import { foldCase } from './fold-case.ts';
import { fieldPath, Looking, someValue, type FieldPath } from './match-path.ts';
import { PredicateCompiler, type Holds } from './match.ts';
import { pathName, type Condition, type Predicate } from './predicate.ts';
import type { RecordView } from './record-view.ts';
import type { Scalar } from './value-test.ts';

/**
 * Rules by what a record must have for them: most name their events. A record's own event name finds the few rules that are worth a
 * closer look; what these have in common is judged once.
 */
export class RuleIndex<Rule> {
  readonly #rules: readonly { readonly rule: Rule; readonly holds: Holds }[];
  /** Rules that name no values, by their places. */
  readonly #always: readonly number[];
  readonly #lookups: readonly Lookup[];

  /** Throws `PatternError`. */
  constructor(rules: Iterable<readonly [Rule, Predicate]>) {
    const compiler = new PredicateCompiler();
    const lookups = new Map<string, Lookup>();
    const always: number[] = [];
    this.#rules = Array.from(rules, ([rule, predicate], place) => {
      const keys = requiredValues(predicate);
      if (keys === undefined) always.push(place);
      for (const key of keys ?? []) addKey(lookups, key, place);
      return { rule, holds: compiler.compile(predicate) };
    });
    this.#always = always;
    this.#lookups = [...lookups.values()];
  }

  /** Those that hold for the record, in their order. Throws `RecordError` for records that are nested too deep. */
  matching(record: RecordView): Rule[] {
    const looking = new Looking(record);
    const matching: Rule[] = [];
    for (const place of this.#candidates(looking)) {
      const candidate = this.#rules[place];
      if (candidate?.holds(looking) === true) matching.push(candidate.rule);
    }
    return matching;
  }

  #candidates(looking: Looking): readonly number[] {
    const found = new Set(this.#always);
    for (const { path, places } of this.#lookups) {
      const passes = (value: Scalar): boolean => {
        if (typeof value === 'string')
          for (const place of places.get(foldCase(value)) ?? []) found.add(place);
        return false;
      };
      someValue(looking.record.value, path, 0, { passes, metList: false }, looking);
    }
    return [...found].sort((a, b) => a - b);
  }
}

/** Of one field: which rules ask for which of its values, folded. */
interface Lookup {
  readonly path: FieldPath;
  readonly places: Map<string, number[]>;
}

/** A predicate can only hold for a record that has one of these values in this field. */
export interface RequiredValues {
  readonly condition: Condition;
  readonly values: readonly string[];
}

function addKey(lookups: Map<string, Lookup>, { condition, values }: RequiredValues, place: number): void {
  const name = `${condition.reads} ${JSON.stringify(condition.path)}`;
  const lookup = lookups.get(name) ?? { path: fieldPath(condition.path, condition.reads), places: new Map() };
  lookups.set(name, lookup);
  for (const value of new Set(values)) {
    const places = lookup.places.get(value) ?? [];
    if (places.at(-1) !== place) places.push(place);
    lookup.places.set(value, places);
  }
}

/** What the predicate can't do without, in the fields that tell most records apart; undefined if it names no values. */
export function requiredValues(predicate: Predicate): readonly RequiredValues[] | undefined {
  if (predicate.kind === 'not') return undefined;
  if (predicate.kind === 'fields') return best(predicate.conditions.map(exactValues));
  const of = predicate.of.map(requiredValues);
  if (predicate.kind === 'all') return best(of);
  return of.every((one) => one !== undefined) ? of.flat() : undefined;
}

function exactValues(condition: Condition): readonly RequiredValues[] | undefined {
  const values: string[] = [];
  for (const test of condition.anyOf) {
    if (test.test !== 'equals' || typeof test.value !== 'string') return undefined;
    values.push(foldCase(test.value));
  }
  return condition.path.length === 0 ? undefined : [{ condition, values }];
}

function best(
  choices: readonly (readonly RequiredValues[] | undefined)[],
): readonly RequiredValues[] | undefined {
  const usable = choices.filter((choice) => choice !== undefined);
  return usable.reduce<readonly RequiredValues[] | undefined>(
    (least, choice) => (least === undefined || shareOf(choice) < shareOf(least) ? choice : least),
    undefined,
  );
}

/** A guess at the share of records that have one of the values: there are far more names of events than of services. */
const SHARES: Readonly<Record<string, number>> = {
  eventID: 0,
  eventName: 1,
  errorCode: 2,
  errorMessage: 2,
  eventSource: 5,
};
const SHARE_OF_OTHERS = 20;

function shareOf(required: readonly RequiredValues[]): number {
  return required.reduce((sum, { condition, values }) => {
    const name = pathName(condition.path);
    return sum + values.length * (Object.hasOwn(SHARES, name) ? (SHARES[name] ?? 0) : SHARE_OF_OTHERS);
  }, 0);
}
