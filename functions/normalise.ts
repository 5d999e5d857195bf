import { s3Options } from '../shared/adapters/s3-options.ts';
import { S3Source } from '../shared/adapters/s3-source.ts';
import { S3Store } from '../shared/adapters/s3-store.ts';
import { DEFAULT_LIMITS } from '../shared/core/limits.ts';
import { DEFAULT_BATCH } from '../shared/jobs/ingest.ts';
import { LedgerCache } from '../shared/jobs/ledger-cache.ts';
import { normaliseDeliveries } from '../shared/jobs/normalise-deliveries.ts';
import { WeightedGate } from '../shared/jobs/weighted-gate.ts';
import { configuration } from './configuration.ts';
import { deliveryCounts, deliveryOf, isDeferral } from './deliveries.ts';
import { answerObjectMessages } from './object-messages.ts';
import { count, observed, reportFailure } from './observed.ts';
import { ofBucket } from './of-bucket.ts';

/** A log file was created → its rows, then its receipt, are in the lake. */

const MB = 1024 * 1024;
/** CloudTrail's log files are far smaller; a larger one stays where it is, and its receipt says so. */
const LIMITS = { ...DEFAULT_LIMITS, storedBytes: 32 * MB, logFileBytes: 128 * MB, partitions: 100 };
const OPTIONS = { ...DEFAULT_BATCH, limits: LIMITS };
/** Of an invocation's time: no batch starts in this last part, for one takes seconds. */
const RESERVE = 0.15;

const { LOG_BUCKET, LAKE_BUCKET } = configuration('LOG_BUCKET', 'LAKE_BUCKET');
const source = new S3Source(LOG_BUCKET, '', s3Options());
const lake = new S3Store(LAKE_BUCKET, s3Options());
const ledgers = new LedgerCache(lake, LIMITS, 200_000);
const gates = { fetched: new WeightedGate(32 * MB), text: new WeightedGate(32 * MB) };

export const handler = observed(
  async (event, context) =>
    await answerObjectMessages(event, context, async (objects) => {
      const { ours, failures } = ofBucket(objects, LOG_BUCKET);
      const reserve = context.getRemainingTimeInMillis() * RESERVE;
      const hasTime = (): boolean => context.getRemainingTimeInMillis() > reserve;
      const deliveries = ours.map(deliveryOf);
      const result = await normaliseDeliveries(
        deliveries,
        { source, lake, ledgers, gates, hasTime, now: Date.now },
        OPTIONS,
      );
      for (const [{ object }, outcome] of result.outcomes) {
        if (outcome.kind === 'failed') failures.set(object, outcome.error);
      }
      for (const [{ key }, error] of failures) {
        // There may be thousands, and nothing is wrong with them; the count below has them.
        if (!isDeferral(error)) reportFailure('log file not stored', { logFile: key }, error);
      }
      count('log files stored', deliveryCounts(result, failures));
      return failures;
    }),
);
