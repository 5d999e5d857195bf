import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { StoreError, type Metadata, type ObjectStore } from '../jobs/ports.ts';
import { nameOf, s3Client, statusOf } from './s3-client.ts';
import type { S3Options } from './s3-options.ts';

/** How often a put is tried again while S3 says that another put of the same key is under way. */
const MAX_CONFLICTS = 8;
const FIRST_PAUSE_MS = 20;

/**
 * A lake in a bucket: one object a key. All it needs of S3 is a put that loses where an object stands (`If-None-Match: *`) and that
 * reads see what was written, which S3 promises for objects and listings alike.
 */
export class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(bucket: string, options: S3Options) {
    this.#client = s3Client(options);
    this.#bucket = bucket;
  }

  /** Without `s3:ListBucket`, S3 says 403 instead of 404: an object that isn't there then looks denied. Throws `StoreError`. */
  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      const found = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return (await found.Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') return undefined;
      throw this.#failed('read', key, error);
    }
  }

  /**
   * A put whose answer got lost is tried again by the SDK and then finds its own object: `exists` may mean this very writer. Everyone who
   * stores compares or reads on, so it makes no difference. Throws `StoreError`.
   */
  async putIfAbsent(key: string, bytes: Uint8Array, metadata: Metadata = {}): Promise<'stored' | 'exists'> {
    const request = {
      Bucket: this.#bucket,
      Key: key,
      Body: bytes,
      IfNoneMatch: '*',
      Metadata: { ...metadata },
    };
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        await this.#client.send(new PutObjectCommand(request));
        return 'stored';
      } catch (error) {
        if (statusOf(error) === 412) return 'exists';
        // Two puts at once: S3 turns one away without saying which will stand.
        if (statusOf(error) !== 409 || conflicts >= MAX_CONFLICTS) throw this.#failed('written', key, error);
        await sleep(FIRST_PAUSE_MS * 2 ** conflicts);
      }
    }
  }

  /** Throws `StoreError`. */
  async *list(prefix: string, after?: string): AsyncGenerator<string> {
    try {
      const request = { Bucket: this.#bucket, Prefix: prefix, StartAfter: after };
      for await (const page of paginateListObjectsV2({ client: this.#client }, request)) {
        for (const { Key: key } of page.Contents ?? []) if (key !== undefined) yield key;
      }
    } catch (error) {
      throw this.#failed('listed', prefix, error);
    }
  }

  #failed(done: string, key: string, cause: unknown): StoreError {
    const place = `s3://${this.#bucket}/${key}`;
    if (nameOf(cause) === 'NoSuchBucket') {
      return new StoreError('no-bucket', `there is no bucket ${this.#bucket} (looked for ${place})`, {
        cause,
      });
    }
    if (statusOf(cause) === 403) {
      const advice = 'check the permissions of this role on the bucket and on its key';
      return new StoreError('denied', `${place} may not be ${done}: ${advice}`, { cause });
    }
    return new StoreError('unavailable', `${place} could not be ${done} (${nameOf(cause)})`, { cause });
  }
}
