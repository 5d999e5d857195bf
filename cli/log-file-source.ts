import { DirectorySource } from '../shared/adapters/directory-source.ts';
import type { LogFileSource } from '../shared/jobs/ports.ts';
import { isS3Url, parseS3Url } from './s3-place.ts';
import { s3Options } from '../shared/adapters/s3-options.ts';
import { UsageError } from './usage-error.ts';

/** The source that `trailseal ingest`'s arguments name: folders and files, or one bucket. */
export async function openSource(places: readonly string[], lake: string): Promise<LogFileSource> {
  const [url, ...more] = places.filter(isS3Url);
  if (url === undefined) return new DirectorySource(places, lake);
  if (more.length > 0 || places.length > 1) {
    throw new UsageError('name one s3://bucket/prefix, or any number of folders and files, not both');
  }
  const { bucket, prefix } = parseS3Url(url);
  // The AWS SDK takes a tenth of a second to load, in every worker; folders don't need it.
  const { S3Source } = await import('../shared/adapters/s3-source.ts');
  return new S3Source(bucket, prefix, s3Options());
}
