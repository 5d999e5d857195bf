/**
 * Athena's SQL (Trino) as DuckDB takes it: only the syntax that DuckDB does not know is rewritten, everything else goes
 * through byte for byte, and what this module does not know is DuckDB's to accept or refuse. Functions are macros
 * (`trino-macros.ts`), which must be installed on the connection.
 *
 * A full transpiler was considered (@polyglot-sql/sdk 0.12.1, MIT): 23 MB of WebAssembly, and it prints the whole
 * query anew from its own tree, so that a query it misreads changes silently.
 */
import {
  closing,
  compose,
  isPunctuation,
  isWord,
  precededBy,
  print,
  splitAtCommas,
  tokenize,
} from '../../core/sql-tokens.ts';
import type { SqlPart, Token } from '../../core/sql-tokens.ts';
import { isRewrittenCall, orderInside, rewriteCall } from './trino-calls.ts';
import { extractInside, isZoned, pastDateArithmetic, pastPrecision } from './trino-times.ts';
import { rewriteJsonQuery } from './trino-json-path.ts';
import { duckdbTypeOf, isArrayOfJson, splitCast } from './trino-types.ts';
import { rewriteUnnest } from './trino-unnest.ts';

/** Tables whose database (and catalogue) qualifier is dropped: there is one lake, whatever its name was in Athena. */
const MOUNTED_TABLES = ['cloudtrail_logs'];

/** The column for `"$path"`, the file a row is read from: in the lake, the log file that delivered the record. */
const LOG_FILE = 'logfile';

/** A published Athena query in DuckDB's SQL. `tables` are the names under which the lake is mounted. */
export function toDuckdbSql(sql: string, tables: readonly string[] = MOUNTED_TABLES): string {
  const { tokens, after } = tokenize(sql);
  while (isPunctuation(tokens.at(-1), ';')) tokens.pop();
  const mounted = new Set(tables.map((table) => table.toLowerCase()));
  return print(rewrite(withoutQualifiers(tokens, mounted))) + after;
}

/** What replaces the tokens from one index to another. */
interface Step {
  readonly output: readonly Token[];
  readonly next: number;
}

/** One pass from the left; the insides of what is rewritten are rewritten too. */
function rewrite(tokens: readonly Token[]): Token[] {
  const output: Token[] = [];
  for (let at = 0; ;) {
    const token = tokens[at];
    if (token === undefined) return output;
    const step = rewriteAt(tokens, at, token);
    output.push(...step.output);
    at = step.next;
  }
}

function rewriteAt(tokens: readonly Token[], at: number, token: Token): Step {
  const same: Step = { output: [token], next: at + 1 };
  if (token.text.toLowerCase() === '"$path"') return { ...same, output: compose(token.before, LOG_FILE) };
  if (!isName(token) || isPunctuation(tokens[at - 1], '.')) return same;
  return rewriteTyped(tokens, at, token) ?? rewriteParenthesised(tokens, at, token) ?? same;
}

/** Literals of a type that DuckDB doesn't have, and times. */
function rewriteTyped(tokens: readonly Token[], at: number, token: Token): Step | undefined {
  const literal = tokens[at + 1];
  if (!isWord(token, 'ipaddress') || literal?.kind !== 'string') return rewriteTime(tokens, at, token);
  return { output: compose(token.before, 'trino_ip(', precededBy('', [literal]), ')'), next: at + 2 };
}

function rewriteTime(tokens: readonly Token[], at: number, token: Token): Step | undefined {
  if (isWord(token, 'timestamp') && isZoned(tokens[at + 1])) {
    return { output: compose(token.before, 'TIMESTAMPTZ'), next: at + 1 };
  }
  const precise = pastPrecision(tokens, at);
  if (precise !== undefined) return { output: [token], next: precise };
  const next = pastDateArithmetic(tokens, at);
  if (next === undefined) return undefined;
  return {
    output: compose(token.before, 'CAST(', precededBy('', tokens.slice(at, next)), ' AS DATE)'),
    next,
  };
}

