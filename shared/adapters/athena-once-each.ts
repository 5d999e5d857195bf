import { SAME_EVENT } from '../core/events-view.ts';

/** The deployed lake's table: every stored row, in compacted days an event, a delivery in all others. */
export const DEPLOYED_TABLE = 'cloudtrail_deliveries';

/**
 * Each event once, of the deliveries for which `condition` holds, with a column `delivery` more. A window, not DuckDB's join of
 * a table with itself: Athena would read, and charge for, both sides.
 */
export function athenaEventsWhere(condition: string): string {
  return `
    SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY ${SAME_EVENT.join(', ')} ORDER BY logfile, recordindex) AS delivery
      FROM ${DEPLOYED_TABLE}
      WHERE ${condition}
    ) AS delivered
    WHERE delivery = 1 OR eventid IS NULL`;
}
