import { SAME_EVENT } from '../core/events-view.ts';

/** Every delivery of every event, as the Parquet files hold them. */
export const DELIVERIES = 'cloudtrail_deliveries';

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

/** Each event once, of the deliveries for which `condition` holds. */
export function duckdbEventsWhere(condition: string): string {
  return onceEach(`(SELECT * FROM ${DELIVERIES} WHERE ${condition})`);
}
