import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { toDuckdbSql } from '../../shared/adapters/athena-sql/trino-dialect.ts';
import { installTrinoMacros } from '../../shared/adapters/athena-sql/trino-macros.ts';
import { toJson } from '../../shared/adapters/duckdb-json.ts';
import { EVENTS } from '../../shared/core/lake-keys.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { logFileText } from '../../shared/core/normalise-log-file.ts';
import type { JsonValue } from '../../shared/core/query-result.ts';
import type { FoundRecord } from '../../shared/core/found-record.ts';
import { findRecords } from '../../shared/core/records.ts';
import { compilePredicate } from '../../shared/core/rules/match.ts';
import { predicateSql } from '../../shared/core/rules/predicate-sql.ts';
import { NoSqlError } from '../../shared/core/rules/predicate-sql-test.ts';
import type { Predicate } from '../../shared/core/rules/predicate.ts';
import { recordViewOfText, type RecordView } from '../../shared/core/rules/record-view.ts';
import { RECORD_SELECT, recordViewOfRow } from '../../shared/core/rules/row-record.ts';

/** The records of a lake as the stream saw them, and as the lake gives them back, by the log file and the position in it. */
export interface SeenTwice {
  readonly stream: ReadonlyMap<string, RecordView>;
  readonly rebuilt: ReadonlyMap<string, RecordView>;
}

/** Which records a predicate selects, in each of the ways; `noSql`: why there is no SQL. */
export interface Verdicts {
  readonly stream: readonly string[];
  readonly rebuilt: readonly string[];
  readonly sql: readonly string[];
  readonly noSql?: string;
}

/** A lake's rows in memory, for queries by the hundred; speaks Athena's dialect, as `DuckdbLake` does. */
export class LakeTable implements Disposable {
  readonly #connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async load(root: string): Promise<LakeTable> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const files = `read_parquet('${join(root, EVENTS)}/**/*.parquet', hive_types_autocast = false)`;
    await connection.run(`CREATE TABLE cloudtrail_deliveries AS SELECT * FROM ${files}`);
    await connection.run('SET threads = 1');
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run('SET integer_division = true');
    await installTrinoMacros((sql) => connection.run(sql));
    return new LakeTable(instance, connection);
  }

  async query(sql: string): Promise<{ columns: readonly string[]; rows: readonly (readonly JsonValue[])[] }> {
    const result = await this.#connection.runAndReadAll(toDuckdbSql(sql, ['cloudtrail_deliveries']));
    return { columns: result.columnNames(), rows: result.convertRows(toJson) };
  }

  [Symbol.dispose](): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** Records of log files in folders; only those that the lake has. */
export async function seenTwice(folders: readonly string[], lake: LakeTable): Promise<SeenTwice> {
  const rebuilt = new Map<string, RecordView>();
  const { columns, rows } = await lake.query(
    `SELECT logfile, recordindex, ${RECORD_SELECT} FROM cloudtrail_deliveries`,
  );
  for (const cells of rows) {
    const row = Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? null]));
    rebuilt.set(positionOf(cells), recordViewOfRow(row));
  }
  const stream = new Map<string, RecordView>();
  for (const folder of folders) {
    for (const path of await filesOf(folder)) {
      for (const [position, view] of await recordsOf(path, relative(folder, path)))
        if (rebuilt.has(position)) stream.set(position, view);
    }
  }
  return { stream, rebuilt };
}

function positionOf(cells: readonly JsonValue[]): string {
  const [logfile, index] = cells as readonly [string, number];
  return `${logfile}#${index}`;
}

/** Of each predicate, in all three ways. */
export async function allVerdicts(
  predicates: readonly Predicate[],
  seen: SeenTwice,
  lake: LakeTable,
): Promise<Verdicts[]> {
  const verdicts: Verdicts[] = [];
  for (const predicate of predicates) {
    const { sql, noSql } = sqlOrWhyNot(predicate);
    verdicts.push({
      stream: selectedOf(seen.stream, predicate),
      rebuilt: selectedOf(seen.rebuilt, predicate),
      sql: sql === undefined ? [] : await selectedBySql(sql, lake),
      ...(noSql === undefined ? {} : { noSql }),
    });
  }
  return verdicts;
}

function selectedOf(views: ReadonlyMap<string, RecordView>, predicate: Predicate): string[] {
  const matches = compilePredicate(predicate);
  return [...views].flatMap(([position, view]) => (matches(view) ? [position] : [])).sort();
}

function sqlOrWhyNot(predicate: Predicate): { readonly sql?: string; readonly noSql?: string } {
  try {
    return { sql: predicateSql(predicate) };
  } catch (error) {
    if (!(error instanceof NoSqlError)) throw error;
    return { noSql: error.message };
  }
}

async function selectedBySql(expression: string, lake: LakeTable): Promise<string[]> {
  const { rows } = await lake.query(
    `SELECT logfile, recordindex FROM cloudtrail_deliveries WHERE ${expression}`,
  );
  return rows.map(positionOf).sort();
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function recordsOf(path: string, key: string): Promise<[string, RecordView][]> {
  const text = logFileText(await readFile(path), DEFAULT_LIMITS);
  try {
    return [...findRecords(text, DEFAULT_LIMITS)].flatMap((found): [string, RecordView][] =>
      found.kind === 'record' ? [[`${key}#${found.index}`, viewOf(text, found)]] : [],
    );
  } catch {
    // No log file: a digest.
    return [];
  }
}

/** With the texts of the fields as they stand in the log file. */
function viewOf(text: Buffer, { start, end, members }: FoundRecord): RecordView {
  const { value } = recordViewOfText(text.toString('utf8', start, end));
  return {
    value,
    fieldText: (name) => {
      const member = members.findLast(({ key }) => key === name);
      return member && text.toString('utf8', member.start, member.end);
    },
  };
}
