import type { ColumnInfo, Datum, GetQueryResultsOutput } from '@aws-sdk/client-athena';
import type { JsonValue } from '../core/query-result.ts';

/** The result's columns, of which two of one name become `a` and `a:1`, as on the laptop. */
export function columnNames(columns: readonly ColumnInfo[]): string[] {
  const seen = new Map<string, number>();
  return columns.map(({ Name: name = '' }) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}:${before}`;
  });
}

/** The rows of one page. Athena answers in text; what is a number or a truth value by its column's type becomes one. */
export function rowsOfPage(page: GetQueryResultsOutput, isFirst: boolean): JsonValue[][] {
  const columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
  const rows = (page.ResultSet?.Rows ?? []).map(({ Data: data = [] }) => untabbed(data, columns.length));
  const heading = isFirst && rows[0] !== undefined && isHeading(rows[0], columns) ? 1 : 0;
  return rows
    .slice(heading)
    .map((row) => columns.map(({ Type: type }, i) => valueOf(row[i]?.VarCharValue, type)));
}

/**
 * The first row of a SELECT's first page repeats the columns' names; what DESCRIBE, SHOW and EXPLAIN print starts at once. Nothing in
 * the response tells which it is.
 */
function isHeading(row: readonly Datum[], columns: readonly ColumnInfo[]): boolean {
  return columns.every(({ Name: name }, i) => row[i]?.VarCharValue === name);
}

/** DESCRIBE and SHOW COLUMNS promise three columns and give one text, padded and with tabs between. */
function untabbed(data: readonly Datum[], columns: number): readonly Datum[] {
  const [only, ...others] = data;
  if (columns < 2 || others.length > 0 || only?.VarCharValue === undefined) return data;
  return only.VarCharValue.split('\t').map((text) => ({ VarCharValue: text.trim() }));
}

/** SQL NULL is a datum without a value; an empty string has one. */
function valueOf(text: string | undefined, type: string | undefined): JsonValue {
  if (text === undefined) return null;
  // Number('') is 0.
  if (text === '' && type !== undefined && NUMBERS.has(type)) return null;
  if (type === 'boolean') return text.toLowerCase() === 'true';
  // Beyond 2^53 a number would be another one.
  if (type !== undefined && INTEGERS.has(type))
    return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  // JSON has no NaN and no infinity.
  if (type !== undefined && FRACTIONS.has(type)) return Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === 'varbinary' && SPACED_HEX.test(text)) return text.replaceAll(' ', '');
  return text;
}

const INTEGERS: ReadonlySet<string> = new Set(['tinyint', 'smallint', 'int', 'integer', 'bigint']);
const FRACTIONS: ReadonlySet<string> = new Set(['double', 'float', 'real']);
const NUMBERS = new Set([...INTEGERS, ...FRACTIONS, 'boolean']);
const SPACED_HEX = /^[0-9a-f]{2}(?: [0-9a-f]{2})*$/;
