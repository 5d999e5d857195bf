import type { ColumnType } from './columns.ts';
import type { Leaf, LeafValue, Levels } from './parquet-leaf.ts';
import type { Struct, Value } from './record-row.ts';

/** Of one row group, by path: `useridentity.sessioncontext.sessionissuer.arn`, `resources.list.element.arn`. */
export type Leaves = ReadonlyMap<string, Leaf>;

/**
 * The values of a column, one a row, put together from its leaves by Dremel's levels; undefined if the file hasn't got it. The inverse
 * of what hyparquet-writer does with values: an empty struct, list or map is not a NULL one.
 */
export function assemble(leaves: Leaves, name: string, type: ColumnType): readonly Value[] | undefined {
  const first = leaves.keys().some((path) => path === name || path.startsWith(`${name}.`));
  return first ? node(leaves, name, type, 0).values : undefined;
}

/** Values with the levels of the leaf that comes first below them. */
interface Node {
  readonly values: readonly Value[];
  readonly definitionLevels: Levels;
  readonly repetitionLevels: Levels;
}

/** `outer` is the definition level of what encloses the node: above it, the node is there. */
function node(leaves: Leaves, path: string, type: ColumnType, outer: number): Node {
  if (typeof type === 'string') return leafAt(leaves, path);
  if ('struct' in type) return struct(leaves, path, type.struct, outer);
  if ('array' in type) {
    const element = node(leaves, `${path}.list.element`, type.array, outer + 2);
    return repeated(element, outer, (from, to) => element.values.slice(from, to));
  }
  const keys = leafAt(leaves, `${path}.key_value.key`);
  const { values } = leafAt(leaves, `${path}.key_value.value`);
  return repeated(keys, outer, (from, to) => {
    const entries = values.slice(from, to).map((value, i) => [textOf(keys.values[from + i]), value] as const);
    return Object.fromEntries(entries);
  });
}

function struct(
  leaves: Leaves,
  path: string,
  fields: Readonly<Record<string, ColumnType>>,
  outer: number,
): Node {
  const inner = Object.entries(fields).map(([field, type]): [string, Node] => [
    field,
    node(leaves, `${path}.${field}`, type, outer + 1),
  ]);
  const [[, first] = []] = inner;
  if (first === undefined) throw new Error(`${path} has no fields`);
  const values = Array.from(first.definitionLevels, (level, i): Value => {
    if (level <= outer) return null;
    const value: Struct = {};
    for (const [field, { values }] of inner) value[field] = values[i] ?? null;
    return value;
  });
  return { ...first, values };
}

/** One value for the slots of each row. Lists in lists don't exist here. */
function repeated(slots: Node, outer: number, valueOf: (from: number, to: number) => Value): Node {
  const { repetitionLevels, definitionLevels } = slots;
  const starts = [...repetitionLevels.keys()].filter((i) => repetitionLevels[i] === 0);
  const levels = starts.map((start) => definitionLevels[start] ?? 0);
  const values = starts.map((start, row) => {
    const level = levels[row] ?? 0;
    if (level <= outer) return null;
    // Its one slot then stands for having none.
    return level === outer + 1
      ? valueOf(start, start)
      : valueOf(start, starts[row + 1] ?? repetitionLevels.length);
  });
  return { values, definitionLevels: levels, repetitionLevels: [] };
}

function leafAt(leaves: Leaves, path: string): Node {
  const leaf = leaves.get(path);
  if (leaf === undefined) throw new Error(`the file has no column ${path}`);
  return { ...leaf, values: leaf.values.map(physical) };
}

function physical(value: LeafValue): Value {
  return typeof value === 'bigint' ? Number(value) : value;
}

function textOf(key: Value | undefined): string {
  if (typeof key !== 'string') throw new Error('a key of a map is not text');
  return key;
}
