import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { COLUMNS, PARTITION_COLUMNS } from '../../shared/core/columns.ts';
import { OCSF_VERSION } from '../../shared/core/views/ocsf-common.ts';
import type { IngestSummary } from '../../shared/jobs/ingest-summary.ts';
import { readLogFileIndependently, type IndependentRow } from '../oracle/independent-reading.ts';
import { unmappedEntries } from '../oracle/unmapped-text.ts';
import { pythonEnvironment } from '../setup/python.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { checkOcsf, ocsfValidator } from '../support/ocsf.ts';
import { hasSharedData, SHARED_DATA } from '../support/shared-data.ts';

const SOURCES = ['records', 'delivered'].map((name) => join(SHARED_DATA, name));
const READ_LAKE = new URL('../python/read_lake.py', import.meta.url).pathname;
const run = promisify(execFile);

/** A row as every reader of it here is brought to show it. */
interface PlainRow {
  readonly partition: Readonly<Record<string, unknown>>;
  readonly columns: Readonly<Record<string, unknown>>;
}

// The real records are licensed data that is not in the repository.
describe.skipIf(!hasSharedData)('all real records (skipped where ../shared/data is absent)', () => {
  let lake: string;
  let summary: IngestSummary;
  let expected: Map<string, PlainRow>;
  let throughDuckdb: readonly PlainRow[];

  beforeAll(async () => {
    lake = await mkdtemp(join(tmpdir(), 'trailseal-real-'));
    summary = await ingestFolder(SOURCES, lake);
    expected = byProvenance((await independentRows()).map((row) => comparable(row)));
    throughDuckdb = await rowsThroughDuckdb(lake);
  });

  afterAll(async () => {
    await rm(lake, { recursive: true });
  });

  it('come out of records/, none dropped', () => {
    const fromRecords = [...expected.values()].filter((row) =>
      String(row.columns['logfile']).endsWith('.ndjson'),
    );
    expect(fromRecords).toHaveLength(3760);
  });

  it('are all ingested, none of them in quarantine', () => {
    expect(summary.rows).toBe(expected.size);
    expect(summary.quarantined).toEqual({ files: 0, records: 0, byReason: {} });
    expect(summary.problems).toEqual([]);
  });

  it('are, column by column, what an independent reading says, read back through DuckDB', async () => {
    const rows = byProvenance(throughDuckdb.map(comparable));
    expect(rows.size).toBe(expected.size);
    for (const [provenance, row] of expected) expect(rows.get(provenance), provenance).toEqual(row);
  });

  it('are, column by column, what an independent reading says, read back through pyarrow', async () => {
    const python = await pythonEnvironment();
    const { stdout } = await run(python, [READ_LAKE, lake], { maxBuffer: 1e9 });
    const read = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PlainRow);
    const rows = byProvenance(read.map(comparable));
    expect(rows.size).toBe(expected.size);
    for (const [provenance, row] of expected) expect(rows.get(provenance), provenance).toEqual(row);
  });

  it('are OCSF, each in exactly one class and valid by the schema of OCSF 1.5.0', async () => {
    using duckdb = await DuckdbLake.open(lake);
    const { events, problems } = await checkOcsf(duckdb, await ocsfValidator(OCSF_VERSION));
    expect(problems).toEqual([]);
    expect(events.length).toBeGreaterThan(3700);
  });

  it('hold their JSON columns byte for byte as the log file has them', async () => {
    const texts = new Map(
      await Promise.all(
        (await logFiles()).map(async ({ key, path }) => [key, await readFile(path, 'utf8')] as const),
      ),
    );
    const json = COLUMNS.filter(({ name, type }) => type === 'json' && name !== 'unmapped').map(
      ({ name }) => name,
    );
    let checked = 0;
    for (const { columns } of throughDuckdb) {
      const text = texts.get(String(columns['logfile'])) ?? '';
      for (const name of json) {
        const value = columns[name];
        if (typeof value !== 'string') continue;
        expect(
          text.includes(value),
          `${String(columns['logfile'])} ${String(columns['recordindex'])} ${name}`,
        ).toBe(true);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(5000);
  });
});

async function logFiles(): Promise<{ key: string; path: string }[]> {
  const found: { key: string; path: string }[] = [];
  for (const source of SOURCES) {
    for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) found.push({ key: relative(source, path), path });
    }
  }
  return found;
}

async function independentRows(): Promise<PlainRow[]> {
  const rows: PlainRow[] = [];
  for (const { key, path } of await logFiles())
    rows.push(...readLogFileIndependently(key, await readFile(path)).map(asPlain));
  return rows;
}

function asPlain({ partition, columns }: IndependentRow): PlainRow {
  return { partition: { ...partition }, columns };
}

async function rowsThroughDuckdb(root: string): Promise<PlainRow[]> {
  using lake = await DuckdbLake.open(root);
  const { columns: names, chunks } = await lake.query('SELECT * FROM cloudtrail_deliveries');
  const rows: PlainRow[] = [];
  for await (const chunk of chunks) {
    for (const values of chunk) {
      const all = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      const partition = Object.fromEntries(PARTITION_COLUMNS.map((name) => [name, all[name]]));
      const columns = Object.fromEntries(COLUMNS.map(({ name }) => [name, all[name]]));
      rows.push({ partition, columns: { ...columns, event_ts: instant(all['event_ts']) } });
    }
  }
  return rows;
}

/** `unmapped` is a set of entries; their order says nothing. */
function comparable({ partition, columns }: PlainRow): PlainRow {
  const unmapped = columns['unmapped'];
  return {
    partition: { ...partition },
    columns: { ...columns, unmapped: unmappedEntries(typeof unmapped === 'string' ? unmapped : null) },
  };
}

function byProvenance(rows: readonly PlainRow[]): Map<string, PlainRow> {
  return new Map(
    rows.map((row) => [`${String(row.columns['logfile'])}#${String(row.columns['recordindex'])}`, row]),
  );
}

function instant(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
