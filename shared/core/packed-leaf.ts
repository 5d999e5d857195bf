import type { Leaf, LeafValue } from './parquet-leaf.ts';

/**
 * One leaf of a row group as it is held until its rows are wanted: levels and indexes in typed arrays, text as the bytes of its pages. As
 * strings in arrays the same values take several times the memory, and the collector's time.
 */
export interface PackedLeaf {
  /** One a slot: how many of the optional and repeated ancestors, itself included, are there. */
  readonly definitionLevels: Uint8Array;
  /** One a slot, 0 where a row begins; empty for a leaf that can't repeat: its slots are the rows. */
  readonly repetitionLevels: Uint8Array;
  /** The level at which a slot has a value. */
  readonly defined: number;
  /** The highest level of any slot: 0 where there is nothing in any row. */
  readonly highest: number;
  readonly values: PackedValues;
}

/** Of one row group, by path: `useridentity.arn`, `resources.list.element.arn`. */
export type PackedLeaves = ReadonlyMap<string, PackedLeaf>;

/** Values by slot; asked only for slots that have one. */
export interface PackedValues {
  /** What they take in memory, about. */
  readonly bytes: number;
  at(slot: number): LeafValue;
  /** Those of the slots, in their order: nothing of the others is kept. */
  pick(slots: Uint32Array): PackedValues;
}

export function packedLeaf(
  levels: Pick<PackedLeaf, 'definitionLevels' | 'repetitionLevels' | 'defined'>,
  values: PackedValues,
): PackedLeaf {
  let highest = 0;
  for (const level of levels.definitionLevels) if (level > highest) highest = level;
  return { ...levels, highest, values };
}

export function slotValue({ definitionLevels, defined, values }: PackedLeaf, slot: number): LeafValue {
  return definitionLevels[slot] === defined ? values.at(slot) : null;
}

export function unpacked(leaf: PackedLeaf): Leaf {
  const { definitionLevels, repetitionLevels } = leaf;
  const values = Array.from(definitionLevels, (_, slot) => slotValue(leaf, slot));
  return { values, definitionLevels, repetitionLevels };
}

/** In bytes, about. */
export function sizeOfLeaf({ definitionLevels, repetitionLevels, values }: PackedLeaf): number {
  return definitionLevels.length + repetitionLevels.length + values.bytes;
}

/** The leaf of some of its rows, in ascending order, without the others. */
export function pickRows(leaf: PackedLeaf, rows: Uint32Array): PackedLeaf {
  const { definitionLevels, repetitionLevels, defined, values } = leaf;
  const isFlat = repetitionLevels.length === 0;
  const slots = isFlat ? rows : slotsOfRows(repetitionLevels, rows);
  const levels = {
    definitionLevels: Uint8Array.from(slots, (slot) => definitionLevels[slot] ?? 0),
    repetitionLevels: Uint8Array.from(isFlat ? [] : slots, (slot) => repetitionLevels[slot] ?? 0),
    defined,
  };
  return packedLeaf(levels, values.pick(slots));
}

function slotsOfRows(repetitionLevels: Uint8Array, rows: Uint32Array): Uint32Array {
  const starts = rowStarts(repetitionLevels);
  const slots: number[] = [];
  for (const row of rows) {
    for (let slot = starts[row] ?? 0; slot < (starts[row + 1] ?? 0); slot += 1) slots.push(slot);
  }
  return Uint32Array.from(slots);
}

/** The slot that each row begins with, and behind the last one where there are no more. */
export function rowStarts(repetitionLevels: Uint8Array): Uint32Array {
  const starts: number[] = [];
  for (let slot = 0; slot < repetitionLevels.length; slot += 1) {
    if (repetitionLevels[slot] === 0) starts.push(slot);
  }
  starts.push(repetitionLevels.length);
  return Uint32Array.from(starts);
}

/** Page after page, as one leaf. */
export function joinedLeaf(pages: readonly PackedLeaf[]): PackedLeaf {
  const [first, ...others] = pages;
  if (first === undefined) throw new Error('a column chunk without pages');
  const levels = {
    definitionLevels: new Uint8Array(Buffer.concat(pages.map((page) => page.definitionLevels))),
    repetitionLevels: new Uint8Array(Buffer.concat(pages.map((page) => page.repetitionLevels))),
    defined: first.defined,
  };
  const hasValues = pages.some(({ highest, defined }) => highest === defined);
  if (hasValues && others.length === 0) return first;
  return packedLeaf(levels, hasValues ? joinedValues(pages) : NO_VALUES);
}

