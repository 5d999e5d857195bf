import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { toDuckdbSql } from '../../../shared/adapters/athena-sql/trino-dialect.ts';
import { installTrinoMacros } from '../../../shared/adapters/athena-sql/trino-macros.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../../shared/core/sample/sample-log-files.ts';
import { BY_DAY } from '../../../shared/core/views/by-day.ts';
import { CLOUDTRAIL_LAKE, CLOUDTRAIL_LAKE_TEXT } from '../../../shared/core/views/cloudtrail-lake.ts';
import { viewSql } from '../../../shared/core/views/view.ts';
import { ingestFolder } from '../ingest-folder.ts';

/** What published queries ask: the table and the views that have its columns under other names. */
export const PUBLISHED_VIEWS = [BY_DAY, CLOUDTRAIL_LAKE, CLOUDTRAIL_LAKE_TEXT];

/**
 * Some four hundred events of the sample, from log files through Parquet into memory, with the settings and the dialect of `trailseal
 * query`. The views are tables here, for two hundred queries one after the other.
 */
export async function publishedLake(): Promise<DuckDBConnection> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-published-'));
  try {
    for (const { key, body } of sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, hours: 3, eventsPerHour: 200 })) {
      await mkdir(dirname(join(folder, 'logs', key)), { recursive: true });
      await writeFile(join(folder, 'logs', key), body);
    }
    await ingestFolder([join(folder, 'logs')], join(folder, 'lake'));
    return await inMemory(join(folder, 'lake/events/**/*.parquet'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function inMemory(files: string): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const setting of ["SET TimeZone = 'UTC'", 'SET integer_division = true'])
    await connection.run(setting);
  const options = 'hive_partitioning = true, hive_types_autocast = false';
  await connection.run(`CREATE TABLE cloudtrail_logs AS SELECT * FROM read_parquet('${files}', ${options})`);
  await installTrinoMacros((sql) => connection.run(sql));
  for (const view of PUBLISHED_VIEWS)
    await connection.run(`CREATE TABLE ${view.name} AS ${toDuckdbSql(viewSql(view))}`);
  return connection;
}
