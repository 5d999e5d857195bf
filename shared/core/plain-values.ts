import type { LeafValue } from './parquet-leaf.ts';

/** Values in Parquet's PLAIN encoding (parquet-format, Encodings.md): numbers in little-endian order, text and bytes behind their length. */
export interface PlainValues {
  /** One value behind the other; of a NULL, nothing. */
  readonly bytes: Uint8Array;
  /** Where each value begins, and where the last one ends. */
  readonly starts: readonly number[];
  /** Whether `<` has the order that readers prune by: of numbers and ASCII text, not of other text (UTF-16 units aren't bytes) nor of bytes. */
  readonly areComparable: boolean;
}

/** Bytes of a value that stand before it. */
export const LENGTH_BYTES = 4;

const MOST_BYTES_A_UNIT = 3;

export function plainValues(values: readonly LeafValue[]): PlainValues {
  let buffer = Buffer.allocUnsafe(bytesIfAscii(values));
  let end = 0;
  let areComparable = true;
  const starts: number[] = [];
  for (const value of values) {
    starts.push(end);
    if (value === null) continue;
    if (typeof value === 'bigint') end = buffer.writeBigInt64LE(value, end);
    else if (typeof value === 'number') end = buffer.writeInt32LE(value, end);
    else {
      if (typeof value === 'string') buffer = withRoomFor(value, buffer, end + LENGTH_BYTES);
      const length = put(buffer, value, end + LENGTH_BYTES);
      if (typeof value !== 'string' || length !== value.length) areComparable = false;
      end = buffer.writeUInt32LE(length, end) + length;
    }
  }
  starts.push(end);
  return { bytes: buffer.subarray(0, end), starts, areComparable };
}

/** One value, without its length. */
export function plainValue(value: NonNullable<LeafValue>): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return value;
  const { bytes } = plainValues([value]);
  return bytes;
}

/** How much room values take, as long as text is ASCII. */
function bytesIfAscii(values: readonly LeafValue[]): number {
  let bytes = 0;
  for (const value of values) {
    if (value === null) continue;
    if (typeof value === 'bigint') bytes += 8;
    else if (typeof value === 'number') bytes += 4;
    else bytes += LENGTH_BYTES + value.length;
  }
  return bytes;
}

/** The buffer, or a larger copy. Asking for a text's length takes as long as writing it, and most text has room for the worst case. */
function withRoomFor(text: string, buffer: Buffer<ArrayBuffer>, at: number): Buffer<ArrayBuffer> {
  const room = buffer.length - at;
  if (room >= MOST_BYTES_A_UNIT * text.length) return buffer;
  const needed = Buffer.byteLength(text);
  if (room >= needed) return buffer;
  const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, at + needed));
  buffer.copy(larger, 0, 0, at);
  return larger;
}

function put(buffer: Buffer, value: string | Uint8Array, at: number): number {
  if (typeof value === 'string') return buffer.write(value, at);
  buffer.set(value, at);
  return value.length;
}
