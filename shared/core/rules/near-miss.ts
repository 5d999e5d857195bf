import type { JsonValue } from '../query-result.ts';
import { compilePredicate } from './match.ts';
import { conditionWords, expectedWords, fieldWords, sharedPaths } from './predicate-words.ts';
import { pathName, type Condition, type FieldsHold, type Predicate } from './predicate.ts';
import type { RecordView } from './record-view.ts';

/** Why a predicate doesn't hold for a record: a condition that would have to be otherwise. */
export interface FailedCondition {
  readonly path: readonly string[];
  /** `userIdentity.type`, or the list in which no one element holds all. */
  readonly field: string;
  /** In words: `is "Root"`. */
  readonly expected: string;
  /** What the record has there, as JSON, shortened; undefined if nothing. */
  readonly found: string | undefined;
}

/** What would have to change for a predicate to hold, by the shortest way. */
export interface NearMiss {
  readonly failed: readonly FailedCondition[];
  /** How many conditions fail; 0: it holds. */
  readonly distance: number;
}

/**
 * Which conditions fail, by the way to a match on which the fewest do; of `any` that is the nearest alternative. None if the predicate holds.
 * Throws what `compilePredicate` and what it returns throw.
 */
export function failedConditions(predicate: Predicate, record: RecordView): NearMiss {
  const failed = holds(predicate, record) ? [] : failures(predicate, record);
  return { failed, distance: failed.length };
}

function holds(predicate: Predicate, record: RecordView): boolean {
  return compilePredicate(predicate)(record);
}

/** Of a predicate that doesn't hold. */
function failures(predicate: Predicate, record: RecordView): FailedCondition[] {
  if (predicate.kind === 'fields') return ofFields(predicate, record);
  if (predicate.kind === 'not') return unwanted(predicate.of, record);
  const failing = predicate.of.filter((part) => !holds(part, record)).map((part) => failures(part, record));
  return predicate.kind === 'all' ? failing.flat() : fewest(failing);
}

function fewest(ways: readonly FailedCondition[][]): FailedCondition[] {
  return ways.toSorted((a, b) => a.length - b.length)[0] ?? [NEVER];
}

const NEVER: FailedCondition = {
  path: [],
  field: 'the rule',
  expected: 'has no alternative that could hold',
  found: undefined,
};

function ofFields({ conditions }: FieldsHold, record: RecordView): FailedCondition[] {
  const alone = conditions.filter((condition) => !holds({ kind: 'fields', conditions: [condition] }, record));
  if (alone.length > 0) return alone.map((condition) => failed(condition, record, expectedWords(condition)));
  return [notTogether(conditions, record)];
}

/** Each holds by itself: the first list in which those that meet there don't hold in one element. */
function notTogether(conditions: readonly Condition[], record: RecordView): FailedCondition {
  const lists = sharedPaths(conditions).toSorted((a, b) => b.length - a.length);
  const meetingIn = (list: readonly string[]): Condition[] =>
    conditions.filter(({ path }) => list.every((name, i) => path[i] === name));
  const path = lists.find((list) => !holds({ kind: 'fields', conditions: meetingIn(list) }, record)) ?? [];
  const meeting = path.length === 0 ? conditions : meetingIn(path);
  return {
    path,
    field: fieldWords(path),
    expected: `each holds, but no one element holds them all: ${meeting.map(conditionWords).join('; ')}`,
    found: shown(valuesAt(record.value, path)),
  };
}

/** What holds, and should not; the fewest conditions that would have to fail. */
function unwanted(predicate: Predicate, record: RecordView): FailedCondition[] {
  if (predicate.kind === 'fields') return unwantedFields(predicate, record);
  if (predicate.kind === 'not') return failures(predicate.of, record);
  const holding = predicate.of.filter((part) => holds(part, record)).map((part) => unwanted(part, record));
  return predicate.kind === 'any' ? holding.flat() : fewest(holding);
}

function unwantedFields({ conditions }: FieldsHold, record: RecordView): FailedCondition[] {
  const [first, ...others] = conditions as readonly [Condition, ...Condition[]];
  if (others.length === 0) return [failed(first, record, `is not one that ${expectedWords(first)}`)];
  return [failed(first, record, `not all of these: ${conditions.map(conditionWords).join('; ')}`)];
}

function failed(condition: Condition, record: RecordView, expected: string): FailedCondition {
  const { path } = condition;
  return { path, field: fieldWords(path), expected, found: shown(valuesAt(record.value, path)) };
}

/** All values at a path, lists on the way looked into, as `pathName` names it: a field's name may have dots. */
function valuesAt(value: JsonValue, path: readonly string[]): JsonValue[] {
  if (path.length === 0) return [value];
  if (Array.isArray(value)) return value.flatMap((element: JsonValue) => valuesAt(element, path));
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Readonly<Record<string, JsonValue>>;
  return path.flatMap((_, i) => {
    const name = pathName(path.slice(0, i + 1));
    return Object.hasOwn(fields, name) ? valuesAt(fields[name] ?? null, path.slice(i + 1)) : [];
  });
}

const MAX_SHOWN = 200;

function shown(values: readonly JsonValue[]): string | undefined {
  const [only, ...others] = values;
  if (only === undefined) return undefined;
  const text = JSON.stringify(others.length === 0 ? only : values);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}
