import type { S3Client } from '@aws-sdk/client-s3';
import type { TrailBucket } from '../jobs/find-log-files.ts';
import type { LogFileEntry } from '../jobs/ports.ts';
import { s3Client } from './s3-client.ts';
import type { S3Options } from './s3-options.ts';
import { listPages } from './s3-listing.ts';

/** A trail's bucket, to be searched folder by folder. Throws `SourceError`. */
export class S3Trail implements TrailBucket {
  readonly #client: S3Client;
  readonly #bucket: string;
  /** ListObjectsV2 requests made so far: each has its price. */
  requests = 0;

  constructor(bucket: string, options: S3Options) {
    this.#client = s3Client(options);
    this.#bucket = bucket;
  }

  async folders(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { folders } of listPages(this.#client, {
      bucket: this.#bucket,
      prefix,
      delimiter: '/',
    })) {
      this.requests += 1;
      found.push(...folders);
    }
    return found;
  }

  async *pages(prefix: string, after: string): AsyncGenerator<readonly LogFileEntry[]> {
    for await (const { entries } of listPages(this.#client, { bucket: this.#bucket, prefix, after })) {
      this.requests += 1;
      yield entries;
    }
  }
}
