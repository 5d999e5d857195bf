/**
 * One event, counted once. CloudTrail delivers at least once, and two trails that share a bucket deliver everything twice; the
 * lake keeps every delivery with its provenance, and queries see each event once.
 *
 * The rule: rows of one partition with the same `eventid` and the same bytes (`recordhash`) are one event, shown as its delivery
 * with the smallest `logfile` and `recordindex`. Same eventID but other bytes: two rows, for one of them isn't what CloudTrail wrote.
 * No eventID (records before version 1.01): every delivery is shown, for nothing says that they are one.
 *
 * In compacted days that is done: each row is an event, and its other deliveries stand beside it (`otherdeliveries`).
 * How a query shows events once elsewhere is each engine's own: `duckdb-once-each.ts`, `athena-once-each.ts`.
 */

/** The table of stored rows, on a laptop and in Athena: in compacted days each an event, with its other deliveries beside it, a delivery in all others. */
export const DELIVERIES = 'cloudtrail_deliveries';

/** What makes two deliveries one event. Partition columns among them, so that engines push a query's day and account below the comparison. */
export const SAME_EVENT = ['account', 'region', 'year', 'month', 'day', 'eventid', 'recordhash'] as const;

/**
 * Engine's SQL for a subquery: each event once, of the deliveries for which `condition` holds. Deliveries are filtered before they are
 * counted once: copies of one event are byte for byte the same, so a filter takes all of them or none.
 */
export type EventsWhere = (condition: string) => string;

/** Counts the events of a table of deliveries in one reading of it, in SQL of every engine. */
export function countSql(deliveries: string): string {
  return `
    SELECT coalesce(sum(CASE WHEN eventid IS NULL THEN copies ELSE 1 END), 0) AS events
    FROM (SELECT eventid, count(*) AS copies FROM ${deliveries} GROUP BY ${SAME_EVENT.join(', ')}) AS delivered`;
}
