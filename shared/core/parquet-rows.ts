import {
  parquetMetadataAsync,
  parquetSchema,
  type AsyncBuffer,
  type ColumnMetaData,
  type FileMetaData,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet';
import { assemble } from './assemble-column.ts';
import { COMPACTED_COLUMNS, type Column } from './columns.ts';
import type { RowsOfGroup } from './gathered-rows.ts';
import { unpacked, type PackedLeaf, type PackedLeaves } from './packed-leaf.ts';
import { readLeaf } from './read-leaf.ts';
import type { Struct } from './record-row.ts';

export interface RowsWanted {
  /** The first row, from 0; the beginning if absent. */
  readonly from?: number;
  /** Behind the last row; the end if absent. */
  readonly to?: number;
  /** Names of columns; all if absent. Others are neither fetched nor in the rows. */
  readonly columns?: readonly string[];
  /** The file's own, if it has been read before. */
  readonly metadata?: FileMetaData;
}

/** Bytes as a file to read from. */
export function inMemory(bytes: Uint8Array): AsyncBuffer {
  const buffer = new Uint8Array(bytes).buffer;
  return { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) };
}

/** A row group and the rows of the file that it holds: from `start`, and not `end`. */
export interface RowGroupExtent {
  readonly group: RowGroup;
  readonly start: number;
  readonly end: number;
}

export function rowGroupsOf({ row_groups: groups }: FileMetaData): RowGroupExtent[] {
  let end = 0;
  return groups.map((group) => {
    const start = end;
    end += Number(group.num_rows);
    return { group, start, end };
  });
}

/**
 * The rows of a Parquet file that the engine or `compactedFile` made, as the values that they take: NULL where a file has no such
 * column. Whole row groups are read, each for all its rows. Throws if the bytes are no such file.
 */
export async function parquetRows(file: AsyncBuffer, wanted: RowsWanted = {}): Promise<Struct[]> {
  const { from = 0, to = Infinity, metadata = await parquetMetadataAsync(file) } = wanted;
  const columns = COMPACTED_COLUMNS.filter(({ name }) => wanted.columns?.includes(name) ?? true);
  const schema = parquetSchema(metadata);
  let rows: Struct[] = [];
  for (const { group, start, end } of rowGroupsOf(metadata)) {
    if (start < to && end > from) {
      const leaves = await readLeaves(file, group, schema, new Set(columns.map(({ name }) => name)));
      rows = rows.concat(rowsOf(leaves, columns, Math.max(from, start) - start, Math.min(to, end) - start));
    }
  }
  return rows;
}

/** The leaves of a row group; of some columns alone, by name, if those are given. Throws if the bytes are no such file. */
export async function packedLeaves(
  file: AsyncBuffer,
  metadata: FileMetaData,
  group: RowGroup,
  columns: ReadonlySet<string> = EVERY_COLUMN,
): Promise<PackedLeaves> {
  return await readLeaves(file, group, parquetSchema(metadata), columns);
}

/** All of a file, row group by row group. Throws if the bytes are no such file. */
export async function* packedGroups(file: AsyncBuffer): AsyncGenerator<RowsOfGroup> {
  const metadata = await parquetMetadataAsync(file);
  for (const { group, start, end } of rowGroupsOf(metadata)) {
    const leaves = await packedLeaves(file, metadata, group);
    for (const [path, { definitionLevels, repetitionLevels }] of leaves) {
      if (repetitionLevels.length === 0 && definitionLevels.length !== end - start)
        throw new Error(`${path} has ${definitionLevels.length} of ${end - start} rows`);
    }
    yield { leaves, rows: Uint32Array.from({ length: end - start }, (_, row) => row) };
  }
}

const EVERY_COLUMN = new Set(COMPACTED_COLUMNS.map(({ name }) => name));

function rowsOf(packed: PackedLeaves, columns: readonly Column[], from: number, to: number): Struct[] {
  const leaves = new Map(packed.entries().map(([path, leaf]) => [path, unpacked(leaf)]));
  const read = columns.map(({ name, type }) => ({ name, values: assemble(leaves, name, type) }));
  return Array.from({ length: to - from }, (_, i) => {
    const row: Struct = {};
    for (const { name, values } of read) row[name] = values?.[from + i] ?? null;
    return row;
  });
}

interface Chunk {
  readonly path: readonly SchemaTree[];
  readonly metadata: ColumnMetaData;
  readonly start: number;
  readonly end: number;
}

async function readLeaves(
  file: AsyncBuffer,
  group: RowGroup,
  schema: SchemaTree,
  wanted: ReadonlySet<string>,
): Promise<PackedLeaves> {
  const chunks = group.columns
    .flatMap(({ meta_data }) => meta_data ?? [])
    .filter(({ path_in_schema: [top] }) => top !== undefined && wanted.has(top))
    .map((metadata) => chunkOf(metadata, schema))
    .toSorted((a, b) => a.start - b.start);
  const runs = await Promise.all(inRuns(chunks).map((run) => readRun(file, run)));
  return new Map(runs.flat());
}

/** Neighbours are fetched together: S3 bills, and takes its time, by the request. */
function inRuns(chunks: readonly Chunk[]): Chunk[][] {
  const runs: Chunk[][] = [];
  for (const chunk of chunks) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run === undefined || before?.end !== chunk.start) runs.push([chunk]);
    else run.push(chunk);
  }
  return runs;
}

async function readRun(file: AsyncBuffer, run: readonly Chunk[]): Promise<[string, PackedLeaf][]> {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return [];
  const bytes = await file.slice(first.start, last.end);
  return run.map(({ metadata, path, start, end }) => {
    const chunk = new DataView(bytes, start - first.start, end - start);
    return [metadata.path_in_schema.join('.'), readLeaf(chunk, metadata, [...path])];
  });
}

function chunkOf(metadata: ColumnMetaData, schema: SchemaTree): Chunk {
  const start = Number(metadata.dictionary_page_offset ?? metadata.data_page_offset);
  const end = start + Number(metadata.total_compressed_size);
  return { path: pathOf(schema, metadata), metadata, start, end };
}

/** Root to leaf. */
function pathOf(schema: SchemaTree, { path_in_schema }: ColumnMetaData): SchemaTree[] {
  const path = [schema];
  for (const name of path_in_schema) {
    const child = path.at(-1)?.children.find(({ element }) => element.name === name);
    if (child === undefined) throw new Error(`the file's schema has no ${path_in_schema.join('.')}`);
    path.push(child);
  }
  return path;
}
