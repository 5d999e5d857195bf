/**
 * Where everything stands in the module's memory. Addresses are fixed and generous, for what isn't touched takes no memory: the system
 * gives a page when it is first written to. Each size has the bound that keeps it from being exceeded beside it; those that follow from a
 * part's weight are held by `Part` in `columnar/part-columns.ts`, which writes a part once its rows weigh 64 MiB.
 */

const MB: u32 = 1 << 20;

/** Of a part: a row weighs 1 KiB and more. */
export const MOST_ROWS: u32 = 65536;
export const MOST_LEAVES: u32 = 112;
/** Deeper text is left to the reference. */
export const MOST_LEVELS: u32 = 4096;

/** Tables of the record's shapes, of the leaves, and names: made once. */
export const SHAPES: u32 = 1 * MB;
/** What the innermost open containers are closed by: one byte a level. */
export const LEVELS: u32 = 2 * MB;
/** The leaves of the record being read: address and length of each. */
export const CURRENT: u32 = LEVELS + 64 * 1024;
/** What encoding a leaf came to; see `leaf.ts`. */
export const RESULT: u32 = CURRENT + 64 * 1024;
/** Of each leaf, some values that rows had last. */
export const RECENT: u32 = RESULT + 64 * 1024;
export const RECENT_VALUES: u32 = 32;
/** The elements of the lists of the record being read; a record has 100,000 values at most. */
export const ELEMENTS: u32 = 3 * MB;
/** Text without its escapes, and what the host hands over of a record that the reference read. */
export const SCRATCH: u32 = 8 * MB;
export const SCRATCH_END: u32 = 40 * MB;
/** What of the record being read has no column. */
export const UNMAPPED: u32 = SCRATCH_END;
/** The fast path reads records of up to 64 KiB: their fields and paths are not a fiftieth of this. */
export const UNMAPPED_END: u32 = UNMAPPED + 8 * MB;

/** Of each row: */
export const STRUCTS: u32 = UNMAPPED_END;
export const TIMES: u32 = STRUCTS + 1 * MB;
export const INDEXES: u32 = TIMES + 1 * MB;
export const HASHES: u32 = INDEXES + 1 * MB;
/** … where its record starts and ends in the text. */
export const SPANS: u32 = HASHES + 2 * MB;
/** The rows to encode, in their order. */
export const ORDER: u32 = SPANS + 1 * MB;
/** Values by leaf and row. Not a power of two: else all leaves of a row would share one line of the processor's cache. */
export const COLUMNS: u32 = ORDER + 1 * MB;
export const COLUMN_BYTES: u32 = MOST_ROWS * 4 + 64;
/** Lists of rows. An element weighs 48 bytes and its text: a part has 1.3 million at most. */
export const LISTS: u32 = COLUMNS + 32 * MB;
/** Values: address, length, hash, and a place in the dictionary being made. A value weighs more than 16 bytes: with its name, or its element. */
export const VALUES: u32 = LISTS + 32 * MB;
export const VALUE_BYTES: u32 = 16;
export const MOST_VALUES: u32 = 4 << 20;
/** Values by their hash; and, while the table grows, the smaller one behind it. */
export const TABLE: u32 = VALUES + 64 * MB;
/** Bytes of values; a part's text, and twice a record. */
export const HEAP: u32 = TABLE + 80 * MB;
export const HEAP_END: u32 = HEAP + 144 * MB;
/** While a leaf is encoded: the level of each slot, twice; its value, or its place in the dictionary. */
export const DEFINITIONS: u32 = HEAP_END;
export const REPETITIONS: u32 = DEFINITIONS + 2 * MB;
export const SLOTS: u32 = REPETITIONS + 2 * MB;
export const DICTIONARY: u32 = SLOTS + 8 * MB;
/** Numbers that wait for delta encoding. */
export const NUMBERS: u32 = DICTIONARY + 8 * MB;
/** What the leaf became. */
export const OUTPUT: u32 = NUMBERS + 16 * MB;
/** The log file's text, and behind it 64 zeros; the last, for it may be of any size. */
export const TEXT: u32 = OUTPUT + 176 * MB;

/** The row's value of a leaf: its number in `VALUES`, counted from 1; 0 for none. */
export function slotOf(leaf: u32, row: u32): u32 {
  return COLUMNS + leaf * COLUMN_BYTES + (row << 2);
}
