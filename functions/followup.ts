import { randomUUID } from 'node:crypto';
import { s3Options } from '../shared/adapters/s3-options.ts';
import { S3Store } from '../shared/adapters/s3-store.ts';
import { followUp } from '../shared/jobs/follow-up.ts';
import { alertChannels } from './alert-channels.ts';
import { configuration } from './configuration.ts';
import { followUpCounts } from './forward-counts.ts';
import { count, observed, reportFailure } from './observed.ts';

/** A clock's tick → alerts that nobody could send are sent, and people are told how many more events there were. */

const MINUTE_MS = 60_000;
/** Log files are delivered within ten minutes, as a rule; later ones are told of by later runs. */
const GRACE_MS = 15 * MINUTE_MS;
/** Of an invocation's time: no group is begun in this last part. */
const RESERVE_MS = 15_000;
const LEASE_RESERVE_MS = 30_000;
/** Windows are a day at most, and end when their last event may be a day old. */
const LONGEST_WINDOW_MS = 24 * 60 * MINUTE_MS;

const { LAKE_BUCKET, MAX_AGE_HOURS } = configuration('LAKE_BUCKET', 'MAX_AGE_HOURS');
const store = new S3Store(LAKE_BUCKET, s3Options());
const channels = alertChannels();
const options = {
  graceMs: GRACE_MS,
  // Of the oldest event that alerts, in the longest window; and a day to send it.
  lookBackMs: Number(MAX_AGE_HOURS) * 60 * MINUTE_MS + LONGEST_WINDOW_MS,
  everyMs: 5 * MINUTE_MS,
};

export const handler = observed(async (_event, context) => {
  const hasTime = (): boolean => context.getRemainingTimeInMillis() > RESERVE_MS;
  const leaseMs = context.getRemainingTimeInMillis() + LEASE_RESERVE_MS;
  try {
    const ports = { store, channels, now: Date.now, hasTime, leaseMs, caller: randomUUID() };
    const result = await followUp(ports, options);
    for (const error of result.unsent) reportFailure('alert not sent', { bucket: LAKE_BUCKET }, error);
    for (const [group, error] of result.failed) reportFailure('group not followed up', { group }, error);
    count('alerts followed up', followUpCounts(result));
  } catch (error) {
    reportFailure('alerts not followed up', { bucket: LAKE_BUCKET }, error);
    // The function's error, which there is an alarm for; the next tick goes on.
    throw error;
  }
});
