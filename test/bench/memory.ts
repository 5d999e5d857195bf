import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { TRAILSEAL } from '../support/trailseal-entry.ts';

/**
 * `npm run bench:memory`: peak memory of `trailseal ingest`, all cores, over samples of growing size up to a gigabyte. Ends with code 1
 * above the limit.
 */

const SIZES_MB = [100, 300, 1000];
const LIMIT_MB = 512;

const SUMMARY = z.object({
  rows: z.number(),
  peakMemoryMB: z.number(),
  seconds: z.number(),
  logFiles: z.object({ ingested: z.number() }),
});

const folder = await mkdtemp(join(tmpdir(), 'trailseal-memory-'));
try {
  for (const size of SIZES_MB) {
    const logs = join(folder, 'logs');
    for (const { key, body } of sampleLogFiles(
      { ...DEFAULT_SAMPLE_OPTIONS, hours: 876_000 },
      { rawBytes: size * 1e6 },
    )) {
      const path = join(logs, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, body);
    }
    const { rows, peakMemoryMB, seconds, logFiles } = SUMMARY.parse(
      JSON.parse(await ingest(logs, join(folder, 'lake'))),
    );
    const files = logFiles.ingested.toLocaleString('en-US');
    console.log(
      `${size} MB of JSON in ${files} log files: ${rows.toLocaleString('en-US')} rows in ${seconds.toFixed(1)} s, peak ${peakMemoryMB.toFixed(0)} MB`,
    );
    if (peakMemoryMB > LIMIT_MB) process.exitCode = 1;
    await rm(logs, { recursive: true });
    await rm(join(folder, 'lake'), { recursive: true });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function ingest(logs: string, lake: string): Promise<string> {
  const child = spawn(process.execPath, [TRAILSEAL, 'ingest', logs, '--lake', lake, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await new Promise((resolve) => child.on('close', resolve));
  return output;
}
