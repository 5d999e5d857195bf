import type { Encoding } from 'hyparquet';
import { COMPACTED_COLUMNS } from '../../shared/core/columns.ts';
import { LAYOUT } from '../../shared/core/compacted-file.ts';
import { layOut } from '../../shared/core/parquet-layout.ts';
import type { Struct } from '../../shared/core/record-row.ts';

const TEXT: readonly Encoding[] = ['PLAIN', 'RLE_DICTIONARY', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'];
const NUMBER: readonly Encoding[] = ['PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT'];
const LEVELS = [3, 9, 15];

/** The columns that weigh most, and the numbers. */
const COLUMNS: Readonly<Record<string, readonly Encoding[]>> = {
  eventid: TEXT,
  requestid: TEXT,
  recordhash: TEXT,
  requestparameters: TEXT,
  responseelements: TEXT,
  additionaleventdata: TEXT,
  eventtime: TEXT,
  logfile: TEXT,
  sourceipaddress: TEXT,
  event_ts: NUMBER,
  recordindex: NUMBER,
};

export interface ColumnSize {
  readonly column: string;
  readonly encoding: Encoding;
  /** Bytes an event by zstd level. */
  readonly sizes: readonly number[];
}

/** What a column of these rows, sorted already, weighs in each encoding that it can have and all readers know. */
export function columnEncodings(rows: readonly Struct[]): ColumnSize[] {
  return Object.entries(COLUMNS).flatMap(([name, encodings]) => {
    const columns = COMPACTED_COLUMNS.filter((column) => column.name === name);
    return encodings.map((encoding): ColumnSize => {
      const sizes = LEVELS.map((zstdLevel) => {
        const leaf: typeof LAYOUT.leaf = (path) => {
          const { statistics, pageBytes } = LAYOUT.leaf(path);
          return { statistics, pageBytes, zstdLevel, encoding };
        };
        return layOut(rows, columns, { ...LAYOUT, leaf }).length / rows.length;
      });
      return { column: name, encoding, sizes };
    });
  });
}
