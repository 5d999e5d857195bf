import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { S3Options } from './s3-options.ts';

/**
 * Region and credentials as the AWS SDK finds them. S3 answers `SlowDown` while it splits a busy prefix, for seconds: the SDK's
 * three attempts are too few for writers that start on an empty bucket.
 */
export function s3Client({ pathStyle }: S3Options): S3Client {
  return new S3Client({ forcePathStyle: pathStyle, maxAttempts: 6 });
}

/** The HTTP status S3 answered with; undefined if it didn't. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** What S3, or the way to it, called the error. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
