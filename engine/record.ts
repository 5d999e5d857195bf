import { at, deepest, escaped, moveTo, peek, setDeepest, skipString, skipValue } from './json';
import { CURRENT, ELEMENTS, SCRATCH, SCRATCH_END, UNMAPPED, UNMAPPED_END } from './memory';
import {
  QUOTE,
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
import { unescape } from './unescape';

/**
 * One record's fields are found and kept, by the rules of `core/record-row.ts` and in its order, for `rows.ts` to make a row of. What is unusual (a field twice, an escape in a name,
 * another form of time, …) is left to that: it costs the record a second reading, and nothing else.
 */

/** A list's element: whether it is there, then address and length of each of its three leaves. */
export const ELEMENT_BYTES: u32 = 28;
export const ELEMENT_LEAVES: u32 = 3;

/** Which leaves the current record has, a bit each. */
export let present0: u64 = 0;
export let present1: u64 = 0;
/** Which structs it has, a bit each. */
export let structs: u32 = 0;
/** Whether the reference must read it. */
let unusual: bool = false;
let scratch: u32 = SCRATCH;
let unmapped: u32 = UNMAPPED;
/** Its lists: number of elements, or -1 for NULL, and where they start in `ELEMENTS`. One list in a shape, and a map that only the host fills. */
let elements: u32 = ELEMENTS;
export let resources: i32 = -1;
export let resourcesAt: u32 = ELEMENTS;
export let entries: i32 = -1;
export let entriesAt: u32 = ELEMENTS;

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
      if (escaped) setUnescaped(target, leaves, listed, start + 1, at - 1);
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

export function setPresent(leaf: u32): void {
  if (leaf < 64) present0 |= u64(1) << leaf;
  else present1 |= u64(1) << (leaf - 64);
}

/** The string between `from` and `to`, which has escapes. */
function setUnescaped(leaf: u32, leaves: u32, listed: bool, from: u32, to: u32): void {
  const start = scratch;
  const end = start + (to - from) > SCRATCH_END ? 0 : unescape(from, to, start);
  if (end == 0) {
    unusual = true;
    return;
  }
  scratch = end;
  setLeaf(leaf, leaves, listed, start, end - start);
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

/** What the row keeps of fields without a column becomes a leaf of its own, if there is any. */
export function closeUnmapped(leaf: u32): void {
  if (unmapped == UNMAPPED) return;
  appendByte(CLOSE_BRACE);
  setLeaf(leaf, CURRENT, false, UNMAPPED, unmapped - UNMAPPED);
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
