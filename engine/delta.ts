import { writeVarint } from './levels';

/** DELTA_BINARY_PACKED (parquet-format, Encodings.md): blocks of 128 numbers in four miniblocks, as everybody has them. */

const BLOCK: u32 = 128;
const MINIBLOCKS: u32 = 4;
const MINIBLOCK: u32 = 32;

/** Encodes 64-bit numbers; where the encoding ends. The numbers are overwritten. */
export function encodeDeltas(from: u32, count: u32, start: u32): u32 {
  let out = writeVarint(start, BLOCK);
  out = writeVarint(out, MINIBLOCKS);
  out = writeVarint(out, count);
  out = writeZigzag(out, count > 0 ? load<i64>(from) : 0);
  for (let index: u32 = 1; index < count; index += BLOCK) {
    out = encodeBlock(from + index * 8, min(BLOCK, count - index), out);
  }
  return out;
}

/** The numbers from `from` on, each less the one before it. That one has been made a difference already, unless it is the block's own predecessor. */
function encodeBlock(from: u32, count: u32, start: u32): u32 {
  // Backwards, so that each still has its predecessor; the block's last number is kept for the next one's first difference.
  const last = load<i64>(from + (count - 1) * 8);
  let least = i64.MAX_VALUE;
  for (let i = count; i > 0; i -= 1) {
    const place = from + (i - 1) * 8;
    const delta = load<i64>(place) - load<i64>(place - 8);
    store<i64>(place, delta);
    if (delta < least) least = delta;
  }
  let out = writeZigzag(start, least);
  const widths = out;
  out += MINIBLOCKS;
  for (let miniblock: u32 = 0; miniblock < MINIBLOCKS; miniblock += 1) {
    const first = miniblock * MINIBLOCK;
    const end = min(first + MINIBLOCK, count);
    let all: u64 = 0;
    for (let i = first; i < end; i += 1) all |= u64(load<i64>(from + i * 8) - least);
    const width = 64 - u32(clz(all));
    store<u8>(widths + miniblock, u8(width));
    out = pack(from, first, end, least, width, out);
  }
  store<i64>(from + (count - 1) * 8, last);
  return out;
}

/** A miniblock's 32 numbers, of which those that aren't there count as 0: so many whole words as they have bits. */
function pack(from: u32, first: u32, end: u32, least: i64, width: u32, start: u32): u32 {
  const bytes = width * (MINIBLOCK / 8);
  memory.fill(start, 0, bytes + 8);
  let bit: u32 = 0;
  for (let i = first; i < end; i += 1) {
    const value = u64(load<i64>(from + i * 8) - least);
    const place = start + (bit >> 3);
    const shift = u64(bit & 7);
    store<u64>(place, load<u64>(place) | (value << shift));
    if (width + u32(shift) > 64) store<u8>(place + 8, u8(value >> (64 - shift)));
    bit += width;
  }
  return start + bytes;
}

function writeZigzag(out: u32, value: i64): u32 {
  return writeVarint(out, u64((value << 1) ^ (value >> 63)));
}
