import { DELIVERIES, SAME_EVENT } from '../core/events-view.ts';

/** Those stored rows that are each an event. */
export const SETTLED = 'trailseal_settled';
/** Those among which there may be several of the same event. */
export const UNSETTLED = 'trailseal_unsettled';

/**
 * DuckDB SQL that shows each event of `deliveries` (a table or a subquery in parentheses) once. Only events that were delivered more than once are gathered
 * and joined; a window over all deliveries is ten times slower for `SELECT *`, because filters can't pass it.
 */
export function onceEach(deliveries: string): string {
  const same = SAME_EVENT.map((column) => `r.${column} = d.${column}`).join(' AND ');
  return `
    SELECT d.* FROM ${deliveries} d LEFT JOIN (
      SELECT ${SAME_EVENT.join(', ')}, min(struct_pack(l := logfile, i := recordindex)) AS first_delivery
      FROM ${deliveries}
      WHERE eventid IS NOT NULL
      GROUP BY ALL
      HAVING count(*) > 1
    ) r ON ${same}
    WHERE r.first_delivery IS NULL OR (r.first_delivery.l = d.logfile AND r.first_delivery.i = d.recordindex)`;
}

/** Each event once. */
export function duckdbEvents(): string {
  return `SELECT * FROM ${SETTLED} UNION ALL ${onceEach(UNSETTLED)}`;
}

/** Each event once, of the deliveries for which `condition` holds. */
export function duckdbEventsWhere(condition: string): string {
  const where = (rows: string): string => `(SELECT * FROM ${rows} WHERE ${condition})`;
  return `SELECT * FROM ${where(SETTLED)} UNION ALL ${onceEach(where(UNSETTLED))}`;
}

/** One row: events, each counted once, and deliveries. */
export const COUNTS_SQL = `
  SELECT (SELECT count(*) FROM cloudtrail_logs) AS events,
    (SELECT count(*) + coalesce(sum(len(otherdeliveries)), 0) FROM ${DELIVERIES}) AS deliveries`;
