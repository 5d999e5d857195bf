import { instantOf, NO_INSTANT } from './instant';
import {
  CURRENT,
  INDEXES,
  LISTS,
  MOST_LEAVES,
  SCRATCH,
  SPANS,
  STRUCTS,
  TIMES,
  VALUES,
  slotOf,
} from './memory';
import {
  closeUnmapped,
  ELEMENT_BYTES,
  ELEMENT_LEAVES,
  entries,
  entriesAt,
  present0,
  present1,
  resources,
  resourcesAt,
  setPresent,
  structs,
} from './record';
import { newValue, sharedValue } from './values';

/** The part's rows: numbers of values, a column a leaf. */

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
  closeUnmapped(unmappedLeaf);
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
