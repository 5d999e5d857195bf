import type { LeafValue } from './parquet-leaf.ts';

const FIRST_BYTES = 16 * 1024;
const MOST_BYTES_A_UNIT = 3;
const LONGEST_NUMBER = 8;

/** A row as bytes to be hashed, slot by slot: rows that differ have others. Room for one row, which the next one takes. */
export class RowText {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  /** Of a leaf, by its number, below 256 as all are; its value follows if its level says that there is one. */
  slot(leaf: number, repetitionLevel: number, definitionLevel: number): void {
    this.#reserve(3);
    this.#buffer[this.#length++] = leaf;
    this.#buffer[this.#length++] = repetitionLevel;
    this.#buffer[this.#length++] = definitionLevel;
  }

  value(value: LeafValue): void {
    if (typeof value === 'string') this.#text(value);
    else if (value instanceof Uint8Array) this.#bytes(value);
    else if (value !== null) {
      this.#reserve(LONGEST_NUMBER);
      this.#length = this.#buffer.writeBigInt64LE(BigInt(value), this.#length);
    }
  }

  /** What there is, and a delivery's place behind it; good until more is written. What there is stays for the next. */
  endingWith(logFile: string, recordIndex: number): Uint8Array {
    const before = this.#length;
    this.value(recordIndex);
    this.#text(logFile);
    const text = this.#buffer.subarray(0, this.#length);
    this.#length = before;
    return text;
  }

  /** Behind its length in bytes. */
  #text(text: string): void {
    this.#reserve(4 + MOST_BYTES_A_UNIT * text.length);
    const length = this.#buffer.write(text, this.#length + 4);
    this.#length = this.#buffer.writeUInt32LE(length, this.#length) + length;
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(4 + bytes.length);
    this.#length = this.#buffer.writeUInt32LE(bytes.length, this.#length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, needed));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
