/** Dates and times where Trino's syntax, or the type it gives, is not DuckDB's. */
import { closing, compose, isPunctuation, isWord, type Token } from '../../core/sql-tokens.ts';

const TIME_WORDS = ['timestamp', 'time', 'current_timestamp', 'current_time', 'localtimestamp', 'localtime'];
const DATE_UNITS = ['day', 'week', 'month', 'quarter', 'year'];

/** The index past `(3)`, the precision of the time type or of the `current_timestamp` at `at`; DuckDB has no such. */
export function pastPrecision(tokens: readonly Token[], at: number): number | undefined {
  if (!isWord(tokens[at], ...TIME_WORDS) || !isPunctuation(tokens[at + 1], '(')) return undefined;
  return tokens[at + 2]?.kind === 'number' && closing(tokens, at + 1) === at + 3 ? at + 4 : undefined;
}

/** Whether `timestamp` and this literal have a zone (`'2026-01-01 00:00:00 Europe/Paris'`): DuckDB names the type apart. */
export function isZoned(literal: Token | undefined): boolean {
  const zone = /\d\d?:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[A-Za-z]|[+-]\d)/;
  return literal?.kind === 'string' && zone.test(literal.text);
}

/**
 * The index past `current_date - interval '7' day` or `date '2026-01-01' + interval '1' month` at `at`: still a date
 * in Trino, whose text partitions are compared with; a timestamp in DuckDB.
 */
export function pastDateArithmetic(tokens: readonly Token[], at: number): number | undefined {
  const isLiteral = isWord(tokens[at], 'date') && tokens[at + 1]?.kind === 'string';
  if (!isLiteral && !isWord(tokens[at], 'current_date')) return undefined;
  const start = isLiteral ? at + 2 : at + 1;
  let end = start;
  while (isDateInterval(tokens, end)) end += 4;
  return end > start ? end : undefined;
}

function isDateInterval(tokens: readonly Token[], at: number): boolean {
  const [sign, interval, amount, unit] = tokens.slice(at, at + 4);
  return (
    isPunctuation(sign, '+', '-') &&
    isWord(interval, 'interval') &&
    amount?.kind === 'string' &&
    isWord(unit, ...DATE_UNITS)
  );
}

const EXTRACT_FIELDS: Readonly<Record<string, string>> = {
  day_of_week: 'isodow',
  dow: 'isodow',
  day_of_month: 'day',
  day_of_year: 'doy',
  year_of_week: 'isoyear',
  yow: 'isoyear',
};

/** The inside of EXTRACT(field FROM …), the field under DuckDB's name: its `dow` counts from Sunday. */
export function extractInside(inside: readonly Token[]): readonly Token[] {
  const [field, ...rest] = inside;
  const name = field && EXTRACT_FIELDS[field.text.toLowerCase()];
  return name ? [...compose(field.before, name), ...rest] : inside;
}
