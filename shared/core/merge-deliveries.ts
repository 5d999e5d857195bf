import { isStruct, type Struct, type Value } from './record-row.ts';

/** The column of compacted objects that names an event's other deliveries; NULL, the usual, if there is none. */
export const OTHER_DELIVERIES = 'otherdeliveries';

/**
 * Rows of stored objects, as `parquetRows` gives them, to each event once, by the rule of `events-view.ts`: rows with the same `eventid` and
 * `recordhash` are one event, kept as its delivery with the smallest `logfile` and `recordindex`. The others' places stay with it, in
 * order, so that every delivery is still accounted for. All rows are of one partition; what has no `eventid` is never merged. The order of the result is nobody's business.
 */
export function mergeDeliveries(rows: readonly Struct[]): Struct[] {
  const merged: Struct[] = [];
  const events = new Map<string, Struct[]>();
  for (const row of rows) {
    const { eventid } = row;
    if (typeof eventid !== 'string') {
      merged.push(row);
      continue;
    }
    const event = `${hex(row['recordhash'])} ${eventid}`;
    const deliveries = events.get(event);
    if (deliveries === undefined) events.set(event, [row]);
    else deliveries.push(row);
  }
  for (const deliveries of events.values()) merged.push(once(deliveries));
  return merged;
}

/** Where a row came from, and where every other delivery of its event did. */
export function deliveriesOf(row: Struct): readonly Delivery[] {
  const others = row[OTHER_DELIVERIES];
  const own = deliveryOf(row);
  if (!Array.isArray(others)) return [own];
  return [own, ...others.map((other) => deliveryOf(isStruct(other) ? other : {}))];
}

export interface Delivery extends Struct {
  readonly logfile: string;
  readonly recordindex: number;
}

function once(rows: readonly Struct[]): Struct {
  const [first] = rows;
  if (first === undefined || rows.length === 1) return first ?? {};
  const kept = rows.reduce((a, b) => (compare(deliveryOf(b), deliveryOf(a)) < 0 ? b : a));
  const others = rows.flatMap((row) => deliveriesOf(row).slice(row === kept ? 1 : 0));
  return { ...kept, [OTHER_DELIVERIES]: others.toSorted(compare) };
}

function deliveryOf({ logfile, recordindex }: Struct): Delivery {
  return {
    logfile: typeof logfile === 'string' ? logfile : '',
    recordindex: typeof recordindex === 'number' ? recordindex : -1,
  };
}

/** Texts by their bytes, as the engines compare them. */
function compare(a: Delivery, b: Delivery): number {
  return a.logfile === b.logfile
    ? a.recordindex - b.recordindex
    : Buffer.compare(Buffer.from(a.logfile), Buffer.from(b.logfile));
}

function hex(value: Value | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '';
}
