import {
  GetBucketNotificationConfigurationCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/** A bucket of the user's own, which Trailseal reads but didn't make. */
export interface AttachedBucket {
  readonly bucket: string;
  /** The account it must belong to: EventBridge tells only the bucket's own account. */
  readonly account: string;
}

export type Outcome = 'already-on' | 'switched-on';

/**
 * Makes the bucket tell EventBridge of its objects. Everything it notifies already stays as it is: S3 replaces the whole
 * configuration on a put, so what is there is read and put back. (S3 has no conditional put of it: a change that
 * somebody else makes between the two calls is lost, so both stand next to each other.)
 */
export async function switchOnEventBridge(s3: S3Client, attached: AttachedBucket): Promise<Outcome> {
  const target = { Bucket: attached.bucket, ExpectedBucketOwner: attached.account };
  const { $metadata: _, ...current } = await s3.send(new GetBucketNotificationConfigurationCommand(target));
  if (current.EventBridgeConfiguration !== undefined) return 'already-on';
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      ...target,
      NotificationConfiguration: { ...current, EventBridgeConfiguration: {} },
      // An existing destination that has gone bad is the owner's to repair; it must not keep this one from starting.
      SkipDestinationValidation: true,
    }),
  );
  return 'switched-on';
}

/** Whether there is any log file under the prefix: a wrong one would read nothing, in silence, for ever. */
export async function hasLogFiles(s3: S3Client, attached: AttachedBucket, prefix: string): Promise<boolean> {
  const { KeyCount } = await s3.send(
    new ListObjectsV2Command({
      Bucket: attached.bucket,
      ExpectedBucketOwner: attached.account,
      Prefix: logKeyPrefix(prefix),
      MaxKeys: 1,
    }),
  );
  return (KeyCount ?? 0) > 0;
}

/** What the keys of a trail's log files begin with. */
export function logKeyPrefix(prefix: string): string {
  return prefix === '' ? 'AWSLogs/' : `${prefix}/AWSLogs/`;
}
