import type { EventsWhere } from '../events-view.ts';
import { sqlString, sqlTimestamp } from '../sql-text.ts';
import { RECORD_SELECT } from './row-record.ts';

/** Instants, from inclusive, to exclusive. */
export interface Period {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

const DAY = "year || '-' || month || '-' || day";

/** The days (`2026-11-21`, UTC) of the period that the lake holds events of: how many, each once, and the first and last time. */
export function backtestDaysSql(period: Period, eventsWhere: EventsWhere): string {
  const events = eventsWhere(inPeriod(period));
  return `SELECT ${DAY} AS day_utc, count(*) AS events, min(eventtime), max(eventtime) FROM (${events}) AS events_of_period GROUP BY 1 ORDER BY 1`;
}

/**
 * The events of one of those days, each once: the columns that make a record again, and `logfile`. With `names` (in lower case), only those that
 * may be called so.
 */
export function backtestRowsSql(
  day: string,
  period: Period,
  names: ReadonlySet<string> | undefined,
  eventsWhere: EventsWhere,
): string {
  const [year = '', month = '', dayOfMonth = ''] = day.split('-');
  const ofDay = `year = ${sqlString(year)} AND month = ${sqlString(month)} AND day = ${sqlString(dayOfMonth)}`;
  const condition = `${ofDay} AND ${inPeriod(period)}${names === undefined ? '' : ` AND ${mayBeCalled(names)}`}`;
  return `SELECT ${RECORD_SELECT}, logfile FROM (${eventsWhere(condition)}) AS events_of_day`;
}

/** What the column can't hold, `unmapped` has. */
function mayBeCalled(names: ReadonlySet<string>): string {
  const listed = [...names].sort().map(sqlString).join(', ');
  const isNamed = listed === '' ? 'false' : `lower(eventname) IN (${listed})`;
  return `(${isNamed} OR eventname IS NULL OR unmapped IS NOT NULL)`;
}

/** The day as well as the instant, for the day prunes whole folders; and the year alone, which Athena passes on to the catalogue. */
function inPeriod({ from, to }: Period): string {
  const conditions = ['true'];
  const bound = (instant: Date, comparison: '>=' | '<='): void => {
    const day = instant.toISOString().slice(0, 10);
    conditions.push(
      `event_ts ${comparison === '<=' ? '<' : comparison} ${sqlTimestamp(instant)}`,
      `${DAY} ${comparison} ${sqlString(day)}`,
      `year ${comparison} ${sqlString(day.slice(0, 4))}`,
    );
  };
  if (from !== undefined) bound(from, '>=');
  if (to !== undefined) bound(to, '<=');
  return conditions.join(' AND ');
}
