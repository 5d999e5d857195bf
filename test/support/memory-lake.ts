import { DuckDBInstance } from '@duckdb/node-api';
import { installTrinoMacros } from '../../shared/adapters/athena-sql/trino-macros.ts';
import { toDuckdbSql } from '../../shared/adapters/athena-sql/trino-dialect.ts';
import type { BoundValues } from '../../shared/adapters/duckdb-lake.ts';
import { onceEach } from '../../shared/adapters/duckdb-once-each.ts';
import { DELIVERIES } from '../../shared/core/events-view.ts';

export interface MemoryLake extends Disposable {
  /** Athena's dialect, with `$name` for values. */
  rows(sql: string, values?: BoundValues): Promise<readonly (readonly unknown[])[]>;
}

/** A lake's rows in memory, under the names and the settings of the real mount: for many queries a tenth of its time. */
export async function memoryLake(root: string): Promise<MemoryLake> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const files = `'${root.replaceAll("'", "''")}/events/**/*.parquet'`;
  for (const sql of [
    "SET TimeZone = 'UTC'",
    'SET threads = 1',
    `CREATE TABLE ${DELIVERIES} AS SELECT * FROM read_parquet(${files}, hive_partitioning = true, hive_types_autocast = false)`,
    `CREATE TABLE cloudtrail_logs AS ${onceEach(DELIVERIES)}`,
    'SET integer_division = true',
  ])
    await connection.run(sql);
  await installTrinoMacros((sql) => connection.run(sql));
  return {
    async rows(sql, values) {
      return (await connection.runAndReadAll(toDuckdbSql(sql), values)).getRowsJson();
    },
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
