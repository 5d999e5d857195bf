import { GetObjectCommand, ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { SourceError, type LogFileEntry, type LogFileSource } from '../jobs/ports.ts';

/** Log files in a bucket, below a prefix. Keys and versions (ETags) are S3's own, so nothing is downloaded to learn them. */
export class S3Source implements LogFileSource {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  /** Region and credentials as the AWS SDK finds them. `pathStyle` is for emulated services, which know no bucket host names. */
  constructor(bucket: string, prefix: string, options: { readonly pathStyle: boolean }) {
    this.#client = new S3Client({ forcePathStyle: options.pathStyle });
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
    const name = cause instanceof Error ? cause.name : 'unknown error';
    const status = cause instanceof S3ServiceException ? cause.$metadata.httpStatusCode : undefined;
    if (status === 404) throw new SourceError('missing', key, `${detail}: it is gone (${name})`, { cause });
    if (status === 412)
      throw new SourceError('changed', key, 'it has changed since it was planned', { cause });
    throw new SourceError('unreadable', key, `${detail} (${name})`, { cause });
  };
}
