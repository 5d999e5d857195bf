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

/** Partition columns among them, so that engines push a query's day and account below the comparison. */
const SAME_EVENT = ['account', 'region', 'year', 'month', 'day', 'eventid', 'recordhash'] as const;

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
