import type { LeafSchema } from './parquet-schema.ts';
import { rowStarts, slotValue, type PackedLeaf, type PackedLeaves } from './packed-leaf.ts';
import type { Leaf, LeafValue } from './parquet-leaf.ts';

/** Some rows of a row group, by their numbers in it, ascending. */
export interface RowsOfGroup {
  readonly leaves: PackedLeaves;
  readonly rows: Uint32Array;
}

type LeafLevels = Pick<LeafSchema, 'name' | 'maxRepetitionLevel' | 'maxDefinitionLevel'>;

/** Rows of several row groups, numbered through from 0, leaf by leaf and never as rows: what goes into another file needs no more. */
export class GatheredRows {
  readonly count: number;
  readonly #parts: readonly PackedLeaves[];
  /** By a row's number: which part it is of, and its number there. */
  readonly #part: Uint32Array;
  readonly #row: Uint32Array;
  #nulls: LeafValue[] = [];
  #zeros = new Uint8Array();

  constructor(parts: readonly RowsOfGroup[]) {
    this.count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
    this.#parts = parts.map(({ leaves }) => leaves);
    this.#part = new Uint32Array(this.count);
    this.#row = new Uint32Array(this.count);
    let before = 0;
    for (const [part, { rows }] of parts.entries()) {
      this.#part.fill(part, before, before + rows.length);
      this.#row.set(rows, before);
      before += rows.length;
    }
  }

  /** A leaf that can't repeat, of these rows, one a row: NULL where a part has no such column. Throws if a part has the column and not the leaf. */
  values(path: string, rows: Uint32Array): LeafValue[] {
    const leaves = this.#leaves(path);
    return Array.from(rows, (row) => {
      const leaf = leaves[this.#part[row] ?? 0];
      return leaf === undefined ? null : slotValue(leaf, this.#row[row] ?? 0);
    });
  }

  /** A leaf of these rows, in their order. Throws like `values`. */
  leaf(schema: LeafLevels, rows: Uint32Array): Leaf {
    const { name, maxRepetitionLevel, maxDefinitionLevel } = schema;
    const leaves = this.#leaves(name);
    if (leaves.every((leaf) => leaf === undefined)) return this.#nothing(rows.length, maxRepetitionLevel > 0);
    if (maxRepetitionLevel > 0) return this.#repeated(name, leaves, rows);
    const values: LeafValue[] = [];
    const definitionLevels = new Uint8Array(rows.length);
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i] ?? 0;
      const leaf = leaves[this.#part[row] ?? 0];
      const slot = this.#row[row] ?? 0;
      const level = leaf?.definitionLevels[slot] ?? 0;
      definitionLevels[i] = level;
      values.push(leaf !== undefined && level === maxDefinitionLevel ? leaf.values.at(slot) : null);
    }
    return { values, definitionLevels, repetitionLevels: [] };
  }

  #repeated(name: string, leaves: readonly (PackedLeaf | undefined)[], rows: Uint32Array): Leaf {
    const keys = isOfMap(name) ? this.#leaves(keyOf(name)) : [];
    const values: LeafValue[] = [];
    const definitionLevels: number[] = [];
    const repetitionLevels: number[] = [];
    const add = (leaf: PackedLeaf | undefined, slot: number, isFirst: boolean): void => {
      values.push(leaf === undefined ? null : slotValue(leaf, slot));
      definitionLevels.push(leaf?.definitionLevels[slot] ?? 0);
      repetitionLevels.push(isFirst ? 0 : (leaf?.repetitionLevels[slot] ?? 0));
    };
    const starts = leaves.map((leaf) => leaf && rowStarts(leaf.repetitionLevels));
    for (const row of rows) {
      const part = this.#part[row] ?? 0;
      const leaf = leaves[part];
      const first = starts[part]?.[this.#row[row] ?? 0] ?? 0;
      const end = starts[part]?.[(this.#row[row] ?? 0) + 1] ?? 0;
      const slots = keys[part] && end - first > 1 ? inOrderOfObject(first, end, keys[part]) : undefined;
      add(leaf, slots?.[0] ?? first, true);
      const others = slots?.length ?? end - first;
      for (let i = 1; i < others; i += 1) add(leaf, slots?.[i] ?? first + i, false);
    }
    return { values, definitionLevels, repetitionLevels };
  }

  /** Most columns have nothing in any row of a slice. */
  #nothing(count: number, repeats: boolean): Leaf {
    if (this.#nulls.length !== count) {
      this.#nulls = Array.from<LeafValue>({ length: count }).fill(null);
      this.#zeros = new Uint8Array(count);
    }
    const zeros = this.#zeros;
    return { values: this.#nulls, definitionLevels: zeros, repetitionLevels: repeats ? zeros : [] };
  }

  /** By part; undefined of a part that has nothing in any row. */
  #leaves(path: string): (PackedLeaf | undefined)[] {
    return this.#parts.map((part) => {
      const leaf = part.get(path);
      if (leaf === undefined) refuseHalfAColumn(part, path);
      return leaf?.highest === 0 ? undefined : leaf;
    });
  }
}

function refuseHalfAColumn(leaves: PackedLeaves, path: string): void {
  const [column = path] = path.split('.');
  if (leaves.keys().some((other) => other === column || other.startsWith(`${column}.`)))
    throw new Error(`the file has no column ${path}`);
}

const ENTRIES = '.key_value.';

function isOfMap(path: string): boolean {
  return path.includes(ENTRIES);
}

function keyOf(path: string): string {
  return `${path.slice(0, path.indexOf(ENTRIES))}${ENTRIES}key`;
}

/** A map is an object where rows are objects, and so the bytes of a generation have its entries in an object's order, each key once. */
function inOrderOfObject(first: number, end: number, keys: PackedLeaf): readonly number[] {
  const slots = Array.from({ length: end - first }, (_, i) => first + i);
  return Object.values(Object.fromEntries(slots.map((slot) => [slotValue(keys, slot), slot])));
}
