import { copyBytes } from './bytes';
import { encodeDeltas } from './delta';
import { bitWidth, encodeLevels, encodePlaces } from './levels';
import {
  DEFINITIONS,
  DICTIONARY,
  HASHES,
  INDEXES,
  NUMBERS,
  ORDER,
  OUTPUT,
  REPETITIONS,
  RESULT,
  SLOTS,
  STRUCTS,
  TEXT,
  TIMES,
  slotOf,
} from './memory';
import { isFilled } from './rows';
import { addressOf, lengthOf, placeOf, setPlace } from './values';

/**
 * One leaf of some of a part's rows becomes a dictionary page, where that pays, and data pages (version 2), neither compressed nor with
 * their headers: those are the host's. What came of it stands in `RESULT`, in words:
 *
 *   encoding, slots, NULLs, address and length of the smallest value and of the largest (0 where there is none or none was asked for),
 *   address and length of the dictionary and its values, pages; then of each page its address, bytes of repetition levels, of definition
 *   levels and of values, slots, NULLs and rows.
 */

/** As the host knows them: `columnar/leaves.ts`. */
export const PLAIN: u32 = 0;
export const IN_DICTIONARY: u32 = 1;
export const DELTA_LENGTH: u32 = 2;
export const DELTA: u32 = 3;

const PAGES: u32 = RESULT + 44;
/** For bounds of numbers. */
const BOUNDS: u32 = RESULT + 60 * 1024;

let slots: u32 = 0;
let nulls: u32 = 0;
let distinct: u32 = 0;
let out: u32 = OUTPUT;
let pages: u32 = 0;

/** Text that stands once in a row. `ancestors`: the structs around the leaf, outermost lowest, as number + 1 in a byte each. */
export function encodeText(
  leaf: u32,
  rows: u32,
  ancestors: u32,
  encoding: u32,
  bounds: bool,
  pageBytes: u32,
): void {
  const definition = depthOf(ancestors) + 1;
  nulls = 0;
  slots = rows;
  if (ancestors == 0 && !isFilled(leaf)) {
    encodeAbsent(encoding);
    return;
  }
  for (let i: u32 = 0; i < rows; i += 1) {
    const row = load<u32>(ORDER + i * 4);
    const value = load<u32>(slotOf(leaf, row));
    store<u32>(SLOTS + i * 4, value);
    nulls += u32(value == 0);
    const level = value != 0 ? definition : ancestors == 0 ? 0 : structsAround(row, ancestors);
    store<u8>(DEFINITIONS + i, u8(level));
  }
  encodeValues(encoding, bounds, pageBytes, definition, 0);
}

/** No row of the part has the leaf: half of all leaves, nearly always. */
function encodeAbsent(wanted: u32): void {
  begin(wanted == IN_DICTIONARY ? PLAIN : wanted, slots, slots);
  memory.fill(DEFINITIONS, 0, slots);
  out = encodeLevels(DEFINITIONS, slots, 1, out);
  const levels = out - OUTPUT;
  if (wanted == DELTA_LENGTH) out = encodeDeltas(NUMBERS, 0, out);
  addPage(OUTPUT, 0, levels, out - OUTPUT - levels, slots, slots, slots);
}

/**
 * A leaf of the elements of a list, or of the entries of a map. `leaf`: where the rows have their lists; `field`, of `fields`: the leaf's
 * place in an element. `optional`: levels between the list and the leaf that can be NULL; keys of a map have none.
 */
export function encodeListed(
  leaf: u32,
  rows: u32,
  ancestors: u32,
  field: u32,
  fields: u32,
  optional: u32,
  encoding: u32,
  bounds: bool,
  pageBytes: u32,
): void {
  const empty = depthOf(ancestors) + 1;
  const definition = empty + 1 + optional;
  slots = 0;
  nulls = 0;
  for (let i: u32 = 0; i < rows; i += 1) {
    const row = load<u32>(ORDER + i * 4);
    const list = load<u32>(slotOf(leaf, row));
    const count: u32 = list == 0 ? 0 : load<u32>(list);
    if (count == 0) addSlot(0, list != 0 ? empty : structsAround(row, ancestors), 0);
    for (let element: u32 = 0; element < count; element += 1) {
      const place = list + 4 + element * (fields + 1) * 4;
      const value = load<u32>(place + 4 + field * 4);
      // Of a list's elements a struct may be NULL; a map's entries are there.
      const level = value != 0 ? definition : optional == 2 ? empty + 1 + load<u32>(place) : empty + 1;
      addSlot(value, level, u32(element > 0));
    }
  }
  encodeValues(encoding, bounds, pageBytes, definition, 1);
}

function addSlot(value: u32, definition: u32, repetition: u32): void {
  store<u32>(SLOTS + slots * 4, value);
  store<u8>(DEFINITIONS + slots, u8(definition));
  store<u8>(REPETITIONS + slots, u8(repetition));
  nulls += u32(value == 0);
  slots += 1;
}

