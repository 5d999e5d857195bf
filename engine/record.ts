import { at, deepest, escaped, hexDigit, moveTo, peek, setDeepest, skipString, skipValue } from './json';
import {
  CURRENT,
  ELEMENTS,
  INDEXES,
  LISTS,
  MOST_LEAVES,
  SCRATCH,
  SCRATCH_END,
  SPANS,
  STRUCTS,
  TIMES,
  UNMAPPED,
  UNMAPPED_END,
  VALUES,
  slotOf,
} from './memory';
import {
  QUOTE,
  BACKSLASH,
  COMMA,
  COLON,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
  LETTER_N,
} from './punctuation';
import {
  ALWAYS_REFERENCE_FIELD,
  REFERENCE_FIELD,
  STRUCTS_FIELD,
  STRUCT_FIELD,
  TEXT_FIELD,
  after,
  bitOf,
  fieldOf,
  innerShapeOf,
  isHere,
  kindOf,
  nameLengthOf,
  numberOf,
  pathLengthOf,
  pathOf,
  setAfter,
  targetOf,
} from './shape';
import { instantOf, NO_INSTANT } from './instant';
import { newValue, sharedValue } from './values';

/**
 * One record becomes one row, by the rules of `core/record-row.ts` and in its order. What is unusual (a field twice, an escape in a name,
 * another form of time, …) is left to that: it costs the record a second reading, and nothing else.
 */

/** A list's element: whether it is there, then address and length of each of its three leaves. */
const ELEMENT_BYTES: u32 = 28;
const ELEMENT_LEAVES: u32 = 3;

/** Which leaves the current record has, a bit each. */
let present0: u64 = 0;
let present1: u64 = 0;
/** Which structs it has, a bit each. */
let structs: u32 = 0;
/** Whether the reference must read it. */
let unusual: bool = false;
let scratch: u32 = SCRATCH;
let unmapped: u32 = UNMAPPED;
/** Its lists: number of elements, or -1 for NULL, and where they start in `ELEMENTS`. One list in a shape, and a map that only the host fills. */
let elements: u32 = ELEMENTS;
let resources: i32 = -1;
let resourcesAt: u32 = ELEMENTS;
let entries: i32 = -1;
let entriesAt: u32 = ELEMENTS;

/** Of the part: rows, and the next free place of their lists. */
export let rows: u32 = 0;
let lists: u32 = LISTS;
/** Which leaves any of the rows has, a bit each. */
let filled0: u64 = 0;
let filled1: u64 = 0;

/** What the host says of the leaves. */
let sharedLeaves0: u64 = 0;
let sharedLeaves1: u64 = 0;
let resourcesLeaf: u32 = 0;
let entriesLeaf: u32 = 0;
let timeLeaf: u32 = 0;
let unmappedLeaf: u32 = 0;
let logFileLeaf: u32 = 0;
/** The value of the log file's key. */
let logFile: u32 = 0;

/** `leafOf…`: where the row's list, map, text of its time, what has no column and its log file's key go. */
export function setLeaves(
  shared0: u64,
  shared1: u64,
  leafOfResources: u32,
  leafOfEntries: u32,
  leafOfTime: u32,
  leafOfUnmapped: u32,
  leafOfLogFile: u32,
): void {
  sharedLeaves0 = shared0;
  sharedLeaves1 = shared1;
  resourcesLeaf = leafOfResources;
  entriesLeaf = leafOfEntries;
  timeLeaf = leafOfTime;
  unmappedLeaf = leafOfUnmapped;
  logFileLeaf = leafOfLogFile;
}

export function forgetRows(): void {
  for (let leaf: u32 = 0; leaf < MOST_LEAVES; leaf += 1) {
    if (isFilled(leaf)) memory.fill(slotOf(leaf, 0), 0, rows * 4);
  }
  rows = 0;
  lists = LISTS;
  filled0 = 0;
  filled1 = 0;
}

/** Whether any row has the leaf. */
export function isFilled(leaf: u32): bool {
  return isAmong(leaf, filled0, filled1);
}

function isAmong(leaf: u32, leaves0: u64, leaves1: u64): bool {
  return ((leaf < 64 ? leaves0 : leaves1) & (u64(1) << (leaf & 63))) != 0;
}

/** The log file whose records come next; its key stands in `SCRATCH`. Once a part, and again after each that was forgotten. */
export function setLogFile(length: u32): void {
  logFile = sharedValue(SCRATCH, length, logFileLeaf);
}

/** Starts a record. */
export function beginRecord(): void {
  present0 = 0;
  present1 = 0;
  structs = 0;
  unusual = false;
  scratch = SCRATCH;
  unmapped = UNMAPPED;
  elements = ELEMENTS;
  resources = -1;
  entries = -1;
}

