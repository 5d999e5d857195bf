/**
 * The normaliser's hot path: records of a log file's text become values of columns, and those Parquet pages. The host, `core/columnar/`,
 * says where the text's records start, hashes them, puts the rows into partitions and in order, and compresses what comes out.
 *
 * Nothing here is allocated and nothing freed; `memory.ts` says where everything stands.
 */

import { at, moveTo, peek } from './json';
import { COMMA, OPEN_BRACE, CLOSE_BRACKET } from './punctuation';
import { NO_INSTANT } from './instant';
import { beginRecord, isUsual, listedElements, scanRecord, unmappedBytes } from './record';
import { commit, forgetRows, rows } from './rows';
import { forgetValues } from './values';

export { addField, keepName, newShape } from './shape';
export { setHashKey } from './values';
export { addressOf, lengthOf } from './values';
export { beginRecord, giveElement, giveElementLeaf, giveLeaf, giveList, giveStructs } from './record';
export { commit, setLeaves, setLogFile } from './rows';
export { encodeHashes, encodeIndexes, encodeListed, encodeText, encodeTimes } from './leaf';
export * from './places';

/** What `scanRecords` stopped for. The host knows these numbers too: `columnar/part-columns.ts`. */
/** The array's end: the scanner stands behind its bracket. */
const END: i32 = 0;
/** The record at which the scanner stands is the reference's. It is the `index()`-th of its log file. */
const FOR_REFERENCE: i32 = 1;
/** From the `index()`-th item of the log file on, the reference reads: something stands here that is no record. */
const UNKNOWN: i32 = 2;
/** The part has its weight; the scanner stands behind the record. */
const HEAVY: i32 = 3;
/** So many rows were read; the scanner stands behind the last one's record. */
const ENOUGH: i32 = 4;

/** Where the record that the scanner stands on ends, for `FOR_REFERENCE`. */
let recordEnd: u32 = 0;
/** Of the record, or other item, that comes next, in its log file. */
let nextIndex: u32 = 0;
/** Where that starts, with what stands before it: all before this place is done with. */
let done: u32 = 0;
/** Of all rows, in bytes. */
let weight: f64 = 0;

/** What is longer or dearer is weighed by the reference. */
const MOST_RECORD_BYTES: u32 = 65535;
/** What a row weighs beyond its text, and an element of its lists; as `core/normalise-log-file.ts` has it. */
const ROW_WEIGHT: f64 = 1024;
const ELEMENT_WEIGHT: f64 = 48;

/** `place` is where the first record, or other item, stands: behind the array's bracket. */
export function beginText(place: u32): void {
  moveTo(place);
  nextIndex = 0;
}

/** Goes on at `place`, to which the text behind `donePlace()` was moved. */
export function continueText(place: u32): void {
  moveTo(place);
}

/** Goes on behind the record that was the reference's. */
export function stepOver(): void {
  moveTo(recordEnd);
  nextIndex += 1;
}

/** Adds what the reference weighed. */
export function addWeight(more: f64): void {
  weight += more;
}

/**
 * Reads records until something must be done about them, and at most until the part has `mostRows`. `mostRecords`: in a log file;
 * `mostBytes` and `mostLevels`: of a record; `mostWeight`: of a part. Called again, it goes on.
 */
export function scanRecords(
  shape: u32,
  mostRows: u32,
  mostRecords: u32,
  mostBytes: u32,
  mostLevels: u32,
  mostWeight: f64,
): i32 {
  while (true) {
    done = at;
    if (weight >= mostWeight) return HEAVY;
    if (rows >= mostRows) return ENOUGH;
    const first = peek();
    // Between records a comma, and before the first one none.
    if (nextIndex > 0) {
      if (first == CLOSE_BRACKET) {
        moveTo(at + 1);
        return END;
      }
      if (first != COMMA) return UNKNOWN;
      moveTo(at + 1);
      if (peek() != OPEN_BRACE) return UNKNOWN;
    } else if (first != OPEN_BRACE) {
      return UNKNOWN;
    }
    if (nextIndex >= mostRecords) return UNKNOWN;
    const start = at;
    beginRecord();
    if (!scanRecord(shape)) return UNKNOWN;
    recordEnd = at;
    if (isUsual(mostLevels) && recordEnd - start <= min(mostBytes, MOST_RECORD_BYTES)) {
      const added =
        ROW_WEIGHT + f64(recordEnd - start) + f64(unmappedBytes()) + ELEMENT_WEIGHT * f64(listedElements());
      if (commit(nextIndex, start, recordEnd, NO_INSTANT)) {
        weight += added;
        nextIndex += 1;
        continue;
      }
    }
    moveTo(start);
    return FOR_REFERENCE;
  }
}

export function place(): u32 {
  return at;
}

export function donePlace(): u32 {
  return done;
}

export function index(): u32 {
  return nextIndex;
}

export function rowsSoFar(): u32 {
  return rows;
}

/** Forgets the part. */
export function forgetPart(): void {
  forgetValues();
  forgetRows();
  weight = 0;
}

export function weightSoFar(): f64 {
  return weight;
}
