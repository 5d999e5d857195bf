import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { S3Trail } from '../../shared/adapters/s3-trail.ts';
import { SqsQueue } from '../../shared/adapters/sqs-queue.ts';
import { SourceError } from '../../shared/jobs/ports.ts';
import { emptyBucket, emulatedAws, uniqueName } from '../support/emulated-aws.ts';
import { MemoryQueue } from '../support/memory-queue.ts';
import { MemoryTrail } from '../support/memory-trail.ts';
import { messageQueueContract } from '../support/message-queue-contract.ts';
import { trailBucketContract } from '../support/trail-bucket-contract.ts';

emulatedAws();
const s3 = new S3Client({ forcePathStyle: true });
const sqs = new SQSClient();

trailBucketContract('MemoryTrail', (keys) => Promise.resolve(new MemoryTrail(keys)));
trailBucketContract('S3Trail', async (keys) => {
  const bucket = await emptyBucket();
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }))));
  return new S3Trail(bucket, { pathStyle: true });
});

messageQueueContract('MemoryQueue', () => {
  const queue = new MemoryQueue();
  return Promise.resolve({ queue, drain: () => Promise.resolve(queue.taken) });
});
messageQueueContract('SqsQueue', async () => {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: uniqueName('queue') }));
  return { queue: new SqsQueue(url), drain: () => drain(url) };
});

async function drain(url: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  }
}

describe('S3Trail', () => {
  it('reads on behind the first thousand, of folders and of keys, from where it is told', async () => {
    const bucket = await emptyBucket();
    const keys = Array.from({ length: 1203 }, (_, i) => `f/${String(i).padStart(4, '0')}/x`);
    for (let from = 0; from < keys.length; from += 100) {
      const some = keys.slice(from, from + 100);
      await Promise.all(some.map((Key) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }))));
    }
    const trail = new S3Trail(bucket, { pathStyle: true });
    expect(await trail.folders('f/')).toEqual(keys.map((key) => key.slice(0, -1)));
    expect(trail.requests).toBe(2);
    const pages = await Array.fromAsync(trail.pages('f/', 'f/0003/x'));
    expect(pages.flat().map(({ key }) => key)).toEqual(keys.slice(4));
    expect(trail.requests).toBe(4);
  });

  it('says that there is no such bucket', async () => {
    const nowhere = new S3Trail('no-such-bucket-here', { pathStyle: true });
    await expect(nowhere.folders('')).rejects.toThrow(SourceError);
    await expect(Array.fromAsync(nowhere.pages('', ''))).rejects.toMatchObject({ code: 'missing' });
  });
});

describe('SqsQueue', () => {
  it('says that there is no such queue', async () => {
    const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: uniqueName('queue') }));
    await expect(new SqsQueue(`${url}-not`).send(['x'])).rejects.toMatchObject({
      name: 'QueueError',
      code: 'no-queue',
    });
  });
});
