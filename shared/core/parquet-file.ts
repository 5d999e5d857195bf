import { COLUMNS } from './columns.ts';
import { layOut, type ParquetLayout } from './parquet-layout.ts';
import type { Row } from './record-row.ts';

/**
 * Rows to one Parquet file: zstd, whole-value statistics, row groups of 50,000 (the best compromise measured), nothing in it
 * that the rows don't determine, so that the same rows give the same bytes.
 */

/**
 * Encodes rows in the order given, which must be sorted by time for the statistics to prune. Values are as `rowOf` makes them.
 * At least one row.
 */
export function parquetFile(rows: readonly Row[]): Uint8Array {
  const values = rows.map((row) => row.values);
  return layOut(values, COLUMNS, LAYOUT);
}

/** Bounds of JSON text prune nothing and bloat the footer. */
const WITHOUT_STATISTICS = new Set(
  COLUMNS.filter(({ type }) => type === 'json' || type === 'binary').map(({ name }) => name),
);

const LAYOUT: ParquetLayout = {
  /** Which build of the format wrote the file; changes only when the bytes for the same rows do. */
  createdBy: 'trailseal 1',
  rowGroupRows: 50_000,
  /** A usual 16 bytes makes the bounds of ARNs useless: they all start alike. */
  boundBytes: 256,
  offsetOfOnlyPage: false,
  leaf: (path) => ({
    statistics: WITHOUT_STATISTICS.has(path) ? 'none' : 'bounds',
    pageBytes: 1 << 20,
    zstdLevel: 3,
  }),
  rank: () => 0,
};
