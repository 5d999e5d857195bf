import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { status } from '../../shared/jobs/status.ts';
import type { LogFileSource } from '../../shared/jobs/ports.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { ingestOnce } from '../support/ingest-once.ts';
import { breachesOf } from '../support/lake-audit.ts';
import { MemorySource } from '../support/memory-source.ts';
import { asMap, rowsExpectedOf, smallLogFiles } from '../support/small-log-files.ts';

/** Two streams, two batches in each. */
const FILES = smallLogFiles({ accounts: 1, regions: 2, days: 1, filesPerDay: 4, recordsPerFile: 1 });
const OPTIONS = { batchFiles: 4 };
const [GONE = ''] = [...asMap(FILES).keys()].sort();

/** A lake in which the first plan stands and nothing of it is carried out. */
async function plannedOnly(): Promise<MemoryStore> {
  const lake = new MemoryStore();
  const dying = new FaultyStore(lake, (operation, number) =>
    operation === 'put' && number > 1 ? 'lost' : undefined,
  );
  await expect(ingestOnce(new MemorySource(asMap(FILES)), dying, OPTIONS)).rejects.toThrow('injected');
  return lake;
}

/** Lists everything; `spoil` strikes behind the listing, before the file is read. */
function spoiltBehindPlanning(files: Map<string, Uint8Array>, spoil: () => void): LogFileSource {
  const source = new MemorySource(files);
  const read = (key: string, version: string): Promise<Uint8Array> => {
    spoil();
    return source.read(key, version);
  };
  return { list: () => source.list(), version: (entry) => source.version(entry), read };
}

describe('a log file that cannot be had when it is listed', () => {
  it('is told, the rest goes on, and it comes in once it can be had', async () => {
    const lake = new MemoryStore();
    const source = new MemorySource(asMap(FILES.filter(({ key }) => key !== GONE)));
    const stubborn: LogFileSource = {
      async *list() {
        yield { key: GONE, size: 1 };
        yield* source.list();
      },
      version: (entry) => source.version(entry),
      read: (key, version) => source.read(key, version),
    };
    const summary = await ingestOnce(stubborn, lake, OPTIONS);
    expect(summary.logFiles).toMatchObject({
      found: FILES.length,
      ingested: FILES.length - 1,
      unavailable: 1,
    });
    expect(summary.problems).toContainEqual(expect.objectContaining({ logFile: GONE }));
    expect(
      await breachesOf(
        lake,
        FILES.filter(({ key }) => key !== GONE),
      ),
    ).toEqual([]);
    await ingestOnce(new MemorySource(asMap(FILES)), lake, OPTIONS);
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });
});

describe.each([
  ['vanishes', (files: Map<string, Uint8Array>) => void files.delete(GONE)],
  ['changes', (files: Map<string, Uint8Array>) => void files.set(GONE, Buffer.from('{}'))],
])('a log file that %s between plan and reading', (_, spoil) => {
  it('leaves its batch unfinished, says so, and lets all other batches through', async () => {
    const lake = new MemoryStore();
    const files = asMap(FILES);
    const source = spoiltBehindPlanning(files, () => {
      spoil(files);
    });
    const summary = await ingestOnce(source, lake, OPTIONS);
    expect(summary.logFiles).toMatchObject({ found: 12, ingested: 8, unavailable: 4 });
    expect(summary.batchesUnfinished).toBe(1);
    expect(summary.problems).toContainEqual(expect.objectContaining({ logFile: GONE }));
    expect(await status(lake)).toMatchObject({ logFiles: 8, unfinishedBatches: 1 });

    await ingestOnce(new MemorySource(asMap(FILES)), lake, OPTIONS);
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });
});

describe('an unfinished plan of an earlier run', () => {
  it('is finished by the next run', async () => {
    const lake = await plannedOnly();
    const summary = await ingestOnce(new MemorySource(asMap(FILES)), lake, OPTIONS);
    expect(summary).toMatchObject({
      batchesOfOthers: 1,
      batchesUnfinished: 0,
      rows: rowsExpectedOf(FILES).length,
    });
    expect(summary.logFiles).toMatchObject({ found: 12, present: 4, ingested: 8 });
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });

  it('whose log file is gone is told by every run until it is back, and holds nothing else up', async () => {
    const lake = await plannedOnly();
    const files = asMap(FILES);
    files.delete(GONE);
    for (let runs = 0; runs < 2; runs += 1) {
      const summary = await ingestOnce(new MemorySource(files), lake, OPTIONS);
      expect(summary.batchesUnfinished).toBe(1);
      expect(summary.problems).toContainEqual(expect.objectContaining({ logFile: GONE }));
      expect(await status(lake)).toMatchObject({ logFiles: 8, unfinishedBatches: 1 });
    }
    await ingestOnce(new MemorySource(asMap(FILES)), lake, OPTIONS);
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });
});
