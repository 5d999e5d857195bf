import { sqlString } from '../sql-text.ts';
import { RECORD, type Field, type Shape } from '../record-shape.ts';
import { NoSqlError } from './predicate-sql-test.ts';
import { BOOLEANS, OBJECTS } from './row-record.ts';

/** Where the lake has what stands at a path of the record. */
export type Place =
  /** A column, or a leaf of one, as text; `boolean` if the text `true` is the boolean. */
  | { readonly is: 'text'; readonly sql: string; readonly boolean: boolean }
  /** A path into a column of JSON text. */
  | { readonly is: 'json'; readonly sql: string; readonly path: readonly string[] }
  /** A leaf of the elements of a column that is a list; undefined: an element itself. */
  | { readonly is: 'elements'; readonly sql: string; readonly leaf: string | undefined }
  | { readonly is: 'struct'; readonly sql: string };

/** Throws `NoSqlError`. */
export function placeOf(path: readonly string[]): Place {
  if (path.length === 0) throw new NoSqlError(path, 'the lake has a column a field: name the field');
  return descend(path, 0, RECORD, '');
}

function descend(path: readonly string[], depth: number, shape: Shape, before: string): Place {
  const name = path[depth] as string;
  const rest = path.slice(depth + 1);
  const field: Field | undefined = Object.hasOwn(shape, name) ? shape[name] : undefined;
  if (field === undefined) return unmapped(path, depth);
  const sql = (field.as === 'hoisted' ? '' : before) + field.to;
  const kind = field.as === 'hoisted' ? field.kind : field.as;
  if (kind === 'json') return { is: 'json', sql, path: rest };
  if (kind === 'text') return text(path, rest, sql, name);
  if (kind === 'map') return mapEntry(path, rest, sql);
  if (field.as === 'structs') return element(path, rest, sql, field.shape);
  if (rest.length === 0) return { is: 'struct', sql };
  return descend(path, depth + 1, (field as Extract<Field, { as: 'struct' }>).shape, `${sql}.`);
}

function text(path: readonly string[], rest: readonly string[], sql: string, name: string): Place {
  if (rest.length === 0) return { is: 'text', sql, boolean: BOOLEANS.has(name) };
  if (OBJECTS.has(name)) return { is: 'json', sql, path: rest };
  throw new NoSqlError(
    path,
    `${path.slice(0, -rest.length).join('.')} is text in the lake and has nothing inside`,
  );
}

function mapEntry(path: readonly string[], rest: readonly string[], sql: string): Place {
  const [key, ...deeper] = rest;
  if (key === undefined) return { is: 'struct', sql };
  if (deeper.length > 0)
    throw new NoSqlError(path, 'the lake has a map of texts there, which have nothing inside');
  return { is: 'text', sql: `element_at(${sql}, ${sqlString(key)})`, boolean: false };
}

function element(path: readonly string[], rest: readonly string[], sql: string, shape: Shape): Place {
  const [name, ...deeper] = rest;
  if (name === undefined) return { is: 'elements', sql, leaf: undefined };
  const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
  const usual = Object.keys(shape).find((twin) => shape[twin]?.to === field?.to);
  if (field === undefined || deeper.length > 0)
    throw new NoSqlError(path, `the lake keeps it in unmapped, by the position of the element in ${sql}`);
  if (usual !== name)
    throw new NoSqlError(
      path,
      `the lake has ${name} and ${usual} in one column and can't tell them apart: ask for ${usual}`,
    );
  return { is: 'elements', sql, leaf: field.to };
}

/** Names of fields that have a column only in aggregated records, and in others none. */
const AGGREGATED: ReadonlySet<string> = new Set(['eventId', 'accountId']);

/** A field that has no column is in `unmapped`, by its path. */
function unmapped(path: readonly string[], depth: number): Place {
  if (depth === 0 && AGGREGATED.has(path[0] ?? ''))
    throw new NoSqlError(
      path,
      'aggregated records alone have it, in the columns eventid and recipientaccountid',
    );
  return {
    is: 'json',
    sql: 'unmapped',
    path: [path.slice(0, depth + 1).join('.'), ...path.slice(depth + 1)],
  };
}

/**
 * The values at a path inside of JSON text, lists on the way and at the end looked into, as an expression of type array(json); NULL if there
 * is none. Throws `NoSqlError` in the name of `condition`.
 */
export function jsonValues(json: string, path: readonly string[], condition: readonly string[]): string {
  const steps = path.map((name) => {
    // oxlint-disable-next-line no-control-regex -- a path is a literal, in which a NUL could not be spelt
    if (/["\\\0-\x1f]/.test(name) || !name.isWellFormed())
      throw new NoSqlError(
        condition,
        `${JSON.stringify(name)} has a character that a path in SQL can't have`,
      );
    return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `."${name}"`;
  });
  const jsonPath = sqlString(`lax $${steps.join('')}[*]`);
  return `CAST(json_parse(json_query(${json}, ${jsonPath} WITH ARRAY WRAPPER)) AS array(json))`;
}
