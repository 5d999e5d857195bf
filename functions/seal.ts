import { KmsSigner } from '../shared/adapters/kms-signer.ts';
import { s3Options } from '../shared/adapters/s3-options.ts';
import { S3Store } from '../shared/adapters/s3-store.ts';
import { seal } from '../shared/jobs/seal.ts';
import { configuration } from './configuration.ts';
import { count, observed, reportFailure } from './observed.ts';
import { sealCounts } from './seal-counts.ts';

/** A clock's tick → every hour that is over has its digest in the lake. */

/** Of an invocation's time: no digest is begun in this last part, for a full one takes seconds. */
const RESERVE_MS = 30_000;
const NAMES = ['LAKE_BUCKET', 'LOG_BUCKET', 'SEAL_KEY', 'TRAIL_NAME', 'AWS_REGION'] as const;

const { LAKE_BUCKET, LOG_BUCKET, SEAL_KEY, TRAIL_NAME, AWS_REGION } = configuration(...NAMES);
const lake = new S3Store(LAKE_BUCKET, s3Options());
const signer = new KmsSigner(SEAL_KEY);

export const handler = observed(async (_event, context) => {
  // arn:aws:lambda:REGION:ACCOUNT:function:NAME
  const account = process.env['ACCOUNT_ID'] ?? context.invokedFunctionArn.split(':')[4] ?? '';
  const chain = { account, region: AWS_REGION, trail: TRAIL_NAME, bucket: LAKE_BUCKET };
  const hasTime = (): boolean => context.getRemainingTimeInMillis() > RESERVE_MS;
  try {
    const ports = { lake, signer, now: Date.now() };
    count('lake sealed', sealCounts(await seal(ports, { chain, logBucket: LOG_BUCKET, hasTime })));
  } catch (error) {
    reportFailure('lake not sealed', { bucket: LAKE_BUCKET }, error);
    // The function's error, which there is an alarm for; the next tick goes on.
    throw error;
  }
});
