import { parquetMetadata, type ColumnChunk, type OffsetIndex, type RowGroup } from 'hyparquet';
import { readOffsetIndex } from 'hyparquet/src/indexes.js';
import { leafValue } from '../../shared/core/leaf-of-rows.ts';
import type { Struct } from '../../shared/core/record-row.ts';

/** A question as far as its reading goes: leaves that must have a value (any, if NULL is given), and leaves that are shown. */
export interface Question {
  readonly name: string;
  readonly where: Readonly<Record<string, string | null>>;
  /** Leaves by path, or `*`. */
  readonly shows: readonly string[];
  /** The partition's day, if the question names one. */
  readonly day?: string;
}

/** Bytes that two readers fetch to answer a question from one file. */
export interface BytesRead {
  /** Footer, filters, indexes and pages, each exactly: what the file allows. */
  readonly ranges: number;
  /**
   * Trino's defaults: files up to 3 MB whole, the last 48 kB of others, ranges less than 1 MB apart in one
   * (`parquet.small-file-threshold`, `parquet.max-merge-distance`).
   */
  readonly trino: number;
}

type Range = readonly [start: number, end: number];

const SMALL_FILE = 3 << 20;
const TAIL = 48 << 10;
const MERGE_DISTANCE = 1 << 20;

/**
 * Works out from a file's metadata what must be read of it, pruning row groups by statistics, page indexes, bloom filters and dictionaries (in Trino's
 * order), and pages by their indexes. A bloom filter's false positives are left out. `rows` are the file's, in its order: they tell what its dictionaries, filters and page bounds hold.
 */
export function bytesRead(file: ArrayBuffer, rows: readonly Struct[], question: Question): BytesRead {
  const metadata = parquetMetadata(file);
  const footer = metadata.metadata_length + 8;
  const looked: Range[] = [];
  const data: Range[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const reader = new GroupReader(file, group, rows.slice(start, end));
    reader.read(question);
    looked.push(...reader.looked);
    data.push(...reader.data);
    start = end;
  }
  const size = file.byteLength;
  const exact = footer + lengthOf(merged([...looked, ...data], 0));
  if (size <= SMALL_FILE) return { ranges: exact, trino: size };
  const tail: Range = [size - Math.max(TAIL, footer), size];
  return {
    ranges: exact,
    trino: lengthOf([tail]) + lengthOf(looked) + lengthOf(merged(data, MERGE_DISTANCE)),
  };
}

class GroupReader {
  readonly #file: ArrayBuffer;
  readonly #rows: readonly Struct[];
  readonly #chunks: ReadonlyMap<string, ColumnChunk>;
  /** Dictionaries, bloom filters and page indexes. */
  readonly looked: Range[] = [];
  readonly data: Range[] = [];

