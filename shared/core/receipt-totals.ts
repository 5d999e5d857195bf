import type { BatchReceipts } from './lake-format.ts';

/** What some batches came to, added up from their receipts. */
export interface ReceiptTotals {
  records: number;
  /** Deliveries: an event that was delivered twice is two rows. */
  rows: number;
  /** `files`: whole log files; `records`: pieces of log files that were read otherwise. */
  readonly quarantined: { files: number; records: number; readonly byReason: Record<string, number> };
  readonly bytes: { stored: number; text: number; parquet: number };
  parquetObjects: number;
}

export function noReceipts(): ReceiptTotals {
  return {
    records: 0,
    rows: 0,
    quarantined: { files: 0, records: 0, byReason: {} },
    bytes: { stored: 0, text: 0, parquet: 0 },
    parquetObjects: 0,
  };
}

/** Adds one batch to `totals`, in place: totals of a million log files fit in constant memory. */
export function addReceipts(totals: ReceiptTotals, { logFiles, objects }: BatchReceipts): void {
  for (const { size, textBytes, records, outcome, quarantined } of logFiles) {
    totals.records += records;
    totals.bytes.stored += size;
    totals.bytes.text += textBytes;
    for (const [reason, count] of Object.entries(quarantined)) {
      totals.quarantined.byReason[reason] = (totals.quarantined.byReason[reason] ?? 0) + count;
      if (outcome === 'unreadable') totals.quarantined.files += count;
      else totals.quarantined.records += count;
    }
  }
  for (const { rows, bytes } of objects) {
    totals.rows += rows;
    totals.bytes.parquet += bytes;
    totals.parquetObjects += 1;
  }
}
