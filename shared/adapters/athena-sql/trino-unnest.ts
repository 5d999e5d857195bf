/**
 * `UNNEST` in FROM. DuckDB's gives one column; Trino's gives one for each field of an array of rows, two for a map and
 * one for each of several arrays. The list of column names after the alias tells which is meant: with as many names
 * as arrays, an element is one column (Athena's guide unnests `resources` so), and DuckDB's own UNNEST does.
 */
import { closing, compose, isPunctuation, isWord, splitAtCommas, type Token } from '../../core/sql-tokens.ts';
import { endsInArrayOfRows } from './trino-types.ts';

export interface Unnest {
  readonly replacement: Token[];
  /** The index of the first token after what was replaced: the alias. */
  readonly next: number;
}

/** The LATERAL subquery for the UNNEST at `at`, or undefined if DuckDB's own means the same. */
export function rewriteUnnest(tokens: readonly Token[], at: number): Unnest | undefined {
  const close = closing(tokens, at + 1);
  const arrays = splitAtCommas(tokens.slice(at + 2, close));
  const ordinality = isWord(tokens[close + 1], 'with') && isWord(tokens[close + 2], 'ordinality');
  const next = close + (ordinality ? 3 : 1);
  const names = columnNames(tokens, next) - (ordinality ? 1 : 0);
  if (close < 0 || names < arrays.length || (arrays.length === 1 && names === 1)) return undefined;
  const expanded = names > arrays.length;
  const columns = arrays.map((array) =>
    expanded ? expand(array, names) : compose(' ', 'unnest(', array, ')'),
  );
  const counted = listOf(arrays[0] ?? [], expanded ? names : 1);
  if (ordinality) columns.push(compose(' ', 'generate_subscripts(', counted, ', 1)'));
  const select = columns.flatMap((column, index) => (index === 0 ? [column] : [',', column]));
  return { replacement: compose(tokens[at]?.before ?? '', 'LATERAL (SELECT ', ...select, ')'), next };
}

const expand = (array: readonly Token[], names: number) =>
  compose(' ', 'unnest(', listOf(array, names), ', max_depth := 2)');

/** Two names for one array are a map's key and value, unless the array says that it is of rows. */
function listOf(array: readonly Token[], names: number): readonly Token[] {
  return names === 2 && !endsInArrayOfRows(array) ? compose('', 'map_entries(', array, ')') : array;
}

/** How many names stand in `[AS] t (a, b)`; 0 without a list. */
function columnNames(tokens: readonly Token[], from: number): number {
  const open = from + (isWord(tokens[from], 'as') ? 2 : 1);
  const close = isPunctuation(tokens[open], '(') ? closing(tokens, open) : -1;
  return close < 0 ? 0 : splitAtCommas(tokens.slice(open + 1, close)).length;
}
