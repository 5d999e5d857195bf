import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { SourceError, type FetchedLogFile, type LogFileEntry, type LogFileSource } from '../jobs/ports.ts';
import { nameOf, s3Client, statusOf, type S3Options } from './s3-client.ts';

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
    let continuation: string | undefined;
    do {
      const page = await this.#client
        .send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#prefix,
            ContinuationToken: continuation,
            // Keys may hold bytes that XML can't.
            EncodingType: 'url',
          }),
        )
        .catch(cannot(`s3://${this.#bucket}/${this.#prefix}`, 'the bucket cannot be listed'));
      for (const { Key: key = '', Size: size = 0, ETag: etag } of page.Contents ?? []) {
        yield { key: decodeKey(key), size, ...(etag !== undefined && { version: formatVersion(etag) }) };
      }
      continuation = page.NextContinuationToken;
    } while (continuation !== undefined);
  }

  version({ key, version }: LogFileEntry): Promise<string> {
    if (version !== undefined) return Promise.resolve(version);
    return Promise.reject(new SourceError('unreadable', key, 'the listing gave no ETag'));
  }

  async read(key: string, version: string): Promise<Uint8Array> {
    const found = await this.#client
      .send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, IfMatch: version.slice(PREFIX.length) }))
      .catch(cannot(key, 'the object cannot be read'));
    const bytes = await found.Body?.transformToByteArray().catch(cannot(key, 'the download broke off'));
    return bytes ?? new Uint8Array();
  }

  /**
   * One log file as it stands now, or as `versionId` names it, without its bytes if they are more than `maxBytes`.
   * Throws `SourceError`.
   */
  async fetch(key: string, versionId: string | undefined, maxBytes: number): Promise<FetchedLogFile> {
    const found = await this.#client
      .send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, VersionId: versionId }))
      .catch(cannot(key, 'the object cannot be read'));
    const { Body: body, ContentLength: size = 0, ETag: etag } = found;
    if (etag === undefined) throw new SourceError('unreadable', key, 'S3 gave no ETag');
    const version = formatVersion(etag);
    if (size > maxBytes) {
      // The connection is closed: nobody will read what is still on its way.
      if (body !== undefined && 'destroy' in body) body.destroy();
      return { key, size, version, bytes: undefined };
    }
    const bytes = await body?.transformToByteArray().catch(cannot(key, 'the download broke off'));
    return { key, size, version, bytes: bytes ?? new Uint8Array() };
  }
}

const PREFIX = 'etag:';

function formatVersion(etag: string): string {
  return `${PREFIX}${etag}`;
}

/** S3 encodes like a form: spaces are `+`. */
function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

function cannot(key: string, detail: string): (cause: unknown) => never {
  return (cause) => {
    const [name, status] = [nameOf(cause), statusOf(cause)];
    if (status === 404) throw new SourceError('missing', key, `${detail}: it is gone (${name})`, { cause });
    if (status === 412)
      throw new SourceError('changed', key, 'it has changed since it was planned', { cause });
    throw new SourceError('unreadable', key, `${detail} (${name})`, { cause });
  };
}
