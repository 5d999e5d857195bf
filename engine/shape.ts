import { sameBytes } from './bytes';
import { SHAPES } from './memory';

/**
 * Shapes as tables: which fields an object has, and where each goes. The host fills them once from `core/record-shape.ts`, which is where
 * they are defined. A table is
 *
 *   u32 slots - 1, a power of two less one; u32 address and u32 length of the path of its fields; 8 bytes unused; u32 first field; then its
 *   slots of 24 bytes: u32 address and u16 length of the name (0: free); u8 what the field is; u8 number of its target, for finding two of
 *   one target; u32 target; u32 shape and u32 bit of a struct; u32 field that came behind it in the last object that had both.
 */

const HEADER: u32 = 24;
const SLOT: u32 = 24;

/** What a field is. The host knows these numbers too: `columnar/shape-tables.ts`. */
export const TEXT_FIELD: u8 = 0;
export const JSON_FIELD: u8 = 1;
export const STRUCT_FIELD: u8 = 2;
export const STRUCTS_FIELD: u8 = 3;
/** The reference reads every record that has it and something other than null in it. */
export const REFERENCE_FIELD: u8 = 4;
/** … and null as well. */
export const ALWAYS_REFERENCE_FIELD: u8 = 5;

/** Where the next table or name goes. */
let free: u32 = SHAPES;

/** Copies what the host put at `from`; names and paths stay for good. */
export function keepName(from: u32, length: u32): u32 {
  const place = free;
  memory.copy(place, from, length);
  free = (place + length + 15) & ~7;
  return place;
}

export function newShape(fields: u32, path: u32, pathLength: u32): u32 {
  const slots: u32 = 1 << (32 - clz(fields * 2));
  const shape = free;
  store<u32>(shape, slots - 1);
  store<u32>(shape, path, 4);
  store<u32>(shape, pathLength, 8);
  free = shape + HEADER + slots * SLOT;
  return shape;
}

export function addField(
  shape: u32,
  name: u32,
  length: u32,
  kind: u32,
  number: u32,
  target: u32,
  inner: u32,
  bit: u32,
): void {
  const mask = load<u32>(shape);
  let slot = slotOfName(name, length) & mask;
  while (load<u16>(shape + HEADER + slot * SLOT, 4) != 0) slot = (slot + 1) & mask;
  const field = shape + HEADER + slot * SLOT;
  store<u32>(field, name);
  store<u16>(field, u16(length), 4);
  store<u8>(field, u8(kind), 6);
  store<u8>(field, u8(number), 7);
  store<u32>(field, target, 8);
  store<u32>(field, inner, 12);
  store<u32>(field, bit, 16);
}

/** The field of that name, or 0. */
export function fieldOf(shape: u32, name: u32, length: u32): u32 {
  if (length == 0) return 0;
  const mask = load<u32>(shape);
  let slot = slotOfName(name, length) & mask;
  while (true) {
    const field = shape + HEADER + slot * SLOT;
    const found = load<u16>(field, 4);
    if (found == 0) return 0;
    if (found == length && sameBytes(load<u32>(field), name, length)) return field;
    slot = (slot + 1) & mask;
  }
}

/** The field that is likely next: fields nearly always come in the same order. `previous`: a field, or the shape itself at its start. */
export function after(previous: u32): u32 {
  return load<u32>(previous, 20);
}

export function setAfter(previous: u32, field: u32): void {
  store<u32>(previous, field, 20);
}

/** Whether the name that stands there, behind its opening quote, is the field's. */
export function isHere(field: u32, name: u32): bool {
  if (field == 0) return false;
  const length = nameLengthOf(field);
  return load<u8>(name + length) == 0x22 && sameBytes(load<u32>(field), name, length);
}

export function nameLengthOf(field: u32): u32 {
  return load<u16>(field, 4);
}

export function pathOf(shape: u32): u32 {
  return load<u32>(shape, 4);
}

export function pathLengthOf(shape: u32): u32 {
  return load<u32>(shape, 8);
}

export function kindOf(field: u32): u8 {
  return load<u8>(field, 6);
}

export function numberOf(field: u32): u8 {
  return load<u8>(field, 7);
}

export function targetOf(field: u32): u32 {
  return load<u32>(field, 8);
}

export function innerShapeOf(field: u32): u32 {
  return load<u32>(field, 12);
}

export function bitOf(field: u32): u32 {
  return load<u32>(field, 16);
}

/** Names are few and ours: a hash need only tell them apart. Reads up to seven bytes beyond a short name, and forgets them. */
function slotOfName(name: u32, length: u32): u32 {
  const first = length >= 8 ? load<u64>(name) : load<u64>(name) & ((u64(1) << (u64(length) * 8)) - 1);
  const last = length >= 8 ? load<u64>(name + length - 8) : 0;
  const mixed = (first ^ (last << 7) ^ length) * 0x9e3779b97f4a7c15;
  return u32(mixed >> 40);
}
