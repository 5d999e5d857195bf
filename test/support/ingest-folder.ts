import { DirectorySource } from '../../shared/adapters/directory-source.ts';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { IngestTally, type IngestSummary } from '../../shared/jobs/ingest-summary.ts';
import { DEFAULT_BATCH, ingest } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import { now } from './now.ts';

/** Ingests folders or files into a lake in a directory, in this thread, `batchFiles` log files at a time. */
export async function ingestFolder(
  places: readonly string[],
  lakeRoot: string,
  { batchFiles }: { readonly batchFiles: number } = DEFAULT_BATCH,
): Promise<IngestSummary> {
  const ports = { source: new DirectorySource(places, lakeRoot), lake: new DirectoryStore(lakeRoot) };
  const tally = new IngestTally();
  await ingest(
    { ...ports, run: (batch) => normalise(batch, { ...ports, now }) },
    { ...DEFAULT_BATCH, batchFiles, concurrency: 1 },
    (event) => {
      tally.add(event);
    },
  );
  return tally.summary;
}
