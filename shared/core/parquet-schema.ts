import type { SchemaElement } from 'hyparquet';
import type { Column, ColumnType } from './columns.ts';

/** The Parquet schema of a file with these columns, in this order. */
export function parquetSchema(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: 'schema', num_children: columns.length },
    ...columns.flatMap(({ name, type }) => elements(name, type)),
  ];
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
