import { decodeReceipts, type BatchReceipts } from '../core/lake-format.ts';
import { parseBatchKey, parseEventsKey, PLANS, RECEIPTS } from '../core/lake-keys.ts';
import { addReceipts, noReceipts, type ReceiptTotals } from '../core/receipt-totals.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

/** What a lake holds, from its receipts. */
export interface LakeStatus extends ReceiptTotals {
  logFiles: number;
  readonly accounts: string[];
  readonly regions: string[];
  readonly days: { count: number; first: string | null; last: string | null };
  oldestEventTime: string | null;
  newestEventTime: string | null;
  /** Plans without receipts: a run is under way, or one was cut off; ingesting the same log files again finishes them. */
  unfinishedBatches: number;
}

/** Receipts read at once: a bucket answers each after some twenty milliseconds, and a year of a busy lake has half a million. */
const READS_AT_ONCE = 32;

/** Reads every receipt. Throws `LakeFormatError`. */
export async function status(lake: ObjectStore): Promise<LakeStatus> {
  const total = new StatusTally();
  let plans = 0;
  for await (const key of lake.list(PLANS)) plans += Number(parseBatchKey(key) !== undefined);
  const read = async (key: string): Promise<BatchReceipts | undefined> => {
    const bytes = parseBatchKey(key) === undefined ? undefined : await lake.get(key);
    return bytes && decodeReceipts(key, bytes);
  };
  for await (const receipts of mapAhead(lake.list(RECEIPTS), READS_AT_ONCE, read)) {
    if (receipts === undefined) continue;
    total.add(receipts);
    plans -= 1;
  }
  return total.finish(Math.max(0, plans));
}

class StatusTally {
  readonly #accounts = new Set<string>();
  readonly #regions = new Set<string>();
  readonly #days = new Set<string>();
  readonly #status: LakeStatus = {
    ...noReceipts(),
    logFiles: 0,
    accounts: [],
    regions: [],
    days: { count: 0, first: null, last: null },
    oldestEventTime: null,
    newestEventTime: null,
    unfinishedBatches: 0,
  };

  add(receipts: BatchReceipts): void {
    const total = this.#status;
    addReceipts(total, receipts);
    for (const receipt of receipts.logFiles) {
      total.logFiles += 1;
      total.oldestEventTime = least(total.oldestEventTime, receipt.oldestEventTime);
      total.newestEventTime = greatest(total.newestEventTime, receipt.newestEventTime);
    }
    for (const { key } of receipts.objects) {
      const partition = parseEventsKey(key)?.partition;
      if (partition === undefined) continue;
      this.#accounts.add(partition.account);
      this.#regions.add(partition.region);
      this.#days.add(`${partition.year}-${partition.month}-${partition.day}`);
    }
  }

  finish(unfinishedBatches: number): LakeStatus {
    const days = [...this.#days].sort();
    return {
      ...this.#status,
      accounts: [...this.#accounts].sort(),
      regions: [...this.#regions].sort(),
      days: { count: days.length, first: days[0] ?? null, last: days.at(-1) ?? null },
      unfinishedBatches,
    };
  }
}

function least(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function greatest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
