import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { etagOfVersion, versionOfEtag } from '../core/log-file-version.ts';
import { SourceError, type FetchedLogFile, type LogFileEntry, type LogFileSource } from '../jobs/ports.ts';
import { s3Client } from './s3-client.ts';
import type { S3Options } from './s3-options.ts';
import { listPages } from './s3-listing.ts';
import { bytesOf, cannot, discard } from './s3-object.ts';

/** Log files in a bucket, below a prefix. Keys and versions (ETags) are S3's own, so nothing is downloaded to learn them. */
export class S3Source implements LogFileSource {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(bucket: string, prefix: string, options: S3Options) {
    this.#client = s3Client(options);
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async *list(): AsyncGenerator<LogFileEntry> {
    const listing = { bucket: this.#bucket, prefix: this.#prefix };
    for await (const { entries } of listPages(this.#client, listing)) yield* entries;
  }

  version({ key, version }: LogFileEntry): Promise<string> {
    if (version !== undefined) return Promise.resolve(version);
    return Promise.reject(new SourceError('unreadable', key, 'the listing gave no ETag'));
  }

  async read(key: string, version: string): Promise<Uint8Array> {
    const found = await this.#client
      .send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, IfMatch: etagOfVersion(version) }))
      .catch(cannot(key, 'the object cannot be read'));
    return await bytesOf(found, key);
  }

  /**
   * One log file as it stands now, or as `versionId` names it, without its bytes if they are more than `maxBytes`.
   * Throws `SourceError`.
   */
  async fetch(key: string, versionId: string | undefined, maxBytes: number): Promise<FetchedLogFile> {
    const found = await this.#client
      .send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, VersionId: versionId }))
      .catch(cannot(key, 'the object cannot be read'));
    const { ContentLength: size = 0, ETag: etag } = found;
    if (etag === undefined) throw new SourceError('unreadable', key, 'S3 gave no ETag');
    const version = versionOfEtag(etag);
    if (size > maxBytes) {
      discard(found);
      return { key, size, version, bytes: undefined };
    }
    return { key, size, version, bytes: await bytesOf(found, key) };
  }
}
