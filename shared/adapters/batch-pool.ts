import { Piscina } from 'piscina';
import type { BatchReceipts } from '../core/lake-format.ts';
import type { BatchRef } from '../core/lake-keys.ts';
import { SourceError, type SourceErrorCode } from '../jobs/ports.ts';

/** What a worker answers. Error classes don't survive the way between threads, so a source's fault travels as data. */
export type BatchAnswer =
  | { readonly receipts: BatchReceipts }
  | { readonly fault: { readonly code: SourceErrorCode; readonly key: string; readonly message: string } };

/** Carries out plans in worker threads. */
export class BatchPool {
  readonly #pool: Piscina<BatchRef, BatchAnswer>;

  /** `worker` is a module whose default export takes a `BatchRef` to a `BatchAnswer`; it finds `workerData` set. */
  constructor(worker: URL, threads: number, workerData: unknown) {
    this.#pool = new Piscina({
      filename: worker.href,
      // The others when there is something to do for them: to start one takes as long as a few thousand records.
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: Infinity,
      workerData,
      // V8 lets short-lived objects pile up to 96 MB a thread; with 12 it is measured to be just as fast.
      resourceLimits: { maxYoungGenerationSizeMb: 12 },
    });
  }

  async run(batch: BatchRef): Promise<BatchReceipts> {
    const answer = await this.#pool.run(batch);
    if ('receipts' in answer) return answer.receipts;
    const { code, key, message } = answer.fault;
    // The message names the key already, and a SourceError puts it there again.
    throw new SourceError(
      code,
      key,
      message.startsWith(`${key}: `) ? message.slice(key.length + 2) : message,
    );
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
