import {
  parquetSchema as schemaTree,
  type ParquetType,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';
import type { Column, ColumnType } from './columns.ts';
import { footerLeaf, footerSchema, type FooterLeaf, type FooterSchema } from './footer-schema.ts';

/** What writers of files with the same columns share. */
export interface FileSchema {
  readonly footer: FooterSchema;
  /** In the schema's order. */
  readonly leaves: readonly LeafSchema[];
}

export interface LeafSchema {
  /** Such as `useridentity.arn` or `resources.list.element.arn`. */
  readonly name: string;
  /** Root to leaf. */
  readonly path: SchemaTree[];
  readonly element: SchemaElement;
  readonly type: ParquetType;
  readonly footer: FooterLeaf;
  readonly maxDefinitionLevel: number;
  readonly maxRepetitionLevel: number;
}

/** The schema of a file with these columns, made once for each list of them. */
export function fileSchema(columns: readonly Column[]): FileSchema {
  const known = KNOWN.get(columns);
  if (known !== undefined) return known;
  const elements = parquetSchema(columns);
  const leaves = pathsBelow([schemaTree({ schema: elements })]).map(leafSchema);
  const schema = { footer: footerSchema(elements), leaves };
  KNOWN.set(columns, schema);
  return schema;
}

const KNOWN = new WeakMap<readonly Column[], FileSchema>();

/** Root to leaf, of each leaf. */
function pathsBelow(path: SchemaTree[]): SchemaTree[][] {
  const children = path.at(-1)?.children ?? [];
  return children.length === 0 ? [path] : children.flatMap((child) => pathsBelow([...path, child]));
}

function leafSchema(path: SchemaTree[]): LeafSchema {
  const element = path.at(-1)?.element;
  if (element?.type === undefined) throw new Error('a schema without columns');
  const names = path.slice(1).map(({ element }) => element.name);
  return {
    name: names.join('.'),
    path,
    element,
    type: element.type,
    footer: footerLeaf(element.type, names),
    maxDefinitionLevel: getMaxDefinitionLevel(path),
    maxRepetitionLevel: getMaxRepetitionLevel(path),
  };
}

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
