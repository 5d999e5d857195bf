import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PART_SIZES } from '../../../shared/core/columnar/part-columns.ts';
import { DEFAULT_LIMITS } from '../../../shared/core/limits.ts';
import { DEFAULT_BATCH } from '../../../shared/jobs/ingest.ts';
import { partsByReference } from '../../oracle/reference-parts.ts';
import { batchesOfFiles } from './batches-of-files.ts';
import { writeObject, type Made } from './write-object.ts';

/** `reference-files.ts SOURCE LAKE`: the same objects row by row, written by hyparquet-writer: what the engine is held to. */
const start = performance.now();
const [source = '', lake = ''] = process.argv.slice(2);
const made: Made = { events: 0, outputBytes: 0 };
for (const [number, batch] of batchesOfFiles(source, DEFAULT_BATCH).entries()) {
  const files = batch.map((key) => ({ key, stored: readFileSync(join(source, key)) }));
  const { objects } = partsByReference(files, DEFAULT_LIMITS, PART_SIZES.partWeight);
  for (const [key, { bytes, rowsOf }] of objects) {
    writeObject(lake, key.replace(/[^/]*$/, `${number}-$&`), bytes);
    made.outputBytes += bytes.length;
    for (const rows of rowsOf.values()) made.events += rows;
  }
}
console.log(JSON.stringify({ ...made, seconds: (performance.now() - start) / 1000 }));
