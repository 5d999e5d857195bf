import { rmSync } from 'node:fs';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import {
  DuckDBInstance,
  StatementType,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
} from '@duckdb/node-api';
import { COLUMNS, PARTITION_COLUMNS } from '../core/columns.ts';
import { DELIVERIES } from '../core/events-view.ts';
import { PLANS } from '../core/lake-keys.ts';
import { QueryError, type JsonValue, type QueryResult } from '../core/query-result.ts';
import { installTrinoMacros } from './athena-sql/trino-macros.ts';
import { toDuckdbSql } from './athena-sql/trino-dialect.ts';
import { toJson } from './duckdb-json.ts';
import { literal, mount, mountedFolders } from './duckdb-mount.ts';
import { duckdbEvents } from './duckdb-once-each.ts';
import { DuckdbViews } from './duckdb-views.ts';

/** There is no lake where one was named. */
export class NoLakeError extends Error {
  constructor(root: string) {
    super(
      `${root} is no lake: nothing has been ingested there. Make one with: trailseal ingest <log files> --lake ${root}`,
    );
    this.name = 'NoLakeError';
  }
}

/** A lake in a directory, mounted in DuckDB as Athena would show it; read-only. */
export class DuckdbLake implements Disposable {
  readonly #instance: DuckDBInstance;
  /** Speaks Athena's dialect: Trino's functions stand before DuckDB's of the same name. */
  readonly #athena: DuckDBConnection;
  readonly #tables: readonly string[];
  readonly #views: DuckdbViews;
  /** Where DuckDB puts what doesn't fit in memory; ours alone, and gone afterwards. */
  readonly #spill: string;

  private constructor(
    instance: DuckDBInstance,
    athena: DuckDBConnection,
    tables: readonly string[],
    spill: string,
  ) {
    this.#spill = spill;
    this.#instance = instance;
    this.#athena = athena;
    this.#views = new DuckdbViews((sql) => athena.run(sql), tables);
    this.#tables = [...tables, ...this.#views.names];
  }

  /** Mounts the lake as `cloudtrail_logs`, and under each of `aliases`. Throws `NoLakeError`. */
  static async open(root: string, aliases: readonly string[] = []): Promise<DuckdbLake> {
    if (!(await isFolder(join(root, PLANS)))) throw new NoLakeError(root);
    refuseMisleadingFolders(resolve(root));
    const instance = await DuckDBInstance.create(':memory:');
    const [native, athena] = [await instance.connect(), await instance.connect()];
    // A database in front of a name is dropped, as in queries.
    const names = [
      ...new Set([EVENTS_TABLE, ...aliases.map((name) => name.slice(name.lastIndexOf('.') + 1))]),
    ].filter((name) => name !== DELIVERIES);
    for (const sql of [...(await mount(resolve(root))), ...views(names)]) await native.run(sql);
    await installTrinoMacros((sql) => athena.run(sql));
    for (const sql of ATHENA_SETTINGS) await athena.run(sql);
    const spill = await mkdtemp(join(tmpdir(), 'trailseal-duckdb-'));
    for (const sql of lockDown(resolve(root), spill)) await native.run(sql);
    native.closeSync();
    return new DuckdbLake(instance, athena, [...names, DELIVERIES], spill);
  }

