import { QueryError } from '../../core/query-result.ts';
import { closing, isPunctuation, isWord, tokenize, type Token } from '../../core/sql-tokens.ts';

const READING = ['select', 'with', 'show', 'describe', 'desc', 'explain'];
const EXPLAINABLE = ['select', 'with'];

/**
 * Refuses what is not a SELECT, SHOW, DESCRIBE or EXPLAIN of a SELECT: a slip must not write with the user's permissions.
 * Throws `QueryError`. Several statements in one text are Athena's to refuse; it does.
 */
export function refuseWriting(sql: string): void {
  const { tokens } = tokenize(sql);
  const first = startOf(tokens, 0);
  if (tokens[first] === undefined) throw new QueryError('the query is empty');
  const readsOnly = isWord(tokens[first], 'explain')
    ? isWord(tokens[startOf(tokens, pastExplain(tokens, first))], ...EXPLAINABLE)
    : isWord(tokens[first], ...READING);
  if (!readsOnly) {
    throw new QueryError('a lake is read-only: only SELECT, DESCRIBE, SHOW and EXPLAIN run here');
  }
}

/** `(SELECT 1) UNION (SELECT 2)`. */
function startOf(tokens: readonly Token[], from: number): number {
  let at = from;
  while (isPunctuation(tokens[at], '(')) at += 1;
  return at;
}

/** The index past `EXPLAIN ANALYZE VERBOSE` or `EXPLAIN (TYPE IO)`. */
function pastExplain(tokens: readonly Token[], explain: number): number {
  let at = explain + 1;
  while (isWord(tokens[at], 'analyze', 'verbose')) at += 1;
  const isOptions = isPunctuation(tokens[at], '(') && isWord(tokens[at + 1], 'type', 'format');
  return isOptions ? closing(tokens, at) + 1 : at;
}
