import { S3Evidence } from '../shared/adapters/s3-evidence.ts';
import { statusOf } from '../shared/adapters/s3-client.ts';
import { s3Options } from '../shared/adapters/s3-options.ts';
import { SourceError, StoreError } from '../shared/jobs/ports.ts';
import type { Evidence } from '../shared/jobs/evidence.ts';

/**
 * A bucket that verification reads every hour. An object that can't be read is a finding, for it may have been made so; but S3 that can't
 * be reached, or is too busy after all attempts, isn't: nobody is to be alarmed, and the next run goes on from where the last one ended.
 */
export class HourlyEvidence extends S3Evidence {
  constructor(bucket: string, prefix: string) {
    super(bucket, prefix, s3Options());
  }

  /** Throws `StoreError` besides. */
  override async read(key: string): Promise<Evidence | undefined> {
    try {
      return await super.read(key);
    } catch (error) {
      if (!(error instanceof SourceError) || error.cause === undefined || isRefusal(error.cause)) throw error;
      const message = `${error.message}; the next run goes on from where the last one ended`;
      throw new StoreError('unavailable', message, { cause: error });
    }
  }
}

function isRefusal(cause: unknown): boolean {
  const status = statusOf(cause) ?? 500;
  return status >= 400 && status < 500 && status !== 429;
}
