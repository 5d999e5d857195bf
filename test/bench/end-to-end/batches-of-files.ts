import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { streamOf } from '../../../shared/core/log-file-key.ts';
import { textEstimate } from '../../../shared/jobs/text-estimate.ts';

/** How much goes into a batch. Given, for the planner that has the defaults takes longer to load than all that a contestant needs. */
export interface BatchSize {
  readonly batchFiles: number;
  readonly batchBytes: number;
}

/** Keys of log files that become objects together. */
export type Batch = readonly string[];

/** The log files under a folder as `trailseal ingest` would plan them: in order of their keys, each stream by itself. */
export function batchesOfFiles(source: string, { batchFiles, batchBytes }: BatchSize): Batch[] {
  const batches: string[][] = [];
  let stream: string | undefined;
  let bytes = 0;
  for (const key of globSync('**/*.json.gz', { cwd: source }).sort()) {
    const text = textEstimate({ key, size: statSync(join(source, key)).size });
    const current = batches.at(-1);
    const fits =
      streamOf(key) === stream &&
      current !== undefined &&
      current.length < batchFiles &&
      bytes + text <= batchBytes;
    if (fits) {
      current.push(key);
      bytes += text;
    } else {
      batches.push([key]);
      bytes = text;
      stream = streamOf(key);
    }
  }
  return batches;
}