/** The record at which the scanner stands, to behind it: false if it isn't JSON. */
export function scanRecord(shape: u32): bool {
  setDeepest(0);
  return scanStruct(shape, 1, CURRENT, false);
}

/** After `scanRecord`: whether the row may be kept as it is, in view of the most levels that a record may have. */
export function isUsual(mostLevels: u32): bool {
  return !unusual && deepest <= mostLevels;
}

export function unmappedBytes(): u32 {
  return unmapped - UNMAPPED + u32(unmapped > UNMAPPED);
}

export function listedElements(): u32 {
  return u32(max(resources, 0)) + u32(max(entries, 0));
}

/**
 * An object whose fields `shape` knows, `level` containers deep; its leaves go to `leaves`. `listed`: it is an element of a list.
 * Recursive, as deep as shapes are nested.
 */
function scanStruct(shape: u32, level: u32, leaves: u32, listed: bool): bool {
  if (level > deepest) setDeepest(level);
  let seen: u64 = 0;
  let previous = shape;
  moveTo(at + 1);
  if (peek() == CLOSE_BRACE) {
    moveTo(at + 1);
    return true;
  }
  while (true) {
    if (peek() != QUOTE) return false;
    const name = at + 1;
    let length: u32 = 0;
    let field = after(previous);
    if (isHere(field, name)) {
      length = nameLengthOf(field);
      moveTo(name + length + 1);
    } else {
      if (!skipString()) return false;
      length = at - 1 - name;
      // The name would have to be decoded before it could be compared.
      if (escaped) unusual = true;
      field = fieldOf(shape, name, length);
      if (field != 0) setAfter(previous, field);
    }
    if (field != 0) previous = field;
    if (peek() != COLON) return false;
    moveTo(at + 1);
    const first = peek();
    if (field == 0) {
      const start = at;
      if (!skipValue(level)) return false;
      keep(shape, listed, name, length, start);
    } else {
      const bit = u64(1) << numberOf(field);
      // Of two, the last one wins, and the first must not fill anything.
      if (seen & bit) unusual = true;
      seen |= bit;
      if (!scanField(field, first, shape, level, leaves, listed, name, length)) return false;
    }
    const next = peek();
    moveTo(at + 1);
    if (next == CLOSE_BRACE) return true;
    if (next != COMMA) return false;
  }
}

function scanField(
  field: u32,
  first: u8,
  shape: u32,
  level: u32,
  leaves: u32,
  listed: bool,
  name: u32,
  length: u32,
): bool {
  const start = at;
  const kind = kindOf(field);
  if (kind <= TEXT_FIELD + 1) {
    const target = targetOf(field);
    if (first == QUOTE && kind == TEXT_FIELD) {
      if (!skipString()) return false;
      if (escaped) unescape(target, leaves, listed, start + 1, at - 1);
      else setLeaf(target, leaves, listed, start + 1, at - 1 - (start + 1));
      return true;
    }
    if (!skipValue(level)) return false;
    if (first != LETTER_N) setLeaf(target, leaves, listed, start, at - start);
    return true;
  }
  if (kind == STRUCT_FIELD && first == OPEN_BRACE) {
    structs |= bitOf(field);
    return scanStruct(innerShapeOf(field), level + 1, leaves, false);
  }
  if (kind == STRUCTS_FIELD && first == OPEN_BRACKET) return scanStructs(innerShapeOf(field), level + 1);
  if (!skipValue(level)) return false;
  if (kind == ALWAYS_REFERENCE_FIELD) unusual = true;
  if (first == LETTER_N) return true;
  if (kind == REFERENCE_FIELD) unusual = true;
  else keep(shape, listed, name, length, start);
  return true;
}

/** A list of objects whose fields `shape` knows. */
function scanStructs(shape: u32, level: u32): bool {
  if (level > deepest) setDeepest(level);
  resources = 0;
  resourcesAt = elements;
  moveTo(at + 1);
  if (peek() == CLOSE_BRACKET) {
    moveTo(at + 1);
    return true;
  }
  while (true) {
    // No more than there is room for: such a record is never a row of ours.
    if (elements + 2 * ELEMENT_BYTES > SCRATCH) unusual = true;
    const element = unusual ? ELEMENTS : elements;
    elements = element + ELEMENT_BYTES;
    memory.fill(element, 0, ELEMENT_BYTES);
    const first = peek();
    if (first == OPEN_BRACE) {
      store<u32>(element, 1);
      if (!scanStruct(shape, level + 1, element + 4, true)) return false;
    } else {
      const start = at;
      if (!skipValue(level)) return false;
      if (first != LETTER_N) keepElement(shape, start);
    }
    resources += 1;
    const next = peek();
    moveTo(at + 1);
    if (next == CLOSE_BRACKET) return true;
    if (next != COMMA) return false;
  }
}