/** The rows' times, positions in their log files (`encoding` DELTA: 64 and 32 bits wide) and hashes (16 bytes). All rows have them. */
export function encodeTimes(rows: u32): void {
  beginFixed(rows, DELTA);
  let least = i64.MAX_VALUE;
  let most = i64.MIN_VALUE;
  for (let i: u32 = 0; i < rows; i += 1) {
    const time = i64(load<f64>(TIMES + load<u32>(ORDER + i * 4) * 8));
    store<i64>(NUMBERS + i * 8, time);
    if (time < least) least = time;
    if (time > most) most = time;
  }
  store<i64>(BOUNDS, least);
  store<i64>(BOUNDS, most, 8);
  setBounds(BOUNDS, 8, BOUNDS + 8, 8);
  out = encodeDeltas(NUMBERS, rows, out);
  endFixed(rows);
}

export function encodeIndexes(rows: u32): void {
  beginFixed(rows, DELTA);
  for (let i: u32 = 0; i < rows; i += 1) {
    store<i64>(NUMBERS + i * 8, i64(load<u32>(INDEXES + load<u32>(ORDER + i * 4) * 4)));
  }
  out = encodeDeltas(NUMBERS, rows, out);
  endFixed(rows);
}

export function encodeHashes(rows: u32): void {
  beginFixed(rows, DELTA_LENGTH);
  for (let i: u32 = 0; i < rows; i += 1) store<i64>(NUMBERS + i * 8, 16);
  out = encodeDeltas(NUMBERS, rows, out);
  for (let i: u32 = 0; i < rows; i += 1) {
    v128.store(out, v128.load(HASHES + load<u32>(ORDER + i * 4) * 16));
    out += 16;
  }
  endFixed(rows);
}

let fixedLevels: u32 = 0;

function beginFixed(rows: u32, encoding: u32): void {
  begin(encoding, rows, 0);
  memory.fill(DEFINITIONS, 1, rows);
  out = encodeLevels(DEFINITIONS, rows, 1, out);
  fixedLevels = out - OUTPUT;
}

function endFixed(rows: u32): void {
  addPage(OUTPUT, 0, fixedLevels, out - OUTPUT - fixedLevels, rows, 0, rows);
}

function begin(encoding: u32, slots: u32, nulls: u32): void {
  out = OUTPUT;
  pages = 0;
  memory.fill(RESULT, 0, 44);
  store<u32>(RESULT, encoding);
  store<u32>(RESULT, slots, 4);
  store<u32>(RESULT, nulls, 8);
}

function setBounds(least: u32, leastLength: u32, most: u32, mostLength: u32): void {
  store<u32>(RESULT, least, 12);
  store<u32>(RESULT, leastLength, 16);
  store<u32>(RESULT, most, 20);
  store<u32>(RESULT, mostLength, 24);
}

/** What stands in `SLOTS`, with its levels. A page ends once its values have `pageBytes` or more, at a row's end. */
function encodeValues(wanted: u32, bounds: bool, pageBytes: u32, definition: u32, repetition: u32): void {
  let encoding = wanted;
  if (wanted == IN_DICTIONARY && !makeDictionary()) encoding = PLAIN;
  begin(encoding, slots, nulls);
  if (wanted == IN_DICTIONARY && bounds) findBounds();
  if (encoding == IN_DICTIONARY) writeDictionary();
  let start: u32 = 0;
  let bytes: u32 = 0;
  for (let slot: u32 = 0; slot < slots; slot += 1) {
    const value = load<u32>(SLOTS + slot * 4);
    const size = value == 0 ? 0 : encoding == IN_DICTIONARY ? 4 : lengthOf(value);
    bytes += size;
    if (bytes >= pageBytes && slot > start && (repetition == 0 || load<u8>(REPETITIONS + slot) == 0)) {
      writePage(encoding, start, slot, definition, repetition);
      start = slot;
      bytes = size;
    }
  }
  writePage(encoding, start, slots, definition, repetition);
}

/** Gives the values places by their first appearance. False if that doesn't halve the bytes, counted before compression. */
function makeDictionary(): bool {
  distinct = 0;
  let plainBytes: u64 = 0;
  let dictionaryBytes: u64 = 0;
  let last: u32 = 0;
  let lastBytes: u32 = 0;
  for (let slot: u32 = 0; slot < slots; slot += 1) {
    const value = load<u32>(SLOTS + slot * 4);
    if (value == 0) continue;
    if (value == last) {
      plainBytes += lastBytes;
      continue;
    }
    last = value;
    lastBytes = lengthOf(value) + 4;
    plainBytes += lastBytes;
    const place = placeOf(value);
    if (place < distinct && load<u32>(DICTIONARY + place * 4) == value) continue;
    store<u32>(DICTIONARY + distinct * 4, value);
    setPlace(value, distinct);
    distinct += 1;
    dictionaryBytes += lastBytes;
  }
  if (distinct == 0) return false;
  const placeBytes = (u64(slots - nulls) * bitWidth(distinct - 1) + 7) / 8;
  return 2 * (dictionaryBytes + placeBytes) <= plainBytes;
}