  /** Runs one SELECT in Athena's dialect, in which `$name` is a value of `values`. Throws `QueryError`. */
  async query(sql: string, values: BoundValues = {}): Promise<QueryResult> {
    await this.#views.mountFor(sql);
    return await select(this.#athena, toDuckdbSql(sql, this.#tables), values);
  }

  [Symbol.dispose](): void {
    this.#athena.closeSync();
    this.#instance.closeSync();
    rmSync(this.#spill, { recursive: true, force: true });
  }
}

/** Text, and whole numbers. They are bound to a prepared statement, and never part of its text. */
export type BoundValues = Readonly<Record<string, string | number>>;

async function select(connection: DuckDBConnection, sql: string, values: BoundValues): Promise<QueryResult> {
  try {
    if (sql.trim() === '') throw new QueryError('the query is empty');
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw new QueryError('give one statement at a time');
    const statement = await statements.prepare(0);
    if (!(await reads(connection, statement.statementType, sql))) {
      throw new QueryError('a lake is read-only: only SELECT, DESCRIBE, SHOW and EXPLAIN run here');
    }
    for (const [name, value] of Object.entries(values)) bind(statement, name, value);
    const result = await statement.stream();
    return { columns: result.deduplicatedColumnNames(), chunks: rowsOf(result.yieldConvertedRows(toJson)) };
  } catch (error) {
    throw asQueryError(error);
  }
}

function bind(statement: DuckDBPreparedStatement, name: string, value: string | number): void {
  const index = statement.parameterIndex(name);
  if (typeof value === 'number') statement.bindBigInt(index, BigInt(value));
  else statement.bindVarchar(index, value);
}

/** 7 / 2 is 3 in Trino. */
const ATHENA_SETTINGS = [`SET integer_division = true`];

/** DuckDB takes partition values from the whole path, also from above the lake. */
function refuseMisleadingFolders(root: string): void {
  const misleading = root
    .split(sep)
    .find((part) => PARTITION_COLUMNS.some((name) => part.startsWith(`${name}=`)));
  if (misleading === undefined) return;
  throw new QueryError(
    `the lake lies below a folder named ${misleading}, which would pass for a partition; move the lake`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

const EXPLAIN = /^\s*EXPLAIN\s+(?:ANALYZE\s+)?(?:\([^()]*\)\s*)?/i;

/** EXPLAIN ANALYZE executes what it explains, so that must be a SELECT too. */
async function reads(connection: DuckDBConnection, type: StatementType, sql: string): Promise<boolean> {
  if (type === StatementType.SELECT) return true;
  if (type !== StatementType.EXPLAIN || !EXPLAIN.test(sql)) return false;
  const explained = await connection.prepare(sql.replace(EXPLAIN, ''));
  return explained.statementType === StatementType.SELECT;
}

const UNKNOWN_TABLE = /(?:Table with name|schema "?[^"]+"? does not exist|Schema with name)/i;

async function* rowsOf(chunks: AsyncIterable<JsonValue[][]>): AsyncGenerator<JsonValue[][]> {
  try {
    yield* chunks;
  } catch (error) {
    throw asQueryError(error);
  }
}

function asQueryError(error: unknown): QueryError {
  if (error instanceof QueryError) return error;
  const message = (error instanceof Error ? error.message : String(error)).replace(
    'Failed to extract statements: ',
    '',
  );
  const hint = UNKNOWN_TABLE.test(message)
    ? '\nThe events are in cloudtrail_logs; --as NAME shows them under another name too.'
    : '';
  return new QueryError(message + hint, { cause: error });
}

/**
 * Each event once, under each name. A name of the user's own also has the guide's projected partition column, `timestamp`, as
 * `2026/11/21`; `cloudtrail_logs` keeps to the columns of the lake.
 */
function views(names: readonly string[]): string[] {
  const columns = [...COLUMNS.map(({ name }) => name), ...PARTITION_COLUMNS].map(identifier);
  return names.map((name) => {
    const timestamp = name === EVENTS_TABLE ? '' : `, year || '/' || month || '/' || day AS "timestamp"`;
    return `CREATE VIEW ${identifier(name)} AS SELECT ${columns.join(', ')}${timestamp} FROM (${duckdbEvents()})`;
  });
}

const EVENTS_TABLE = 'cloudtrail_logs';

/** Times in UTC; and a pasted query touches the lake's files and nothing else on this machine. */
function lockDown(root: string, spill: string): string[] {
  return [
    `SET GLOBAL TimeZone = 'UTC'`,
    `SET temp_directory = ${literal(spill)}`,
    `SET allowed_directories = [${mountedFolders(root).map(literal).join(', ')}]`,
    `SET enable_external_access = false`,
    `SET lock_configuration = true`,
  ];
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
