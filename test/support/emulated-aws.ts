import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import { clientEnvironment } from './aws-emulator.ts';

/**
 * The `AWS_…` variables of this run's emulated services, which SDK clients made afterwards find. Services are shared by every test of
 * the run: take names for buckets, queues and databases from `uniqueName`, or an account of one's own.
 */
export function emulatedAws({ ownAccount = false } = {}): Readonly<Record<string, string>> {
  const env = clientEnvironment(inject('awsEndpoint'));
  // Twelve digits as a key id are the account itself.
  const account = {
    AWS_ACCESS_KEY_ID: String(Date.now())
      .slice(-9)
      .padStart(12, String((process.pid % 900) + 100)),
  };
  return Object.assign(process.env, env, ownAccount ? account : {});
}

let named = 0;

/** A name nobody else in this run has; good for a bucket, a queue, a function. */
export function uniqueName(prefix: string): string {
  named += 1;
  return `${prefix}-${process.pid}-${Date.now().toString(36)}-${named}`;
}

/** A new bucket; its name. */
export async function emptyBucket(): Promise<string> {
  const bucket = uniqueName('bucket');
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: bucket }));
  return bucket;
}
