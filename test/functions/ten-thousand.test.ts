import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { deployService } from '../support/deployed-service.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { messagesIn, sqsClient } from '../support/emulated-queue.ts';
import { pollQueue } from '../support/event-source-mapping.ts';
import { breachesOf, s3VersionOf } from '../support/lake-audit.ts';
import { putObjects } from '../support/quick-put.ts';
import { smallLogFiles, type SmallLogFile } from '../support/small-log-files.ts';
import { seeded, shuffled } from '../support/turn-taking.ts';

emulatedAws({ ownAccount: true });

/** Two accounts, two regions, one day: four streams, and a few odd files in the place of good ones. */
const FILES = distinct(
  smallLogFiles({ accounts: 2, regions: 2, days: 1, filesPerDay: 2500, recordsPerFile: 2 }),
);
const sqs = sqsClient();

describe('ten thousand small log files, each delivered twice, out of order, with answers lost', () => {
  it('become exactly the rows of delivering each once; the queue drains, and no letter is dead', async () => {
    expect(FILES).toHaveLength(10_000);
    const service = await deployService({
      change: (resources) => {
        delete resources['NormaliseEventSourceMappingSQSNormaliseQueue'];
        const queue: Record<string, unknown> = resources['NormaliseQueue']?.Properties ?? {};
        const redrive = queue['RedrivePolicy'] as Record<string, unknown>;
        // A slow machine may take longer over a batch than its messages stay hidden.
        Object.assign(queue, { VisibilityTimeout: 2, RedrivePolicy: { ...redrive, maxReceiveCount: 50 } });
      },
    });
    const [bucket, queueUrl] = [service.id('LogBucket'), service.id('NormaliseQueue')];
    const polling = { functionName: 'trailseal-test-normalise', queueUrl, batchSize: 1000 };
    const random = seeded(3);
    const files = shuffled(FILES, random);
    let [calls, told, before]: [number, number, SmallLogFile[]] = [0, 0, []];
    // In portions, for the emulator's queue is slow when it is long. Half of the second deliveries come a portion later.
    for (let from = 0; from <= files.length; from += 2500) {
      const now = files.slice(from, from + 2500);
      await putObjects(bucket, now);
      const half = now.splice(0, now.length / 2);
      const again = shuffled([...half, ...before], random);
      await tellAgain(bucket, queueUrl, again);
      [told, before] = [told + again.length, now];
      calls += await pollQueue(sqs, { ...polling, losesAnswer: (call) => call % 4 === 2 });
    }
    expect(told).toBe(10_000);
    expect(calls).toBeGreaterThan(12);
    expect(await messagesIn(sqs, service.id('NormaliseDeadLetters'))).toEqual({ waiting: 0, taken: 0 });
    const lake = new S3Store(service.id('LakeBucket'), { pathStyle: true });
    expect(await breachesOf(lake, FILES, s3VersionOf)).toEqual([]);
    // A minute alone; three were too few on a machine that did as much beside it.
  }, 400_000);
});

function distinct(files: readonly SmallLogFile[]): SmallLogFile[] {
  return [...new Map(files.map((file) => [file.key, file])).values()];
}

/** The second delivery: ten log files to a message, as `trailseal backfill` sends them, ten messages at a time. */
async function tellAgain(bucket: string, queueUrl: string, files: readonly SmallLogFile[]): Promise<void> {
  for (const batch of inTens(inTens(files))) {
    const Entries = batch.map((some, i) => {
      const Records = some.map(({ key, bytes }) => ({
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: bucket }, object: { key, size: bytes.length } },
      }));
      return { Id: String(i), MessageBody: JSON.stringify({ Records }) };
    });
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

function inTens<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / 10) }, (_, i) => items.slice(i * 10, i * 10 + 10));
}
