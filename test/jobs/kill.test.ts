import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { ingestOnce } from '../support/ingest-once.ts';
import { ingestAndKill, ingestInProcess } from '../support/ingest-process.ts';
import { breachesOf, treeOf } from '../support/lake-audit.ts';
import { MemorySource } from '../support/memory-source.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';
import { asMap, smallLogFiles } from '../support/small-log-files.ts';
import { seeded } from '../support/turn-taking.ts';

/** Twenty-seven streams: a kill finds some of them planned, some half-written, some done. */
const FILES = smallLogFiles({ accounts: 3, regions: 3, days: 3, filesPerDay: 12, recordsPerFile: 3 });
const KILLS = 8;

/** What must come out: the same jobs in this thread, in memory. */
const reference = new MemoryStore();
await ingestOnce(new MemorySource(asMap(FILES)), reference);
const TREE = await treeOf(reference);

/** The lake's objects, and what is staged beside them. */
async function leftIn(lake: string): Promise<{ tree: Record<string, string>; staged: string[] }> {
  return { tree: await treeOf(new DirectoryStore(lake)), staged: await readdir(join(lake, '.staging')) };
}

describe('ingest as a process', () => {
  it('is compared with a lake that is right', async () => {
    expect(await breachesOf(reference, FILES)).toEqual([]);
  });

  it('leaves the same bytes as an undisturbed run, however often it was killed on the way', async () => {
    const { logs, lake } = await folders();
    const random = seeded(7);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const jobs = kill % 2 === 0 ? 1 : 2;
      expect(await ingestAndKill(logs, lake, 1 + Math.floor(random() * 14), jobs)).toBe(true);
    }
    await ingestInProcess(logs, lake);
    expect(await leftIn(lake)).toEqual({ tree: TREE, staged: [] });
  });

  it('leaves the same bytes if three of them go at it at once', async () => {
    const { logs, lake } = await folders();
    const summaries = await Promise.all([1, 2, 3].map(async () => await ingestInProcess(logs, lake)));
    expect(summaries.reduce((sum, { logFiles }) => sum + logFiles.ingested, 0)).toBe(FILES.length);
    expect(await leftIn(lake)).toEqual({ tree: TREE, staged: [] });
  });

  it('leaves the same bytes if three go at it at once and two are killed', async () => {
    const { logs, lake } = await folders();
    for (const more of [5, 40]) {
      await Promise.all([
        ingestAndKill(logs, lake, more),
        ingestAndKill(logs, lake, more + 10),
        ingestInProcess(logs, lake),
      ]);
    }
    await ingestInProcess(logs, lake);
    expect(await leftIn(lake)).toEqual({ tree: TREE, staged: [] });
  });
});

async function folders(): Promise<{ logs: string; lake: string }> {
  const folder = await scratchFolder();
  await writeFiles(join(folder, 'logs'), asMap(FILES));
  return { logs: join(folder, 'logs'), lake: join(folder, 'lake') };
}
