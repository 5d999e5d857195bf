/**
 * Values in SQL text. Athena takes parameters only through prepared statements of its own syntax, so that values stand in the
 * query itself; these functions are the only way in.
 */

/**
 * Text as an expression of Trino's SQL, and of DuckDB's: in both, a single quote is the only character with a meaning inside a literal.
 * A NUL, which not every way to an engine survives, is spelt; a lone surrogate, which UTF-8 can't hold, is U+FFFD, as in the lake.
 */
export function sqlString(text: string): string {
  const quoted = `'${text.toWellFormed().replaceAll("'", "''").replaceAll('\0', "' || chr(0) || '")}'`;
  return text.includes('\0') ? `(${quoted})` : quoted;
}

/** An instant as a literal of a timestamp without zone, which stands for UTC in the lake's tables. */
export function sqlTimestamp(instant: Date): string {
  return `TIMESTAMP ${sqlString(instant.toISOString().slice(0, -1).replace('T', ' '))}`;
}
