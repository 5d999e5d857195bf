import { sqlString } from '../sql-text.ts';
import type { Question, QuestionParam } from './question.ts';
import { printSql } from './question-sql.ts';

/** Values of a question's parameters by their names, checked: text for `string` and `day`, a whole number for `integer`. */
export type QuestionValues = ReadonlyMap<string, string | number>;

/** A value that a parameter can't have. The message names the parameter and says what it takes. */
export class QuestionValueError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuestionValueError';
  }
}

/** Checks what was given as text, by the parameters' names. Throws `QuestionValueError` for a wrong, missing or unknown one. */
export function questionValues(question: Question, given: ReadonlyMap<string, string>): QuestionValues {
  for (const name of given.keys())
    if (!question.params.some((param) => param.name === name))
      throw new QuestionValueError(`${question.name} has no parameter ${name}${knownNames(question)}`);
  const missing = question.params.filter(({ name }) => !given.has(name));
  if (missing.length > 0)
    throw new QuestionValueError(
      [`${question.name} needs a value for:`, ...missing.map((param) => `  ${paramLine(param)}`)].join('\n'),
    );
  return new Map(question.params.map((param) => [param.name, valueOf(param, given.get(param.name) ?? '')]));
}

/** `access_key, a string: the access key's id; such as --param access_key=AKIA…` */
export function paramLine({ name, type, meaning, example }: QuestionParam): string {
  const such = example === undefined ? '' : `; such as --param ${shellWord(`${name}=${example}`)}`;
  return `${name} (${type}): ${meaning}${such}`;
}

/** As a shell takes it for one word. */
export function shellWord(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The values that the file gives as examples; parameters without one are left out. */
export function exampleValues({ params }: Question): ReadonlyMap<string, string> {
  return new Map(
    params.flatMap(({ name, example }) => (example === undefined ? [] : [[name, example] as const])),
  );
}

function knownNames({ params }: Question): string {
  return params.length === 0 ? '; it takes none' : `; it takes ${params.map(({ name }) => name).join(', ')}`;
}

function valueOf({ name, type, meaning }: QuestionParam, text: string): string | number {
  const refuse = (wanted: string): never => {
    throw new QuestionValueError(`${name} is ${wanted} (${meaning}), and ${JSON.stringify(text)} is none`);
  };
  if (type === 'day') return isDay(text) ? text : refuse('a day of the calendar such as 2026-11-21');
  if (type === 'string') return text === '' ? refuse('a text') : text.toWellFormed();
  const value = Number(text);
  return /^-?\d+$/.test(text) && Number.isSafeInteger(value) ? value : refuse('a whole number');
}

/** 30 February is taken for 2 March. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().slice(0, 10) === text
  );
}

/** Longer execution parameters Athena refuses (API reference of StartQueryExecution). */
const ATHENA_PARAMETER_CHARACTERS = 1024;

/**
 * For Athena: SQL with `?`, and StartQueryExecution's ExecutionParameters, in the order of the marks. Each of those is an expression of
 * Trino's SQL, so text stands in single quotes, doubled inside (Athena user guide, "Use parameterized queries"); a bare number is a number.
 * Throws `QuestionValueError` for a value that is too long.
 */
export function forAthena(
  question: Question,
  values: QuestionValues,
): { sql: string; parameters: readonly string[] } {
  const parameters = question.sql.places.map((name) => {
    const literal = sqlLiteral(values.get(name) ?? '');
    if (literal.length <= ATHENA_PARAMETER_CHARACTERS) return literal;
    throw new QuestionValueError(
      `${name} is too long: Athena takes ${ATHENA_PARAMETER_CHARACTERS} characters a value, quotes included, and this has ${literal.length}`,
    );
  });
  return { sql: athenaSql(question), parameters };
}

/** The question's SQL with `?` for each value, as it is deployed. */
export function athenaSql({ sql }: Question): string {
  return printSql(sql, () => '?');
}

/** A value as an expression of Trino's SQL. */
export function sqlLiteral(value: string | number): string {
  return typeof value === 'number' ? String(value) : sqlString(value);
}

/** For DuckDB: SQL with `$name`, which stays one parameter also where the dialect writes an argument twice. */
export function forDuckdb(
  { sql }: Question,
  values: QuestionValues,
): { sql: string; values: Readonly<Record<string, string | number>> } {
  return { sql: printSql(sql, (name) => `$${name}`), values: Object.fromEntries(values) };
}
