/**
 * One event, counted once. CloudTrail delivers at least once, and two trails that share a bucket deliver everything twice; the
 * lake keeps every delivery with its provenance, and queries see each event once.
 *
 * The rule: rows of one partition with the same `eventid` and the same bytes (`recordhash`) are one event, shown as its delivery
 * with the smallest `logfile` and `recordindex`. Same eventID but other bytes: two rows, for one of them isn't what CloudTrail wrote.
 * No eventID (records before version 1.01): every delivery is shown, for nothing says that they are one.
 */

/** Every delivery of every event, as the Parquet files hold them. */
export const DELIVERIES = 'cloudtrail_deliveries';

const SAME_EVENT = [
  // Partition columns first: engines then push a query's day and account below the window.
  'account',
  'region',
  'year',
  'month',
  'day',
  'eventid',
  'recordhash',
  'CASE WHEN eventid IS NULL THEN logfile END',
  'CASE WHEN eventid IS NULL THEN recordindex END',
].join(', ');

/** Numbers the deliveries of one event 1, 2…; the first one stands for it. DuckDB and Trino alike. */
export const DELIVERY_NUMBER = `row_number() OVER (PARTITION BY ${SAME_EVENT} ORDER BY logfile, recordindex)`;

/** DuckDB SQL for a view over `deliveries` that shows each event once. */
export function onceEach(deliveries: string): string {
  return `SELECT * FROM ${deliveries} QUALIFY ${DELIVERY_NUMBER} = 1`;
}
