import { basename, dirname, resolve } from 'node:path';
import { DirectoryEvidence } from '../shared/adapters/directory-evidence.ts';
import type { EvidenceStore } from '../shared/jobs/evidence.ts';
import { isS3Url, parseS3Url } from './s3-place.ts';
import { s3Options } from '../shared/adapters/s3-options.ts';

/** Where log files and digests lie: a bucket, or a copy of one in a folder. */
export async function openEvidence(place: string): Promise<EvidenceStore> {
  if (!isS3Url(place)) {
    const folder = resolve(place);
    return new DirectoryEvidence(basename(folder) === 'AWSLogs' ? dirname(folder) : folder);
  }
  const { bucket, prefix } = parseS3Url(place);
  const { S3Evidence } = await import('../shared/adapters/s3-evidence.ts');
  return new S3Evidence(bucket, prefix, s3Options());
}
