/** A boolean expression of Athena's SQL as a tree, so that it is printed with the parentheses and the lines that it needs, and no others. */

export type Sql =
  | SqlAtom
  | { readonly is: 'and' | 'or'; readonly of: readonly Sql[] }
  | { readonly is: 'not'; readonly of: Sql }
  /** Some element of a list, which is NULL if there is none, fulfils this. */
  | { readonly is: 'some'; readonly list: string; readonly element: string; readonly of: Sql };

export interface SqlAtom {
  readonly is: 'atom';
  readonly text: string;
  /** The opposite, if it has a plain form; NULL for the same operands. */
  readonly opposite?: string;
  /** `never`: true or false. `operand`: NULL for an operand that is NULL. `always`: NULL also for others. */
  readonly nulls: 'never' | 'operand' | 'always';
}

export const TRUE: Sql = { is: 'atom', text: 'true', opposite: 'false', nulls: 'never' };
export const FALSE: Sql = { is: 'atom', text: 'false', opposite: 'true', nulls: 'never' };

export function atom(text: string, nulls: SqlAtom['nulls'] = 'operand', opposite?: string): Sql {
  return { is: 'atom', text, nulls, ...(opposite === undefined ? {} : { opposite }) };
}

/** What reads plain columns stands first: engines go from left to right, and people too. */
export function and(parts: readonly Sql[]): Sql {
  const sql = joined('and', parts, TRUE, FALSE);
  if (sql.is !== 'and') return sql;
  return { is: 'and', of: sql.of.toSorted((a, b) => Number(looksIntoLists(a)) - Number(looksIntoLists(b))) };
}

function looksIntoLists(sql: Sql): boolean {
  if (sql.is === 'and' || sql.is === 'or') return sql.of.some(looksIntoLists);
  return sql.is === 'not' ? looksIntoLists(sql.of) : sql.is === 'some';
}

export function or(parts: readonly Sql[]): Sql {
  return joined('or', parts, FALSE, TRUE);
}

/** True where the other is not true: false, or NULL. */
export function not(sql: Sql): Sql {
  if (sql.is === 'not') return sql.of;
  if (sql.is === 'atom' && sql.nulls === 'never' && sql.opposite !== undefined)
    return { is: 'atom', text: sql.opposite, opposite: sql.text, nulls: 'never' };
  return { is: 'not', of: sql };
}

/** True where the operand is there and the other is false. */
export function opposite(operand: string, sql: Sql): Sql {
  if (sql === FALSE) return atom(`${operand} IS NOT NULL`, 'never', `${operand} IS NULL`);
  const opposites = (sql.is === 'or' ? sql.of : [sql]).map(oppositeOf);
  if (opposites.every((one) => one !== undefined)) return and(opposites);
  return and([atom(`${operand} IS NOT NULL`, 'never', `${operand} IS NULL`), not(sql)]);
}

/** NULL for an operand that is NULL, as what it is the opposite of. */
function oppositeOf(sql: Sql): Sql | undefined {
  if (sql.is !== 'atom' || sql.nulls !== 'operand' || sql.opposite === undefined) return undefined;
  return { is: 'atom', text: sql.opposite, nulls: 'operand', opposite: sql.text };
}

function joined(is: 'and' | 'or', parts: readonly Sql[], neutral: Sql, decisive: Sql): Sql {
  const of = parts.flatMap((part) => (part.is === is ? part.of : [part])).filter((part) => part !== neutral);
  if (of.includes(decisive)) return decisive;
  const [only, ...others] = of;
  if (only === undefined) return neutral;
  return others.length === 0 ? only : { is, of };
}

const WIDTH = 110;
const INDENT = '  ';

/** The expression, in lines of moderate length where that can be. */
export function printSql(sql: Sql): string {
  return lines(sql).join('\n');
}

function lines(sql: Sql): string[] {
  const whole = oneLine(sql);
  if (whole.length <= WIDTH) return [whole];
  if (sql.is === 'atom') return [sql.text];
  if (sql.is === 'not') {
    const inside = lines(sql.of);
    if (!mayBeNull(sql.of)) return wrapped('NOT (', inside, ')');
    return wrapped('NOT coalesce(', [...inside.slice(0, -1), `${inside.at(-1)},`, 'false'], ')');
  }
  if (sql.is === 'some') {
    const [first, ...rest] = lines(sql.of);
    return wrapped(
      'any_match(',
      [`${sql.list},`, `${sql.element} -> ${first}`, ...rest.map((line) => INDENT + line)],
      ')',
    );
  }
  return sql.of.flatMap((part, i) => {
    const nested = lines(part);
    const inside =
      needsParentheses(sql, part) && nested.length > 1
        ? wrapped('(', nested, ')')
        : withParentheses(sql, part, nested);
    return i === 0 ? inside : [`${sql.is.toUpperCase()} ${inside[0]}`, ...inside.slice(1)];
  });
}

function wrapped(open: string, inside: readonly string[], close: string): string[] {
  return [open, ...inside.map((line) => INDENT + line), close];
}

function withParentheses(outer: Sql, part: Sql, [first = '', ...rest]: readonly string[]): string[] {
  return needsParentheses(outer, part) ? [`(${first})`, ...rest] : [first, ...rest];
}

function needsParentheses(outer: Sql, part: Sql): boolean {
  return (part.is === 'and' || part.is === 'or') && part.is !== outer.is;
}

function oneLine(sql: Sql): string {
  if (sql.is === 'atom') return sql.text;
  if (sql.is === 'some') return `any_match(${sql.list}, ${sql.element} -> ${oneLine(sql.of)})`;
  if (sql.is === 'not') {
    const inside = oneLine(sql.of);
    return mayBeNull(sql.of) ? `NOT coalesce(${inside}, false)` : `NOT (${inside})`;
  }
  const parts = sql.of.map((part) => (needsParentheses(sql, part) ? `(${oneLine(part)})` : oneLine(part)));
  return parts.join(` ${sql.is.toUpperCase()} `);
}

function mayBeNull(sql: Sql): boolean {
  if (sql.is === 'atom') return sql.nulls !== 'never';
  if (sql.is === 'some') return true;
  return sql.is === 'not' ? false : sql.of.some(mayBeNull);
}
