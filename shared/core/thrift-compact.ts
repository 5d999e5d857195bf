/**
 * Writes Thrift's compact protocol (github.com/apache/thrift, doc/specs/thrift-compact-protocol.md) straight into a growing buffer:
 * nothing stands between a value and its bytes. The caller says each field's id and type, ids ascending within a struct. Integers are
 * counts, sizes and offsets: from 0 to 2^53.
 */

/** The protocol's type ids, of those that Parquet's structs use. */
export const THRIFT = { true: 1, false: 2, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

export type ThriftType = (typeof THRIFT)[keyof typeof THRIFT];

const FIRST_BYTES = 4096;
/** Of a 64-bit integer. */
const LONGEST_VARINT = 10;
/** Longer lists say their length behind their type, larger steps between fields their id. */
const SHORT = 14;
const TEXT = new TextEncoder();

export class ThriftCompactWriter {
  #buffer: Uint8Array = new Uint8Array(FIRST_BYTES);
  #length = 0;
  #lastField = 0;
  /** The last field of each struct around this one. */
  readonly #outer: number[] = [];

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** A window of what was written so far: good until more is. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Bytes as they are, outside of any struct. */
  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A struct that is a field, or an element of a list, or stands alone; `close` ends it. */
  open(field?: number): void {
    if (field !== undefined) this.#field(field, THRIFT.struct);
    this.#outer.push(this.#lastField);
    this.#lastField = 0;
  }

  close(): void {
    this.#byte(0);
    this.#lastField = this.#outer.pop() ?? 0;
  }

  /** A union (a struct of one field) whose member `id` is a struct of none: how Thrift spells a choice. */
  unionOfNothing(field: number | undefined, id: number): void {
    this.open(field);
    this.open(id);
    this.close();
    this.close();
  }

  i32(field: number, value: number): void {
    this.#field(field, THRIFT.i32);
    this.integer(value);
  }

  i64(field: number, value: number): void {
    this.#field(field, THRIFT.i64);
    this.integer(value);
  }

  boolean(field: number, value: boolean): void {
    this.#field(field, value ? THRIFT.true : THRIFT.false);
  }

  binary(field: number, value: Uint8Array): void {
    this.#field(field, THRIFT.binary);
    this.binaryElement(value);
  }

  text(field: number, value: string): void {
    this.binary(field, TEXT.encode(value));
  }

  /** A list's head; its elements follow, each by the method of its type. */
  list(field: number, type: ThriftType, length: number): void {
    this.#field(field, THRIFT.list);
    this.listHead(type, length);
  }

  /** A field whose value was written before, by another writer. */
  written(field: number, type: ThriftType, value: Uint8Array): void {
    this.#field(field, type);
    this.append(value);
  }

  /** The value of a list that is no field. */
  listHead(type: ThriftType, length: number): void {
    this.#byte((Math.min(length, SHORT + 1) << 4) | type);
    if (length > SHORT) this.#varint(length);
  }

  /** An element that is an i32 or i64: twice the value, for odd ones would be negative. */
  integer(value: number): void {
    this.#varint(2 * value);
  }

  binaryElement(value: Uint8Array): void {
    this.#varint(value.length);
    this.append(value);
  }

  /** 0 for false, where the specification has 2 and asks readers to take both: files of the lake always had it so. */
  booleanElement(value: boolean): void {
    this.#byte(value ? 1 : 0);
  }

  #field(field: number, type: ThriftType): void {
    const step = field - this.#lastField;
    this.#lastField = field;
    if (step <= SHORT + 1) {
      this.#byte((step << 4) | type);
      return;
    }
    this.#byte(type);
    this.integer(field);
  }

  /** Seven bits a byte, lowest first. Shifts know 32 bits only. */
  #varint(value: number): void {
    this.#reserve(LONGEST_VARINT);
    let rest = value;
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 128)) {
      this.#buffer[this.#length++] = (rest % 128) | 0x80;
    }
    for (; rest > 0x7f; rest >>= 7) this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
    this.#buffer[this.#length++] = rest;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, needed));
    larger.set(this.bytes());
    this.#buffer = larger;
  }
}
