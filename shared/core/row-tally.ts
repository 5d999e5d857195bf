import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { COLUMNS } from './columns.ts';
import { GatheredRows, type RowsOfGroup } from './gathered-rows.ts';
import { deliveriesOf, OTHER_DELIVERIES } from './merge-deliveries.ts';
import { otherDeliveries } from './other-deliveries.ts';
import type { Leaf } from './parquet-leaf.ts';
import { fileSchema } from './parquet-schema.ts';
import { RowText } from './row-text.ts';

const LANES = 8;

/**
 * Whether two heaps of rows are the same, each row as often, in whatever order they come: a sum of keyed hashes of their deliveries, for each
 * delivery of an event has the row's other values, and its own place. Takes no memory, however many they are. The sum of hashes that
 * somebody can compute could be forged by choosing rows; so `secret`, random and used once, keys them.
 */
export class RowTally {
  /** Made once: of the bytes it would be made for each row, which takes four times as long as the hash itself. */
  readonly #key: KeyObject;
  readonly #sums = new Uint32Array(LANES);
  #deliveries = 0;

  constructor(secret: Uint8Array) {
    this.#key = createSecretKey(secret);
  }

  get deliveries(): number {
    return this.#deliveries;
  }

  /** Rows with all columns that they have. */
  add(group: RowsOfGroup): void {
    const gathered = new GatheredRows([group]);
    const rows = Uint32Array.from({ length: gathered.count }, (_, row) => row);
    const others = otherDeliveries([group]);
    const logFiles = gathered.values('logfile', rows);
    const indexes = gathered.values('recordindex', rows);
    const cursors = LEAVES.flatMap((schema) => cursorOf(gathered.leaf(schema, rows), schema));
    const text = new RowText();
    for (const row of rows) {
      text.clear();
      for (const cursor of cursors) writeRow(cursor, row, text);
      const own = { logfile: String(logFiles[row] ?? ''), recordindex: Number(indexes[row] ?? -1) };
      const deliveries = deliveriesOf({ ...own, [OTHER_DELIVERIES]: others.get(row) ?? null });
      for (const { logfile, recordindex } of deliveries) this.#addOne(text.endingWith(logfile, recordindex));
    }
  }

  addAll(other: RowTally): void {
    for (const [i, sum] of other.#sums.entries()) this.#sums[i] = (this.#sums[i] ?? 0) + sum;
    this.#deliveries += other.#deliveries;
  }

  isSame(other: RowTally): boolean {
    return this.#deliveries === other.#deliveries && this.#sums.every((sum, i) => sum === other.#sums[i]);
  }

  #addOne(text: Uint8Array): void {
    const hash = createHmac('sha256', this.#key).update(text).digest();
    for (let lane = 0; lane < LANES; lane += 1)
      this.#sums[lane] = (this.#sums[lane] ?? 0) + hash.readUInt32LE(lane * 4);
    this.#deliveries += 1;
  }
}

interface NumberedLeaf {
  readonly name: string;
  readonly number: number;
  readonly maxRepetitionLevel: number;
  readonly maxDefinitionLevel: number;
}

/** Without the place of a delivery, which stands behind all else. */
const LEAVES = fileSchema(COLUMNS)
  .leaves.map(({ name, maxRepetitionLevel, maxDefinitionLevel }, number): NumberedLeaf => {
    return { name, number, maxRepetitionLevel, maxDefinitionLevel };
  })
  .filter(({ name }) => name !== 'logfile' && name !== 'recordindex');

/** Where the slots of a row are. */
interface Cursor extends Leaf, NumberedLeaf {
  slot: number;
}

/** None of a leaf that has nothing in any row, as one that its file hasn't got. */
function cursorOf(leaf: Leaf, { number, name, ...levels }: NumberedLeaf): Cursor[] {
  const isEmpty = leaf.definitionLevels.every((level: number) => level === 0);
  return isEmpty ? [] : [{ ...leaf, ...levels, name, number, slot: 0 }];
}

/** What is NULL from its column on is left out. */
function writeRow(cursor: Cursor, row: number, text: RowText): void {
  const { number, values, definitionLevels, repetitionLevels, maxRepetitionLevel, maxDefinitionLevel } =
    cursor;
  let slot = maxRepetitionLevel === 0 ? row : cursor.slot;
  do {
    const level = definitionLevels[slot] ?? 0;
    if (level > 0) text.slot(number, repetitionLevels[slot] ?? 0, level);
    if (level === maxDefinitionLevel) text.value(values[slot] ?? null);
    slot += 1;
  } while ((repetitionLevels[slot] ?? 0) > 0);
  cursor.slot = slot;
}
