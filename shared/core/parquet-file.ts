import { ByteWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer';
import { COLUMNS, type Column, type ColumnType } from './columns.ts';
import { parquetSchema } from './parquet-schema.ts';
import { zstd } from './parquet-zstd.ts';
import type { Row, Value } from './record-row.ts';

/**
 * Rows to one Parquet file: zstd, whole-value statistics, row groups of 50,000 (the best compromise measured), nothing in it
 * that the rows don't determine, so that the same rows give the same bytes.
 */

const ROW_GROUP_ROWS = 50_000;
const ZSTD_LEVEL = 3;

/** Which build of the format wrote the file; changes only when the bytes for the same rows do. */
const CREATED_BY = 'trailseal 1';

/**
 * Encodes rows in the order given, which must be sorted by time for the statistics to prune. Values are as `rowOf` makes them.
 * At least one row.
 */
export function parquetFile(rows: readonly Row[]): Uint8Array {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: SCHEMA,
    codec: 'ZSTD',
    compressors: { ZSTD: zstd(ZSTD_LEVEL) },
    // The default of 16 bytes makes the bounds of ARNs useless: they all start alike.
    statisticsTruncateLength: 256,
    createdBy: CREATED_BY,
  });
  for (let from = 0; from < rows.length; from += ROW_GROUP_ROWS) {
    const group = rows.slice(from, from + ROW_GROUP_ROWS);
    void parquet.write({
      columnData: COLUMNS.map((column) => columnOf(column, group)),
      rowGroupSize: ROW_GROUP_ROWS,
    });
  }
  void parquet.finish();
  return writer.getBytes();
}

function columnOf(column: Column, rows: readonly Row[]): ColumnSource {
  const { name, type } = column;
  const data = rows.map((row) => physical(type, row.values[name] ?? null));
  // Bounds of JSON text prune nothing and bloat the footer.
  return { name, data, statistics: type !== 'json' && type !== 'binary' };
}

function physical(type: ColumnType, value: Value): Value | bigint {
  return type === 'timestamp' && typeof value === 'number' ? BigInt(value) : value;
}

const SCHEMA = parquetSchema(COLUMNS);
