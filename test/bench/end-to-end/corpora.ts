import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { corpus, type CorpusOptions } from '../corpus.ts';
import type { CorpusSize } from './figures.ts';

/** What is made of the seed, and called what. */
export interface CorpusPlan extends CorpusOptions {
  readonly id: CorpusSize['id'];
  readonly name: string;
}

const ONE = { accounts: 1, regions: 1 };
/** Files of the cold start; the last record of the last one is the 5,000th. */
export const COLD_EVENTS = 5000;

/** `rawBytes`: of JSON, about, in all but the large files, of which two would be too few. */
export function corpusPlans(rawBytes: number): readonly CorpusPlan[] {
  return [
    { id: 'small', name: 'small files: 60 records each', recordsPerFile: 60, rawBytes, ...ONE },
    { id: 'typical', name: 'typical files: 600 records each', recordsPerFile: 600, rawBytes, ...ONE },
    {
      id: 'large',
      name: 'large files: 30,000 records each',
      recordsPerFile: 30_000,
      rawBytes: 2 * rawBytes,
      ...ONE,
    },
    {
      id: 'organisation',
      name: 'an organisation: 20 accounts, 4 regions, 60 records a file',
      recordsPerFile: 60,
      rawBytes,
      accounts: 20,
      regions: 4,
    },
  ];
}

export function coldPlan(): CorpusPlan {
  const name = `the first ${COLD_EVENTS.toLocaleString('en-US')} events`;
  return { id: 'cold', name, recordsPerFile: 500, rawBytes: Infinity, ...ONE };
}

/** Writes the corpus's log files under `folder`, in keys as CloudTrail's. */
export async function writeCorpus(plan: CorpusPlan, folder: string): Promise<CorpusSize> {
  const { id, name, recordsPerFile } = plan;
  const size = { id, name, files: 0, events: 0, rawBytes: 0, storedBytes: 0 };
  const files = corpus(plan).take(id === 'cold' ? COLD_EVENTS / recordsPerFile : Infinity);
  for (const { key, body, records, rawBytes } of files) {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
    size.files += 1;
    size.events += records;
    size.rawBytes += rawBytes;
    size.storedBytes += body.length;
  }
  if (size.files === 0) throw new Error(`${name}: not one file of ${plan.rawBytes} bytes; ask for more`);
  return size;
}
