import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { EVENTS } from '../../shared/core/lake-keys.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { compact } from '../../shared/jobs/compact.ts';
import { LATER } from '../support/compact-once.ts';
import { ingestFolder } from '../support/ingest-folder.ts';

/** Its days are compacted, those of the others are not: queries read both kinds. */
const COMPACTED_ACCOUNT = '111122223333';

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
  const ports = { lake: new DirectoryStore(lake), now: () => LATER };
  await compact(ports, { settleMs: 0, prefix: `${EVENTS}account=${COMPACTED_ACCOUNT}/` });
  return lake;
}
