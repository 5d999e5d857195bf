import { UsageError } from './usage-error.ts';

/** A place in S3, as the command line names it. */
export interface S3Place {
  readonly bucket: string;
  /** What keys begin with; empty for the whole bucket. */
  readonly prefix: string;
}

const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

export function isS3Url(place: string): boolean {
  return place.startsWith('s3://');
}

/** Throws `UsageError`. */
export function parseS3Url(url: string): S3Place {
  const match = S3_URL.exec(url);
  if (match === null) throw new UsageError(`${url} is not of the form s3://bucket/prefix`);
  return { bucket: match[1] ?? '', prefix: match[2] ?? '' };
}
