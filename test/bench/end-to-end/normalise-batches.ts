import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PartColumns } from '../../../shared/core/columnar/part-columns.ts';
import { eventsKey } from '../../../shared/core/lake-keys.ts';
import { DEFAULT_LIMITS } from '../../../shared/core/limits.ts';
import type { Batch } from './batches-of-files.ts';
import { writeObject, type Made } from './write-object.ts';

export interface NormaliseWork {
  readonly source: string;
  readonly lake: string;
  readonly batches: readonly Batch[];
  /** One number, the next batch that nobody has taken: shared by all workers. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

/** Takes batch after batch from gzip to Parquet on disk, until none is left. Throws if a log file can't be read. */
export async function normaliseBatches({ source, lake, batches, next }: NormaliseWork): Promise<Made> {
  const columns = new PartColumns();
  const made: Made = { events: 0, outputBytes: 0 };
  for (;;) {
    const number = Atomics.add(next, 0, 1);
    const batch = batches[number];
    if (batch === undefined) return made;
    const id = String(number).padStart(20, '0');
    let part = 1;
    const flush = (): void => {
      for (const { partition, bytes, rows } of columns.take()) {
        writeObject(lake, eventsKey(partition, id, part), bytes);
        made.events += rows;
        made.outputBytes += bytes.length;
      }
      part += 1;
    };
    for (const [position, key] of batch.entries()) {
      for await (const item of columns.read(key, readFileSync(join(source, key)), DEFAULT_LIMITS, position)) {
        if (item !== 'full') throw new Error(`${key}: ${item.detail}`);
        flush();
      }
    }
    flush();
  }
}
