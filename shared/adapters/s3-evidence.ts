import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SourceError } from '../jobs/ports.ts';
import { MAX_OBJECT_BYTES, type Evidence, type EvidenceStore } from '../jobs/verify-trail.ts';
import { s3Client, statusOf, type S3Options } from './s3-client.ts';
import { cannot, listPages } from './s3-listing.ts';

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
      if (found.Body !== undefined && 'destroy' in found.Body) found.Body.destroy();
      throw new SourceError('unreadable', key, `it has ${found.ContentLength} bytes`);
    }
    const bytes = await found.Body?.transformToByteArray().catch(cannot(key, 'the download broke off'));
    return { bytes: bytes ?? new Uint8Array(), signature: found.Metadata?.['signature'] };
  }
}
