import { readdir, readFile } from 'node:fs/promises';
import { unitOf, type ReportPeriod } from '../../shared/core/report/report-period.ts';
import {
  baselineSql,
  deniedByCallSql,
  deniedByPrincipalSql,
  newAccessSql,
  principalsSql,
  seriesSql,
  signInsByUserSql,
  signInsSql,
  totalsSql,
} from '../../shared/core/report/report-sql.ts';
import { tokenize, type Token } from '../../shared/core/sql-tokens.ts';

/** A query as a file holds it, with a `?` where a parameter was, and values for them. */
export interface BoundQuery {
  readonly name: string;
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

const FOLDERS = ['../../queries/', '../fixtures/published-queries/'].map(
  (path) => new URL(path, import.meta.url),
);

/** Every query of the project and every published one, with the examples that their headers give. */
export async function allQueries(): Promise<BoundQuery[]> {
  const files = await Promise.all(
    FOLDERS.map(async (folder) =>
      (await readdir(folder)).map((name) => ({ name, url: new URL(name, folder) })),
    ),
  );
  const sql = files.flat().filter(({ name }) => name.endsWith('.sql'));
  return await Promise.all(sql.map(async ({ name, url }) => bind(name, await readFile(url, 'utf8'))));
}

/** What a report asks of the sample's hours, hour by hour and month by month. */
export function reportQueries(): BoundQuery[] {
  const [from, baselineFrom] = [new Date('2026-11-01T02:00:00Z'), new Date('2026-11-01T00:00:00Z')];
  const periods = [new Date('2026-11-02T00:00:00Z'), new Date('2027-11-02T00:00:00Z')].map((to) => ({
    from,
    to,
    baselineFrom,
  }));
  const asked: readonly ((period: ReportPeriod) => string)[] = [
    totalsSql,
    function accountsSql(period) {
      return seriesSql('account', period);
    },
    function servicesSql(period) {
      return seriesSql('service', period);
    },
    principalsSql,
    deniedByPrincipalSql,
    deniedByCallSql,
    signInsSql,
    signInsByUserSql,
    baselineSql,
    newAccessSql,
  ];
  return periods.flatMap((period) =>
    asked.map((sqlOf) => ({
      name: `the report's ${sqlOf.name}, by ${unitOf(period)}`,
      sql: sqlOf(period),
      values: [],
    })),
  );
}

/** `-- param: access_key string = AKIA… : the access key's id` */
const PARAM = /^-- param: (\w+) (\w+)(?: = (.+?))? : .+$/gm;

/** A file of SQL, with the examples of its header bound. */
export function bind(name: string, text: string): BoundQuery {
  const examples = new Map<string, string | number>();
  for (const [, param = '', type, example = ''] of text.matchAll(PARAM))
    examples.set(param, type === 'integer' ? Number(example) : example);
  const { tokens } = tokenize(text);
  const values: (string | number)[] = [];
  let sql = '';
  for (const [index, token] of tokens.entries()) {
    const value = isPlace(tokens, index) ? examples.get(tokens[index + 1]?.text ?? '') : undefined;
    if (value !== undefined) {
      values.push(value);
      sql += `${token.before}?`;
    } else if (!isPlace(tokens, index - 1) || !examples.has(token.text)) sql += token.before + token.text;
  }
  // Athena takes a semicolon at the end, Trino's protocol does not.
  return { name, sql: sql.replace(/;\s*$/, ''), values };
}

/** Whether a `:` with a name behind it stands there. */
function isPlace(tokens: readonly Token[], index: number): boolean {
  const [colon, name] = [tokens[index], tokens[index + 1]];
  return colon?.text === ':' && name?.kind === 'word' && name.before === '';
}

/**
 * Athena's guide takes each row of an array as one column, `UNNEST(resources) item (entry)`, as Trino once did with its setting
 * `deprecated.legacy-unnest-array-rows`. Trino of today makes a column of each of the row's fields: rows are put into rows for it.
 */
export function unnestedAsRows(sql: string): string {
  return sql.replace(
    /UNNEST\s*\(\s*((?:\w+\.)?resources)\s*\)(\s+(?:AS\s+)?\w+\s*\(\s*\w+\s*\))/gi,
    'UNNEST(transform($1, row_of_array -> ROW(row_of_array)))$2',
  );
}

/** The query with its values written into it, for an engine that is asked by text. */
export function withValues({ sql, values }: BoundQuery): string {
  let next = 0;
  const { tokens, after } = tokenize(sql);
  const texts = tokens.map(({ before, text }) => {
    if (text !== '?') return before + text;
    const value = values[next];
    next += 1;
    return before + (typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value));
  });
  return texts.join('') + after;
}

/** Without the `LIMIT` and `OFFSET` at its end: among rows that the query orders alike, each engine takes others. */
export function withoutLimit(sql: string): string {
  return sql.replace(/\s+(?:OFFSET\s+\d+(?:\s+ROWS?)?)?\s*(?:LIMIT\s+\d+)?\s*;?\s*$/i, '');
}

/** Numbers of the result's columns, from 0, by which the query orders its rows, as far as it orders by columns of the result. */
export function orderedBy(sql: string, columns: readonly string[]): number[] {
  const places: number[] = [];
  for (const term of orderTerms(sql)) {
    const [first = '', ...more] = term.filter((word) => !DIRECTION.has(word));
    const place = /^\d+$/.test(first) ? Number(first) - 1 : columns.indexOf(first.replaceAll('"', ''));
    // What follows a term that can't be looked up orders rows only within it.
    if (more.length > 0 || place < 0) break;
    places.push(place);
  }
  return places;
}

const DIRECTION = new Set(['asc', 'desc', 'nulls', 'first', 'last']);

/** The words of each term of the outermost `ORDER BY`. */
function orderTerms(sql: string): string[][] {
  const words = outermost(sql);
  const at = words.findLastIndex((word, index) => word === 'by' && words[index - 1] === 'order');
  if (at === -1) return [];
  const end = words.findIndex(
    (word, index) => index > at && ['limit', 'offset', 'fetch', ';'].includes(word),
  );
  const terms: string[][] = [[]];
  for (const word of words.slice(at + 1, end === -1 ? undefined : end))
    if (word === ',') terms.push([]);
    else terms.at(-1)?.push(word);
  return terms;
}

/** The query's words in lower case, each parenthesis as one. */
function outermost(sql: string): string[] {
  const words: string[] = [];
  let depth = 0;
  for (const { text } of tokenize(sql).tokens) {
    if (text === ')') depth -= 1;
    if (depth === 0) words.push(text.toLowerCase());
    if (text === '(') depth += 1;
  }
  return words;
}