function setLeaf(leaf: u32, leaves: u32, listed: bool, from: u32, length: u32): void {
  store<u32>(leaves + leaf * 8, from);
  store<u32>(leaves + leaf * 8, length, 4);
  if (!listed) setPresent(leaf);
}

function setPresent(leaf: u32): void {
  if (leaf < 64) present0 |= u64(1) << leaf;
  else present1 |= u64(1) << (leaf - 64);
}

/** The string between `from` and `to`, whose escapes are known to be escapes. Half of a surrogate pair has no UTF-8: the reference says what becomes of it. */
function unescape(leaf: u32, leaves: u32, listed: bool, from: u32, to: u32): void {
  const start = scratch;
  if (start + (to - from) > SCRATCH_END) {
    unusual = true;
    return;
  }
  let out = start;
  for (let next = from; next < to;) {
    const byte = load<u8>(next);
    if (byte != BACKSLASH) {
      store<u8>(out, byte);
      out += 1;
      next += 1;
      continue;
    }
    const kind = load<u8>(next, 1);
    if (kind != 0x75) {
      store<u8>(out, unescaped(kind));
      out += 1;
      next += 2;
      continue;
    }
    let code = codeUnit(next + 2);
    next += 6;
    if ((code & 0xf800) == 0xd800) {
      const isPair = code < 0xdc00 && next < to && load<u16>(next) == 0x755c;
      const low = isPair ? codeUnit(next + 2) : 0;
      if ((low & 0xfc00) != 0xdc00) {
        unusual = true;
        return;
      }
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      next += 6;
    }
    out = writeUtf8(out, code);
  }
  scratch = out;
  setLeaf(leaf, leaves, listed, start, out - start);
}

function unescaped(kind: u8): u8 {
  switch (kind) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return kind;
  }
}

function codeUnit(digits: u32): u32 {
  return (
    (hexDigit(load<u8>(digits)) << 12) |
    (hexDigit(load<u8>(digits, 1)) << 8) |
    (hexDigit(load<u8>(digits, 2)) << 4) |
    hexDigit(load<u8>(digits, 3))
  );
}

function writeUtf8(out: u32, code: u32): u32 {
  if (code < 0x80) {
    store<u8>(out, u8(code));
    return out + 1;
  }
  if (code < 0x800) {
    store<u8>(out, u8(0xc0 | (code >> 6)));
    store<u8>(out, u8(0x80 | (code & 0x3f)), 1);
    return out + 2;
  }
  if (code < 0x10000) {
    store<u8>(out, u8(0xe0 | (code >> 12)));
    store<u8>(out, u8(0x80 | ((code >> 6) & 0x3f)), 1);
    store<u8>(out, u8(0x80 | (code & 0x3f)), 2);
    return out + 3;
  }
  store<u8>(out, u8(0xf0 | (code >> 18)));
  store<u8>(out, u8(0x80 | ((code >> 12) & 0x3f)), 1);
  store<u8>(out, u8(0x80 | ((code >> 6) & 0x3f)), 2);
  store<u8>(out, u8(0x80 | (code & 0x3f)), 3);
  return out + 4;
}

/** Adds a field without a column, from `start` to where the scanner stands, to what the row keeps of such: `{"path":raw,…}`. */
function keep(shape: u32, listed: bool, name: u32, length: u32, start: u32): void {
  if (!startKept(pathLengthOf(shape) + 16 + length + (at - start))) return;
  append(pathOf(shape), pathLengthOf(shape));
  if (listed) {
    appendNumber(u32(resources));
    appendByte(CLOSE_BRACKET);
    appendByte(0x2e);
  }
  append(name, length);
  endKept(start);
}

function keepElement(shape: u32, start: u32): void {
  if (!startKept(pathLengthOf(shape) + 16 + (at - start))) return;
  append(pathOf(shape), pathLengthOf(shape));
  appendNumber(u32(resources));
  appendByte(CLOSE_BRACKET);
  endKept(start);
}

/** False if there isn't room for so many bytes and what stands around them. */
function startKept(bytes: u32): bool {
  if (unmapped + bytes + 16 > UNMAPPED_END) {
    unusual = true;
    return false;
  }
  appendByte(unmapped == UNMAPPED ? OPEN_BRACE : COMMA);
  appendByte(QUOTE);
  return true;
}

