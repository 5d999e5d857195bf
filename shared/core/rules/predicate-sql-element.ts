import { foldCase } from './fold-case.ts';
import {
  guarded,
  isOneOf,
  like,
  notBetweenColumns,
  numberOfText,
  numberTest,
  sortTests,
  textTests,
  type OtherTest,
  type TextTest,
} from './predicate-sql-test.ts';
import { and, atom, FALSE, not, or, type Sql } from './predicate-sql-text.ts';
import type { Condition, ValueTest } from './predicate.ts';

type Tests = readonly ValueTest[];

/**
 * The tests of a condition on an element of a list of JSON, which is never NULL: JSON's `null` is a value. `absent` is the caller's. Throws
 * `NoSqlError`.
 */
export function elementTests(element: string, condition: Condition, tests: Tests = condition.anyOf): Sql {
  return condition.reads === 'value'
    ? valueTests(element, condition, tests)
    : jsonTextTests(element, condition, tests);
}

function valueTests(element: string, condition: Condition, tests: Tests): Sql {
  const [text, json] = [`json_extract_scalar(${element}, '$')`, `json_format(${element})`];
  const { texts, scalars, others } = sortTests(tests);
  const plain = texts.filter(isPlainInJson);
  const exact = plain.flatMap((test) =>
    test.test === 'equals' && test.ignoreCase !== true ? [`"${String(test.value)}"`] : [],
  );
  const folded = plain.flatMap((test) =>
    test.test === 'equals' && test.ignoreCase === true ? [`"${foldCase(String(test.value))}"`] : [],
  );
  const all = [
    isOneOf(json, [...exact, ...scalars.map(String)]),
    isOneOf(`lower(${json})`, folded),
    ...plain.map((test) =>
      test.test === 'prefix'
        ? like(json, [{ literal: `"${test.value}` }, { any: 'text' }], test.ignoreCase)
        : FALSE,
    ),
    guarded(
      texts.filter((test) => !isPlainInJson(test)),
      isString(json),
      (some) => textTests(text, some, condition.path),
    ),
    ...others.map((test) => otherValueTest(element, condition, test)),
  ];
  return or(all.map(neverNull(json)));
}

function otherValueTest(element: string, condition: Condition, test: OtherTest): Sql {
  if (test.test === 'exists') return isScalar(element);
  if (test.test === 'number') return numberTest(`TRY_CAST(json_format(${element}) AS double)`, test);
  if (test.test === 'same-as') throw notBetweenColumns(condition);
  if (test.test !== 'anything-but') return FALSE;
  return and([isScalar(element), not(valueTests(element, condition, test.tests))]);
}

/** Scalars by their text, objects by their JSON; `null` is nothing. */
function jsonTextTests(element: string, condition: Condition, tests: Tests): Sql {
  const scalar = `json_extract_scalar(${element}, '$')`;
  const json = `json_format(${element})`;
  const any = `if(is_json_scalar(${element}), ${scalar}, ${json})`;
  const { texts, scalars, others } = sortTests(tests);
  const ofObjects = texts.filter(mayPassObjects);
  const [ofStrings, ofScalars] = partition(
    texts.filter((test) => !mayPassObjects(test)),
    isUnusualNumber,
  );
  return or([
    textTests(scalar, ofScalars, condition.path),
    // A string whose text is that of a number that is read as another text.
    guarded(ofStrings, isString(json), (some) => textTests(scalar, some, condition.path)),
    ...numbersOf(ofScalars).map((number) =>
      numberTest(`TRY_CAST(${json} AS double)`, { test: 'number', low: number, high: number }),
    ),
    textTests(any, ofObjects, condition.path),
    and([not(isScalar(element)), textTests(unescaped(json), ofObjects.filter(seesQuotes), condition.path)]),
    isOneOf(scalar, scalars.filter((value) => value !== null).map(String)),
    scalars.includes(null) ? atom(`${json} = 'null'`, 'never', `${json} <> 'null'`) : FALSE,
    ...others.map((test) => otherTextTest(element, condition, test)),
  ]);
}

