import * as z from 'zod';

/**
 * Messages that tell of new objects in a bucket, in all the shapes that reach a function:
 *
 * - an S3 event notification: `Records[].s3` (S3 user guide, "Event message structure"); keys are encoded like a form;
 * - an EventBridge event of S3: `detail.object` ("Object Created"); keys as they are;
 * - CloudTrail's own SNS message: `s3Bucket`, `s3ObjectKey[]` (CloudTrail user guide, "Configuring Amazon SNS notifications");
 * - any of these inside SNS (`Type: Notification`, `Message`).
 *
 * What carries them, SQS or a direct call, is the handler's business. A message is anybody's: it is checked, and refused whole.
 */

/** An object that a message tells of. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  /** In a versioned bucket, if the message says so. */
  readonly versionId?: string | undefined;
  /** Bytes as stored, if the message says so. */
  readonly size?: number | undefined;
  /** Without quotes, if the message says so. */
  readonly etag?: string | undefined;
}

/** The message is none of the shapes that tell of objects. */
export class UnknownMessageError extends Error {
  constructor(detail: string, options?: ErrorOptions) {
    super(`this message tells of no objects that trailseal understands: ${detail}`, options);
    this.name = 'UnknownMessageError';
  }
}

/** What CloudTrail publishes when a topic is given to a trail. */
const CLOUDTRAIL_GREETING = 'CloudTrail validation message.';

/** SNS in SNS in SNS is no way that S3 takes. */
const MAX_WRAPPINGS = 3;

const SIZE = z.int().nonnegative().optional();
const ETAG = z.string().min(1).optional();
const S3_OBJECT = z.object({
  key: z.string().min(1),
  versionId: z.string().optional(),
  size: SIZE,
  eTag: ETAG,
});
const NOTIFICATION = z.object({
  Records: z.array(
    z.object({
      eventSource: z.literal('aws:s3'),
      eventName: z.string(),
      s3: z.object({ bucket: z.object({ name: z.string().min(1) }), object: S3_OBJECT }),
    }),
  ),
});
const TEST_EVENT = z.object({ Service: z.literal('Amazon S3'), Event: z.literal('s3:TestEvent') });
const EVENTBRIDGE = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.string(),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      'version-id': z.string().optional(),
      size: SIZE,
      etag: ETAG,
    }),
  }),
});
const CLOUDTRAIL = z.object({ s3Bucket: z.string().min(1), s3ObjectKey: z.array(z.string().min(1)) });
const SNS = z.object({ Type: z.literal('Notification'), Message: z.string() });

/**
 * The objects that a message, as parsed JSON, says were created. Empty for test messages and for events of another kind
 * (removed, tagged). Throws `UnknownMessageError`.
 */
export function createdObjects(message: unknown): CreatedObject[] {
  return unwrap(message, MAX_WRAPPINGS);
}

/** The same, of a message as text. Throws `UnknownMessageError`. */
export function createdObjectsOfText(text: string): CreatedObject[] {
  return unwrapText(text, MAX_WRAPPINGS);
}

function unwrap(message: unknown, wrappings: number): CreatedObject[] {
  const sns = SNS.safeParse(message);
  if (!sns.success) return objectsOf(message);
  if (wrappings === 0) throw new UnknownMessageError('it is wrapped too deep in SNS');
  return unwrapText(sns.data.Message, wrappings - 1);
}

function unwrapText(text: string, wrappings: number): CreatedObject[] {
  return text === CLOUDTRAIL_GREETING ? [] : unwrap(parse(text), wrappings);
}

function objectsOf(message: unknown): CreatedObject[] {
  const notification = NOTIFICATION.safeParse(message);
  if (notification.success) {
    return notification.data.Records.filter(({ eventName }) => isCreation(eventName)).map(({ s3 }) => {
      const { key, versionId, size, eTag: etag } = s3.object;
      return { bucket: s3.bucket.name, key: decodeFormKey(key), versionId, size, etag };
    });
  }
  const event = EVENTBRIDGE.safeParse(message);
  if (event.success) {
    const { bucket, object } = event.data.detail;
    if (event.data['detail-type'] !== 'Object Created') return [];
    const { key, 'version-id': versionId, size, etag } = object;
    return [{ bucket: bucket.name, key, versionId, size, etag }];
  }
  const cloudTrail = CLOUDTRAIL.safeParse(message);
  if (cloudTrail.success) {
    const { s3Bucket, s3ObjectKey } = cloudTrail.data;
    return s3ObjectKey.map((key) => ({ bucket: s3Bucket, key }));
  }
  if (TEST_EVENT.safeParse(message).success) return [];
  throw new UnknownMessageError(
    'it is no S3 notification, EventBridge event of S3 or CloudTrail notification',
  );
}

function isCreation(eventName: string): boolean {
  return /^(?:s3:)?ObjectCreated:/.test(eventName);
}

/** S3 encodes like a form, spaces as `+`. A `%` that starts no code can't come from S3 and stands for itself. */
function decodeFormKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnknownMessageError('it is no JSON', { cause: error });
  }
}
