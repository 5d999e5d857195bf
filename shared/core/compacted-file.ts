import { ASKED_FOR } from './asked-for.ts';
import { COMPACTED_COLUMNS } from './columns.ts';
import { leafValue } from './leaf-of-rows.ts';
import { LaidOutFile, layOut, type LeafLayout, type ParquetLayout } from './parquet-layout.ts';
import type { LeafValue } from './parquet-leaf.ts';
import type { Struct } from './record-row.ts';
import type { SliceEvents } from './slice-events.ts';

/**
 * The rows of one compacted object, in whatever order they come, each event once: sorted and laid out as docs/layout.md says and why. The
 * same rows give the same bytes. Values are as `rowOf` makes them, with `otherdeliveries` where there are any. At least one row; memory
 * is that of all of them.
 */
export function compactedFile(rows: readonly Struct[]): Uint8Array {
  return layOut(inOrder(rows), COMPACTED_COLUMNS, LAYOUT);
}

/** The same, slice of time by slice of time: each becomes a row group, sorted in itself, and memory is that of one slice and of the bytes so far. */
export class CompactedFile {
  readonly #file = new LaidOutFile(COMPACTED_COLUMNS, LAYOUT);

  addSlice(events: SliceEvents): void {
    const order = orderOf(events.count, (path) => events.values(path));
    this.#file.addGroup(events.count, (leaf) => events.leaf(leaf, order));
  }

  /** After at least one slice. */
  finish(): Uint8Array {
    return this.#file.finish();
  }
}

/** Asked for by one value of many that lie all over the file. */
const NEEDLES = new Set(['eventid', 'sourceipaddress', 'useridentity.arn', 'useridentity.accesskeyid']);

/** Half of all bytes, and random: no dictionary, no match, only the entropy of their letters is to be had. */
const RANDOM = new Set(['eventid', 'requestid', 'recordhash']);

const LONG_TEXT = new Set(
  COMPACTED_COLUMNS.filter(({ type }) => type === 'json')
    .map(({ name }) => name)
    .concat('errormessage'),
);

export const LAYOUT: ParquetLayout = {
  createdBy: 'trailseal compacted version 1',
  rowGroupRows: 20_000,
  boundBytes: 256,
  leaf: (path) => ({
    statistics: ASKED_FOR.has(path) ? 'bounds' : 'nulls',
    columnIndex: ASKED_FOR.has(path),
    ...(NEEDLES.has(path) && { bloomFilter: { fpp: 0.05 } }),
    ...compression(path),
  }),
  rank: (path) => (ASKED_FOR.has(path) ? 0 : LONG_TEXT.has(path) ? 2 : 1),
};

function compression(path: string): Pick<LeafLayout, 'pageBytes' | 'zstdLevel' | 'encoding'> {
  if (RANDOM.has(path)) return { pageBytes: 1 << 20, zstdLevel: 1, encoding: 'DELTA_LENGTH_BYTE_ARRAY' };
  if (LONG_TEXT.has(path)) return { pageBytes: 300_000, zstdLevel: 9 };
  return { pageBytes: path === 'eventtime' ? 40_000 : 8000, zstdLevel: 15 };
}

/** Questions name an event or a principal; the last three tell any two rows apart. */
const ORDER = ['eventsource', 'eventname', 'useridentity.arn', 'event_ts', 'logfile', 'recordindex'] as const;

function inOrder(rows: readonly Struct[]): Struct[] {
  const order = orderOf(rows.length, (path) => rows.map((row) => leafValue(row, path)));
  return Array.from(order, (i) => rows[i] ?? {});
}

/** The numbers of rows, from 0, in their order. Numbers are compared and nothing else: of text, its place among the texts that there are. */
function orderOf(count: number, valuesOf: (path: string) => readonly LeafValue[]): Uint32Array {
  const keys = ORDER.map((path) => placesOf(valuesOf(path)));
  return Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => {
    for (const places of keys) {
      const order = (places[a] ?? 0) - (places[b] ?? 0);
      if (order !== 0) return order;
    }
    return a - b;
  });
}

function placesOf(values: readonly LeafValue[]): Uint32Array {
  const distinct = [...new Set(values)].sort(compare);
  const places = new Map(distinct.map((value, place) => [value, place]));
  return Uint32Array.from(values, (value) => places.get(value) ?? 0);
}

/** NULLs first, as nothing is smaller; text by its UTF-16 units: any order does that is always the same. */
function compare(a: LeafValue, b: LeafValue): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}
