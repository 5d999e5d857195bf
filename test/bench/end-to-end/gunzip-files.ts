import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { inflateRawSync } from 'node:zlib';

/**
 * `gunzip-files.ts SOURCE THREADS`: gunzips and does nothing with it, the fastest way Node.js has: the output's size is taken from the trailer, and
 * the checksum behind it isn't looked at. Headers are those that zlib writes, ten bytes. Of two threads each takes every other file.
 */
interface Share {
  readonly source: string;
  readonly threads: number;
  readonly number: number;
}

if (isMainThread) {
  const start = performance.now();
  const [source = '', threads = '1'] = process.argv.slice(2);
  const shares = Array.from({ length: Number(threads) }, (_, number): Share => ({
    source,
    threads: Number(threads),
    number,
  }));
  const made = shares.length === 1 ? shares.map(gunzipShare) : await Promise.all(shares.map(inWorker));
  const rawBytes = made.reduce((sum, bytes) => sum + bytes, 0);
  console.log(JSON.stringify({ rawBytes, outputBytes: 0, seconds: (performance.now() - start) / 1000 }));
} else {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window.
  parentPort?.postMessage(gunzipShare(workerData as Share));
}

function gunzipShare({ source, threads, number }: Share): number {
  let rawBytes = 0;
  for (const [i, key] of globSync('**/*.json.gz', { cwd: source }).entries()) {
    if (i % threads !== number) continue;
    const stored = readFileSync(join(source, key));
    // A byte more than the text: zlib asks for another chunk when one is full.
    const chunkSize = stored.readUInt32LE(stored.length - 4) + 1;
    rawBytes += inflateRawSync(stored.subarray(10, -8), { chunkSize }).length;
  }
  return rawBytes;
}

async function inWorker(share: Share): Promise<number> {
  const [rawBytes] = (await once(new Worker(new URL(import.meta.url), { workerData: share }), 'message')) as [
    number,
  ];
  return rawBytes;
}
