import { describe, expect, it } from 'vitest';
import { answerObjectMessages, type Failures } from '../../functions/object-messages.ts';
import type { CreatedObject } from '../../shared/core/object-created.ts';
import { contextWith, queueEvent } from '../support/packaged-handler.ts';

const BUCKET = 'trail-bucket';

function notification(...keys: string[]): unknown {
  const Records = keys.map((key) => ({
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: BUCKET }, object: { key: encodeURIComponent(key) } },
  }));
  return { Records };
}

function eventBridge(key: string): unknown {
  const detail = { bucket: { name: BUCKET }, object: { key } };
  return { source: 'aws.s3', 'detail-type': 'Object Created', detail };
}

function cloudTrail(...keys: string[]): unknown {
  return { s3Bucket: BUCKET, s3ObjectKey: keys };
}

function sns(message: unknown): unknown {
  return { Type: 'Notification', Message: JSON.stringify(message) };
}

const KEY = 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/21/a+b %41.json.gz';
const SHAPES: readonly (readonly [name: string, event: unknown])[] = [
  ['an S3 notification', notification(KEY)],
  ['an S3 notification inside SNS', sns(notification(KEY))],
  ['an EventBridge event', eventBridge(KEY)],
  ['CloudTrail’s own notification', cloudTrail(KEY)],
  ['CloudTrail’s own notification inside SNS', sns(cloudTrail(KEY))],
];

/** What a handler is given, and what it answers, when these keys fail. */
async function answered(event: unknown, failing: readonly string[] = []) {
  const handled: CreatedObject[] = [];
  const answer = await answerObjectMessages(event, contextWith(60), (objects): Promise<Failures> => {
    handled.push(...objects);
    const failed = objects.filter(({ key }) => failing.includes(key));
    return Promise.resolve(new Map(failed.map((object) => [object, new Error(`cannot have ${object.key}`)])));
  });
  return {
    keys: handled.map(({ key }) => key),
    failures: answer?.batchItemFailures.map((one) => one.itemIdentifier),
  };
}

describe.each(SHAPES)('%s', (_, event) => {
  it('is understood inside SQS', async () => {
    expect(await answered(queueEvent([event]))).toEqual({ keys: [KEY], failures: [] });
  });

  it('is understood when the function is called directly', async () => {
    expect(await answered(event)).toEqual({ keys: [KEY], failures: undefined });
  });

  it('fails by its message inside SQS, and as an error when called directly', async () => {
    expect((await answered(queueEvent([event, cloudTrail('b')]), [KEY])).failures).toEqual(['0']);
    await expect(answered(event, [KEY])).rejects.toThrow(`cannot have ${KEY}`);
  });
});

describe('a batch of messages', () => {
  it('has each object handled once, however many messages name it', async () => {
    const { keys, failures } = await answered(
      queueEvent([notification('a', 'b'), eventBridge('a'), cloudTrail('b', 'b', 'c')]),
    );
    expect(keys).toEqual(['a', 'b', 'c']);
    expect(failures).toEqual([]);
  });

  it('has every message delivered again that names a failed object, and no other', async () => {
    const messages = [notification('a', 'b'), eventBridge('c'), cloudTrail('b'), cloudTrail('c', 'a')];
    expect((await answered(queueEvent(messages), ['b'])).failures).toEqual(['0', '2']);
    expect((await answered(queueEvent(messages), ['a', 'b', 'c'])).failures).toEqual(['0', '1', '2', '3']);
  });

  it('has a message that it cannot understand delivered again, and the others handled', async () => {
    const messages = ['garbage', eventBridge('a'), { some: 'thing' }];
    expect(await answered(queueEvent(messages))).toEqual({ keys: ['a'], failures: ['0', '2'] });
  });

  it('of S3’s test event alone is no error', async () => {
    const test = { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET };
    expect(await answered(queueEvent([test]))).toEqual({ keys: [], failures: [] });
    expect(await answered(test)).toEqual({ keys: [], failures: undefined });
  });

  it.each(['version-id', 'etag'])('keeps objects of one key and another %s apart', async (field) => {
    const version = (id: string): unknown => ({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: BUCKET }, object: { key: 'a', [field]: id } },
    });
    expect((await answered(queueEvent([version('1'), version('2'), version('1')]))).keys).toEqual(['a', 'a']);
  });
});
