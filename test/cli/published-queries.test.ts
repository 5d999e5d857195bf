import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { PUBLISHED_TABLES as TABLES } from '../support/published-tables.ts';

/** Published queries, and the project's own, over Parquet, through the mount that `trailseal query` uses. */
const FOLDERS = ['../fixtures/published-queries/', '../../queries/'].map(
  (path) => new URL(path, import.meta.url),
);

const QUERIES = (
  await Promise.all(
    FOLDERS.map(async (folder) =>
      (await readdir(folder)).map((name) => ({ name, url: new URL(name, folder) })),
    ),
  )
)
  .flat()
  .filter(({ name }) => name.endsWith('.sql'));

describe('over a sample lake', () => {
  let folder: string;
  let lake: DuckdbLake;

  const rowsOf = async (sql: string): Promise<(readonly unknown[])[]> => {
    const { chunks } = await lake.query(sql);
    const rows: (readonly unknown[])[] = [];
    for await (const chunk of chunks) rows.push(...chunk);
    return rows;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trailseal-published-'));
    for (const { key, body } of sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, hours: 6, eventsPerHour: 400 })) {
      await mkdir(dirname(join(folder, 'logs', key)), { recursive: true });
      await writeFile(join(folder, 'logs', key), body);
    }
    await ingestFolder([join(folder, 'logs')], join(folder, 'lake'));
    lake = await DuckdbLake.open(join(folder, 'lake'), TABLES);
  });

  afterAll(async () => {
    lake[Symbol.dispose]();
    await rm(folder, { recursive: true });
  });

  it.each(QUERIES)('$name runs', async ({ url }) => {
    await expect(rowsOf(await readFile(url, 'utf8'))).resolves.toBeInstanceOf(Array);
  });

  it('the questions of the demo find the attack that the sample holds', async () => {
    const [leaked] = FOLDERS.slice(1);
    const sql = await readFile(new URL('access-key-from-new-address.sql', leaked), 'utf8');
    const rows = await rowsOf(sql);
    expect(rows.map((row) => row[4])).toContain('CreateAccessKey');
    expect(new Set(rows.map((row) => row[3]))).toEqual(new Set(['203.0.113.251']));
  });

  it('a table of the user’s own name has the projected partition column of the guide', async () => {
    const [row] = await rowsOf(`SELECT count(*) FROM cloudtrail_logs_pp WHERE "timestamp" = '2026/11/01'`);
    const [all] = await rowsOf('SELECT count(*) FROM cloudtrail_logs');
    expect(row).toEqual(all);
  });
});