  constructor(file: ArrayBuffer, group: RowGroup, rows: readonly Struct[]) {
    this.#file = file;
    this.#rows = rows;
    this.#chunks = new Map(
      group.columns.map((chunk) => [chunk.meta_data?.path_in_schema.join('.') ?? '', chunk]),
    );
  }

  read({ where, shows }: Question): void {
    const conditions = Object.entries(where);
    if (conditions.some(([path, value]) => this.#excludedByBounds(path, value))) return;
    let wanted: Range[] = [[0, this.#rows.length]];
    for (const [path, value] of conditions) wanted = intersection(wanted, this.#pagesWith(path, value));
    if (wanted.length === 0) return;
    if (conditions.some(([path, value]) => value !== null && this.#excludedByLooking(path, value))) return;
    const shown = shows.includes('*') ? [...this.#chunks.keys()] : [...shows, ...Object.keys(where)];
    for (const path of new Set(shown)) this.#readPages(this.#chunk(path), wanted);
  }

  #excludedByBounds(path: string, value: string | null): boolean {
    const { statistics, num_values } = metaOf(this.#chunk(path));
    if (statistics === undefined) return false;
    if (statistics.null_count === num_values) return true;
    const { min_value: min, max_value: max } = statistics;
    if (value === null || typeof min !== 'string' || typeof max !== 'string') return false;
    return value < min || value > max;
  }

  #excludedByLooking(path: string, value: string): boolean {
    const meta = metaOf(this.#chunk(path));
    const present = this.#rows.some((row) => leafValue(row, path) === value);
    if (meta.bloom_filter_offset !== undefined) {
      this.looked.push(extent(meta.bloom_filter_offset, meta.bloom_filter_length));
      if (!present) return true;
    }
    if (meta.dictionary_page_offset === undefined) return false;
    this.looked.push([Number(meta.dictionary_page_offset), Number(meta.data_page_offset)]);
    return !present;
  }

  /** Rows of the pages that may have the value; all rows without a column index. */
  #pagesWith(path: string, value: string | null): Range[] {
    const chunk = this.#chunk(path);
    const pages = this.#pages(chunk);
    if (chunk.column_index_offset === undefined || pages === undefined) return [[0, this.#rows.length]];
    this.looked.push(extent(chunk.column_index_offset, chunk.column_index_length));
    return pages.map(({ rows }) => rows).filter((range) => this.#mayHold(range, path, value));
  }

  #mayHold([start, end]: Range, path: string, value: string | null): boolean {
    const values = this.#rows
      .slice(start, end)
      .map((row) => leafValue(row, path))
      .filter((one) => typeof one === 'string');
    if (value === null || values.length === 0) return values.length > 0;
    return values.some((one) => one <= value) && values.some((one) => one >= value);
  }

  #readPages(chunk: ColumnChunk, wanted: readonly Range[]): void {
    const meta = metaOf(chunk);
    const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
    const pages = this.#pages(chunk);
    const all = wanted.length === 1 && lengthOf(wanted) === this.#rows.length;
    if (all || pages === undefined) {
      this.data.push([start, start + Number(meta.total_compressed_size)]);
      return;
    }
    this.looked.push(extent(chunk.offset_index_offset, chunk.offset_index_length));
    if (start < Number(meta.data_page_offset)) this.data.push([start, Number(meta.data_page_offset)]);
    for (const { rows, bytes } of pages) if (intersection(wanted, [rows]).length > 0) this.data.push(bytes);
  }

  #pages(chunk: ColumnChunk): { rows: Range; bytes: Range }[] | undefined {
    if (chunk.offset_index_offset === undefined) return undefined;
    const [start, end] = extent(chunk.offset_index_offset, chunk.offset_index_length);
    const index: OffsetIndex = readOffsetIndex({
      view: new DataView(this.#file, start, end - start),
      offset: 0,
    });
    return index.page_locations.map(({ offset, compressed_page_size, first_row_index }, i) => {
      const next = index.page_locations[i + 1]?.first_row_index ?? this.#rows.length;
      const rows: Range = [Number(first_row_index), Number(next)];
      return { rows, bytes: [Number(offset), Number(offset) + compressed_page_size] };
    });
  }

  #chunk(path: string): ColumnChunk {
    const chunk = this.#chunks.get(path);
    if (chunk === undefined) throw new Error(`no column ${path}`);
    return chunk;
  }
}

function metaOf(chunk: ColumnChunk): NonNullable<ColumnChunk['meta_data']> {
  if (chunk.meta_data === undefined) throw new Error('a column chunk without metadata');
  return chunk.meta_data;
}

function extent(offset: bigint | undefined, length: number | undefined): Range {
  return [Number(offset), Number(offset) + (length ?? 0)];
}

function intersection(a: readonly Range[], b: readonly Range[]): Range[] {
  return a.flatMap(([from, to]) =>
    b.flatMap(([start, end]): Range[] =>
      Math.max(from, start) < Math.min(to, end) ? [[Math.max(from, start), Math.min(to, end)]] : [],
    ),
  );
}

function merged(ranges: readonly Range[], distance: number): Range[] {
  const result: [number, number][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && start <= last[1] + distance) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}