/** Of the values in the dictionary, made or rejected: unsigned bytes, as the format has it for UTF-8. */
function findBounds(): void {
  if (distinct == 0) return;
  let least = load<u32>(DICTIONARY);
  let most = least;
  for (let i: u32 = 1; i < distinct; i += 1) {
    const value = load<u32>(DICTIONARY + i * 4);
    if (isLess(value, least)) least = value;
    else if (isLess(most, value)) most = value;
  }
  setBounds(addressOf(least), lengthOf(least), addressOf(most), lengthOf(most));
}

function isLess(a: u32, b: u32): bool {
  const order = memory.compare(addressOf(a), addressOf(b), min(lengthOf(a), lengthOf(b)));
  return order != 0 ? order < 0 : lengthOf(a) < lengthOf(b);
}

function writeDictionary(): void {
  for (let i: u32 = 0; i < distinct; i += 1) writePlain(load<u32>(DICTIONARY + i * 4));
  store<u32>(RESULT, OUTPUT, 28);
  store<u32>(RESULT, out - OUTPUT, 32);
  store<u32>(RESULT, distinct, 36);
}

function writePage(encoding: u32, start: u32, end: u32, definition: u32, repetition: u32): void {
  const page = out;
  const count = end - start;
  if (repetition != 0) out = encodeLevels(REPETITIONS + start, count, bitWidth(repetition), out);
  const repetitions = out;
  out = encodeLevels(DEFINITIONS + start, count, bitWidth(definition), out);
  const definitions = out;
  const absent = writeValues(encoding, start, end);
  let rows = count;
  if (repetition != 0) {
    for (let slot = start; slot < end; slot += 1) rows -= u32(load<u8>(REPETITIONS + slot) != 0);
  }
  addPage(page, repetitions - page, definitions - repetitions, out - definitions, count, absent, rows);
}

/** How many are NULL. */
function writeValues(encoding: u32, start: u32, end: u32): u32 {
  let there: u32 = 0;
  if (encoding == PLAIN) {
    for (let slot = start; slot < end; slot += 1) {
      const value = load<u32>(SLOTS + slot * 4);
      if (value == 0) continue;
      writePlain(value);
      there += 1;
    }
  } else if (encoding == IN_DICTIONARY) {
    let largest: u32 = 0;
    for (let slot = start; slot < end; slot += 1) {
      const value = load<u32>(SLOTS + slot * 4);
      if (value == 0) continue;
      const place = placeOf(value);
      store<u32>(NUMBERS + there * 4, place);
      if (place > largest) largest = place;
      there += 1;
    }
    const width = bitWidth(largest);
    store<u8>(out, u8(width));
    out = encodePlaces(NUMBERS, there, width, out + 1);
  } else {
    for (let slot = start; slot < end; slot += 1) {
      const value = load<u32>(SLOTS + slot * 4);
      if (value == 0) continue;
      store<i64>(NUMBERS + there * 8, i64(lengthOf(value)));
      there += 1;
    }
    out = encodeDeltas(NUMBERS, there, out);
    for (let slot = start; slot < end; slot += 1) {
      const value = load<u32>(SLOTS + slot * 4);
      if (value != 0) writeBytes(value);
    }
  }
  return end - start - there;
}

function writePlain(value: u32): void {
  store<u32>(out, lengthOf(value));
  out += 4;
  writeBytes(value);
}

function writeBytes(value: u32): void {
  const length = lengthOf(value);
  if (out + length > TEXT) unreachable();
  copyBytes(out, addressOf(value), length);
  out += length;
}

function addPage(
  page: u32,
  repetitions: u32,
  definitions: u32,
  values: u32,
  slots: u32,
  nulls: u32,
  rows: u32,
): void {
  const place = PAGES + pages * 28;
  if (place + 28 > BOUNDS) unreachable();
  store<u32>(place, page);
  store<u32>(place, repetitions, 4);
  store<u32>(place, definitions, 8);
  store<u32>(place, values, 12);
  store<u32>(place, slots, 16);
  store<u32>(place, nulls, 20);
  store<u32>(place, rows, 24);
  pages += 1;
  store<u32>(RESULT, pages, 40);
}

/** How many structs are around the leaf. */
function depthOf(ancestors: u32): u32 {
  return (39 - u32(clz(ancestors))) >> 3;
}

/** How many of them the row has, from the outermost on. */
function structsAround(row: u32, ancestors: u32): u32 {
  const there = load<u32>(STRUCTS + row * 4);
  let depth: u32 = 0;
  for (let left = ancestors; left != 0; left >>= 8) {
    if (((there >> ((left & 0xff) - 1)) & 1) == 0) break;
    depth += 1;
  }
  return depth;
}
