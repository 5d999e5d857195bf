import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { ingestFolder } from '../support/ingest-folder.ts';

/** The demo's log files, and the lake of them, below `folder`; the lake's folder. */
export async function sampleLake(
  folder: string,
  { hours, eventsPerHour }: { readonly hours: number; readonly eventsPerHour: number },
): Promise<string> {
  for (const { key, body } of sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, hours, eventsPerHour })) {
    const path = join(folder, 'logs', key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
  }
  const lake = join(folder, 'lake');
  // In one batch: of few objects, for each is a request to the emulated S3, which is slow.
  await ingestFolder([join(folder, 'logs')], lake, { batchFiles: 20_000 });
  return lake;
}