/** What has a parenthesis after it: a CAST, EXTRACT, a sample, an UNNEST, a call. */
function rewriteParenthesised(tokens: readonly Token[], at: number, token: Token): Step | undefined {
  const close = isPunctuation(tokens[at + 1], '(') ? closing(tokens, at + 1) : -1;
  if (close < 0) return undefined;
  const inside = tokens.slice(at + 2, close);
  const replaceBy = (...parts: readonly SqlPart[]): Step => ({
    output: compose(token.before, ...parts),
    next: close + 1,
  });
  if (isWord(token, 'cast', 'try_cast')) return replaceBy(...castParts(token, inside));
  if (isWord(token, 'extract')) return replaceBy([token], '(', rewrite(extractInside(inside)), ')');
  if (isWord(token, 'bernoulli', 'system') && isWord(tokens[at - 1], 'tablesample')) {
    return replaceBy([token], '(', inside, ' PERCENT)');
  }
  if (isWord(token, 'unnest')) {
    const unnest = rewriteUnnest(tokens, at);
    return unnest && { output: rewrite(unnest.replacement), next: unnest.next };
  }
  const query = isWord(token, 'json_query') ? rewriteJsonQuery(rewrite(inside)) : undefined;
  if (query !== undefined) return replaceBy(...query);
  if (isWord(token, 'listagg')) return rewriteListagg(tokens, at, close);
  const name = unquoted(token);
  const call = isRewrittenCall(name) && rewriteCall(name, splitAtCommas(inside).map(rewrite));
  return call ? replaceBy(...call) : undefined;
}

/** A CAST with Trino's meaning; one without AS, which is no CAST, as it is. */
function castParts(cast: Token, inside: readonly Token[]): readonly SqlPart[] {
  const parts = splitCast(inside);
  if (parts === undefined) return [[cast], '(', rewrite(inside), ')'];
  const operand = rewrite(parts.operand);
  // Trino makes JSON of the value; DuckDB would parse the text.
  if (parts.type.length === 1 && isWord(parts.type[0], 'json')) return ['to_json(', operand, ')'];
  if (isWord(parts.type[0], 'ipaddress')) return ['trino_ip(', operand, ')'];
  if (isArrayOfJson(parts.type) && isWord(parts.operand[0], 'json_parse'))
    return ['trino_json_array(', operand, ')'];
  return [[cast], '(', operand, parts.as, rewrite(duckdbTypeOf(parts.type)), ')'];
}

/** `listagg(…) WITHIN GROUP (ORDER BY …)`. */
function rewriteListagg(tokens: readonly Token[], at: number, close: number): Step | undefined {
  const isOrdered = isWord(tokens[close + 1], 'within') && isPunctuation(tokens[close + 3], '(');
  const end = isOrdered ? closing(tokens, close + 3) : -1;
  if (end < 0) return undefined;
  const args = rewrite(tokens.slice(at + 2, close));
  const order = rewrite(tokens.slice(close + 4, end));
  return { output: compose(tokens[at]?.before ?? '', ...orderInside(args, order)), next: end + 1 };
}

/** `"db"."cloudtrail_logs"` and `catalog.db.cloudtrail_logs` without what stands before the table. */
function withoutQualifiers(tokens: readonly Token[], mounted: ReadonlySet<string>): Token[] {
  const output: Token[] = [];
  for (const token of tokens) {
    const first = isName(token) && mounted.has(unquoted(token)) ? dropQualifiers(output) : undefined;
    output.push(first ? { ...token, before: first.before } : token);
  }
  return output;
}

/** Removes `a.b.` from the end; the first token removed. */
function dropQualifiers(output: Token[]): Token | undefined {
  let first: Token | undefined;
  while (isPunctuation(output.at(-1), '.') && isName(output.at(-2))) {
    output.pop();
    first = output.pop();
  }
  return first;
}

const isName = (token: Token | undefined) => token?.kind === 'word' || token?.kind === 'quoted';
const unquoted = (token: Token) => token.text.replaceAll('"', '').toLowerCase();
