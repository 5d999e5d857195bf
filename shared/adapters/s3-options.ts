/** How S3 is reached; apart from the client, which takes the AWS SDK a tenth of a second to load. */
export interface S3Options {
  readonly pathStyle: boolean;
}

/** Buckets of emulated services have no host names of their own. */
export function s3Options(): S3Options {
  return { pathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined };
}
