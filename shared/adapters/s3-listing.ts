import { ListObjectsV2Command, type _Object, type S3Client } from '@aws-sdk/client-s3';
import { versionOfEtag } from '../core/log-file-version.ts';
import type { LogFileEntry } from '../jobs/ports.ts';
import { cannot } from './s3-object.ts';

export interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  /** Keys behind this one only; empty for all. */
  readonly after?: string;
  /** Ends keys at the next slash behind the prefix: what goes on is told as a folder. */
  readonly delimiter?: '/';
}

export interface ListedPage {
  readonly entries: readonly LogFileEntry[];
  /** Prefixes, with their slash. */
  readonly folders: readonly string[];
}

/** Log files in a bucket, page by page: up to a thousand, in byte order of their keys. Throws `SourceError`. */
export async function* listPages(client: S3Client, listing: Listing): AsyncGenerator<ListedPage> {
  const { bucket, prefix, after = '', delimiter } = listing;
  let continuation: string | undefined;
  do {
    const page = await client
      .send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          Delimiter: delimiter,
          StartAfter: after === '' ? undefined : after,
          ContinuationToken: continuation,
          // Keys may hold bytes that XML can't.
          EncodingType: 'url',
        }),
      )
      .catch(cannot(`s3://${bucket}/${prefix}`, 'the bucket cannot be listed'));
    const entries = (page.Contents ?? []).map(entryOf);
    const folders = (page.CommonPrefixes ?? []).map(({ Prefix: folder = '' }) => decodeKey(folder));
    yield { entries, folders };
    continuation = page.NextContinuationToken;
  } while (continuation !== undefined);
}

function entryOf({ Key: key = '', Size: size = 0, ETag: etag }: _Object): LogFileEntry {
  const entry = { key: decodeKey(key), size };
  return etag === undefined ? entry : { ...entry, version: versionOfEtag(etag) };
}

/** S3 encodes like a form: spaces are `+`. */
function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}
