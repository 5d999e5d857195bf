import { HOUR, SampleBucket } from './sample-bucket.ts';
import type { SampleFile } from './sample-file.ts';
import { checkSampleOptions, type SampleOptions } from './sample-options.ts';
import { DELIVERY_INTERVAL } from './side-files.ts';

export type { SampleFile } from './sample-file.ts';
export { DEFAULT_SAMPLE_OPTIONS, type SampleOptions } from './sample-options.ts';

/** Stops after the log file that reaches either; the hour under way still gets its digests. */
export interface SampleLimit {
  readonly records?: number;
  /** Of log files, before compression; digests don't count. */
  readonly rawBytes?: number;
}

/**
 * A made-up organisation's CloudTrail bucket, object by object in the order of delivery: log files every five minutes, digests
 * every hour. Lazy, and no larger in memory after a year than after an hour. The JSON and the hashes depend on the options
 * alone; the compressed bytes also on the zlib that Node.js was built with.
 */
export function* sampleLogFiles(options: SampleOptions, limit: SampleLimit = {}): Generator<SampleFile> {
  checkSampleOptions(options);
  const bucket = new SampleBucket(options);
  const left = { records: limit.records ?? Infinity, rawBytes: limit.rawBytes ?? Infinity };
  const reached = (): boolean => left.records <= 0 || left.rawBytes <= 0;
  for (let now = bucket.start; ; now += DELIVERY_INTERVAL) {
    if (now > bucket.start && (now - bucket.start) % HOUR === 0) {
      yield* bucket.digests(now);
      if (reached() || bucket.finished(now)) return;
    }
    if (reached()) continue;
    for (const file of bucket.deliveries(now)) {
      yield file;
      left.records -= file.records;
      left.rawBytes -= file.rawBytes;
      if (reached()) break;
    }
  }
}