function endKept(start: u32): void {
  appendByte(QUOTE);
  appendByte(COLON);
  append(start, at - start);
}

function append(from: u32, length: u32): void {
  memory.copy(unmapped, from, length);
  unmapped += length;
}

function appendByte(byte: u8): void {
  store<u8>(unmapped, byte);
  unmapped += 1;
}

function appendNumber(value: u32): void {
  if (value >= 10) appendNumber(value / 10);
  appendByte(0x30 + u8(value % 10));
}

/* What the host says of a record that the reference read: its values stand in `SCRATCH`. */

export function giveLeaf(leaf: u32, from: u32, length: u32): void {
  setLeaf(leaf, CURRENT, false, from, length);
}

export function giveStructs(bits: u32): void {
  structs = bits;
}

export function giveList(isMap: bool): void {
  if (isMap) {
    entries = 0;
    entriesAt = elements;
  } else {
    resources = 0;
    resourcesAt = elements;
  }
}

export function giveElement(isMap: bool, isThere: bool): void {
  memory.fill(elements, 0, ELEMENT_BYTES);
  store<u32>(elements, u32(isThere));
  elements += ELEMENT_BYTES;
  if (isMap) entries += 1;
  else resources += 1;
}

/** Of the element given last. */
export function giveElementLeaf(leaf: u32, from: u32, length: u32): void {
  setLeaf(leaf, elements - ELEMENT_BYTES + 4, true, from, length);
}

/**
 * Makes the current record a row, the record's `index`-th of its log file and at `start` to `end` of the text. False if it has no
 * time that is plainly one; then nothing was kept. `time` is the host's, if it knows better.
 */
export function commit(index: u32, start: u32, end: u32, time: f64): bool {
  let instant = time;
  if (instant == NO_INSTANT) {
    if (!isAmong(timeLeaf, present0, present1)) return false;
    instant = instantOf(load<u32>(CURRENT + timeLeaf * 8), load<u32>(CURRENT + timeLeaf * 8, 4));
    if (instant == NO_INSTANT) return false;
  }
  if (unmapped > UNMAPPED) {
    appendByte(CLOSE_BRACE);
    setLeaf(unmappedLeaf, CURRENT, false, UNMAPPED, unmapped - UNMAPPED);
  }
  for (let bits = present0; bits != 0; bits &= bits - 1) storeLeaf(u32(ctz(bits)), sharedLeaves0);
  for (let bits = present1; bits != 0; bits &= bits - 1) storeLeaf(64 + u32(ctz(bits)), sharedLeaves1);
  if (resources >= 0) setPresent(resourcesLeaf);
  if (entries >= 0) setPresent(entriesLeaf);
  setPresent(logFileLeaf);
  filled0 |= present0;
  filled1 |= present1;
  if (resources >= 0) storeList(resourcesLeaf, resourcesAt, resources, ELEMENT_LEAVES);
  if (entries >= 0) storeList(entriesLeaf, entriesAt, entries, 2);
  store<u32>(slotOf(logFileLeaf, rows), logFile);
  store<u32>(STRUCTS + rows * 4, structs);
  store<f64>(TIMES + rows * 8, instant);
  store<u32>(INDEXES + rows * 4, index);
  store<u32>(SPANS + rows * 8, start);
  store<u32>(SPANS + rows * 8, end, 4);
  rows += 1;
  return true;
}

function storeLeaf(leaf: u32, shared: u64): void {
  const from = load<u32>(CURRENT + leaf * 8);
  const length = load<u32>(CURRENT + leaf * 8, 4);
  const isShared = (shared >> u64(leaf & 63)) & 1;
  store<u32>(slotOf(leaf, rows), isShared ? sharedValue(from, length, leaf) : newValue(from, length));
}

/** A list is its length, then of each element whether it is there and its leaves' values. The row has its address. */
function storeList(leaf: u32, from: u32, count: i32, leaves: u32): void {
  const list = lists;
  if (list + 4 + u32(count) * 16 > VALUES) unreachable();
  store<u32>(list, u32(count));
  lists += 4;
  for (let i = 0; i < count; i += 1) {
    const element = from + u32(i) * ELEMENT_BYTES;
    store<u32>(lists, load<u32>(element));
    lists += 4;
    for (let field: u32 = 0; field < leaves; field += 1) {
      const address = load<u32>(element + 4 + field * 8);
      const length = load<u32>(element + 4 + field * 8, 4);
      store<u32>(lists, address == 0 ? 0 : sharedValue(address, length, leaf + field));
      lists += 4;
    }
  }
  store<u32>(slotOf(leaf, rows), list);
}
