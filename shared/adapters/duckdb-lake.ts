import { rmSync } from 'node:fs';
import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import {
  DuckDBInstance,
  StatementType,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
} from '@duckdb/node-api';
import { COLUMNS, duckdbType, PARTITION_COLUMNS } from '../core/columns.ts';
import { EVENTS, PLANS } from '../core/lake-keys.ts';
import { QueryError, type JsonValue, type QueryResult } from '../core/query-result.ts';
import { installTrinoMacros } from './athena-sql/trino-macros.ts';
import { toDuckdbSql } from './athena-sql/trino-dialect.ts';
import { toJson } from './duckdb-json.ts';
import { DELIVERIES, onceEach } from './duckdb-once-each.ts';

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
    this.#tables = tables;
  }

  /** Mounts the lake as `cloudtrail_logs`, and under each of `aliases`. Throws `NoLakeError`. */
  static async open(root: string, aliases: readonly string[] = []): Promise<DuckdbLake> {
    const events = join(resolve(root), EVENTS);
    if (!(await isFolder(join(root, PLANS)))) throw new NoLakeError(root);
    refuseMisleadingFolders(resolve(root));
    const instance = await DuckDBInstance.create(':memory:');
    const [native, athena] = [await instance.connect(), await instance.connect()];
    // A database in front of a name is dropped, as in queries.
    const names = [
      ...new Set([EVENTS_TABLE, ...aliases.map((name) => name.slice(name.lastIndexOf('.') + 1))]),
    ].filter((name) => name !== DELIVERIES);
    for (const sql of [...mount(events, !(await hasParquetFiles(events))), ...views(names)])
      await native.run(sql);
    await installTrinoMacros((sql) => athena.run(sql));
    for (const sql of ATHENA_SETTINGS) await athena.run(sql);
    const spill = await mkdtemp(join(tmpdir(), 'trailseal-duckdb-'));
    for (const sql of lockDown(events, spill)) await native.run(sql);
    native.closeSync();
    return new DuckdbLake(instance, athena, [...names, DELIVERIES], spill);
  }

  /** Runs one SELECT in Athena's dialect, in which `$name` is a value of `values`. Throws `QueryError`. */
  async query(sql: string, values: BoundValues = {}): Promise<QueryResult> {
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

async function hasParquetFiles(events: string): Promise<boolean> {
  const names = await readdir(events, { recursive: true }).catch(() => []);
  return names.some((name) => name.endsWith('.parquet'));
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

/** The Parquet files as one table: every delivery of every event. A lake without any has the columns all the same. */
function mount(events: string, empty: boolean): string[] {
  const columns = COLUMNS.map(({ name, type }) => `"${name}" ${duckdbType(type)}`);
  const partitions = PARTITION_COLUMNS.map((name) => `"${name}" VARCHAR`);
  if (empty) return [`CREATE TABLE ${DELIVERIES} (${[...columns, ...partitions].join(', ')})`];
  // Partition values stay strings: '05' is not 5, as in Athena.
  const options = 'hive_partitioning = true, hive_types_autocast = false';
  const files = `read_parquet(${literal(join(globbed(events), PARQUET_FILES))}, ${options})`;
  const names = [...COLUMNS.map(({ name }) => name), ...PARTITION_COLUMNS].map(identifier);
  return [`CREATE VIEW ${DELIVERIES} AS SELECT ${names.join(', ')} FROM ${files}`];
}

const PARQUET_FILES = join('**', '*.parquet');

/**
 * Each event once, under each name. A name of the user's own also has the guide's projected partition column, `timestamp`, as
 * `2026/11/21`; `cloudtrail_logs` keeps to the columns of the lake.
 */
function views(names: readonly string[]): string[] {
  return names.map((name) => {
    const timestamp = name === EVENTS_TABLE ? '' : `, year || '/' || month || '/' || day AS "timestamp"`;
    return `CREATE VIEW ${identifier(name)} AS SELECT *${timestamp} FROM (${onceEach(DELIVERIES)})`;
  });
}

const EVENTS_TABLE = 'cloudtrail_logs';

/** Times in UTC; and a pasted query touches the lake's files and nothing else on this machine. */
function lockDown(events: string, spill: string): string[] {
  return [
    `SET GLOBAL TimeZone = 'UTC'`,
    `SET temp_directory = ${literal(spill)}`,
    // The pattern is compared as it is written, the files as they are called.
    `SET allowed_directories = [${literal(events)}, ${literal(globbed(events))}]`,
    `SET enable_external_access = false`,
    `SET lock_configuration = true`,
  ];
}

/** A path in which nothing is a pattern. */
function globbed(path: string): string {
  return path.replaceAll(/[[*?]/g, '[$&]');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
