import { compilePredicate } from './match.ts';
import { pathName, type Condition, type Predicate } from './predicate.ts';
import type { RecordView } from './record-view.ts';
import { requiredValues } from './rule-index.ts';

/** How the index (rule-index.ts) comes upon a rule: by values that an event must have for it, or it looks at every event. */
export type HowFound =
  | { readonly by: 'values'; readonly fields: Readonly<Record<string, number>> }
  | { readonly by: 'every-event' };

export function howFound(predicate: Predicate): HowFound {
  const required = requiredValues(predicate);
  if (required === undefined) return { by: 'every-event' };
  const values = new Map<string, Set<string>>();
  for (const { condition, values: some } of required) {
    const name = pathName(condition.path);
    const known = values.get(name) ?? new Set();
    values.set(name, known.union(new Set(some)));
  }
  return { by: 'values', fields: Object.fromEntries([...values].map(([name, { size }]) => [name, size])) };
}

/**
 * The names, in lower case, of the only events that the predicates can select; undefined if one of them can select events of other names, or has
 * letters that not every engine turns into lower case alike.
 */
export function eventNamesOf(predicates: readonly Predicate[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const predicate of predicates) {
    const required = requiredValues(predicate);
    if (required === undefined) return undefined;
    for (const { condition, values } of required) {
      if (pathName(condition.path) !== 'eventName') return undefined;
      for (const value of values) names.add(value);
    }
  }
  return [...names].every((name) => /^[\w.:-]*$/.test(name)) ? names : undefined;
}

/** Whether the index has a closer look at a record for this rule. Throws `PatternError`. */
export function candidateTest(predicate: Predicate): (record: RecordView) => boolean {
  const required = requiredValues(predicate);
  if (required === undefined) return () => true;
  return compilePredicate({
    kind: 'any',
    of: required.map(({ condition }) => ({ kind: 'fields', conditions: [foldedCondition(condition)] })),
  });
}

/** The index doesn't tell upper from lower case. */
function foldedCondition(condition: Condition): Condition {
  const anyOf = condition.anyOf.map((test) =>
    test.test === 'equals' ? { ...test, ignoreCase: true } : test,
  );
  return { ...condition, anyOf };
}