function joinedValues(pages: readonly PackedLeaf[]): PackedValues {
  const values = pages.map((page) => page.values);
  if (values.every((page) => page instanceof DictionaryValues)) return DictionaryValues.joined(values);
  if (values.every((page) => page instanceof PageValues)) return PageValues.joined(values);
  return new ListedValues(pages.flatMap((page) => unpacked(page).values));
}

/** An array, typed or not, with a value a slot. */
export class ListedValues implements PackedValues {
  readonly bytes: number;
  readonly #values: ArrayLike<LeafValue>;

  constructor(values: ArrayLike<LeafValue>) {
    this.#values = values;
    this.bytes = ArrayBuffer.isView(values) ? values.byteLength : values.length * BYTES_OF_A_VALUE;
  }

  at(slot: number): LeafValue {
    return this.#values[slot] ?? null;
  }

  pick(slots: Uint32Array): PackedValues {
    return new ListedValues(Array.from(slots, (slot) => this.at(slot)));
  }
}

/** As an object with its place in an array. */
const BYTES_OF_A_VALUE = 80;

/** A chunk's dictionary, and an index a slot. */
export class DictionaryValues implements PackedValues {
  readonly bytes: number;
  readonly #dictionary: readonly LeafValue[];
  readonly #indexes: Uint32Array;

  constructor(dictionary: readonly LeafValue[], indexes: Uint32Array) {
    this.#dictionary = dictionary;
    this.#indexes = indexes;
    this.bytes = indexes.byteLength + bytesOf(dictionary);
  }

  /** Of pages of one chunk. */
  static joined(pages: readonly DictionaryValues[]): DictionaryValues {
    const indexes = joinedNumbers(pages.map((page) => page.#indexes));
    const [dictionary = []] = pages.map((page) => page.#dictionary);
    return new DictionaryValues(dictionary, indexes);
  }

  at(slot: number): LeafValue {
    return this.#dictionary[this.#indexes[slot] ?? 0] ?? null;
  }

  pick(slots: Uint32Array): PackedValues {
    const places = new Map<number, number>();
    const indexes = slots.map((slot) => {
      const index = this.#indexes[slot] ?? 0;
      const place = places.get(index) ?? places.size;
      places.set(index, place);
      return place;
    });
    const dictionary = Array.from(places.keys(), (index) => this.#dictionary[index] ?? null);
    return new DictionaryValues(dictionary, indexes);
  }
}

/** Texts or bytes where they stand in their page. */
export class PageValues implements PackedValues {
  readonly bytes: number;
  readonly #page: Buffer;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #isText: boolean;

  /** A start and an end a slot; text is UTF-8. */
  constructor(page: Buffer, starts: Uint32Array, ends: Uint32Array, isText: boolean) {
    this.#page = page;
    this.#starts = starts;
    this.#ends = ends;
    this.#isText = isText;
    this.bytes = page.length + starts.byteLength + ends.byteLength;
  }

  static joined(pages: readonly PageValues[]): PageValues {
    let before = 0;
    const starts: Uint32Array[] = [];
    const ends: Uint32Array[] = [];
    for (const page of pages) {
      const shift = before;
      starts.push(page.#starts.map((start) => start + shift));
      ends.push(page.#ends.map((end) => end + shift));
      before += page.#page.length;
    }
    const bytes = Buffer.concat(pages.map((page) => page.#page));
    const isText = pages.some((page) => page.#isText);
    return new PageValues(bytes, joinedNumbers(starts), joinedNumbers(ends), isText);
  }

  at(slot: number): LeafValue {
    const start = this.#starts[slot] ?? 0;
    const end = this.#ends[slot] ?? 0;
    return this.#isText ? this.#page.toString('utf8', start, end) : this.#page.subarray(start, end);
  }

  pick(slots: Uint32Array): PackedValues {
    const starts = new Uint32Array(slots.length);
    const ends = new Uint32Array(slots.length);
    const values: Buffer[] = [];
    let end = 0;
    for (const [i, slot] of slots.entries()) {
      const value = this.#page.subarray(this.#starts[slot], this.#ends[slot]);
      values.push(value);
      starts[i] = end;
      end += value.length;
      ends[i] = end;
    }
    return new PageValues(Buffer.concat(values), starts, ends, this.#isText);
  }
}

const NO_VALUES: PackedValues = { bytes: 0, at: () => null, pick: () => NO_VALUES };

function bytesOf(values: readonly LeafValue[]): number {
  let bytes = values.length * BYTES_OF_A_VALUE;
  for (const value of values) if (typeof value === 'string') bytes += value.length;
  return bytes;
}

function joinedNumbers(pages: readonly Uint32Array[]): Uint32Array {
  const joined = new Uint32Array(pages.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const page of pages) {
    joined.set(page, end);
    end += page.length;
  }
  return joined;
}
