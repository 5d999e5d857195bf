import { GlueCatalogue } from '../shared/adapters/glue-catalogue.ts';
import { S3Expiry } from '../shared/adapters/s3-expiry.ts';
import { s3Options } from '../shared/adapters/s3-options.ts';
import { S3Store } from '../shared/adapters/s3-store.ts';
import { partitionPrefix } from '../shared/core/lake-keys.ts';
import { compact, SETTLE_MS } from '../shared/jobs/compact.ts';
import { compactCounts } from './compact-counts.ts';
import { configuration } from './configuration.ts';
import { count, observed, reportFailure } from './observed.ts';

/** A clock's tick → closed days lie in few large objects, and queries find them there. */

/** Of an invocation's time: no object is begun in this last part, for the largest take a minute. */
const RESERVE_MS = 180_000;
const DAY_MS = 24 * 60 * 60 * 1000;

const { LAKE_BUCKET, GLUE_DATABASE, GLUE_TABLE, KEEP_REPLACED_DAYS } = configuration(
  'LAKE_BUCKET',
  'GLUE_DATABASE',
  'GLUE_TABLE',
  'KEEP_REPLACED_DAYS',
);
const lake = new S3Store(LAKE_BUCKET, s3Options());
const catalogue = { catalogue: new GlueCatalogue(GLUE_DATABASE, GLUE_TABLE), root: `s3://${LAKE_BUCKET}` };
const expiry = new S3Expiry(LAKE_BUCKET, Number(KEEP_REPLACED_DAYS) * DAY_MS, s3Options());

export const handler = observed(async (_event, context) => {
  const hasTime = (): boolean => context.getRemainingTimeInMillis() > RESERVE_MS;
  try {
    const ports = { lake, catalogue, expiry, now: Date.now };
    const summary = await compact(ports, { settleMs: SETTLE_MS, hasTime });
    for (const { partition, error } of summary.failures)
      reportFailure('day not compacted', { partition: partitionPrefix(partition) }, error);
    count('days compacted', compactCounts(summary));
  } catch (error) {
    reportFailure('nothing compacted', { bucket: LAKE_BUCKET }, error);
    // The function's error, which there is an alarm for; the next tick goes on.
    throw error;
  }
});
