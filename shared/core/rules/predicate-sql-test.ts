import { sqlString } from '../sql-text.ts';
import { foldCase } from './fold-case.ts';
import { networkText } from './predicate-sql-cidr.ts';
import { pathName, type Condition, type ValueTest, type Wildcard } from './predicate.ts';
import { and, atom, FALSE, or, type Sql } from './predicate-sql-text.ts';

/** There is no SQL for a condition. The message says which, why, and what to do. */
export class NoSqlError extends Error {
  constructor(path: readonly string[], why: string) {
    super(`no SQL for the condition on ${path.length === 0 ? 'any field' : pathName(path)}: ${why}`);
    this.name = 'NoSqlError';
  }
}

export type TextTest = Extract<
  ValueTest,
  { readonly test: 'equals' | 'prefix' | 'suffix' | 'wildcard' | 'regex' | 'cidr' }
>;

/**
 * Whether a text (an expression that is NULL for what has none) passes one of the tests. What it is built of is in Trino's documentation,
 * "Comparison functions and operators" (LIKE), "Regular expression functions" and "IP address functions". `lower` is `foldCase` but for
 * a dozen letters without a partner, such as the Kelvin sign.
 */
export function textTests(text: string, tests: readonly TextTest[], path: Condition['path']): Sql {
  const [exact, folded]: [string[], string[]] = [[], []];
  const others: Sql[] = [];
  for (const test of tests) {
    if (test.test === 'equals') (test.ignoreCase === true ? folded : exact).push(String(test.value));
    else others.push(textTest(text, test, path));
  }
  return or([isOneOf(text, exact), isOneOf(`lower(${text})`, folded.map(foldCase)), ...others]);
}

export function isOneOf(operand: string, values: readonly string[]): Sql {
  const [first, ...others] = [...new Set(values)].map(sqlString);
  if (first === undefined) return FALSE;
  if (others.length === 0) return atom(`${operand} = ${first}`, 'operand', `${operand} <> ${first}`);
  const list = [first, ...others].join(', ');
  return atom(`${operand} IN (${list})`, 'operand', `${operand} NOT IN (${list})`);
}

function textTest(text: string, test: Exclude<TextTest, { test: 'equals' }>, path: Condition['path']): Sql {
  if (test.test === 'wildcard') return like(text, test.pattern, test.ignoreCase);
  if (test.test === 'regex') {
    const found = `regexp_like(${text}, ${sqlString(javaRegex(test, path))})`;
    return atom(found, 'operand', `NOT ${found}`);
  }
  // What is no address is NULL.
  if (test.test === 'cidr')
    return atom(`contains(${sqlString(networkText(test))}, TRY_CAST(${text} AS ipaddress))`, 'always');
  const literal = { literal: test.value };
  const any = { any: 'text' } as const;
  return like(text, test.test === 'prefix' ? [literal, any] : [any, literal], test.ignoreCase);
}

export function like(text: string, pattern: Wildcard, ignoreCase = false): Sql {
  const escaped = pattern.some((part) => 'literal' in part && /[%_\\]/.test(part.literal));
  const written = pattern.map((part) => {
    if (!('literal' in part)) return part.any === 'text' ? '%' : '_';
    return escaped ? part.literal.replaceAll(/[%_\\]/g, String.raw`\$&`) : part.literal;
  });
  const literal = sqlString(ignoreCase ? foldCase(written.join('')) : written.join(''));
  const [operand, escape] = [ignoreCase ? `lower(${text})` : text, escaped ? String.raw` ESCAPE '\'` : ''];
  return atom(`${operand} LIKE ${literal}${escape}`, 'operand', `${operand} NOT LIKE ${literal}${escape}`);
}

