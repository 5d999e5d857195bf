import { constants, zstdCompressSync } from 'node:zlib';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer';
import { COLUMNS, type Column, type ColumnType } from './columns.ts';
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
    compressors: { ZSTD: zstd },
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
  return {
    name,
    data,
    statistics: type !== 'json' && type !== 'binary',
    ...(type === 'timestamp' && { columnIndex: true }),
  };
}

function physical(type: ColumnType, value: Value): Value | bigint {
  return type === 'timestamp' && typeof value === 'number' ? BigInt(value) : value;
}

/** Most columns of most files hold nothing, and making a compressor takes longer than compressing a page. */
let compressedNothing: Uint8Array | undefined;

function zstd(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0) return compressed(bytes);
  return (compressedNothing ??= compressed(bytes));
}

function compressed(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } });
}

/** The Parquet schema of one column: groups by the LIST and MAP rules of the format (parquet-format, LogicalTypes.md). */
function elements(name: string, type: ColumnType): SchemaElement[] {
  if (typeof type === 'string') return [{ name, repetition_type: 'OPTIONAL', ...SCALARS[type] }];
  if ('struct' in type) {
    const fields = Object.entries(type.struct);
    const group: SchemaElement = { name, repetition_type: 'OPTIONAL', num_children: fields.length };
    return [group, ...fields.flatMap(([field, inner]) => elements(field, inner))];
  }
  if ('array' in type) {
    return [
      {
        name,
        repetition_type: 'OPTIONAL',
        num_children: 1,
        converted_type: 'LIST',
        logical_type: { type: 'LIST' },
      },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...elements('element', type.array),
    ];
  }
  return [
    {
      name,
      repetition_type: 'OPTIONAL',
      num_children: 1,
      converted_type: 'MAP',
      logical_type: { type: 'MAP' },
    },
    { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
    { name: 'key', repetition_type: 'REQUIRED', ...SCALARS.string },
    { name: 'value', repetition_type: 'OPTIONAL', ...SCALARS.string },
  ];
}

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;

const SCALARS = {
  string: TEXT,
  // Plain text to every reader: the JSON logical type changes what some engines return.
  json: TEXT,
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  int: { type: 'INT32' },
  binary: { type: 'BYTE_ARRAY' },
} as const satisfies Record<Extract<ColumnType, string>, Partial<SchemaElement>>;

const SCHEMA: SchemaElement[] = [
  { name: 'schema', num_children: COLUMNS.length },
  ...COLUMNS.flatMap(({ name, type }) => elements(name, type)),
];
