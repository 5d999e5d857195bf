import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasLogFiles, switchOnEventBridge, type AttachedBucket } from '../../deploy/event-notifications.ts';
import { emptyBucket, emulatedAws, uniqueName } from '../support/emulated-aws.ts';

beforeAll(() => {
  emulatedAws();
});

const client = (): S3Client => new S3Client({ forcePathStyle: true });
const ACCOUNT = '000000000000';

async function attachedBucket(): Promise<AttachedBucket> {
  return { bucket: await emptyBucket(), account: ACCOUNT };
}

async function configuration({ bucket }: AttachedBucket): Promise<object> {
  const answer = await client().send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
  const { $metadata: _, ...rest } = answer;
  return rest;
}

async function notifiesQueue({ bucket }: AttachedBucket): Promise<object> {
  const sqs = new SQSClient();
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: uniqueName('theirs') }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const theirs = {
    Id: 'theirs',
    QueueArn: Attributes?.['QueueArn'],
    Events: ['s3:ObjectCreated:*' as const],
    Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'AWSLogs/' }] } },
  };
  await client().send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: { QueueConfigurations: [theirs] },
    }),
  );
  return theirs;
}

describe('switching on EventBridge for a bucket', () => {
  it('works where nothing is notified', async () => {
    const attached = await attachedBucket();
    expect(await switchOnEventBridge(client(), attached)).toBe('switched-on');
    expect(await configuration(attached)).toEqual({ EventBridgeConfiguration: {} });
  });

  it('leaves an existing notification as it is', async () => {
    const attached = await attachedBucket();
    const theirs = await notifiesQueue(attached);
    await switchOnEventBridge(client(), attached);
    expect(await configuration(attached)).toMatchObject({
      QueueConfigurations: [theirs],
      EventBridgeConfiguration: {},
    });
  });

  it('a second time changes nothing', async () => {
    const attached = await attachedBucket();
    await notifiesQueue(attached);
    await switchOnEventBridge(client(), attached);
    const before = await configuration(attached);
    expect(await switchOnEventBridge(client(), attached)).toBe('already-on');
    expect(await configuration(attached)).toEqual(before);
  });

  it('fails where there is no such bucket', async () => {
    const missing = { bucket: uniqueName('missing'), account: ACCOUNT };
    await expect(switchOnEventBridge(client(), missing)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});

describe('looking for log files', () => {
  it('finds them below the prefix, and only there', async () => {
    const attached = await attachedBucket();
    await client().send(
      new PutObjectCommand({
        Bucket: attached.bucket,
        Key: 'audit/AWSLogs/1/CloudTrail/a.json.gz',
        Body: 'x',
      }),
    );
    expect(await hasLogFiles(client(), attached, 'audit')).toBe(true);
    expect(await hasLogFiles(client(), attached, '')).toBe(false);
  });
});
