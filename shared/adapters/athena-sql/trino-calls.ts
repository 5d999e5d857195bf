/**
 * Function calls that no macro can stand for: DuckDB macros take no lambda, an aggregate inside one takes neither
 * DISTINCT nor FILTER, and strptime wants its format constant where it is bound.
 */
import {
  indexAtTop,
  isPunctuation,
  isWord,
  precededBy,
  type SqlPart,
  type Token,
} from '../../core/sql-tokens.ts';
import { ofEntries } from './trino-map-lambdas.ts';

type Call = (...args: readonly (readonly Token[])[]) => readonly SqlPart[] | undefined;

const twoArguments =
  (build: (first: readonly Token[], second: readonly Token[]) => readonly SqlPart[] | undefined): Call =>
  (first, second, ...others) =>
    first && second && others.length === 0 ? build(first, second) : undefined;

/** A word, not a call, at the head of each: FILTER (WHERE …) has one argument and so stays what it is. */
const CALLS: Readonly<Record<string, Call>> = {
  // DuckDB's own is NULL where no row has a value, not 0.
  count_if: (condition, ...others) =>
    condition && others.length === 0 ? ['count(CASE WHEN (', condition, ') THEN 1 END)'] : undefined,
  if: twoArguments((condition, then) => ['CASE WHEN (', condition, ') THEN (', then, ') END']),
  transform: twoArguments((array, f) => ['list_transform(', array, ',', f, ')']),
  filter: twoArguments((array, f) => ['list_filter(', array, ',', f, ')']),
  any_match: twoArguments((array, f) => ['(len(list_filter(', array, ',', f, ')) > 0)']),
  none_match: twoArguments((array, f) => ['(len(list_filter(', array, ',', f, ')) = 0)']),
  all_match: twoArguments((array, f) => ['(len(list_filter(', array, ',', f, ')) = len(', array, '))']),
  transform_values: twoArguments((map, f) =>
    ofEntries(f, ({ key, body }) => [
      'map_from_entries(list_transform(map_entries(',
      map,
      '), lambda trino_entry: struct_pack(key := ',
      key,
      ', value := ',
      body,
      ')))',
    ]),
  ),
  transform_keys: twoArguments((map, f) =>
    ofEntries(f, ({ value, body }) => [
      'map_from_entries(list_transform(map_entries(',
      map,
      '), lambda trino_entry: struct_pack(key := ',
      body,
      ', value := ',
      value,
      ')))',
    ]),
  ),
  map_filter: twoArguments((map, f) =>
    ofEntries(f, ({ body }) => [
      'map_from_entries(list_filter(map_entries(',
      map,
      '), lambda trino_entry: ',
      body,
      '))',
    ]),
  ),
  reduce: (array, initial, step, result) =>
    array && initial && step && result
      ? ['list_transform([list_reduce(', array, ',', step, ',', initial, ')],', result, ')[1]']
      : undefined,
  date_parse: twoArguments((text, format) => ['strptime(', text, ', trino_mysql_format(', format, '))']),
  parse_datetime: twoArguments((text, format) => [
    'CAST(strptime(',
    text,
    ', trino_joda_format(',
    format,
    ')) AS TIMESTAMPTZ)',
  ]),
  // Of an array, DuckDB has the same; its own of a text is another function.
  contains: twoArguments((network, address) =>
    isWord(address[0], 'trino_ip') ? ['trino_network_contains(', network, ',', address, ')'] : undefined,
  ),
  // Its second argument, the error allowed, has no counterpart.
  approx_distinct: (value) => value && ['approx_count_distinct(', value, ')'],
  approx_percentile: twoArguments((value, fraction) => ['approx_quantile(', value, ',', fraction, ')']),
  format: (...args) => ['printf(', ...args.flatMap((arg, index) => (index === 0 ? [arg] : [',', arg])), ')'],
};

/** Whether `name(…)` is a call that `rewriteCall` may rewrite. */
export function isRewrittenCall(name: string): boolean {
  return Object.hasOwn(CALLS, name.toLowerCase());
}

/** DuckDB's form of a call, or undefined if it has the same. */
export function rewriteCall(
  name: string,
  args: readonly (readonly Token[])[],
): readonly SqlPart[] | undefined {
  return CALLS[name.toLowerCase()]?.(...args);
}

/** `listagg(x, s) WITHIN GROUP (ORDER BY …)`: DuckDB orders inside the call. */
export function orderInside(args: readonly Token[], order: readonly Token[]): readonly SqlPart[] {
  const overflow = indexAtTop(args, (token) => isWord(token, 'on'));
  const values = overflow < 0 ? args : args.slice(0, overflow);
  const separator = indexAtTop(values, (token) => isPunctuation(token, ',')) < 0 ? ", ''" : '';
  return ['string_agg(', values, separator, precededBy(' ', order), ')'];
}
