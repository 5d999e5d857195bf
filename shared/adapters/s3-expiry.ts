import { HeadObjectCommand, PutObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { mapAhead } from '../jobs/map-ahead.ts';
import { StoreError } from '../jobs/ports.ts';
import type { Expiry } from '../jobs/supersede.ts';
import { nameOf, s3Client, statusOf } from './s3-client.ts';
import type { S3Options } from './s3-options.ts';

/** What a lifecycle rule of the lake's bucket looks for (deploy/lake-bucket.yml). */
export const SUPERSEDED_TAG = { Key: 'trailseal', Value: 'superseded' } as const;

const TAGS_AT_ONCE = 32;

/** Tags what is given up, so that the bucket's lifecycle rule removes it: this role deletes nothing itself. */
export class S3Expiry implements Expiry {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly graceMs: number;

  constructor(bucket: string, graceMs: number, options: S3Options) {
    this.#client = s3Client(options);
    this.#bucket = bucket;
    this.graceMs = graceMs;
  }

  /** Throws `StoreError`. */
  async storedAt(key: string): Promise<number | undefined> {
    try {
      const found = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return found.LastModified?.getTime();
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw this.#failed('looked at', key, error);
    }
  }

  /** What the lifecycle rule was faster with is passed over. Throws `StoreError`. */
  async expire(keys: readonly string[]): Promise<void> {
    const tag = async (key: string): Promise<unknown> =>
      await this.#client
        .send(
          new PutObjectTaggingCommand({
            Bucket: this.#bucket,
            Key: key,
            Tagging: { TagSet: [SUPERSEDED_TAG] },
          }),
        )
        .catch((error: unknown) => {
          if (statusOf(error) !== 404) throw this.#failed('tagged', key, error);
        });
    await Array.fromAsync(mapAhead(keys, TAGS_AT_ONCE, tag));
  }

  #failed(done: string, key: string, cause: unknown): StoreError {
    const code = statusOf(cause) === 403 ? 'denied' : 'unavailable';
    return new StoreError(code, `s3://${this.#bucket}/${key} could not be ${done} (${nameOf(cause)})`, {
      cause,
    });
  }
}
