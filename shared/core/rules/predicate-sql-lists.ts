import { columnTests } from './predicate-sql-column.ts';
import { elementTests, objectTests } from './predicate-sql-element.ts';
import { jsonValues, placeOf, type Place } from './predicate-sql-place.ts';
import { NoSqlError } from './predicate-sql-test.ts';
import { and, atom, FALSE, not, or, TRUE, type Sql } from './predicate-sql-text.ts';
import type { Condition } from './predicate.ts';
import { sharedLength } from './shared-path.ts';

/**
 * Conditions within one column in which there may be lists: JSON, and `resources`. Those that meet in a list are asked of one element of it, in
 * the order of their fields' names (see match-lists.ts). Throws `NoSqlError`.
 */
export function togetherSql(place: Place, conditions: readonly Condition[]): Sql {
  if (place.is === 'elements') return elementsSql(place.sql, conditions);
  const root = (place as Extract<Place, { is: 'json' }>).sql;
  const inside = conditions.map((condition) => ({
    condition,
    path: (placeOf(condition.path) as { path: readonly string[] }).path,
  }));
  return insideSql({ json: root, depth: 1 }, inside);
}

/** `resources`: a list of structs whose leaves are text. */
function elementsSql(list: string, conditions: readonly Condition[]): Sql {
  const own = conditions.filter(({ path }) => path.length === 1);
  const below = conditions.filter(({ path }) => path.length > 1);
  const firstValue = below.findIndex((condition) => !asksForAbsence(condition));
  const anywhere = below.filter(
    (condition, i) => asksForAbsence(condition) && (firstValue < 0 || i < firstValue),
  );
  const together = below.filter((condition) => !anywhere.includes(condition));
  const some = (parts: readonly Condition[]): Sql =>
    parts.length === 0 ? TRUE : { is: 'some', list, element: 'r', of: and(parts.map(leafSql)) };
  return and([
    ...own.map((condition) => listSql(list, condition)),
    ...anywhere.map((condition) => not(some([presence(condition)]))),
    some(together),
  ]);
}

function leafSql(condition: Condition): Sql {
  const { leaf } = placeOf(condition.path) as { leaf: string };
  return textSql({ is: 'text', sql: `r.${leaf}`, boolean: false }, condition);
}

function listSql(list: string, { path, reads, anyOf }: Condition): Sql {
  const isThere = reads === 'value' ? FALSE : atom(`cardinality(${list}) > 0`);
  return or(
    anyOf.map((test) => {
      if (test.test === 'absent') return not(isThere);
      if (reads === 'value') return FALSE;
      if (test.test === 'exists') return isThere;
      throw new NoSqlError(
        path,
        `the lake has the elements in columns and not their text: ask for one field of ${list}`,
      );
    }),
  );
}

/** JSON text to look into, and how many elements it is inside of, for their names. */
interface Source {
  readonly json: string;
  readonly depth: number;
}

interface Inside {
  readonly condition: Condition;
  /** From the source. */
  readonly path: readonly string[];
}

/**
 * Conditions on one JSON value. Where two of them go on by the same name, there may be a list: then they are asked of one element of it. A
 * field that must be absent is so in that element if a condition before it has chosen one, else in all (see match-lists.ts).
 */
function insideSql(source: Source, conditions: readonly Inside[]): Sql {
  const isValue = ({ condition }: Inside): boolean => !asksForAbsence(condition);
  const groups: Inside[][] = [];
  for (const one of conditions) {
    const meets = (group: readonly Inside[]): boolean =>
      group.some(isValue) && group.some(({ path }) => sharedLength(path, one.path) > 0);
    const group = groups.find(meets);
    if (group === undefined) groups.push([one]);
    else group.push(one);
  }
  return and(groups.map((group) => groupSql(source, group)));
}

function groupSql(source: Source, group: readonly Inside[]): Sql {
  const [first, ...others] = group as readonly [Inside, ...Inside[]];
  if (others.length === 0) return singleSql(source, first);
  const common = others.reduce(
    (length, { path }) => Math.min(length, sharedLength(first.path, path)),
    first.path.length,
  );
  const own = group.filter(({ path }) => path.length === common);
  const below = group.filter(({ path }) => path.length > common);
  // A value that stands in a list itself chooses no element of it, but may choose one of a list further up.
  const shared = own.length === 0 ? common : common - 1;
  if (shared === 0) return and([...own.map((one) => singleSql(source, one)), insideSql(source, below)]);
  const element = elementName(source);
  const inside = group.map(({ condition, path }) => ({ condition, path: path.slice(shared) }));
  const of = insideSql({ json: `json_format(${element})`, depth: source.depth + 1 }, inside);
  return {
    is: 'some',
    list: jsonValues(source.json, first.path.slice(0, shared), first.condition.path),
    element,
    of,
  };
}

function singleSql(source: Source, { condition, path }: Inside): Sql {
  if (asksForAbsence(condition)) return not(singleSql(source, { condition: presence(condition), path }));
  const isColumn = source.depth === 1 && path.length === 0;
  const whole = isColumn && condition.reads === 'text' ? objectTests(source.json, condition) : undefined;
  if (whole !== undefined) return whole;
  const element = elementName(source);
  const of = elementTests(element, condition);
  return of === FALSE
    ? FALSE
    : { is: 'some', list: jsonValues(source.json, path, condition.path), element, of };
}

function elementName({ depth }: Source): string {
  return depth === 1 ? 'v' : `v${depth}`;
}

/** On a text column, or a leaf of one. */
export function textSql({ sql, boolean }: Extract<Place, { is: 'text' }>, condition: Condition): Sql {
  const absent = asksForAbsence(condition) ? atom(`${sql} IS NULL`, 'never', `${sql} IS NOT NULL`) : FALSE;
  return or([absent, columnTests(sql, boolean, condition)]);
}

export function asksForAbsence({ anyOf }: Condition): boolean {
  return anyOf.some(({ test }) => test === 'absent');
}

/** The same question of what is there: its opposite is absence. */
export function presence(condition: Condition): Condition {
  return { ...condition, anyOf: [{ test: 'exists' }] };
}
