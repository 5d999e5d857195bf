import { workerData } from 'node:worker_threads';
import type { BatchAnswer } from '../shared/adapters/batch-pool.ts';
import type { BatchRef } from '../shared/core/lake-keys.ts';
import { normalise } from '../shared/jobs/normalise.ts';
import { SourceError } from '../shared/jobs/ports.ts';
import { openSource } from './log-file-source.ts';
import { openLake } from './open-lake.ts';

/** What the main thread tells every worker once. */
export interface IngestWorkerData {
  readonly places: readonly string[];
  /** A folder, or `s3://bucket`. */
  readonly lake: string;
}

const { places, lake } = workerData as IngestWorkerData;
const ports = { source: await openSource(places, lake), lake: await openLake(lake), now: Date.now };

// oxlint-disable-next-line import/no-default-export -- the pool calls a worker's default export.
export default async function carryOut(batch: BatchRef): Promise<BatchAnswer> {
  try {
    return { receipts: await normalise(batch, ports) };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { fault: { code: error.code, key: error.key, message: error.message } };
  }
}
