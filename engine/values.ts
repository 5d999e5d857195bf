import { copyBytes, sameBytes } from './bytes';
import {
  HEAP,
  HEAP_END,
  MOST_LEAVES,
  MOST_VALUES,
  RECENT,
  RECENT_VALUES,
  TABLE,
  VALUE_BYTES,
  VALUES,
} from './memory';

/**
 * The values of a part's rows, numbered from 1. Those of leaves that repeat themselves are stored once, wherever they stand; the table
 * that finds them is keyed, so that nobody can choose values that all fall into one place.
 */

const SMALLEST_TABLE: u32 = 1 << 14;

let values: u32 = 0;
let heap: u32 = HEAP;
let tableMask: u32 = SMALLEST_TABLE - 1;
let tabled: u32 = 0;
let key0: u64 = 0;
let key1: u64 = 0;

export function setHashKey(first: u64, second: u64): void {
  key0 = first;
  key1 = second;
}

export function forgetValues(): void {
  values = 0;
  heap = HEAP;
  memory.fill(TABLE, 0, (tableMask + 1) * 4);
  tableMask = SMALLEST_TABLE - 1;
  tabled = 0;
  memory.fill(RECENT, 0, MOST_LEAVES * RECENT_VALUES * 4);
}

export function addressOf(value: u32): u32 {
  return load<u32>(VALUES + value * VALUE_BYTES);
}

export function lengthOf(value: u32): u32 {
  return load<u32>(VALUES + value * VALUE_BYTES, 4);
}

/** Its place in the dictionary that is being made; anything at all for a value that isn't in it. */
export function placeOf(value: u32): u32 {
  return load<u32>(VALUES + value * VALUE_BYTES, 12);
}

export function setPlace(value: u32, place: u32): void {
  store<u32>(VALUES + value * VALUE_BYTES, place, 12);
}

/** A value of its own. */
export function newValue(from: u32, length: u32, hash: u32 = 0): u32 {
  values += 1;
  if (values >= MOST_VALUES || heap + length > HEAP_END) unreachable();
  const value = VALUES + values * VALUE_BYTES;
  copyBytes(heap, from, length);
  store<u32>(value, heap);
  store<u32>(value, length, 4);
  store<u32>(value, hash, 8);
  heap += length;
  return values;
}

/** A value that may have been there before. `leaf`: whose last values are looked through first, for rows repeat each other. */
export function sharedValue(from: u32, length: u32, leaf: u32): u32 {
  const slot = RECENT + (leaf * RECENT_VALUES + recentSlot(from, length)) * 4;
  const recent = load<u32>(slot);
  if (recent != 0 && lengthOf(recent) == length && sameBytes(addressOf(recent), from, length)) return recent;
  const value = tabledValue(from, length);
  store<u32>(slot, value);
  return value;
}

/** By the end of the value and its length: whoever chooses values that meet here gains nothing by it. */
function recentSlot(from: u32, length: u32): u32 {
  if (length < 8) return length;
  const end = load<u64>(from + length - 8) ^ (u64(length) << 32);
  return u32((end * 0x9e3779b97f4a7c15) >> 59);
}

function tabledValue(from: u32, length: u32): u32 {
  const hash = hashOf(from, length);
  let slot = hash & tableMask;
  while (true) {
    const value = load<u32>(TABLE + slot * 4);
    if (value == 0) break;
    if (
      load<u32>(VALUES + value * VALUE_BYTES, 8) == hash &&
      lengthOf(value) == length &&
      sameBytes(addressOf(value), from, length)
    )
      return value;
    slot = (slot + 1) & tableMask;
  }
  const value = newValue(from, length, hash);
  store<u32>(TABLE + slot * 4, value);
  tabled += 1;
  if (tabled * 2 > tableMask) growTable();
  return value;
}

function growTable(): void {
  const slots = tableMask + 1;
  tableMask = slots * 4 - 1;
  // Values that aren't in the table have no hash: the old slots say which are. They move behind the new ones while those are filled.
  const old = TABLE + slots * 16;
  memory.copy(old, TABLE, slots * 4);
  memory.fill(TABLE, 0, slots * 16);
  for (let i: u32 = 0; i < slots; i += 1) {
    const value = load<u32>(old + i * 4);
    if (value == 0) continue;
    let slot = load<u32>(VALUES + value * VALUE_BYTES, 8) & tableMask;
    while (load<u32>(TABLE + slot * 4) != 0) slot = (slot + 1) & tableMask;
    store<u32>(TABLE + slot * 4, value);
  }
  memory.fill(old, 0, slots * 4);
}

/**
 * SipHash-1-3 (Aumasson and Bernstein, 2012), of which the low half is kept. A round that takes in zero takes in nothing, which is what
 * the three last ones do. Reads up to seven bytes beyond the value, and forgets them.
 */
function hashOf(from: u32, length: u32): u32 {
  let v0 = key0 ^ 0x736f6d6570736575;
  let v1 = key1 ^ 0x646f72616e646f6d;
  let v2 = key0 ^ 0x6c7967656e657261;
  let v3 = key1 ^ 0x7465646279746573;
  const words = length >> 3;
  const rest = load<u64>(from + words * 8) & ((u64(1) << (u64(length & 7) * 8)) - 1);
  for (let i: u32 = 0; i < words + 4; i += 1) {
    const word = i < words ? load<u64>(from + i * 8) : i == words ? rest | (u64(length) << 56) : 0;
    if (i == words + 1) v2 ^= 0xff;
    v3 ^= word;
    v0 += v1;
    v2 += v3;
    v1 = rotl<u64>(v1, 13) ^ v0;
    v3 = rotl<u64>(v3, 16) ^ v2;
    v0 = rotl<u64>(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = rotl<u64>(v1, 17) ^ v2;
    v3 = rotl<u64>(v3, 21) ^ v0;
    v2 = rotl<u64>(v2, 32);
    v0 ^= word;
  }
  return u32(v0 ^ v1 ^ v2 ^ v3);
}
