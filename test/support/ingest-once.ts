import { IngestTally, type IngestSummary } from '../../shared/jobs/ingest-summary.ts';
import { DEFAULT_BATCH, ingest, type IngestOptions } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import type { LogFileSource, ObjectStore } from '../../shared/jobs/ports.ts';
import { now } from './now.ts';

/** One run of ingest, in this thread, as the command line would do it. */
export async function ingestOnce(
  source: LogFileSource,
  lake: ObjectStore,
  options: Partial<IngestOptions> = {},
): Promise<IngestSummary> {
  const tally = new IngestTally();
  await ingest(
    { source, lake, run: (batch) => normalise(batch, { source, lake, now }) },
    { ...DEFAULT_BATCH, concurrency: 1, ...options },
    (event) => {
      tally.add(event);
    },
  );
  return tally.summary;
}
