import { createHmac } from 'node:crypto';
import { COLUMNS } from './columns.ts';
import { deliveriesOf } from './merge-deliveries.ts';
import type { Struct } from './record-row.ts';

const LANES = 8;

/**
 * Whether two heaps of rows are the same, each row as often, in whatever order they come: a sum of keyed hashes of their deliveries, for each
 * delivery of an event has the row's other values, and its own place. Takes no memory, however many they are. The sum of hashes that
 * somebody can compute could be forged by choosing rows; so `secret`, random and used once, keys them.
 */
export class RowTally {
  readonly #secret: Uint8Array;
  readonly #sums = new Uint32Array(LANES);
  #deliveries = 0;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  get deliveries(): number {
    return this.#deliveries;
  }

  /** `rows` as `parquetRows` gives them, all columns. */
  add(rows: readonly Struct[]): void {
    for (const row of rows) {
      for (const delivery of deliveriesOf(row)) this.#addOne({ ...row, ...delivery });
    }
  }

  addAll(other: RowTally): void {
    for (const [i, sum] of other.#sums.entries()) this.#sums[i] = (this.#sums[i] ?? 0) + sum;
    this.#deliveries += other.#deliveries;
  }

  isSame(other: RowTally): boolean {
    return this.#deliveries === other.#deliveries && this.#sums.every((sum, i) => sum === other.#sums[i]);
  }

  #addOne(row: Struct): void {
    const values = COLUMNS.map(({ name }) => row[name] ?? null);
    const hash = createHmac('sha256', this.#secret).update(JSON.stringify(values, asText)).digest();
    for (let lane = 0; lane < LANES; lane += 1)
      this.#sums[lane] = (this.#sums[lane] ?? 0) + hash.readUInt32LE(lane * 4);
    this.#deliveries += 1;
  }
}

function asText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('hex') } : value;
}
