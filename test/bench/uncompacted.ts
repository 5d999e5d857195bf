import { globSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { markdownTable, number } from './end-to-end/markdown-table.ts';

/**
 * `npm run bench:uncompacted`: how large a day is before it is compacted, beside its log files as they are stored, by how many of them an
 * object has. A query that scans once reads no more than that, whatever it asks.
 */

const BATCHES = [1, 3, 10, 30, 100, 300, 1000];
/** One account and region: log files of some twenty events. */
const SAMPLE = { ...DEFAULT_SAMPLE_OPTIONS, accounts: 1, regions: 1, eventsPerHour: 1000, doubledShare: 0 };

const folder = await mkdtemp(join(tmpdir(), 'trailseal-uncompacted-'));
try {
  const logs = join(folder, 'logs');
  let stored = 0;
  for (const { key, body } of sampleLogFiles(SAMPLE)) {
    if (!key.includes('/CloudTrail/')) continue;
    await mkdir(dirname(join(logs, key)), { recursive: true });
    await writeFile(join(logs, key), body);
    stored += body.length;
  }
  const rows: string[][] = [];
  for (const batchFiles of BATCHES) {
    const lake = join(folder, 'lake');
    const { rows: events } = await ingestFolder([logs], lake, { batchFiles });
    const sizes = globSync('events/**/*.parquet', { cwd: lake }).map((key) => statSync(join(lake, key)).size);
    const all = sizes.reduce((sum, size) => sum + size, 0);
    const of = (n: number): string => number(n / sizes.length);
    rows.push([String(batchFiles), String(sizes.length), of(events), of(all / 1000), number(all / stored)]);
    await rm(lake, { recursive: true });
  }
  const head = ['log files a batch', 'objects', 'events an object', 'kB an object', '÷ gzipped JSON'];
  console.log(markdownTable(head, rows));
} finally {
  await rm(folder, { recursive: true });
}
