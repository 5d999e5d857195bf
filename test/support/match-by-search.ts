import type { JsonValue } from '../../shared/core/query-result.ts';
import type { Condition, ValueTest } from '../../shared/core/rules/predicate.ts';

/**
 * The meaning of conditions that meet in lists, written down a second time: as event-ruler does it, field by field in the order of their
 * names, through all combinations of values whose places in lists agree. Exponential. For numbers, `exists` and `absent`.
 */

/** Which element of which list a value is in. */
type Places = ReadonlyMap<object, number>;

interface Field {
  readonly name: string;
  readonly value: JsonValue;
  readonly places: Places;
}

/** Conditions in the order of their full names. */
export function holdsBySearch(conditions: readonly Condition[], record: JsonValue): boolean {
  return search(conditions, [...fieldsOf(record, [], new Map())], new Map());
}

function* fieldsOf(json: JsonValue, path: readonly string[], places: Places): Generator<Field> {
  if (typeof json !== 'object' || json === null) yield { name: path.join('.'), value: json, places };
  else if (Array.isArray(json)) {
    const list = json as readonly JsonValue[];
    for (const [index, element] of list.entries()) {
      const isInside = typeof element === 'object' && element !== null;
      yield* fieldsOf(element, path, isInside ? new Map([...places, [list, index]]) : places);
    }
  } else for (const [name, value] of Object.entries(json)) yield* fieldsOf(value, [...path, name], places);
}

function search(conditions: readonly Condition[], fields: readonly Field[], bound: Places): boolean {
  const [condition, ...rest] = conditions;
  if (condition === undefined) return true;
  const agreeing = fields.filter(
    ({ name, places }) => name === condition.path.join('.') && agree(bound, places),
  );
  if (
    agreeing.length === 0 &&
    condition.anyOf.some(({ test }) => test === 'absent') &&
    search(rest, fields, bound)
  )
    return true;
  return agreeing.some(
    ({ value, places }) =>
      condition.anyOf.some((test) => passes(test, value)) &&
      search(rest, fields, new Map([...bound, ...places])),
  );
}

function agree(bound: Places, places: Places): boolean {
  return [...places].every(([list, index]) => (bound.get(list) ?? index) === index);
}

function passes(test: ValueTest, value: JsonValue): boolean {
  if (test.test === 'number') return value === test.low;
  return test.test === 'exists';
}
