import { decodeReceipts, type BatchReceipts } from '../core/lake-format.ts';
import { parseBatchKey, parseEventsKey, PLANS, RECEIPTS } from '../core/lake-keys.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

/** What a lake holds, from its receipts. */
export interface LakeStatus {
  logFiles: number;
  records: number;
  /** Deliveries; events counted once are fewer where log files were delivered twice. */
  rows: number;
  readonly accounts: string[];
  readonly regions: string[];
  readonly days: { count: number; first: string | null; last: string | null };
  oldestEventTime: string | null;
  newestEventTime: string | null;
  readonly quarantined: { files: number; records: number; readonly byReason: Record<string, number> };
  readonly bytes: { stored: number; text: number; parquet: number };
  parquetObjects: number;
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
    logFiles: 0,
    records: 0,
    rows: 0,
    accounts: [],
    regions: [],
    days: { count: 0, first: null, last: null },
    oldestEventTime: null,
    newestEventTime: null,
    quarantined: { files: 0, records: 0, byReason: {} },
    bytes: { stored: 0, text: 0, parquet: 0 },
    parquetObjects: 0,
    unfinishedBatches: 0,
  };

  add({ logFiles, objects }: BatchReceipts): void {
    const total = this.#status;
    for (const receipt of logFiles) {
      total.logFiles += 1;
      total.records += receipt.records;
      total.bytes.stored += receipt.size;
      total.bytes.text += receipt.textBytes;
      total.oldestEventTime = least(total.oldestEventTime, receipt.oldestEventTime);
      total.newestEventTime = greatest(total.newestEventTime, receipt.newestEventTime);
      for (const [reason, count] of Object.entries(receipt.quarantined)) {
        total.quarantined.byReason[reason] = (total.quarantined.byReason[reason] ?? 0) + count;
        if (receipt.outcome === 'unreadable') total.quarantined.files += count;
        else total.quarantined.records += count;
      }
    }
    for (const { key, rows, bytes } of objects) {
      total.rows += rows;
      total.bytes.parquet += bytes;
      total.parquetObjects += 1;
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
