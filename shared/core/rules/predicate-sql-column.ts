import { jsonValues, placeOf } from './predicate-sql-place.ts';
import {
  guarded,
  isOneOf,
  notBetweenColumns,
  numberOfText,
  sortTests,
  textTests,
  type OtherTest,
} from './predicate-sql-test.ts';
import { atom, FALSE, opposite, or, type Sql } from './predicate-sql-text.ts';
import type { Condition, ValueTest } from './predicate.ts';

/**
 * The tests of a condition on a text column, or a leaf of one: NULL is a field that is absent. `boolean`: the text `true` is the boolean.
 * `absent` is the caller's. Throws `NoSqlError`.
 */
export function columnTests(
  sql: string,
  boolean: boolean,
  condition: Condition,
  tests: readonly ValueTest[] = condition.anyOf,
): Sql {
  const isText = condition.reads === 'text';
  const isString = boolean && !isText ? atom(`${sql} NOT IN ('true', 'false')`) : undefined;
  const { texts, scalars, others } = sortTests(tests);
  // `null` is no value in a column.
  const ofScalars = (boolean || isText ? scalars : []).filter((value) => value !== null).map(String);
  return or([
    guarded(texts, isString, (some) => textTests(sql, some, condition.path)),
    isOneOf(sql, ofScalars),
    ...others.map((test) => otherTest(sql, boolean, condition, test)),
  ]);
}

function otherTest(sql: string, boolean: boolean, condition: Condition, test: OtherTest): Sql {
  if (test.test === 'exists') return atom(`${sql} IS NOT NULL`, 'never', `${sql} IS NULL`);
  if (test.test === 'number') return condition.reads === 'text' ? numberOfText(sql, test) : FALSE;
  if (test.test === 'same-as') return sameAs(sql, test, condition);
  return test.test === 'anything-but'
    ? opposite(sql, columnTests(sql, boolean, condition, test.tests))
    : FALSE;
}

/** A column and what stands in another, or at a path inside of it. */
function sameAs(sql: string, test: Extract<ValueTest, { test: 'same-as' }>, condition: Condition): Sql {
  const fold = (text: string): string => (test.ignoreCase === true ? `lower(${text})` : text);
  const other = placeOf(test.path);
  if (other.is === 'text') return atom(`${fold(sql)} = ${fold(other.sql)}`, 'always');
  if (other.is !== 'json') throw notBetweenColumns(condition);
  return {
    is: 'some',
    list: jsonValues(other.sql, other.path, test.path),
    element: 'v',
    of: atom(`${fold(`json_extract_scalar(v, '$')`)} = ${fold(sql)}`, 'always'),
  };
}
