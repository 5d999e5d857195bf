import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { IngestTally } from '../../shared/jobs/ingest-summary.ts';
import { DEFAULT_BATCH, ingest, type IngestPorts } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import { ingestOnce } from '../support/ingest-once.ts';
import { breachesOf, rowsOf, treeOf } from '../support/lake-audit.ts';
import { MemorySource } from '../support/memory-source.ts';
import { asMap, rowsExpectedOf, smallLogFiles, type SmallLogFile } from '../support/small-log-files.ts';
import { now } from '../support/now.ts';

const FILES = smallLogFiles();
const TINY = smallLogFiles({ accounts: 2, regions: 1, days: 1, filesPerDay: 3, recordsPerFile: 1 });

function sourceOf(files: readonly SmallLogFile[], order?: (keys: string[]) => string[]): MemorySource {
  return new MemorySource(asMap(files), order);
}

describe('ingesting', () => {
  it('brings every record of every log file into the lake exactly once', async () => {
    const lake = new MemoryStore();
    const { logFiles, rows, quarantined } = await ingestOnce(sourceOf(FILES), lake);
    expect(logFiles).toEqual({ found: 28, ingested: 28, present: 0, unavailable: 0, skipped: {} });
    expect(rows).toBe(rowsExpectedOf(FILES).length);
    expect(quarantined).toMatchObject({ files: 1, records: 1 });
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });

  it('a second time changes no byte and finds every log file present', async () => {
    const lake = new MemoryStore();
    await ingestOnce(sourceOf(FILES), lake);
    const tree = await treeOf(lake);
    const { logFiles, rows, batchesOfOthers } = await ingestOnce(sourceOf(FILES), lake, { batchFiles: 2 });
    expect(await treeOf(lake)).toEqual(tree);
    expect(logFiles).toEqual({ found: 28, ingested: 0, present: 28, unavailable: 0, skipped: {} });
    expect({ rows, batchesOfOthers }).toEqual({ rows: 0, batchesOfOthers: 0 });
  });

  it('the same log files stored otherwise (from a copy, encrypted anew, compressed otherwise) finds their text present', async () => {
    const lake = new MemoryStore();
    await ingestOnce(sourceOf(FILES), lake);
    const tree = await treeOf(lake);
    const readable = FILES.filter(({ rows }) => rows.length > 0);
    const stored = readable.map((file) => ({
      ...file,
      bytes: gzipSync(gunzipSync(file.bytes), { level: 0 }),
    }));
    const { logFiles } = await ingestOnce(sourceOf(stored), lake);
    expect(logFiles).toMatchObject({ found: readable.length, ingested: 0, present: readable.length });
    expect(await treeOf(lake)).toEqual(tree);
  });

  it('gives the same bytes however many batches run at a time', async () => {
    const trees = [1, 2, 7].map(async (concurrency) => {
      const lake = new MemoryStore();
      await ingestOnce(sourceOf(FILES), lake, { concurrency, batchFiles: 2 });
      return await treeOf(lake);
    });
    const [one, two, seven] = await Promise.all(trees);
    expect(two).toEqual(one);
    expect(seven).toEqual(one);
  });

  it('gives the same bytes in whatever order a folder is listed', async () => {
    const lakes = [(keys: string[]) => keys, (keys: string[]) => keys.toReversed()].map(async (order) => {
      const lake = new MemoryStore();
      await ingestOnce(sourceOf(FILES, order), lake);
      return await treeOf(lake);
    });
    const [forwards, backwards] = await Promise.all(lakes);
    expect(backwards).toEqual(forwards);
  });

  it('takes a log file that the source lists twice for one', async () => {
    for (const batchFiles of [1, 2, 3, 1000]) {
      const lake = new MemoryStore();
      const twice = sourceOf(FILES, (keys) => keys.flatMap((key) => [key, key]));
      const { logFiles } = await ingestOnce(twice, lake, { batchFiles });
      expect(logFiles).toMatchObject({ found: 56, ingested: 28, present: 28 });
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });

  it('takes the same key with other bytes for another log file', async () => {
    const lake = new MemoryStore();
    await ingestOnce(sourceOf(FILES), lake);
    const files = asMap(FILES);
    const [first = ''] = files.keys();
    files.set(first, Buffer.from('{"Records":[{"eventTime":"2026-11-20T00:00:00Z"}]}'));
    expect(await ingestOnce(new MemorySource(files), lake)).toMatchObject({
      rows: 1,
      logFiles: { ingested: 1 },
    });
    expect(await rowsOf(lake)).toHaveLength(rowsExpectedOf(FILES).length + 1);
  });

  it('counts no row twice when a source comes back to a stream whose batch is under way', async () => {
    const lake = new MemoryStore();
    const listed = Promise.withResolvers<void>();
    const source = sourceOf(FILES, (keys) => [0, 1].flatMap((rest) => keys.filter((_, i) => i % 2 === rest)));
    const ports: IngestPorts = {
      source: {
        async *list() {
          yield* source.list();
          listed.resolve();
        },
        version: (entry) => source.version(entry),
        read: (key, version) => source.read(key, version),
      },
      lake,
      run: async (batch) => {
        await listed.promise;
        return await normalise(batch, { ...ports, now });
      },
    };
    const tally = new IngestTally();
    await ingest(ports, { ...DEFAULT_BATCH, concurrency: 100 }, (event) => {
      tally.add(event);
    });
    expect(await breachesOf(lake, FILES)).toEqual([]);
    expect(tally.summary).toMatchObject({ rows: rowsExpectedOf(FILES).length, batchesOfOthers: 0 });
  });
});

describe('the rows of a lake', () => {
  it('are the same in whatever order and parts log files arrive', async () => {
    const arrival = fc.record({
      order: fc.shuffledSubarray(TINY, { minLength: TINY.length }),
      runOf: fc.array(fc.nat({ max: 3 }), { minLength: TINY.length, maxLength: TINY.length }),
      batchFiles: fc.integer({ min: 1, max: 5 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(arrival, async ({ order, runOf, batchFiles, concurrency }) => {
        const lake = new MemoryStore();
        for (let run = 0; run <= 3; run += 1) {
          const part = order.filter((_, i) => runOf[i] === run);
          const asGiven = sourceOf(part, () => part.map(({ key }) => key));
          await ingestOnce(asGiven, lake, { batchFiles, concurrency });
        }
        expect(await breachesOf(lake, TINY)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('are the same when the runs overlap in what they are given', async () => {
    const parts = fc.array(fc.subarray(TINY), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 5 }), async (subsets, batchFiles) => {
        const lake = new MemoryStore();
        for (const subset of [...subsets, TINY]) await ingestOnce(sourceOf(subset), lake, { batchFiles });
        expect(await breachesOf(lake, TINY)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
