import type { EventsWhere } from '../events-view.ts';
import { DAY, timeConditions } from '../lookup.ts';
import { sqlString } from '../sql-text.ts';
import { RECORD_SELECT } from './row-record.ts';

/** Instants, from inclusive, to exclusive. */
export interface Period {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** The days (`2026-11-21`, UTC) of the period that the lake holds events of: how many, each once, and the first and last time. */
export function backtestDaysSql(period: Period, eventsWhere: EventsWhere): string {
  const events = eventsWhere(conditionOf(period));
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
  const condition = `${ofDay} AND ${conditionOf(period)}${names === undefined ? '' : ` AND ${mayBeCalled(names)}`}`;
  return `SELECT ${RECORD_SELECT}, logfile FROM (${eventsWhere(condition)}) AS events_of_day`;
}

/** What the column can't hold, `unmapped` has. */
function mayBeCalled(names: ReadonlySet<string>): string {
  const listed = [...names].sort().map(sqlString).join(', ');
  const isNamed = listed === '' ? 'false' : `lower(eventname) IN (${listed})`;
  return `(${isNamed} OR eventname IS NULL OR unmapped IS NOT NULL)`;
}

function conditionOf(period: Period): string {
  return ['true', ...timeConditions(period)].join(' AND ');
}
