import type { ColumnType } from '../shared/core/columns.ts';

/** The column's type as Glue and Athena (Hive) write it; the same declaration as the Parquet schema's. */
export function hiveType(type: ColumnType): string {
  if (typeof type === 'string') return HIVE_SCALARS[type];
  if ('struct' in type) {
    const fields = Object.entries(type.struct).map(([name, field]) => `${name}:${hiveType(field)}`);
    return `struct<${fields.join(',')}>`;
  }
  if ('array' in type) return `array<${hiveType(type.array)}>`;
  return 'map<string,string>';
}

const HIVE_SCALARS = {
  string: 'string',
  json: 'string',
  timestamp: 'timestamp',
  int: 'int',
  binary: 'binary',
} as const satisfies Record<Extract<ColumnType, string>, string>;

/**
 * A JSON document of the lake as Hive types, key by key as the document's own type has them: a field that is added to
 * the document and forgotten here doesn't compile.
 */
export type HiveFields<Document> = { readonly [Key in keyof Document]-?: HiveField<Document[Key]> };

type HiveField<T> = T extends string | null
  ? 'string'
  : T extends number
    ? 'bigint'
    : T extends readonly (infer Element)[]
      ? { readonly array: HiveFields<Element> }
      : string extends keyof T
        ? 'map<string,bigint>'
        : { readonly struct: HiveFields<T> };

/** Glue columns of a JSON document. Hive knows no capitals: the SerDe finds `logFiles` for `logfiles`. */
export function documentColumns(
  fields: AnyFields,
): readonly { readonly Name: string; readonly Type: string }[] {
  return Object.entries(fields).map(([name, field]) => ({
    Name: name.toLowerCase(),
    Type: documentType(field),
  }));
}

interface AnyFields {
  readonly [name: string]: string | { readonly array: AnyFields } | { readonly struct: AnyFields };
}

function documentType(field: AnyFields[string]): string {
  if (typeof field === 'string') return field;
  if ('array' in field) return `array<${structType(field.array)}>`;
  return structType(field.struct);
}

function structType(fields: AnyFields): string {
  return `struct<${documentColumns(fields)
    .map(({ Name, Type }) => `${Name}:${Type}`)
    .join(',')}>`;
}
