import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { batchesOfFiles } from './batches-of-files.ts';
import { normaliseBatches, type NormaliseWork } from './normalise-batches.ts';
import type { Made } from './write-object.ts';

/** `normalise.ts SOURCE LAKE THREADS FILES BYTES`: the last two are a batch's. */
const start = performance.now();
const [source = '', lake = '', threads, batchFiles, batchBytes] = process.argv.slice(2);
const batches = batchesOfFiles(source, { batchFiles: Number(batchFiles), batchBytes: Number(batchBytes) });
const next = new Int32Array(new SharedArrayBuffer(4));
const work: NormaliseWork = { source, lake, batches, next };
const all = threads === '1' ? [await normaliseBatches(work)] : await inWorkers(Number(threads));
const made = all.reduce((sum, one) => ({
  events: sum.events + one.events,
  outputBytes: sum.outputBytes + one.outputBytes,
}));
console.log(JSON.stringify({ ...made, seconds: (performance.now() - start) / 1000 }));

async function inWorkers(count: number): Promise<Made[]> {
  const workers = Array.from(
    { length: count },
    // As the batch pool has them.
    () =>
      new Worker(new URL(`normalise-worker${extname(import.meta.filename)}`, import.meta.url), {
        workerData: work,
        resourceLimits: { maxYoungGenerationSizeMb: 12 },
      }),
  );
  return await Promise.all(
    workers.map(async (worker) => {
      const [made] = (await once(worker, 'message')) as [Made];
      return made;
    }),
  );
}
