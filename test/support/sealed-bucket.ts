import { gunzipSync, gzipSync } from 'node:zlib';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { KmsSigner } from '../../shared/adapters/kms-signer.ts';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { textToSign, type OwnDigest } from '../../shared/core/sealed-digest.ts';
import { emptyBucket } from './emulated-aws.ts';
import { kmsKey } from './kms-key.ts';
import { contextWith, packagedHandler, type Handler } from './packaged-handler.ts';
import { keyOf, logFileOf, recordOf } from './small-log-files.ts';

const HOUR = 60 * 60 * 1000;
const MINUTE = 60_000;

interface Stored {
  readonly bytes: Buffer;
  readonly metadata: Record<string, string>;
}

/**
 * A lake bucket with a chain of digests, as the packaged functions make it hour by hour while the clock is moved: log files of two accounts,
 * an hour without any, and two keys one after the other. Then tests change objects as an attacker would, and `restore` takes that back.
 */
export class SealedBucket {
  readonly account = '111122223333';
  readonly trail = 'trailseal-test';
  readonly start = Date.parse('2026-11-20T21:00:00Z');
  readonly lake: string;
  readonly logs: string;
  /** ARNs, in the order of their use. */
  readonly keys: readonly string[];
  readonly logFiles: string[] = [];
  digests: string[] = [];
  #normalise: Promise<Handler> | undefined;
  readonly #seal: Record<string, Promise<Handler>> = {};
  readonly #client = new S3Client({ forcePathStyle: true });
  /** What objects were before they were changed. */
  readonly #before = new Map<string, Stored | undefined>();

  private constructor(lake: string, logs: string, keys: readonly string[]) {
    this.lake = lake;
    this.logs = logs;
    this.keys = keys;
  }

  /** A digest an hour, `hours` of them; the hour `empty` has no log file, and from `rotated` on the second key signs. */
  static async make(hours: number, empty: number, rotated: number): Promise<SealedBucket> {
    const made = new SealedBucket(await emptyBucket(), await emptyBucket(), [await kmsKey(), await kmsKey()]);
    for (let hour = 0; hour < hours; hour += 1) {
      const time = made.start + hour * HOUR;
      if (hour !== empty) await at(time + 20 * MINUTE, () => made.#deliver(hour));
      await made.sealAt(time + HOUR + 5 * MINUTE, made.keys[hour < rotated ? 0 : 1] ?? '');
    }
    made.digests = await made.listed();
    return made;
  }

  /** A log file of each of two accounts, and the messages that tell of them. */
  async #deliver(hour: number): Promise<void> {
    const files = [0, 1].map((account) => {
      const place = { account, region: 0, day: 0, number: hour };
      return logFileOf(keyOf(place), [recordOf(place, 0), recordOf(place, 1)]);
    });
    for (const { key, bytes } of files)
      await this.#put(this.logs, key, { bytes: Buffer.from(bytes), metadata: {} });
    this.logFiles.push(...files.map(({ key }) => key));
    const env = { LOG_BUCKET: this.logs, LAKE_BUCKET: this.lake };
    this.#normalise ??= packagedHandler('normalise', env);
    const event: unknown = { s3Bucket: this.logs, s3ObjectKey: files.map(({ key }) => key) };
    await (
      await this.#normalise
    )(event as SQSEvent, contextWith(60));
  }

  /** What the function does at a time, with `seconds` left, in the container that signs with this key. */
  async sealAt(time: number, key: string, seconds = 60): Promise<void> {
    const env = { SEAL_KEY: key, TRAIL_NAME: this.trail, LOG_BUCKET: this.logs, LAKE_BUCKET: this.lake };
    const handler = await (this.#seal[key] ??= packagedHandler('seal', env));
    const invokedFunctionArn = `arn:aws:lambda:us-east-1:${this.account}:function:trailseal-test-seal`;
    const context: Context = { ...contextWith(seconds), invokedFunctionArn };
    await at(time, () => handler({} as SQSEvent, context));
  }

  /** Keys of the digests that are there. */
  async listed(): Promise<string[]> {
    return await Array.fromAsync(new S3Store(this.lake, { pathStyle: true }).list('AWSLogs/'));
  }

  /** Changes an object, or removes it where `change` returns undefined. */
  async change(key: string, change: (stored: Stored) => Partial<Stored> | undefined): Promise<void> {
    const bucket = this.#bucketOf(key);
    const stored = await this.#get(bucket, key);
    if (!this.#before.has(key)) this.#before.set(key, stored);
    const changed = change(stored);
    if (changed === undefined) await this.#delete(bucket, key);
    else await this.#put(bucket, key, { ...stored, ...changed });
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.change(key, () => undefined);
  }

  /** Adds an object that wasn't there. */
  async add(key: string, bytes: Buffer): Promise<void> {
    this.#before.set(key, undefined);
    await this.#put(this.#bucketOf(key), key, { bytes, metadata: {} });
  }

  /** Has a digest say something else, with a signature by the newest key: what whoever may use it could do. */
  async sign(
    key: string,
    change: (digest: OwnDigest) => Partial<OwnDigest>,
    by = this.keys[1] ?? '',
  ): Promise<void> {
    const signer = new KmsSigner(by);
    const { fingerprint } = await signer.publicKey();
    const { bytes } = await this.#get(this.lake, key);
    const digest = JSON.parse(gunzipSync(bytes).toString()) as OwnDigest;
    const changed = { ...digest, digestPublicKeyFingerprint: fingerprint, ...change(digest) };
    const text = Buffer.from(JSON.stringify(changed));
    const signature = await signer.sign(textToSign(changed, text));
    await this.change(key, ({ metadata }) => ({
      bytes: gzipSync(text),
      metadata: { ...metadata, signature },
    }));
  }

  async restore(): Promise<void> {
    for (const [key, stored] of this.#before) {
      if (stored === undefined) await this.#delete(this.#bucketOf(key), key);
      else await this.#put(this.#bucketOf(key), key, stored);
    }
    this.#before.clear();
  }

  #bucketOf(key: string): string {
    return this.digests.includes(key) ? this.lake : this.logs;
  }

  async #get(bucket: string, key: string): Promise<Stored> {
    const found = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = Buffer.from((await found.Body?.transformToByteArray()) ?? []);
    return { bytes, metadata: found.Metadata ?? {} };
  }

  async #put(bucket: string, key: string, { bytes, metadata }: Stored): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, Metadata: metadata }),
    );
  }

  async #delete(bucket: string, key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }
}

/** Does something while the clock stands at a time (milliseconds since 1970). */
async function at<T>(time: number, act: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: time });
  try {
    return await act();
  } finally {
    vi.useRealTimers();
  }
}
