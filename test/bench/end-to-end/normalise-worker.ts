import { parentPort, workerData } from 'node:worker_threads';
import { normaliseBatches, type NormaliseWork } from './normalise-batches.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window.
parentPort?.postMessage(await normaliseBatches(workerData as NormaliseWork));
