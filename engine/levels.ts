/**
 * The RLE and bit-packing hybrid (parquet-format, Encodings.md): levels as bytes, places in a dictionary as words of 32 bits. Eight equal
 * values or more become a run; what lies between goes in groups of eight.
 */

/** Bits that the largest of the values needs. */
export function bitWidth(largest: u32): u32 {
  return 32 - u32(clz(largest));
}

/** Encodes bytes; where the encoding ends. */
export function encodeLevels(from: u32, count: u32, width: u32, out: u32): u32 {
  return encodeRuns<u8>(from, count, width, out);
}

/** Encodes words; where the encoding ends. */
export function encodePlaces(from: u32, count: u32, width: u32, out: u32): u32 {
  return encodeRuns<u32>(from, count, width, out);
}

function encodeRuns<T>(from: u32, count: u32, width: u32, start: u32): u32 {
  let out = start;
  let packedFrom: u32 = 0;
  let groups: u32 = 0;
  let i: u32 = 0;
  while (i < count) {
    const value = load<T>(from + i * sizeof<T>());
    let next = i + 1;
    while (next < count && load<T>(from + next * sizeof<T>()) == value) next += 1;
    if (next - i >= 8) {
      if (groups > 0) out = packGroups<T>(from, count, packedFrom, groups, width, out);
      groups = 0;
      out = writeVarint(out, (next - i) << 1);
      for (let bits: u32 = 0; bits < width; bits += 8) {
        store<u8>(out, u8(u32(value) >> bits));
        out += 1;
      }
      i = next;
    } else {
      if (groups == 0) packedFrom = i;
      groups += 1;
      i += 8;
    }
  }
  return groups > 0 ? packGroups<T>(from, count, packedFrom, groups, width, out) : out;
}

/** Values behind the last one count as 0. */
function packGroups<T>(from: u32, count: u32, first: u32, groups: u32, width: u32, start: u32): u32 {
  let out = writeVarint(start, (groups << 1) | 1);
  let bits: u64 = 0;
  let held: u32 = 0;
  const end = first + groups * 8;
  const there = min(end, count);
  for (let i = first; i < there; i += 1) {
    bits |= u64(load<T>(from + i * sizeof<T>())) << held;
    held += width;
    if (held >= 32) {
      store<u32>(out, u32(bits));
      out += 4;
      bits >>= 32;
      held -= 32;
    }
  }
  // Groups of eight fill whole bytes.
  let left = i32(held + (end - there) * width);
  for (; left > 0; left -= 8) {
    store<u8>(out, u8(bits));
    out += 1;
    bits >>= 8;
  }
  return out;
}

/** ULEB128. */
export function writeVarint(start: u32, value: u64): u32 {
  let out = start;
  while (value >= 0x80) {
    store<u8>(out, u8(value) | 0x80);
    out += 1;
    value >>= 7;
  }
  store<u8>(out, u8(value));
  return out + 1;
}
