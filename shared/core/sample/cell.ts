import type { Account, Organisation } from './organisation.ts';
import type { Random } from './random.ts';
import type { SampleRecord } from './sample-file.ts';
import type { Session } from './sessions.ts';

/** A record that CloudTrail has seen but not delivered yet. */
export interface PendingRecord extends SampleRecord {
  readonly due: number;
}

/** One account in one region: its callers at work, and what waits for delivery. Nothing here outlives a few hours. */
export interface Cell {
  readonly account: Account;
  readonly region: string;
  /** Of all events, from 0 to 1. */
  readonly share: number;
  sessions: Session[];
  pending: PendingRecord[];
  /** Log files of hundreds of records, delivered whole. */
  bulk: SampleRecord[][];
  /** Log files that are hours late. */
  late: { readonly at: number; readonly records: readonly SampleRecord[] }[];
}

export function cells({ accounts, regions }: Organisation): Cell[] {
  let total = 0;
  for (const account of accounts.keys())
    for (const region of regions.keys()) total += weight(account, region);
  return accounts.flatMap((account, a) =>
    regions.map((region, r) => ({
      account,
      region,
      share: weight(a, r) / total,
      sessions: [],
      pending: [],
      bulk: [],
      late: [],
    })),
  );
}

/** The first account and the first region are the busiest. */
function weight(account: number, region: number): number {
  return 1 / ((account + 1) * (region + 1) ** 1.2);
}

/** How many log files of a delivery are held back for hours, as happens when a part of AWS is in trouble. */
const LATE_SHARE = 0.004;

/** The log files' records that a cell delivers now; the rest stays in the cell. */
export function takeDeliveries(random: Random, cell: Cell, now: number): (readonly SampleRecord[])[] {
  const ready = cell.pending.filter((record) => record.due <= now);
  if (ready.length > 0) cell.pending = cell.pending.filter((record) => record.due > now);
  const files: (readonly SampleRecord[])[] = [...cell.bulk, ...cut(random, ready)];
  cell.bulk = [];
  const released = cell.late.filter((file) => file.at <= now).map((file) => file.records);
  if (released.length > 0) cell.late = cell.late.filter((file) => file.at > now);
  const inTime = files.filter((records) => {
    if (!random.chance(LATE_SHARE)) return true;
    cell.late.push({ at: now + random.between(3_600_000, 6 * 3_600_000), records });
    return false;
  });
  // CloudTrail now and then delivers a log file without records.
  if (random.chance(0.002)) inTime.push([]);
  return [...released, ...inTime];
}

/** CloudTrail's writers each deliver their own file: most hold a dozen records, a few hold hundreds. */
function cut(random: Random, records: readonly SampleRecord[]): SampleRecord[][] {
  const files: SampleRecord[][] = [];
  for (let start = 0; start < records.length;) {
    const end = start + Math.min(700, Math.max(1, Math.round(random.logNormal(12, 1.35))));
    files.push(records.slice(start, end));
    start = end;
  }
  return files;
}
