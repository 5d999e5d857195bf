import {
  COLUMN_BYTES,
  COLUMNS,
  DEFINITIONS,
  HASHES,
  HEAP,
  LISTS,
  ORDER,
  OUTPUT,
  RESULT,
  SCRATCH,
  SPANS,
  TEXT,
  TIMES,
} from './memory';

/** Where the host reads and writes; and, of the rest, what a test fills with rubbish that must not be seen. */
export const scratchAt: u32 = SCRATCH;
export const textAt: u32 = TEXT;
export const timesAt: u32 = TIMES;
export const spansAt: u32 = SPANS;
export const hashesAt: u32 = HASHES;
export const orderAt: u32 = ORDER;
export const resultAt: u32 = RESULT;
export const columnsAt: u32 = COLUMNS;
export const columnBytes: u32 = COLUMN_BYTES;
export const listsAt: u32 = LISTS;
export const heapAt: u32 = HEAP;
export const definitionsAt: u32 = DEFINITIONS;
export const outputAt: u32 = OUTPUT;
