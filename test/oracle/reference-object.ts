import { ByteWriter } from 'hyparquet-writer';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { writeIndexes } from 'hyparquet-writer/src/indexes.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import {
  BOUND_BYTES,
  CREATED_BY,
  LEAVES,
  PAGE_BYTES,
  ZSTD_LEVEL,
  type Leaf,
} from '../../shared/core/columnar/leaves.ts';
import { COLUMNS } from '../../shared/core/columns.ts';
import { leafOf } from '../../shared/core/leaf-of-rows.ts';
import type { LeafValue } from '../../shared/core/parquet-leaf.ts';
import { parquetSchema } from '../../shared/core/parquet-schema.ts';
import { zstd } from '../../shared/core/parquet-zstd.ts';
import type { Row } from '../../shared/core/record-row.ts';

/** What the engine's objects have to be, byte for byte: the same rows and layout, by somebody else's writer. At least one row. */
export function referenceObject(rows: readonly Row[]): Uint8Array {
  const writer = new ByteWriter();
  writer.appendBytes(MAGIC);
  const written = LEAVES.map((leaf) => writeLeaf(writer, leaf, rows));
  const columns = written.map(({ chunk }) => chunk);
  const end = writer.offset;
  writeIndexes(writer, written);
  const sizes = columns.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
  writeMetadata(
    writer,
    {
      version: 2,
      created_by: CREATED_BY,
      schema: parquetSchema(COLUMNS),
      num_rows: BigInt(rows.length),
      row_groups: [
        {
          columns,
          total_byte_size: sizes.reduce((sum, size) => sum + size, 0n),
          num_rows: BigInt(rows.length),
          total_compressed_size: BigInt(end - MAGIC.length),
        },
      ],
      metadata_length: 0,
    },
    BOUND_BYTES,
  );
  writer.appendBytes(MAGIC);
  return writer.getBytes();
}

const MAGIC = Buffer.from('PAR1');

type Written = ReturnType<typeof writeColumn>;

function writeLeaf(writer: ByteWriter, leaf: Leaf, rows: readonly Row[]): Written {
  const { schema, bounds } = leaf;
  const { values, ...levels } = leafOf(
    rows.map((row) => row.values),
    schema.path,
  );
  // Sizes and order are those of UTF-8, not of the text's own units.
  const bytes = values.map((value) => (typeof value === 'string' ? Buffer.from(value) : value));
  const encoding = leaf.encoding === 'RLE_DICTIONARY' && !paysOff(bytes) ? 'PLAIN' : leaf.encoding;
  const column = {
    columnName: schema.name,
    element: schema.element,
    schemaPath: schema.path.map(({ element }) => element),
    codec: 'ZSTD' as const,
    compressors: { ZSTD: zstd(ZSTD_LEVEL) },
    stats: true,
    statisticsTruncateLength: BOUND_BYTES,
    pageSize: PAGE_BYTES,
    encoding,
    columnIndex: false,
    offsetIndex: true,
  };
  const written = writeColumn({ writer, column, pageData: { ...levels, values: bytes } });
  const { meta_data: metadata } = written.chunk;
  if (!bounds && metadata?.statistics !== undefined) {
    metadata.statistics = { null_count: metadata.statistics.null_count ?? 0n };
  }
  return written;
}

/** Whether a dictionary and the places in it take half of the values' bytes or less. */
function paysOff(values: readonly LeafValue[]): boolean {
  const texts = values.flatMap((value) => (value instanceof Uint8Array ? [value] : []));
  const distinct = new Map(texts.map((text) => [Buffer.from(text).toString('latin1'), text.length + 4]));
  if (distinct.size === 0) return false;
  const plainBytes = texts.reduce((sum, { length }) => sum + length + 4, 0);
  const dictionaryBytes = [...distinct.values()].reduce((sum, length) => sum + length, 0);
  const placeBytes = Math.ceil((texts.length * Math.ceil(Math.log2(distinct.size))) / 8);
  return 2 * (dictionaryBytes + placeBytes) <= plainBytes;
}
