import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { deployService } from '../support/deployed-service.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { messagesIn, sqsClient, until } from '../support/emulated-queue.ts';
import { pollQueue } from '../support/event-source-mapping.ts';
import { breachesOf, s3VersionOf } from '../support/lake-audit.ts';
import { smallLogFiles, type SmallLogFile } from '../support/small-log-files.ts';
import { seeded, shuffled } from '../support/turn-taking.ts';

emulatedAws({ ownAccount: true });

/** Two accounts, two regions, one day: four streams of 2,499 log files, and four odd ones. */
const FILES = smallLogFiles({ accounts: 2, regions: 2, days: 1, filesPerDay: 2499, recordsPerFile: 2 });
const s3 = new S3Client({ forcePathStyle: true });
const sqs = sqsClient();

describe('ten thousand small log files, each delivered twice, out of order, with answers lost', () => {
  it('become exactly the rows of delivering each once; the queue drains, and no letter is dead', async () => {
    expect(FILES).toHaveLength(10_000);
    const service = await deployService({
      change: (resources) => {
        delete resources['NormaliseEventSourceMappingSQSNormaliseQueue'];
        Object.assign(resources['NormaliseQueue']?.Properties ?? {}, { VisibilityTimeout: 5 });
      },
    });
    let t = performance.now();
    const lap = (what: string) => {
      console.log(what, Math.round(performance.now() - t));
      t = performance.now();
    };
    const random = seeded(3);
    // Every object is put twice, with the same bytes: each put is a delivery.
    await putAll(service.id('LogBucket'), shuffled([...FILES, ...FILES], random));
    lap('put');
    const queueUrl = service.id('NormaliseQueue');
    await until(
      '20,000 messages',
      async () => await messagesIn(sqs, queueUrl),
      ({ waiting }) => waiting >= 20_000,
    );
    lap('queue');
    const polling = { functionName: 'trailseal-test-normalise', queueUrl, batchSize: 1000 };
    const calls = await pollQueue(sqs, { ...polling, losesAnswer: (invocation) => invocation % 5 === 2 });
    lap('poll ' + calls);
    expect(calls).toBeGreaterThan(20);
    expect(await messagesIn(sqs, queueUrl)).toEqual({ waiting: 0, taken: 0 });
    expect(await messagesIn(sqs, service.id('NormaliseDeadLetters'))).toEqual({ waiting: 0, taken: 0 });
    const lake = new S3Store(service.id('LakeBucket'), { pathStyle: true });
    expect(await breachesOf(lake, FILES, s3VersionOf)).toEqual([]);
    lap('audit');
  });
});

async function putAll(bucket: string, files: readonly SmallLogFile[]): Promise<void> {
  const waiting = [...files];
  const putter = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop())
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: file.key, Body: file.bytes }));
  };
  await Promise.all(Array.from({ length: 32 }, putter));
}
