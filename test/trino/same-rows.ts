import type { JsonValue } from '../../shared/core/query-result.ts';

/*
 * What Trino and DuckDB write differently for the same value, and nothing else:
 *
 * | type             | Trino's client protocol     | DuckDB (duckdb-json.ts)  | here                     |
 * | ---------------- | --------------------------- | ------------------------ | ------------------------ |
 * | timestamp (zone) | `2026-11-01 23:55:34.000 UTC` | ISO 8601, or as Trino without the fraction | ISO 8601, milliseconds, UTC |
 * | varbinary        | Base64                      | hex                      | hex                      |
 * | row              | its values, in order        | an object                | its values, in order     |
 * | double, real     | a number                    | a number                 | twelve digits: sums differ in the last ones by the order of adding |
 * | decimal          | text                        | text or a number         | a number                 |
 * | json             | text                        | text, or the value itself | parsed, keys sorted      |
 * | text that is JSON, inside of json | keys sorted, for `json_parse` sorts | keys as they were | keys sorted |
 * | timestamp, inside of json | `2026-11-01 23:55:34.000` | `2026-11-01 23:55:34` | without a fraction of zeros |
 * | interval         | `0 00:05:00.000`            | an object                | seconds                  |
 */

/** A value as both engines would write it. `type` is Trino's. */
export function canonical(value: JsonValue, type: string): JsonValue {
  if (value === null) return null;
  if (type.startsWith('array(')) return asList(value).map((item) => canonical(item, inner(type)));
  if (type.startsWith('row(')) return valuesOf(value).map((item) => plain(item));
  if (type.startsWith('map('))
    return Object.entries(sorted(value) ?? {}).map(([key, item]) => [key, plain(item)]);
  if (type.startsWith('timestamp') && typeof value === 'string') return instant(value);
  if (type.startsWith('interval day')) return seconds(value);
  if (type.startsWith('decimal') || type === 'double' || type === 'real')
    return Number(Number(value).toPrecision(12));
  if (type === 'json') return sorted(typeof value === 'string' ? (JSON.parse(value) as JsonValue) : value);
  return value;
}

/** Trino's side only: what Base64 is can't be told by looking. */
export function canonicalOfTrino(value: JsonValue, type: string): JsonValue {
  if (type === 'varbinary' && typeof value === 'string') return Buffer.from(value, 'base64').toString('hex');
  return canonical(value, type);
}

function inner(type: string): string {
  return type.slice(type.indexOf('(') + 1, -1);
}

function asList(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value];
}

function valuesOf(value: JsonValue): readonly JsonValue[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [value];
}

/** Rows within rows as lists. Maps are lists of their values here too: their keys are compared by `SELECT *`, as JSON. */
function plain(value: JsonValue): JsonValue {
  return typeof value === 'object' && value !== null ? valuesOf(value).map(plain) : value;
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => sorted(item));
  if (typeof value === 'string' && /^[[{]/.test(value)) return sortedText(value);
  if (typeof value === 'string' && TIMESTAMP.test(value)) return value.replace(/\.0+$/, '');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const TIMESTAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+$/;

function sortedText(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text) as JsonValue));
  } catch {
    return text;
  }
}

function instant(text: string): string {
  const iso = text.replace(' UTC', 'Z').replace(' ', 'T');
  const time = Date.parse(/Z|[+-]\d\d(?::?\d\d)?$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

function seconds(value: JsonValue): number {
  if (typeof value === 'string') {
    const [, sign, days, hours, minutes, rest] = /^(-?)(\d+) (\d+):(\d+):([\d.]+)$/.exec(value) ?? [];
    const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(rest);
    return sign === '-' ? -total : total;
  }
  const [months, days, micros] = ['months', 'days', 'micros'].map((name) =>
    Number((value as Readonly<Record<string, JsonValue>>)[name]),
  );
  return (months ?? 0) * 30 * 86_400 + (days ?? 0) * 86_400 + (micros ?? 0) / 1e6;
}
