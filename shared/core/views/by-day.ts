import { COLUMNS, PARTITION_COLUMNS } from '../columns.ts';
import { column, varchar, type Expression, type View } from './view.ts';
import { viewTypeOf } from './view-type.ts';

/** Every column of `cloudtrail_logs` under its own name. */
export const TABLE_COLUMNS: Readonly<Record<string, Expression>> = Object.fromEntries([
  ...COLUMNS.map(({ name, type }) => [name, column(name, viewTypeOf(type))] as const),
  ...PARTITION_COLUMNS.map((name) => [name, column(name)] as const),
]);

/** What the view needs of a partition, for those who filter by it. */
export const PARTITIONS: Readonly<Record<string, Expression>> = Object.fromEntries(
  PARTITION_COLUMNS.map((name) => [name, column(name)]),
);

const DATE = varchar(`year || '/' || month || '/' || day`);

/**
 * `cloudtrail_logs` with the day as tables that are partitioned by one column have it, and the partitions as AWS's Security Analytics
 * Bootstrap names them. All are made of partition columns alone, so that a filter leaves the other days unread.
 */
export const BY_DAY: View = {
  name: 'cloudtrail_by_day',
  description: 'cloudtrail_logs with the day as dt (2026-11-21) and as timestamp (2026/11/21)',
  columns: {
    ...TABLE_COLUMNS,
    dt: varchar(`year || '-' || month || '-' || day`),
    timestamp: DATE,
    account_partition: varchar('account'),
    region_partition: varchar('region'),
    date_partition: DATE,
  },
};
