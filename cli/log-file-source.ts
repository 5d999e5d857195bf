import { DirectorySource } from '../shared/adapters/directory-source.ts';
import type { LogFileSource } from '../shared/jobs/ports.ts';
import { UsageError } from './usage-error.ts';

const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/** The source that `trailseal ingest`'s arguments name: folders and files, or one bucket. */
export async function openSource(places: readonly string[], lake: string): Promise<LogFileSource> {
  const buckets = places.filter((place) => place.startsWith('s3://'));
  if (buckets.length === 0) return new DirectorySource(places, lake);
  const [url = '', ...more] = buckets;
  if (more.length > 0 || places.length > 1) {
    throw new UsageError('name one s3://bucket/prefix, or any number of folders and files, not both');
  }
  const match = S3_URL.exec(url);
  if (match === null) throw new UsageError(`${url} is not of the form s3://bucket/prefix`);
  const [, bucket = '', prefix = ''] = match;
  // The AWS SDK takes a tenth of a second to load, in every worker; folders don't need it.
  const { S3Source } = await import('../shared/adapters/s3-source.ts');
  return new S3Source(bucket, prefix, { pathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined });
}
