import { pathName, type Condition, type ValueTest } from './predicate.ts';

/**
 * Fields that CloudTrail documents as a text, `"true"` or `"false"`, and that some records have as a boolean. The lake has a text for both, and so
 * rules take them for one: values and tests are read as texts.
 */
const BOOLEAN_TEXTS: ReadonlySet<string> = new Set(['sessionCredentialFromConsole']);

export function isBooleanText(path: readonly string[]): boolean {
  return BOOLEAN_TEXTS.has(pathName(path));
}

/** Of such a field, with `true` as `"true"`; another condition as it is. */
export function booleansAsText(condition: Condition): Condition {
  if (!isBooleanText(condition.path)) return condition;
  return { ...condition, anyOf: condition.anyOf.map(asText) };
}

function asText(test: ValueTest): ValueTest {
  return test.test === 'equals' && typeof test.value === 'boolean'
    ? { ...test, value: String(test.value) }
    : test;
}
