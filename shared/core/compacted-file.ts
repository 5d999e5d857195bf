import { COMPACTED_COLUMNS } from './columns.ts';
import { LaidOutFile, layOut, type ParquetLayout } from './parquet-layout.ts';
import type { Struct, Value } from './record-row.ts';

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

  addSlice(rows: readonly Struct[]): void {
    this.#file.addGroup(inOrder(rows));
  }

  /** After at least one slice. */
  finish(): Uint8Array {
    return this.#file.finish();
  }
}

export const LAYOUT: ParquetLayout = {
  createdBy: 'trailseal compacted 1',
  rowGroupRows: 50_000,
  zstdLevel: 9,
  boundBytes: 256,
  leaf: () => ({ statistics: true, pageBytes: 40_000 }),
  rank: () => 0,
};

/** Questions name a service and an event far more often than anything else; the last two tell any two rows apart. */
const ORDER = ['eventsource', 'eventname', 'event_ts', 'logfile', 'recordindex'] as const;

function inOrder(rows: readonly Struct[]): Struct[] {
  return rows.toSorted((a, b) => {
    for (const column of ORDER) {
      const order = compare(a[column] ?? null, b[column] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** NULLs first, as nothing is smaller; text by its UTF-16 units: any order does that is always the same. */
function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}
