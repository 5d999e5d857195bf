import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SourceError } from '../jobs/ports.ts';
import { MAX_OBJECT_BYTES, type Evidence, type EvidenceStore } from '../jobs/verify-trail.ts';
import { s3Client, statusOf } from './s3-client.ts';
import type { S3Options } from './s3-options.ts';
import { listPages } from './s3-listing.ts';
import { bytesOf, cannot, discard } from './s3-object.ts';

/** A trail's log files and digests in its bucket. */
export class S3Evidence implements EvidenceStore {
  readonly bucket: string;
  readonly #prefix: string;
  readonly #client: S3Client;

  constructor(bucket: string, prefix: string, options: S3Options) {
    this.bucket = bucket;
    this.#prefix = prefix;
    this.#client = s3Client(options);
  }

  async *list(): AsyncGenerator<string> {
    for await (const { entries } of listPages(this.#client, { bucket: this.bucket, prefix: this.#prefix }))
      for (const { key } of entries) yield key;
  }

  async read(key: string): Promise<Evidence | undefined> {
    const found = await this.#client
      .send(new GetObjectCommand({ Bucket: this.bucket, Key: key }))
      .catch((error: unknown) =>
        statusOf(error) === 404 ? undefined : cannot(key, 'the object cannot be read')(error),
      );
    if (found === undefined) return undefined;
    if ((found.ContentLength ?? 0) > MAX_OBJECT_BYTES) {
      discard(found);
      throw new SourceError('unreadable', key, `it has ${found.ContentLength} bytes`);
    }
    return { bytes: await bytesOf(found, key), signature: found.Metadata?.['signature'] };
  }
}
