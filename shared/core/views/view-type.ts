import type { ColumnType } from '../columns.ts';

/** A type of Trino's. A timestamp has no zone and stands for UTC; a map's keys are text. */
export type ViewType =
  | 'varchar'
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'timestamp(3)'
  | 'varbinary'
  | { readonly row: Readonly<Record<string, ViewType>> }
  | { readonly array: ViewType }
  | { readonly map: ViewType };

type Scalar = Extract<ViewType, string>;

/** How one engine writes its types. */
export interface TypeSpelling {
  readonly scalars: Readonly<Record<Scalar, string>>;
  readonly row: (fields: readonly (readonly [name: string, type: string])[]) => string;
  readonly array: (element: string) => string;
  readonly map: (value: string) => string;
}

/** The type as an engine writes it. */
export function spell(type: ViewType, spelling: TypeSpelling): string {
  if (typeof type === 'string') return spelling.scalars[type];
  if ('array' in type) return spelling.array(spell(type.array, spelling));
  if ('map' in type) return spelling.map(spell(type.map, spelling));
  return spelling.row(Object.entries(type.row).map(([name, field]) => [name, spell(field, spelling)]));
}

const TRINO: TypeSpelling = {
  scalars: {
    varchar: 'varchar',
    boolean: 'boolean',
    integer: 'integer',
    bigint: 'bigint',
    'timestamp(3)': 'timestamp(3)',
    varbinary: 'varbinary',
  },
  // Quoted, for `user` and `time` are words of SQL.
  row: (fields) => `row(${fields.map(([name, type]) => `"${name}" ${type}`).join(', ')})`,
  array: (element) => `array(${element})`,
  map: (value) => `map(varchar, ${value})`,
};

/** The type in Trino's SQL, and in the signature that Athena keeps with a view. */
export function trinoType(type: ViewType): string {
  return spell(type, TRINO);
}

/** What Athena makes of a column of the lake. */
export function viewTypeOf(type: ColumnType): ViewType {
  if (typeof type === 'string') return SCALARS[type];
  if ('array' in type) return { array: viewTypeOf(type.array) };
  if ('map' in type) return { map: 'varchar' };
  const fields = Object.entries(type.struct).map(([name, field]) => [name, viewTypeOf(field)] as const);
  return { row: Object.fromEntries(fields) };
}

const SCALARS = {
  string: 'varchar',
  json: 'varchar',
  timestamp: 'timestamp(3)',
  int: 'integer',
  binary: 'varbinary',
} as const satisfies Record<Extract<ColumnType, string>, Scalar>;
