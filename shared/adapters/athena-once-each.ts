import { COLUMNS, PARTITION_COLUMNS } from '../core/columns.ts';
import { DELIVERIES, SAME_EVENT } from '../core/events-view.ts';
import { COMPACTED } from '../core/lake-keys.ts';

/**
 * Each event once, of the deliveries for which `condition` holds, with a column `delivery` more. A window, not DuckDB's join of
 * a table with itself: Athena would read, and charge for, both sides.
 */
export function athenaEventsWhere(condition: string): string {
  return `
    SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY ${SAME_EVENT.join(', ')} ORDER BY logfile, recordindex) AS delivery
      FROM ${DELIVERIES}
      WHERE ${condition}
    ) AS delivered
    WHERE delivery = 1 OR eventid IS NULL`;
}

/**
 * Each event once, as the view `cloudtrail_logs` has it: rows of compacted days are each an event, of the others deliveries are counted once.
 * The two are told apart by a range of `"$path"`, which Trino looks at before it opens a file: with `LIKE`, it would open all of them twice
 * (docs/trino.md). `lake`: URL of the lake, without a slash at the end.
 */
export function athenaEvents(lake: string): string {
  const [from, to] = [`'${lake}/${COMPACTED}'`, `'${lake}/${COMPACTED.replace(/\/$/, '0')}'`];
  const names = [...COLUMNS.map(({ name }) => name), ...PARTITION_COLUMNS].join(', ');
  return `
SELECT ${names} FROM ${DELIVERIES} WHERE "$path" >= ${from} AND "$path" < ${to}
UNION ALL
SELECT ${names} FROM (
  SELECT ${names}, row_number() OVER (PARTITION BY ${SAME_EVENT.join(', ')} ORDER BY logfile, recordindex) AS delivery
  FROM ${DELIVERIES} WHERE "$path" < ${from} OR "$path" >= ${to}
) WHERE delivery = 1 OR eventid IS NULL`;
}
