import { CloudTrailKeys } from '../shared/adapters/cloudtrail-keys.ts';
import { KmsSigner } from '../shared/adapters/kms-signer.ts';
import { s3Options } from '../shared/adapters/s3-options.ts';
import { S3Store } from '../shared/adapters/s3-store.ts';
import { SnsNotifier } from '../shared/adapters/sns-notifier.ts';
import { reportFindings } from '../shared/jobs/report-findings.ts';
import { archiveKeys, lastVerification, storeVerification } from '../shared/jobs/verification-store.ts';
import { verifyHourly } from '../shared/jobs/verify-hourly.ts';
import { configuration } from './configuration.ts';
import { count, observed, reportFailure } from './observed.ts';
import { trustedKeys } from './trusted-keys.ts';
import { toldCounts, verifyCounts } from './verify-counts.ts';
import { HourlyEvidence } from './verify-evidence.ts';

/** A clock's tick → what has come since the last one is verified, and what was found is told. */

/** Of an invocation's time: no digest, nor batch of ours, is begun in this last part. */
const RESERVE_MS = 180_000;
const NAMES = ['LAKE_BUCKET', 'LOG_BUCKET', 'LOG_ROOT', 'SEAL_KEYS', 'FINDINGS_TOPIC'] as const;

const { LAKE_BUCKET, LOG_BUCKET, LOG_ROOT, SEAL_KEYS, FINDINGS_TOPIC } = configuration(...NAMES);
const logs = new HourlyEvidence(LOG_BUCKET, LOG_ROOT);
const lake = new HourlyEvidence(LAKE_BUCKET, '');
const store = new S3Store(LAKE_BUCKET, s3Options());
const signers = SEAL_KEYS.split(',').map((key) => new KmsSigner(key));
const keySource = new CloudTrailKeys();
const notifier = new SnsNotifier(FINDINGS_TOPIC);
const archived = new Set<string>();

export const handler = observed(async (_event, context) => {
  const now = Date.now();
  const waiting = new Set<string>();
  try {
    const result = await verifyHourly(await lastVerification(store, now), {
      logs,
      lake,
      keySource,
      now,
      ownKeys: await trustedKeys(signers),
      archive: async (region, keys) => {
        await archiveKeys(store, region, keys, archived);
      },
      unavailable: (error) => {
        if (waiting.has(error.region)) return;
        waiting.add(error.region);
        reportFailure('region not verified', { region: error.region }, error);
      },
      hasTime: () => context.getRemainingTimeInMillis() > RESERVE_MS,
    });
    const reported = await reportFindings(result.verification.findings, { lake: store, notifier, now });
    // Before the rest: they have been told, whatever happens now, and the next run knows of them.
    count('findings told', toldCounts(reported));
    await storeVerification(store, result.verification);
    count('verified', verifyCounts(result, waiting.size));
  } catch (error) {
    reportFailure('not verified', { bucket: LAKE_BUCKET }, error);
    throw error;
  }
});
