import { randomUUID } from 'node:crypto';
import { s3Options } from '../shared/adapters/s3-options.ts';
import { S3Source } from '../shared/adapters/s3-source.ts';
import { S3Store } from '../shared/adapters/s3-store.ts';
import { DEFAULT_LIMITS } from '../shared/core/limits.ts';
import { RuleSet } from '../shared/core/rules/rule-set.ts';
import { forward, nothingKnown } from '../shared/jobs/forward.ts';
import { WeightedGate } from '../shared/jobs/weighted-gate.ts';
import { alertChannels } from './alert-channels.ts';
import { configuration } from './configuration.ts';
import { deliveryOf, isDeferral } from './deliveries.ts';
import { forwardCounts, ruleCounts } from './forward-counts.ts';
import { answerObjectMessages } from './object-messages.ts';
import { count, countOf, observed, reportFailure } from './observed.ts';
import { ofBucket } from './of-bucket.ts';
import { packagedRules } from './packaged-rules.ts';

/** A log file was created → whoever keeps its rules is told, once, of the events that they select. */

const MB = 1024 * 1024;
/** As normalise has them: what it puts in quarantine is matched by nothing. */
const LIMITS = { ...DEFAULT_LIMITS, storedBytes: 32 * MB, logFileBytes: 128 * MB };
const HOUR_MS = 60 * 60_000;
/** Of an invocation's time: no log file is begun in this last part. */
const RESERVE = 0.25;
/** How much longer than the invocation an alert is its own: clocks differ. */
const LEASE_RESERVE_MS = 30_000;

const { LOG_BUCKET, LAKE_BUCKET, MAX_AGE_HOURS } = configuration(
  'LOG_BUCKET',
  'LAKE_BUCKET',
  'MAX_AGE_HOURS',
);
const redact = new Set((process.env['REDACT_FIELDS'] ?? '').split(',').filter((field) => field !== ''));
const options = { limits: LIMITS, maxAgeMs: Number(MAX_AGE_HOURS) * HOUR_MS, redact };
const source = new S3Source(LOG_BUCKET, '', s3Options());
const store = new S3Store(LAKE_BUCKET, s3Options());
const channels = alertChannels();
const rules = new RuleSet(packagedRules);
const known = nothingKnown();
const gate = new WeightedGate(16 * MB);

export const handler = observed(
  async (event, context) =>
    await answerObjectMessages(event, context, async (objects) => {
      const { ours, failures } = ofBucket(objects, LOG_BUCKET);
      const time = context.getRemainingTimeInMillis();
      const hasTime = (): boolean => context.getRemainingTimeInMillis() > time * RESERVE;
      const caller = { caller: randomUUID(), leaseMs: time + LEASE_RESERVE_MS };
      const ports = { source, store, channels, rules, known, gate, hasTime, now: Date.now, ...caller };
      const result = await forward(ours.map(deliveryOf), ports, options);
      for (const [{ object }, outcome] of result.outcomes)
        if (outcome.kind === 'failed') failures.set(object, outcome.error);
      for (const [{ key }, error] of failures)
        if (!isDeferral(error)) reportFailure('log file not matched', { logFile: key }, error);
      for (const { rule, logFile, error } of result.undecided)
        reportFailure('record not decided', { rule, logFile }, error);
      for (const error of result.unsent) reportFailure('alert not sent', { bucket: LAKE_BUCKET }, error);
      for (const [rule, counts] of ruleCounts(result)) countOf('rule', rule, counts);
      count('log files matched', forwardCounts(result, failures));
      return failures;
    }),
);