function otherTextTest(element: string, condition: Condition, test: OtherTest): Sql {
  const isThere = atom(`json_format(${element}) <> 'null'`, 'never', `json_format(${element}) = 'null'`);
  if (test.test === 'exists') return isThere;
  if (test.test === 'number') return numberOfText(`json_extract_scalar(${element}, '$')`, test);
  if (test.test === 'same-as') throw notBetweenColumns(condition);
  return test.test === 'anything-but'
    ? and([isThere, not(jsonTextTests(element, condition, test.tests))])
    : FALSE;
}

/** On the text of an object that is a column, as the record has it. Undefined if other values may pass too. */
export function objectTests(column: string, condition: Condition): Sql | undefined {
  const { texts, scalars, others } = sortTests(condition.anyOf);
  if (scalars.length > 0 || others.length > 0 || !texts.every(mayPassObjects)) return undefined;
  const quoted = texts.filter(seesQuotes);
  return or([textTests(column, texts, condition.path), textTests(unescaped(column), quoted, condition.path)]);
}

/** The numbers whose texts, as JavaScript writes them, are expected: the record may write them otherwise (`50.0`). */
function numbersOf(tests: readonly TextTest[]): number[] {
  const numbers = tests.flatMap((test) => (isNumberText(test) ? [Number(test.value)] : []));
  return [...new Set(numbers)];
}

type Equals = Extract<TextTest, { test: 'equals' }>;

/** `50`, but not `50.0`, `1e2` or `12345678901234567890`: no number is read so. */
function isNumberText(test: TextTest): test is Equals {
  if (test.test !== 'equals') return false;
  const text = String(test.value);
  const written = test.ignoreCase === true ? text.toLowerCase() : text;
  return Number.isFinite(Number(text)) && String(Number(text)) === written;
}

/** A text like a number's that no number is read as: a string alone can have it. */
function isUnusualNumber(test: TextTest): boolean {
  return test.test === 'equals' && JSON_NUMBER.test(String(test.value)) && !isNumberText(test);
}

const JSON_NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function isString(json: string): Sql {
  return atom(`${json} LIKE '"%'`, 'never', `${json} NOT LIKE '"%'`);
}

function isScalar(element: string): Sql {
  return atom(`is_json_scalar(${element})`, 'never', `NOT is_json_scalar(${element})`);
}

/** A text that JSON writes as it is: then the test is one of the JSON text, which tells a string from a number. */
function isPlainInJson(test: TextTest): boolean {
  // oxlint-disable-next-line no-control-regex -- JSON escapes control characters
  return (test.test === 'equals' || test.test === 'prefix') && !/["\\\0-\x1f\x7f]/.test(String(test.value));
}

/** Comparisons of JSON text alone are never NULL in an element. */
function neverNull(json: string): (sql: Sql) => Sql {
  return (sql) =>
    sql.is === 'atom' &&
    sql.nulls === 'operand' &&
    (sql.text.startsWith(json) || sql.text.startsWith(`lower(${json})`))
      ? { ...sql, nulls: 'never' }
      : sql;
}

function mayPassObjects(test: TextTest): boolean {
  if (test.test === 'equals') return /^\{.*\}$/s.test(String(test.value));
  if (test.test === 'prefix') return mayStartObject(test.value);
  if (test.test === 'suffix') return mayEndObject(test.value);
  if (test.test !== 'wildcard') return test.test === 'regex';
  const [first, last] = [test.pattern[0], test.pattern.at(-1)];
  if (first === undefined || last === undefined) return false;
  return (
    !('literal' in first && !mayStartObject(first.literal)) &&
    !('literal' in last && !mayEndObject(last.literal))
  );
}

function mayStartObject(text: string): boolean {
  return text === '' || text.startsWith('{');
}

function mayEndObject(text: string): boolean {
  return text === '' || text.endsWith('}');
}

/** Whether `\"` in JSON within JSON makes a difference. */
function seesQuotes(test: TextTest): boolean {
  if (test.test === 'regex') return true;
  if (test.test === 'wildcard')
    return test.pattern.some((part) =>
      'literal' in part ? /["\\]/.test(part.literal) : part.any === 'character',
    );
  return test.test !== 'cidr' && /["\\]/.test(String(test.value));
}

function unescaped(json: string): string {
  return String.raw`replace(${json}, '\"', '"')`;
}
