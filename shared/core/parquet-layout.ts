import {
  parquetSchema as schemaTree,
  type ColumnChunk,
  type Encoding,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeBlooms } from 'hyparquet-writer/src/bloom.js';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { writeIndexes } from 'hyparquet-writer/src/indexes.js';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { Column } from './columns.ts';
import { leafOf } from './leaf-of-rows.ts';
import { parquetSchema } from './parquet-schema.ts';
import { zstd } from './parquet-zstd.ts';
import type { Struct } from './record-row.ts';

/** How a leaf is laid out. hyparquet-writer's own interface takes these for whole columns, and `useridentity` has twenty leaves. */
export interface LeafLayout {
  /** How many are NULL; `bounds`: the smallest and largest value as well. */
  readonly statistics: 'nulls' | 'bounds';
  /** The same of each page, so that readers can skip pages. */
  readonly columnIndex?: boolean;
  /** Bytes after which a page ends, before compression; an index into a dictionary counts as 4. */
  readonly pageBytes: number;
  readonly zstdLevel: number;
  /** A dictionary where it halves the values, plain otherwise, if absent. */
  readonly encoding?: Encoding;
  /** Share of absent values that it fails to tell. */
  readonly bloomFilter?: { readonly fpp: number } | false;
}

export interface ParquetLayout {
  readonly createdBy: string;
  readonly rowGroupRows: number;
  /** Longer bounds are cut. */
  readonly boundBytes: number;
  /** By path: `useridentity.arn`, `resources.list.element.arn`. */
  readonly leaf: (path: string) => LeafLayout;
  /** Where in its row group a leaf's bytes stand, smallest first, whatever its place in the schema; leaves of one rank as in the schema. */
  readonly rank: (path: string) => number;
}

/** Rows in their order to one Parquet file. At least one row; values are as `rowOf` makes them. */
export function layOut(
  rows: readonly Struct[],
  columns: readonly Column[],
  layout: ParquetLayout,
): Uint8Array {
  const file = new LaidOutFile(columns, layout);
  for (let from = 0; from < rows.length; from += layout.rowGroupRows) {
    file.addGroup(rows.slice(from, from + layout.rowGroupRows));
  }
  return file.finish();
}

/** A Parquet file that is written row group by row group: of those before, it holds what they became. */
export class LaidOutFile {
  readonly #writer = new ByteWriter();
  readonly #layout: ParquetLayout;
  readonly #schema: SchemaElement[];
  readonly #leaves: SchemaTree[][];
  readonly #groups: RowGroup[] = [];

  constructor(columns: readonly Column[], layout: ParquetLayout) {
    this.#layout = layout;
    this.#schema = parquetSchema(columns);
    this.#leaves = leavesOf(this.#schema);
    this.#writer.appendBytes(MAGIC);
  }

  /** Rows in their order, at least one; values are as `rowOf` makes them. */
  addGroup(rows: readonly Struct[]): void {
    this.#groups.push(writeGroup(this.#writer, this.#leaves, rows, this.#layout));
  }

  finish(): Uint8Array {
    const groups = this.#groups;
    const chunks = groups.flatMap((group) => group.written);
    writeIndexes(this.#writer, chunks);
    for (const { chunk } of chunks) writeOffsetOfOnlyPage(this.#writer, chunk);
    writeBlooms(this.#writer, chunks);
    writeMetadata(
      this.#writer,
      {
        version: 2,
        created_by: this.#layout.createdBy,
        schema: this.#schema,
        num_rows: groups.reduce((sum, { metadata }) => sum + metadata.num_rows, 0n),
        row_groups: groups.map((group) => group.metadata),
        metadata_length: 0,
      },
      this.#layout.boundBytes,
    );
    this.#writer.appendBytes(MAGIC);
    return this.#writer.getBytes();
  }
}

/**
 * The offset index (parquet-format, PageIndex.md) of a chunk that is one page, which hyparquet-writer leaves out: Trino that skips rows by
 * one column's index wants to know where the pages of every column are.
 */
function writeOffsetOfOnlyPage(writer: ByteWriter, chunk: ColumnChunk): void {
  const { meta_data: metadata } = chunk;
  if (chunk.offset_index_offset !== undefined || metadata === undefined) return;
  const { data_page_offset: page, dictionary_page_offset: dictionary = page } = metadata;
  const size = Number(metadata.total_compressed_size - (page - dictionary));
  chunk.offset_index_offset = BigInt(writer.offset);
  serializeTCompactProtocol(writer, { field_1: [{ field_1: page, field_2: size, field_3: 0n }] });
  chunk.offset_index_length = writer.offset - Number(chunk.offset_index_offset);
}

const MAGIC = Buffer.from('PAR1');

/** Root to leaf, of each leaf. */
function leavesOf(schema: SchemaElement[]): SchemaTree[][] {
  const below = (path: SchemaTree[]): SchemaTree[][] => {
    const children = path.at(-1)?.children ?? [];
    return children.length === 0 ? [path] : children.flatMap((child) => below([...path, child]));
  };
  return below([schemaTree({ schema })]);
}

type Written = ReturnType<typeof writeColumn>;

interface RowGroup {
  readonly written: Written[];
  readonly metadata: {
    readonly columns: ColumnChunk[];
    readonly total_byte_size: bigint;
    readonly num_rows: bigint;
    readonly total_compressed_size: bigint;
  };
}

function writeGroup(
  writer: ByteWriter,
  leaves: readonly SchemaTree[][],
  rows: readonly Struct[],
  layout: ParquetLayout,
): RowGroup {
  const start = writer.offset;
  const ranked = leaves.map((path, index) => ({ path, index, name: nameOf(path) }));
  ranked.sort((a, b) => layout.rank(a.name) - layout.rank(b.name) || a.index - b.index);
  const written: Written[] = [];
  for (const { path, index, name } of ranked) {
    const { statistics, pageBytes, zstdLevel, ...others } = layout.leaf(name);
    const schemaPath = path.map(({ element }) => element);
    const column = {
      ...others,
      columnName: name,
      element: elementOf(path),
      schemaPath,
      codec: 'ZSTD' as const,
      compressors: { ZSTD: zstd(zstdLevel) },
      stats: true,
      statisticsTruncateLength: layout.boundBytes,
      pageSize: pageBytes,
      columnIndex: others.columnIndex ?? false,
      offsetIndex: true,
    };
    const leaf = writeColumn({ writer, column, pageData: leafOf(rows, path) });
    const { meta_data } = leaf.chunk;
    if (statistics === 'nulls' && meta_data?.statistics !== undefined) {
      meta_data.statistics = { null_count: meta_data.statistics.null_count ?? 0n };
    }
    written[index] = leaf;
  }
  const columns = written.map(({ chunk }) => chunk);
  const sizes = columns.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
  const metadata = {
    columns,
    total_byte_size: sizes.reduce((sum, size) => sum + size, 0n),
    num_rows: BigInt(rows.length),
    total_compressed_size: BigInt(writer.offset - start),
  };
  return { written, metadata };
}

function elementOf(path: readonly SchemaTree[]): SchemaElement {
  const leaf = path.at(-1);
  if (leaf === undefined) throw new Error('a schema without columns');
  return leaf.element;
}

function nameOf(path: readonly SchemaTree[]): string {
  return path
    .slice(1)
    .map(({ element }) => element.name)
    .join('.');
}