/** RE2's syntax that Trino's (Java's) has not, or means otherwise. */
const NOT_JAVA = /\(\?P|\(\?[a-z]*U|\\[CQ]|\[\[:/;

function javaRegex(
  { source, flags }: Extract<ValueTest, { test: 'regex' }>,
  path: Condition['path'],
): string {
  if (NOT_JAVA.test(source))
    throw new NoSqlError(path, `Athena's regular expressions have not all that /${source}/ uses`);
  return flags === '' ? source : `(?${flags})${source}`;
}

/** A number between two others; `number` is NULL for what is none. */
export function numberTest(
  number: string,
  { low, lowOpen, high, highOpen }: Extract<ValueTest, { test: 'number' }>,
): Sql {
  if (low !== undefined && low === high) return atom(`${number} = ${sqlNumber(low)}`, 'always');
  const bounds = [
    low === undefined ? [] : [atom(`${number} ${lowOpen === true ? '>' : '>='} ${sqlNumber(low)}`, 'always')],
    high === undefined
      ? []
      : [atom(`${number} ${highOpen === true ? '<' : '<='} ${sqlNumber(high)}`, 'always')],
  ].flat();
  return bounds.length === 0 ? atom(`${number} IS NOT NULL`, 'never') : and(bounds);
}

/** A literal of type double, or one that becomes it. */
function sqlNumber(value: number): string {
  return Number.isSafeInteger(value)
    ? String(value)
    : value.toExponential().replace('e+', 'E').replace('e', 'E');
}

/** Whether a text that passes the test may be that of a number, `true`, `false` or `null`. */
function mayPassScalars(test: TextTest): boolean {
  if (test.test === 'equals') return /^(?:true|false|null|[-+\d.e]*)$/i.test(String(test.value));
  if (test.test === 'prefix' || test.test === 'suffix') return mayBeInScalar(test.value);
  if (test.test !== 'wildcard') return test.test === 'regex';
  return test.pattern.every((part) => !('literal' in part) || mayBeInScalar(part.literal));
}

function mayBeInScalar(text: string): boolean {
  return (
    /^[-+\d.e]*$/i.test(text) || ['true', 'false', 'null'].some((word) => word.includes(text.toLowerCase()))
  );
}

export type OtherTest = Exclude<ValueTest, { readonly test: 'equals' } | TextTest>;

/** The tests of texts, the other values that one may be equal to, and what is left. */
export function sortTests(tests: readonly ValueTest[]) {
  const texts = tests.filter(isTextTest);
  const scalars = tests.flatMap((test) =>
    test.test === 'equals' && typeof test.value !== 'string' ? [test.value] : [],
  );
  const others = tests.filter((test): test is OtherTest => test.test !== 'equals' && !isTextTest(test));
  return { texts, scalars, others };
}

function isTextTest(test: ValueTest): test is TextTest {
  if (test.test === 'equals') return typeof test.value === 'string';
  return TEXT_TESTS.has(test.test);
}

const TEXT_TESTS: ReadonlySet<string> = new Set(['prefix', 'suffix', 'wildcard', 'regex', 'cidr']);

/** The tests that what is no string may pass have to be told that it is one. */
export function guarded(
  tests: readonly TextTest[],
  isString: Sql | undefined,
  sqlOf: (tests: readonly TextTest[]) => Sql,
): Sql {
  if (isString === undefined) return sqlOf(tests);
  const doubtful = tests.filter(mayPassScalars);
  const doubtfulSql = sqlOf(doubtful);
  return or([
    sqlOf(tests.filter((test) => !mayPassScalars(test))),
    doubtfulSql === FALSE ? FALSE : and([isString, doubtfulSql]),
  ]);
}

const NUMBER_TEXT = String.raw`'^-?\d+(\.\d+)?([eE][+-]?\d+)?$'`;

/** A text that is a number's. */
export function numberOfText(text: string, test: Extract<ValueTest, { test: 'number' }>): Sql {
  return and([atom(`regexp_like(${text}, ${NUMBER_TEXT})`), numberTest(`TRY_CAST(${text} AS double)`, test)]);
}

export function notBetweenColumns({ path }: Condition): NoSqlError {
  return new NoSqlError(
    path,
    'it is compared with another field, which SQL does only for a column that is text',
  );
}
