import type { SchemaTree } from 'hyparquet';
import { getMaxDefinitionLevel } from 'hyparquet/src/schema.js';
import { encodeNestedValues } from 'hyparquet-writer/src/dremel.js';
import type { Leaf, LeafValue } from './parquet-leaf.ts';
import type { Struct, Value } from './record-row.ts';

export interface LeafOfRows extends Leaf {
  readonly definitionLevels: number[];
  readonly repetitionLevels: number[];
  readonly maxDefinitionLevel: number;
}

/** A leaf of rows, by its path in the schema, root to leaf: what `assemble` puts together again. */
export function leafOf(rows: readonly Struct[], path: SchemaTree[]): LeafOfRows {
  const elements = path.slice(1).map(({ element }) => element);
  const names = elements.map(({ name }) => name);
  if (elements.some((element) => element.repetition_type === 'REPEATED')) {
    const column = rows.map((row) => row[names[0] ?? ''] ?? null);
    const { values, ...levels } = encodeNestedValues(path, column);
    const present = Array.from(values, (value: LeafValue | undefined) => value ?? null);
    return { ...levels, values: present };
  }
  const values: LeafValue[] = [];
  const definitionLevels: number[] = [];
  const isLong = elements.at(-1)?.type === 'INT64';
  for (const row of rows) {
    const { value, depth } = reach(row, names);
    definitionLevels.push(depth);
    values.push(isLong && typeof value === 'number' ? BigInt(value) : value);
  }
  return { values, definitionLevels, repetitionLevels: [], maxDefinitionLevel: getMaxDefinitionLevel(path) };
}

/** What stands at a path such as `useridentity.arn`; NULL if one of its structs is. */
export function leafValue(row: Struct, path: string): LeafValue {
  return reach(row, path.split('.')).value;
}

/** How far down the path there is something, which is its definition level: every step of it may be NULL. */
function reach(row: Struct, names: readonly string[]): { value: LeafValue; depth: number } {
  let value: Value = row;
  let depth = 0;
  for (const name of names) {
    const inner: Value | undefined = (value as Struct)[name];
    if (inner === null || inner === undefined) return { value: null, depth };
    value = inner;
    depth += 1;
  }
  return { value: value as LeafValue, depth };
}
