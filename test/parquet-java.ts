import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DirectoryStore } from '../shared/adapters/directory-store.ts';
import { COLUMNS, COMPACTED_COLUMNS, type Column, type ColumnType } from '../shared/core/columns.ts';
import { COMPACTED, EVENTS } from '../shared/core/lake-keys.ts';
import { inMemory, parquetRows } from '../shared/core/parquet-rows.ts';
import { isStruct, type Value } from '../shared/core/record-row.ts';
import { buildMavenProject } from './support/maven-project.ts';
import { sampleLake } from './trino/sample-lake.ts';

/**
 * `npm run test:parquet-java`: every row of the sample lake's objects, compacted and not, by parquet-java and by ours; and whether its filters,
 * by bloom filters, dictionaries, statistics and page indexes, find all that reading finds. Exits with 1 at any disagreement.
 */

const FOLDER = fileURLToPath(new URL('parquet-java', import.meta.url));
const BUILT = fileURLToPath(new URL('../node_modules/.cache/trailseal-parquet-java', import.meta.url));

const java = buildMavenProject(FOLDER, BUILT, 'run parquet-java beside ours');
const folder = await mkdtemp(join(tmpdir(), 'trailseal-parquet-java-'));
try {
  const lake = await sampleLake(folder, { hours: 6, eventsPerHour: 400 });
  for (const [prefix, columns] of [
    [EVENTS, COLUMNS],
    [COMPACTED, COMPACTED_COLUMNS],
  ] as const) {
    const files = await Array.fromAsync(new DirectoryStore(lake).list(prefix), (key) => join(lake, key));
    const ours = await ourRows(files, columns);
    const theirs = theirRows(files);
    const different = ours.findIndex((row, i) => row !== theirs[i]);
    if (different !== -1 || ours.length !== theirs.length || ours.length === 0)
      throw new Error(
        `${prefix}: row ${different} of ${ours.length} and ${theirs.length}:\n${ours[different]}\n${theirs[different]}`,
      );
    console.log(`${prefix}: ${ours.length} rows of ${files.length} objects are the same, and are found`);
  }
} finally {
  await rm(folder, { recursive: true });
}

async function ourRows(files: readonly string[], columns: readonly Column[]): Promise<string[]> {
  const lines: string[] = [];
  for (const file of files) {
    for (const row of await parquetRows(inMemory(await readFile(file)))) {
      const fields = columns.map(({ name, type }) => [name, plain(row[name] ?? null, type)]);
      lines.push(JSON.stringify(Object.fromEntries(fields)));
    }
  }
  return lines;
}

function theirRows(files: readonly string[]): string[] {
  const args = [...java, 'trailseal.ReadParquet', ...files];
  const { stdout, stderr, status } = spawnSync('java', args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`parquet-java could not read them: ${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.stringify(JSON.parse(line)));
}

/** A value as ReadParquet.java writes it. */
function plain(value: Value, type: ColumnType): unknown {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof type === 'string') return value;
  if ('array' in type) return Array.isArray(value) ? value.map((item) => plain(item, type.array)) : value;
  if (!isStruct(value)) return value;
  if ('map' in type) return Object.entries(value).map(([key, value]) => ({ key, value }));
  const fields = Object.entries(type.struct).map(([name, type]) => [name, plain(value[name] ?? null, type)]);
  return Object.fromEntries(fields);
}
