import { ByteWriter } from 'hyparquet-writer';
import { writeBlooms } from 'hyparquet-writer/src/bloom.js';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { encodeNestedValues } from 'hyparquet-writer/src/dremel.js';
import { writeIndexes } from 'hyparquet-writer/src/indexes.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import type { Column } from '../../shared/core/columns.ts';
import type { ParquetLayout } from '../../shared/core/parquet-layout.ts';
import { fileSchema, parquetSchema, type LeafSchema } from '../../shared/core/parquet-schema.ts';
import { zstd } from '../../shared/core/parquet-zstd.ts';
import type { Struct, Value } from '../../shared/core/record-row.ts';

/** Compacted files as hyparquet-writer alone makes them, footers and all: what ours are compared with, byte by byte. */

type Written = ReturnType<typeof writeColumn>;

/** What `layOut` makes. */
export function laidOutByHyparquet(
  rows: readonly Struct[],
  columns: readonly Column[],
  layout: ParquetLayout,
): Uint8Array {
  const writer = new ByteWriter();
  writer.appendBytes(Buffer.from('PAR1'));
  const groups: { rows: number; chunks: Written[] }[] = [];
  for (let from = 0; from < rows.length; from += layout.rowGroupRows) {
    const group = rows.slice(from, from + layout.rowGroupRows);
    groups.push({ rows: group.length, chunks: chunksOf(writer, group, columns, layout) });
  }
  const chunks = groups.flatMap((group) => group.chunks);
  writeIndexes(writer, chunks);
  chunks.forEach((chunk) => writeOffsetOfOnlyPage(writer, chunk));
  writeBlooms(writer, chunks);
  const metadata = {
    version: 2,
    created_by: layout.createdBy,
    schema: parquetSchema(columns),
    num_rows: BigInt(rows.length),
    row_groups: groups.map(({ rows, chunks }) => ({
      columns: chunks.map(({ chunk }) => chunk),
      total_byte_size: total(chunks, 'total_uncompressed_size'),
      num_rows: BigInt(rows),
      total_compressed_size: total(chunks, 'total_compressed_size'),
    })),
    metadata_length: 0,
  };
  writeMetadata(writer, metadata, layout.boundBytes);
  writer.appendBytes(Buffer.from('PAR1'));
  return writer.getBytes();
}

function chunksOf(
  writer: ByteWriter,
  rows: readonly Struct[],
  columns: readonly Column[],
  layout: ParquetLayout,
): Written[] {
  const chunks: Written[] = [];
  const ranked = fileSchema(columns).leaves.map((leaf, index) => ({ leaf, index }));
  ranked.sort((a, b) => layout.rank(a.leaf.name) - layout.rank(b.leaf.name));
  for (const { leaf, index } of ranked) chunks[index] = chunkOf(writer, rows, leaf, layout);
  return chunks;
}

function chunkOf(
  writer: ByteWriter,
  rows: readonly Struct[],
  { name, path, element }: LeafSchema,
  layout: ParquetLayout,
): Written {
  const { statistics, pageBytes, zstdLevel, columnIndex = false, ...others } = layout.leaf(name);
  const column = {
    ...others,
    columnName: name,
    element,
    schemaPath: path.map((node) => node.element),
    codec: 'ZSTD' as const,
    compressors: { ZSTD: zstd(zstdLevel) },
    stats: true,
    statisticsTruncateLength: layout.boundBytes,
    pageSize: pageBytes,
    columnIndex,
    offsetIndex: true,
  };
  const top = path[1]?.element.name ?? '';
  const pageData = encodeNestedValues(
    path,
    rows.map((row) => physical(row[top], element.type === 'INT64')),
  );
  const written = writeColumn({ writer, column, pageData: { ...pageData, values: [...pageData.values] } });
  const { meta_data: metadata } = written.chunk;
  if (statistics === 'nulls' && metadata?.statistics !== undefined) {
    metadata.statistics = { null_count: metadata.statistics.null_count ?? 0n };
  }
  return written;
}

function writeOffsetOfOnlyPage(writer: ByteWriter, { chunk }: Written): void {
  const { meta_data: metadata } = chunk;
  if (chunk.offset_index_offset !== undefined || metadata === undefined) return;
  const { data_page_offset: page, dictionary_page_offset: dictionary = page } = metadata;
  const size = Number(metadata.total_compressed_size - (page - dictionary));
  chunk.offset_index_offset = BigInt(writer.offset);
  serializeTCompactProtocol(writer, { field_1: [{ field_1: page, field_2: size, field_3: 0n }] });
  chunk.offset_index_length = writer.offset - Number(chunk.offset_index_offset);
}

function total(
  chunks: readonly Written[],
  size: 'total_uncompressed_size' | 'total_compressed_size',
): bigint {
  return chunks.reduce((sum, { chunk }) => sum + (chunk.meta_data?.[size] ?? 0n), 0n);
}

function physical(value: Value | undefined, isLong: boolean): Value | bigint {
  return isLong && typeof value === 'number' ? BigInt(value) : (value ?? null);
}
