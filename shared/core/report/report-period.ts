import { timeConditions } from '../lookup.ts';

/** What a report is about. All instants; `from` inclusive, `to` exclusive. */
export interface ReportPeriod {
  readonly from: Date;
  readonly to: Date;
  /** From here to `from` is what new access is told from. */
  readonly baselineFrom: Date;
}

/** What a chart's column stands for. */
export type Unit = 'hour' | 'day' | 'month' | 'year';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How much of a time's text, `2026-11-21 10:00:00`, names its hour, day, month or year. */
const LENGTHS = { hour: 13, day: 10, month: 7, year: 4 } as const satisfies Record<Unit, number>;

/** So that a chart has some two hundred columns at most, however long the period. */
export function unitOf({ from, to }: Pick<ReportPeriod, 'from' | 'to'>): Unit {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days <= 7) return 'hour';
  if (days <= 200) return 'day';
  return days <= 6000 ? 'month' : 'year';
}

/** SQL of the hour, day, month or year that an instant lies in, as text: `2026-11-21 10`, `2026-11-21`, `2026-11` or `2026`. */
export function bucketSql(unit: Unit, instant: string): string {
  return `substr(CAST(${instant} AS VARCHAR), 1, ${LENGTHS[unit]})`;
}

/** Those of the whole period, in order, as `bucketSql` names them. */
export function bucketsOf(period: Pick<ReportPeriod, 'from' | 'to'>): readonly string[] {
  const unit = unitOf(period);
  const buckets: string[] = [];
  for (let at = bucketOf(period.from, unit); bucketStart(at) < period.to; at = bucketOf(bucketEnd(at), unit))
    buckets.push(at);
  return buckets;
}

/** The instant that a bucket begins. */
export function bucketStart(bucket: string): Date {
  const [year, month = '01', day = '01', hour = '00'] = bucket.split(/[- ]/);
  return new Date(`${year}-${month}-${day}T${hour}:00:00Z`);
}

/** The instant after it. */
export function bucketEnd(bucket: string): Date {
  const end = bucketStart(bucket);
  if (bucket.length === LENGTHS.hour) end.setTime(end.getTime() + HOUR_MS);
  else if (bucket.length === LENGTHS.day) end.setTime(end.getTime() + DAY_MS);
  else if (bucket.length === LENGTHS.month) end.setUTCMonth(end.getUTCMonth() + 1);
  else end.setUTCFullYear(end.getUTCFullYear() + 1);
  return end;
}

/** The bucket that an instant lies in. */
export function bucketOf(instant: Date, unit: Unit): string {
  return instant.toISOString().slice(0, LENGTHS[unit]).replace('T', ' ');
}

/** The condition that an event lies between two instants. */
export function between(from: Date, to: Date): string {
  return timeConditions({ from, to }).join('\n  AND ');
}
