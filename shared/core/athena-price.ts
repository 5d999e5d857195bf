/** What Athena read, and what AWS charges for it. */
export interface Scan {
  readonly queries: number;
  /** Bytes read from S3, as stored. */
  readonly bytes: number;
  /** US dollars, about. */
  readonly dollars: number;
}

export const NO_SCAN: Scan = { queries: 0, bytes: 0, dollars: 0 };

/**
 * Source: the Athena pricing page, SQL queries, us-east-1: $5.00 per TB scanned, rounded up to the megabyte, 10 MB at least for a query;
 * statements that read no data (SHOW, DESCRIBE, EXPLAIN) and queries that fail are free. Other regions may cost more, and provisioned
 * capacity is paid by the hour: hence "about". Megabytes and terabytes are taken as decimal, which never shows too little.
 */
const DOLLARS_PER_MB = 5 / 1e6;
const LEAST_MB = 10;

/** One query's scan. `readsData` is false for statements such as SHOW. */
export function scanOf(bytes: number, readsData: boolean): Scan {
  const charged = readsData || bytes > 0 ? Math.max(LEAST_MB, Math.ceil(bytes / 1e6)) : 0;
  return { queries: 1, bytes, dollars: charged * DOLLARS_PER_MB };
}

export function addScans(a: Scan, b: Scan): Scan {
  return { queries: a.queries + b.queries, bytes: a.bytes + b.bytes, dollars: a.dollars + b.dollars };
}
