import type { Engine } from './engine.ts';

/** Rows that a part may have: each weighs a kilobyte, and a part 64 MiB; `engine/memory.ts` has room for no more. */
export const MOST_ROWS = 65_536;

const PAGE = 64 * 1024;
/** The engine's scanner stops at a zero, and looks sixteen bytes ahead. */
const SENTINEL = new Uint8Array(64);
const HASH_BYTES = 16;

/** Windows of the engine's memory, made anew when it has grown. */
export class MemoryViews {
  readonly #engine: Engine;
  #bytes: Buffer;

  constructor(engine: Engine) {
    this.#engine = engine;
    const needed = engine.textAt.value + 1024 * 1024;
    engine.memory.grow(Math.ceil((needed - engine.memory.buffer.byteLength) / PAGE));
    this.#bytes = Buffer.from(engine.memory.buffer);
  }

  /** Puts text `offset` bytes behind the start of the text that is there, which then ends with it. */
  putText(text: Uint8Array, offset = 0): void {
    const { memory, textAt } = this.#engine;
    const start = textAt.value + offset;
    const missing = start + text.length + SENTINEL.length - memory.buffer.byteLength;
    if (missing > 0) {
      memory.grow(Math.ceil(missing / PAGE));
      this.#bytes = Buffer.from(memory.buffer);
    }
    this.#bytes.set(text, start);
    this.#bytes.set(SENTINEL, start + text.length);
  }

  /** Moves the text from `start` to `end` to the front, both counted from where it begins now. */
  keepText(start: number, end: number): void {
    const first = this.#engine.textAt.value;
    this.#bytes.copyWithin(first, first + start, first + end);
    this.#bytes.set(SENTINEL, first + end - start);
  }

  /** The first bytes of the text that is there: changes with it. */
  text(length: number): Buffer {
    const { textAt } = this.#engine;
    return this.#bytes.subarray(textAt.value, textAt.value + length);
  }

  /** Bytes of text that there is room for. */
  textRoom(): number {
    return this.#bytes.length - this.#engine.textAt.value;
  }

  /** Its length. */
  putScratch(text: string): number {
    return this.#bytes.write(text, this.#engine.scratchAt.value);
  }

  /** The first bytes of a hash, as one character a byte. */
  putHash(row: number, hash: string): void {
    this.#bytes.write(hash, this.#engine.hashesAt.value + row * HASH_BYTES, HASH_BYTES, 'latin1');
  }

  /** A row's value of a leaf, 0 for none; times; and where records start and end. */
  ofRows(): {
    readonly values: (leaf: number, row: number) => number;
    readonly times: Float64Array;
    readonly spans: Uint32Array;
  } {
    const { memory, columnsAt, columnBytes, timesAt, spansAt } = this.#engine;
    const words = new Uint32Array(memory.buffer);
    const first = columnsAt.value / 4;
    const step = columnBytes.value / 4;
    return {
      values: (leaf, row) => words[first + leaf * step + row] as number,
      times: new Float64Array(memory.buffer, timesAt.value, MOST_ROWS),
      spans: new Uint32Array(memory.buffer, spansAt.value, MOST_ROWS * 2),
    };
  }

  /** The bytes from one address to another. */
  bytes(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, end);
  }

  textOf(value: number): string | undefined {
    if (value === 0) return undefined;
    const start = this.#engine.addressOf(value);
    return this.#bytes.toString('utf8', start, start + this.#engine.lengthOf(value));
  }

  /** Says which rows to encode, and in which order. */
  putOrder(rows: readonly number[]): void {
    new Uint32Array(this.#engine.memory.buffer, this.#engine.orderAt.value, rows.length).set(rows);
  }
}
