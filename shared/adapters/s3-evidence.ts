import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SourceError } from '../jobs/ports.ts';
import { MAX_OBJECT_BYTES, type Evidence, type EvidenceStore } from '../jobs/evidence.ts';
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

  async *list(prefix: string, after = ''): AsyncGenerator<string> {
    const listing = { bucket: this.bucket, prefix: longer(this.#prefix, prefix), after };
    if (!isWithin(this.#prefix, prefix)) return;
    for await (const { entries } of listPages(this.#client, listing))
      for (const { key } of entries) yield key;
  }

  async folders(prefix: string): Promise<string[]> {
    if (!isWithin(this.#prefix, prefix)) return [];
    // Of the folders that lead to the one that was named, there is one at each step.
    const listing = { bucket: this.bucket, prefix: longer(this.#prefix, prefix), delimiter: '/' as const };
    const found: string[] = [];
    for await (const { folders } of listPages(this.#client, listing)) found.push(...folders);
    return [...new Set(found.map((path) => path.slice(0, path.indexOf('/', prefix.length) + 1)))];
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

/** Of the prefix that was named and one that is looked under, one begins with the other, or there is nothing to see. */
function isWithin(named: string, prefix: string): boolean {
  return named.startsWith(prefix) || prefix.startsWith(named);
}

function longer(a: string, b: string): string {
  return a.length >= b.length ? a : b;
}
