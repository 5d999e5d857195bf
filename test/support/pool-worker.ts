import { workerData } from 'node:worker_threads';
import type { BatchAnswer } from '../../shared/adapters/batch-pool.ts';
import type { BatchRef } from '../../shared/core/lake-keys.ts';

/** Answers as the batch's stream asks it to. */
// oxlint-disable-next-line import/no-default-export -- the pool calls a worker's default export.
export default function answer({ stream, sequence }: BatchRef): BatchAnswer {
  if (stream === 'fault')
    return { fault: { code: 'changed', key: 'a.json', message: 'a.json: it has changed' } };
  if (stream === 'throw') throw new RangeError('the lake is broken');
  const plan = String(workerData);
  return { receipts: { format: 1, stream, sequence, plan, logFiles: [], objects: [], quarantine: [] } };
}
