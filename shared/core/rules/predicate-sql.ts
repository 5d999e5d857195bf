import { asksForAbsence, presence, textSql, togetherSql } from './predicate-sql-lists.ts';
import { placeOf, type Place } from './predicate-sql-place.ts';
import { NoSqlError } from './predicate-sql-test.ts';
import { and, atom, FALSE, not, or, printSql, TRUE, type Sql } from './predicate-sql-text.ts';
import { pathName, type Condition, type FieldsHold, type Predicate } from './predicate.ts';

/**
 * A predicate as an expression over `cloudtrail_logs` in Athena's SQL (Trino, engine version 3): true for the rows whose record matches, and
 * for no others; false or NULL for those. In the lake's columns of JSON a list may stand anywhere: `json_query` in its lax mode looks into
 * them, and `any_match` goes through what it finds (Trino documentation, "JSON functions and operators", "Array functions").
 *
 * Exact for records as CloudTrail writes them. Where it differs from the stream:
 * - `null` in a column of its own is a field that is absent (the lake doesn't tell them apart);
 * - structures (userIdentity, resources…) that are something else are in `unmapped`; numbers, booleans, objects and lists where there should be
 *   text are their text, and nothing is inside them;
 * - lists directly in lists; columns of JSON that are a list themselves, or a text of which a pattern tells the ends; names of fields with a
 *   dot in them; letters that `lower` folds and `foldCase` doesn't; addresses with leading zeros;
 * - of a key that stands twice within a column of JSON, the stream sees the last, SQL any of them, or both;
 * - numbers read as text: the stream takes JavaScript's text of them (`50` for `50.0`, and digits that a double doesn't hold are lost), SQL the
 *   record's own or Trino's. A whole value is compared as a number and so agrees; a part of one (`endswith: '0'`) is not, nor is a number within
 *   the text of an object, one that is compared with another field, or one beyond all doubles (`1e400`);
 * - the text of an object deeper in a column: Trino's `json_parse` sorts the keys (`json_query` before it doesn't, but makes no JSON of the
 *   elements), so that a test that spans two keys may fail there. The text of a whole column is the record's own.
 *
 * Throws `NoSqlError`.
 */
export function predicateSql(predicate: Predicate): string {
  return printSql(sqlOf(predicate));
}

/** A whole query for the events that a predicate selects. `title`: what it looks for. Throws `NoSqlError`. */
export function ruleSql(predicate: Predicate, title: string, table = 'cloudtrail_logs'): string {
  const where = predicateSql(predicate).split('\n').join('\n  ');
  return [
    ...title.split(/[\r\n]+/).map((line) => `-- ${line}`),
    '-- Every day that is read is paid for: choose them, and the accounts and regions, by the partition columns, such as',
    "--   AND account = '111122223333' AND region = 'us-east-1' AND year = '2026' AND month = '11' AND day >= '15'",
    `SELECT ${SELECTED.join(', ')}`,
    `FROM ${table}`,
    'WHERE (',
    `  ${where}`,
    ')',
    'ORDER BY eventtime',
  ].join('\n');
}

/** Who it was, as far as the record says. */
const PRINCIPAL = `coalesce(useridentity.arn, useridentity.username, useridentity.principalid, useridentity.invokedby, useridentity.type)`;

const SELECTED = [
  'eventtime',
  'eventid',
  'recipientaccountid',
  'awsregion',
  `${PRINCIPAL} AS principal`,
  'eventsource',
  'eventname',
  'errorcode',
  'sourceipaddress',
];

function sqlOf(predicate: Predicate): Sql {
  if (predicate.kind === 'fields') return fieldsSql(predicate);
  if (predicate.kind === 'not') return not(sqlOf(predicate.of));
  const parts = predicate.of.map(sqlOf);
  return predicate.kind === 'all' ? and(parts) : or(parts);
}

interface Placed {
  readonly condition: Condition;
  readonly place: Place;
}

/** Conditions meet in lists only within one column. */
function fieldsSql({ conditions }: FieldsHold): Sql {
  const placed = conditions.map((condition) => {
    const place = placeOf(condition.path);
    return { condition: withoutLostNull(condition, place), place };
  });
  const columns = Map.groupBy(placed, ({ place }) => `${place.is} ${place.sql}`);
  return and([...columns.values()].map(columnSql));
}

/** In a column of its own `null` is absent. Who asks for both (Sigma's `null`) gets both; who asks for one alone can't. */
function withoutLostNull(condition: Condition, place: Place): Condition {
  const isKept = place.is === 'json' && (place.sql === 'unmapped' || place.path.length > 0);
  const others = condition.anyOf.filter(
    ({ test, ...rest }) => !(test === 'equals' && 'value' in rest && rest.value === null),
  );
  if (isKept || others.length === condition.anyOf.length) return condition;
  if (asksForAbsence(condition)) return { ...condition, anyOf: others };
  const name = pathName(condition.path);
  throw new NoSqlError(condition.path, `the lake doesn't tell null from absent: ask whether ${name} exists`);
}

function columnSql(placed: readonly Placed[]): Sql {
  const [first, ...others] = placed as readonly [Placed, ...Placed[]];
  const { place, condition } = first;
  if (place.is === 'struct') return structSql(place.sql, condition);
  if (place.is === 'text') return textSql(place, condition);
  if (others.length === 0) return aloneSql(first);
  return or(
    withoutChoice(placed.map(({ condition }) => condition)).map((conditions) =>
      togetherSql(place, conditions),
    ),
  );
}

/** An object is no value, and has a text. */
function structSql(sql: string, { path, reads, anyOf }: Condition): Sql {
  if (reads === 'value') return anyOf.some(({ test }) => test === 'absent') ? TRUE : FALSE;
  const isThere = atom(`${sql} IS NOT NULL`, 'never', `${sql} IS NULL`);
  return or(
    anyOf.map((test) => {
      if (test.test === 'absent') return not(isThere);
      if (test.test === 'exists') return isThere;
      throw new NoSqlError(path, 'the lake has its fields in columns and not its text: ask for one of them');
    }),
  );
}

function aloneSql({ place, condition }: Placed): Sql {
  const value = withTests(condition, (test) => test !== 'absent');
  const absent = asksForAbsence(condition) ? absenceSql(place, condition) : FALSE;
  return or([absent, value === undefined ? FALSE : togetherSql(place, [value])]);
}

/**
 * The ways to choose, of conditions that ask for absence or something else, which one it is: what a list holds together, and what it must
 * not hold anywhere, are different questions.
 */
function withoutChoice(conditions: readonly Condition[]): (readonly Condition[])[] {
  const choices = conditions.reduce<(readonly Condition[])[]>(
    (ways, condition) => {
      const forms = [
        withTests(condition, (test) => test !== 'absent'),
        withTests(condition, (test) => test === 'absent'),
      ];
      const possible = forms.filter((form) => form !== undefined);
      if (ways.length * possible.length > MAX_CHOICES)
        throw new NoSqlError(
          condition.path,
          'too many fields may be absent or have a value: make several rules of it',
        );
      return ways.flatMap((way) => possible.map((form) => way.concat(form)));
    },
    [[]],
  );
  return choices;
}

const MAX_CHOICES = 16;

function withTests(condition: Condition, chosen: (test: string) => boolean): Condition | undefined {
  const anyOf = condition.anyOf.filter(({ test }) => chosen(test));
  return anyOf.length === 0 ? undefined : { ...condition, anyOf };
}

function absenceSql(place: Place, condition: Condition): Sql {
  return not(togetherSql(place, [presence(condition)]));
}
