import { LAYOUT } from '../../shared/core/compacted-file.ts';
import { leafValue } from '../../shared/core/leaf-of-rows.ts';
import type { LeafLayout, ParquetLayout } from '../../shared/core/parquet-layout.ts';
import type { LeafValue } from '../../shared/core/parquet-leaf.ts';
import type { Struct } from '../../shared/core/record-row.ts';

/** One way to write a compacted file: the chosen one, but for what its name says. */
export interface Alternative {
  readonly name: string;
  readonly order: Order;
  readonly layout: ParquetLayout;
}

type Order = readonly ((row: Struct) => LeafValue)[];

const by = (path: string) => (row: Struct) => leafValue(row, path);
const hour = (row: Struct): LeafValue => Math.floor(Number(row['event_ts']) / 3_600_000);
const PLACE = [by('event_ts'), by('logfile'), by('recordindex')];
const EVENT = [by('eventsource'), by('eventname')];
const PRINCIPAL = by('useridentity.arn');
export const CHOSEN: Order = [...EVENT, PRINCIPAL, ...PLACE];

const ORDERS: Readonly<Record<string, Order>> = {
  'by time': PLACE,
  'by event, time': [...EVENT, ...PLACE],
  'by principal, time': [PRINCIPAL, ...PLACE],
  'by principal, event, time': [PRINCIPAL, ...EVENT, ...PLACE],
  'by hour, event, time': [hour, ...EVENT, ...PLACE],
};

function leaves(change: (path: string, leaf: LeafLayout) => Partial<LeafLayout>): ParquetLayout {
  return { ...LAYOUT, leaf: (path) => ({ ...LAYOUT.leaf(path), ...change(path, LAYOUT.leaf(path)) }) };
}

function filtered({ bloomFilter = false }: LeafLayout, fpp: number): Partial<LeafLayout> {
  return bloomFilter === false ? {} : { bloomFilter: { fpp } };
}

export const ALTERNATIVES: readonly Alternative[] = [
  { name: 'chosen', order: CHOSEN, layout: LAYOUT },
  ...Object.entries(ORDERS).map(([name, order]) => ({ name, order, layout: LAYOUT })),
  ...Object.entries({
    '10,000 rows a group': { ...LAYOUT, rowGroupRows: 10_000 },
    '50,000 rows a group': { ...LAYOUT, rowGroupRows: 50_000 },
    '200,000 rows a group': { ...LAYOUT, rowGroupRows: 200_000 },
    'zstd 3': leaves(() => ({ zstdLevel: 3 })),
    'zstd 9': leaves(() => ({ zstdLevel: 9 })),
    'zstd 15': leaves(() => ({ zstdLevel: 15 })),
    'pages half as long': leaves((_, { pageBytes }) => ({ pageBytes: pageBytes / 2 })),
    'pages three times as long': leaves((_, { pageBytes }) => ({ pageBytes: pageBytes * 3 })),
    'one page a chunk': leaves(() => ({ pageBytes: 1 << 30 })),
    'identifiers as other text': leaves((_, { encoding }) =>
      encoding === undefined ? {} : { encoding: 'PLAIN', pageBytes: 100_000, zstdLevel: 9 },
    ),
    'no bloom filters': leaves(() => ({ bloomFilter: false })),
    'bloom filters of 1 %': leaves((_, leaf) => filtered(leaf, 0.01)),
    'bloom filters of 10 %': leaves((_, leaf) => filtered(leaf, 0.1)),
    'bloom filter of eventid alone': leaves((path) => (path === 'eventid' ? {} : { bloomFilter: false })),
    'no page indexes': leaves(() => ({ columnIndex: false })),
    'bounds of every leaf': leaves(() => ({ statistics: 'bounds' })),
    'bounds of none': leaves(() => ({ statistics: 'nulls' })),
    'bounds of 64 bytes': { ...LAYOUT, boundBytes: 64 },
    'leaves in the schema’s order': { ...LAYOUT, rank: () => 0 },
  } satisfies Record<string, ParquetLayout>).map(([name, layout]) => ({ name, order: CHOSEN, layout })),
];

/** Rows in an order; the same as `compactedFile` has for the order chosen. */
export function inOrder(rows: readonly Struct[], order: Order): Struct[] {
  return rows.toSorted((a, b) => {
    for (const key of order) {
      const [left, right] = [key(a), key(b)];
      if (left === right) continue;
      if (left === null || right === null) return left === null ? -1 : 1;
      return left < right ? -1 : 1;
    }
    return 0;
  });
}
