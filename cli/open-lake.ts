import { resolve } from 'node:path';
import { DirectoryStore } from '../shared/adapters/directory-store.ts';
import type { ObjectStore } from '../shared/jobs/ports.ts';
import { isS3Url, parseS3Url } from './s3-place.ts';
import { s3Options } from '../shared/adapters/s3-options.ts';
import { UsageError } from './usage-error.ts';

/** The lake that `--lake` names, to be written to: a folder, or a bucket as `s3://bucket`. Throws `UsageError`. */
export async function openLake(place: string): Promise<ObjectStore> {
  if (!isS3Url(place)) return new DirectoryStore(resolve(place));
  const { bucket, prefix } = parseS3Url(place);
  if (prefix !== '') throw new UsageError(`a lake takes a bucket of its own: --lake s3://${bucket}`);
  const { S3Store } = await import('../shared/adapters/s3-store.ts');
  return new S3Store(bucket, s3Options());
}

/** Whatever lies in the lake isn't looked at; naming it as the place to look can only be a slip. Throws `UsageError`. */
export function refuseLakeAsSource(places: readonly string[], lake: string): void {
  const same = places.find((place) => identityOf(place) === identityOf(lake));
  if (same !== undefined) {
    throw new UsageError(`${same} is both the place to read and the lake; give --lake another place`);
  }
}

function identityOf(place: string): string {
  return isS3Url(place) ? `s3://${parseS3Url(place).bucket}` : resolve(place);
}
