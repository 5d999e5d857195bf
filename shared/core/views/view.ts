/**
 * Views are defined once, in Trino's SQL over `cloudtrail_logs`: DuckDB mounts them through our dialect, Athena has them in the
 * Glue catalogue. A column's type is part of its definition, for the catalogue has to know it without running anything.
 */
import { trinoType, type ViewType } from './view-type.ts';

/** SQL and the type that it has. */
export interface Expression {
  readonly sql: string;
  readonly type: ViewType;
}

export interface View {
  readonly name: string;
  /** One line, for the catalogue. */
  readonly description: string;
  /** In this order. Names are lower case: Hive knows no other. */
  readonly columns: Readonly<Record<string, Expression>>;
  /** What stands after FROM; `cloudtrail_logs` unless said. */
  readonly from?: string;
}

/** The view's query, in Trino's SQL. */
export function viewSql({ columns, from = 'cloudtrail_logs' }: View): string {
  const selected = Object.entries(columns).map(([name, { sql }]) =>
    sql === name ? `  ${name}` : `  ${sql} AS "${name}"`,
  );
  return `SELECT\n${selected.join(',\n')}\nFROM ${from}`;
}

/** A column of the table under its own name. */
export function column(name: string, type: ViewType = 'varchar'): Expression {
  return { sql: name, type };
}

export const varchar = (sql: string): Expression => ({ sql, type: 'varchar' });
export const integer = (sql: string): Expression => ({ sql, type: 'integer' });
export const boolean = (sql: string): Expression => ({ sql, type: 'boolean' });
export const timestamp = (sql: string): Expression => ({ sql, type: 'timestamp(3)' });

/** A time that the record has as text (`2026-11-21T10:00:00Z`), which nothing has made sure of. */
export function timeOfText(sql: string): Expression {
  return timestamp(`TRY_CAST(replace(replace(${sql}, 'T', ' '), 'Z', '') AS timestamp(3))`);
}

/** A column that is there because others expect it, and of which the lake knows nothing. */
export function unknown(type: ViewType = 'varchar'): Expression {
  return { sql: `CAST(NULL AS ${trinoType(type)})`, type };
}

/**
 * A row of named fields. Never NULL itself: Trino, asked for one field, then takes that field's expression alone and leaves the columns of
 * the others unread, which it can't once the row stands in a CASE.
 */
export function row(fields: Readonly<Record<string, Expression>>): Expression {
  const entries = Object.entries(fields);
  const type: ViewType = { row: Object.fromEntries(entries.map(([name, field]) => [name, field.type])) };
  const values = entries.map(([, { sql }]) => sql).join(', ');
  return { sql: `CAST(ROW(${values}) AS ${trinoType(type)})`, type };
}

/** The expression where `condition` holds, NULL elsewhere. */
export function when(condition: string, { sql, type }: Expression): Expression {
  return { sql: `CASE WHEN ${condition} THEN ${sql} END`, type };
}

/** Whether one of these is known. */
export function anyKnown(...sql: readonly string[]): string {
  return sql.map((one) => `${one} IS NOT NULL`).join(' OR ');
}
