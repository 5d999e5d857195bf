import { versionOfEtag } from '../shared/core/log-file-version.ts';
import type { CreatedObject } from '../shared/core/object-created.ts';
import { addReceipts, noReceipts } from '../shared/core/receipt-totals.ts';
import type { DeliveriesResult, Delivery } from '../shared/jobs/delivery.ts';
import { OutOfTimeError } from '../shared/jobs/out-of-time.ts';
import type { Failures } from './object-messages.ts';

/** The metrics of one invocation of normalise, by name. */
export function deliveryCounts(
  { outcomes, receipts }: DeliveriesResult<unknown>,
  failures: Failures,
): Record<string, number> {
  const totals = noReceipts();
  for (const batch of receipts) addReceipts(totals, batch);
  const all = [...outcomes.values()];
  const deferred = [...failures.values()].filter(isDeferral).length;
  return {
    LogFiles: receipts.reduce((sum, { logFiles }) => sum + logFiles.length, 0),
    LogFilesPresent: all.filter((outcome) => outcome.kind === 'stored' && outcome.again).length,
    ObjectsSkipped: all.filter(({ kind }) => kind === 'skipped').length,
    Records: totals.records,
    Rows: totals.rows,
    QuarantinedLogFiles: totals.quarantined.files,
    QuarantinedRecords: totals.quarantined.records,
    TextBytes: totals.bytes.text,
    ParquetBytes: totals.bytes.parquet,
    // Nothing is wrong with those that there was no time for.
    DeliveriesFailed: failures.size - deferred,
    DeliveriesDeferred: deferred,
  };
}

/** Whether it is for want of time alone that a delivery isn't done. */
export function isDeferral(error: unknown): boolean {
  return error instanceof OutOfTimeError;
}

/** The delivery that a message's object is, and the object. */
export function deliveryOf(object: CreatedObject): Delivery & { readonly object: CreatedObject } {
  const { key, versionId, size, etag } = object;
  return { object, key, versionId, size, version: etag === undefined ? undefined : versionOfEtag(etag) };
}
