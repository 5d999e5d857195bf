import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createdObjects,
  createdObjectsOfText,
  UnknownMessageError,
} from '../../shared/core/object-created.ts';

const BUCKET = 'trail-bucket';
const KEY = 'AWSLogs/o-exampleorg1/111122223333/CloudTrail/eu-west-1/2026/11/21/a b+c%20é.json.gz';

/** As S3 writes keys into its notifications: encoded like a form. */
function formEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}

const SHAPES: Record<string, (key: string) => unknown> = {
  'an S3 notification': (key) => ({
    Records: [
      {
        eventVersion: '2.3',
        eventSource: 'aws:s3',
        awsRegion: 'eu-west-1',
        eventName: 'ObjectCreated:Put',
        s3: { s3SchemaVersion: '1.0', bucket: { name: BUCKET }, object: { key: formEncoded(key), size: 7 } },
      },
    ],
  }),
  'an EventBridge event': (key) => ({
    version: '0',
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: BUCKET }, object: { key, size: 7 }, reason: 'PutObject' },
  }),
  'CloudTrail’s own notification': (key) => ({ s3Bucket: BUCKET, s3ObjectKey: [key] }),
};

function inSns(message: unknown): unknown {
  return { Type: 'Notification', MessageId: 'm', TopicArn: 't', Message: JSON.stringify(message) };
}

describe.each(Object.entries(SHAPES))('%s', (_, shape) => {
  it('tells of its object by the key that the object has', () => {
    expect(createdObjects(shape(KEY))).toMatchObject([{ bucket: BUCKET, key: KEY }]);
  });

  it('tells the same inside SNS, and as text', () => {
    expect(createdObjects(inSns(shape(KEY)))).toEqual(createdObjects(shape(KEY)));
    expect(createdObjectsOfText(JSON.stringify(inSns(shape(KEY))))).toEqual(createdObjects(shape(KEY)));
  });

  it('gives any key back', () => {
    const keys = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(keys, (key) => {
        expect(createdObjects(shape(key)).map((object) => object.key)).toEqual([key]);
      }),
    );
  });
});

describe('the version and the size of an object', () => {
  it('are kept where the message has them', () => {
    const s3 = { bucket: { name: BUCKET }, object: { key: 'a', versionId: 'v1', size: 3 } };
    const record = { eventSource: 'aws:s3', eventName: 's3:ObjectCreated:CompleteMultipartUpload', s3 };
    expect(createdObjects({ Records: [record] })).toEqual([
      { bucket: BUCKET, key: 'a', versionId: 'v1', size: 3 },
    ]);
    const detail = { bucket: { name: BUCKET }, object: { key: 'a', 'version-id': 'v1', size: 3 } };
    expect(createdObjects({ source: 'aws.s3', 'detail-type': 'Object Created', detail })).toEqual([
      { bucket: BUCKET, key: 'a', versionId: 'v1', size: 3 },
    ]);
  });
});

describe('messages that tell of nothing new', () => {
  it.each([
    ['S3’s test event', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET }],
    ['a removed object', removed('ObjectRemoved:Delete')],
    ['a tagged object', removed('ObjectTagging:Put')],
    ['an EventBridge event of another type', eventBridge('Object Deleted')],
    ['a notification without records', { Records: [] }],
  ])('%s is no error', (_, message) => {
    expect(createdObjects(message)).toEqual([]);
    expect(createdObjects(inSns(message))).toEqual([]);
  });

  it('CloudTrail’s greeting, as text and inside SNS, is none either', () => {
    const greeting = 'CloudTrail validation message.';
    expect(createdObjectsOfText(greeting)).toEqual([]);
    expect(createdObjects({ Type: 'Notification', Message: greeting })).toEqual([]);
  });
});

describe('a message of any other kind', () => {
  it.each([
    null,
    [],
    'text',
    {},
    { Records: [{ eventSource: 'aws:sns' }] },
    { Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put' }] },
    { s3Bucket: BUCKET, s3ObjectKey: 'not-a-list' },
    { source: 'aws.ec2', 'detail-type': 'Object Created', detail: {} },
    eventBridge('Object Created', ''),
  ])('%j is refused', (message) => {
    expect(() => createdObjects(message)).toThrow(UnknownMessageError);
  });

  it('is refused whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => createdObjectsOfText(text)).toThrow(UnknownMessageError);
      }),
    );
    expect(() => createdObjectsOfText('{')).toThrow(UnknownMessageError);
  });

  it('cannot hide in SNS for ever', () => {
    let message: unknown = SHAPES['an EventBridge event']?.('a');
    for (let i = 0; i < 10; i += 1) message = inSns(message);
    expect(() => createdObjects(message)).toThrow('too deep');
  });
});

function removed(eventName: string): unknown {
  const s3 = { bucket: { name: BUCKET }, object: { key: 'a' } };
  return { Records: [{ eventSource: 'aws:s3', eventName, s3 }] };
}

function eventBridge(type: string, key = 'a'): unknown {
  return { source: 'aws.s3', 'detail-type': type, detail: { bucket: { name: BUCKET }, object: { key } } };
}
