import { describe, expect, it } from 'vitest';
import { MemoryCatalogue } from '../../shared/adapters/memory-catalogue.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { decodeCompactionReceipts } from '../../shared/core/compaction-format.ts';
import {
  COMPACTIONS,
  compactionStopKey,
  EVENTS,
  parseCompactionKey,
  parseEventsKey,
  partitionPrefix,
  type Partition,
} from '../../shared/core/lake-keys.ts';
import { filledPartitions } from '../../shared/jobs/closed-partitions.ts';
import { compact } from '../../shared/jobs/compact.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { PartitionRegistrar } from '../../shared/jobs/register-partitions.ts';
import type { Expiry } from '../../shared/jobs/supersede.ts';
import {
  breachesOfCompaction,
  compactedKeys,
  compactOnce,
  currentRows,
  LATER,
} from '../support/compact-once.ts';
import { ingestOnce } from '../support/ingest-once.ts';
import { treeOf } from '../support/lake-audit.ts';
import { MemorySource } from '../support/memory-source.ts';
import {
  asMap,
  keyOf,
  logFileOf,
  recordOf,
  smallLogFiles,
  type SmallLogFile,
} from '../support/small-log-files.ts';

const FILES = smallLogFiles({ accounts: 1, regions: 1, days: 2, filesPerDay: 4, recordsPerFile: 4 });
const SECOND_TRAIL = FILES.slice(0, 3).map(({ key, bytes }) => ({
  key: key.replace(/_([^_]+)$/, '_2$1'),
  bytes,
  rows: [],
}));
/** Delivered days later, with one event that was delivered before. */
const LATE = logFileOf(keyOf({ account: 0, region: 0, day: 0, number: 58 }), [
  recordOf({ account: 0, region: 0, day: 0, number: 58 }, 0),
  recordOf({ account: 0, region: 0, day: 0, number: 1 }, 1),
]);

async function lakeOf(files: readonly SmallLogFile[] = [...FILES, ...SECOND_TRAIL]): Promise<MemoryStore> {
  const lake = new MemoryStore();
  await ingestOnce(new MemorySource(asMap(files)), lake, { batchFiles: 2 });
  return lake;
}

const ROOT = 's3://lake';

async function registered(lake: ObjectStore): Promise<MemoryCatalogue> {
  const catalogue = new MemoryCatalogue();
  await register(lake, catalogue);
  return catalogue;
}

async function register(lake: ObjectStore, catalogue: MemoryCatalogue): Promise<void> {
  const keys = await Array.fromAsync(lake.list(EVENTS));
  const partitions = keys.flatMap((key) => parseEventsKey(key)?.partition ?? []);
  const outcomes = await new PartitionRegistrar(catalogue, ROOT, () => LATER).register(partitions);
  expect([...outcomes.values()].filter(({ kind }) => kind === 'failed')).toEqual([]);
}

async function receiptsOf(lake: ObjectStore): Promise<ReturnType<typeof decodeCompactionReceipts>[]> {
  const keys = (await Array.fromAsync(lake.list(COMPACTIONS))).filter(
    (key) => parseCompactionKey(key)?.what === 'receipts',
  );
  return await Promise.all(
    keys.map(async (key) => decodeCompactionReceipts(key, (await lake.get(key)) ?? new Uint8Array())),
  );
}

describe('compact', () => {
  it('rewrites each closed day as a generation that shows each event once and accounts for every delivery', async () => {
    const lake = await lakeOf();
    const summary = await compactOnce({ lake });
    expect(await breachesOfCompaction(lake, { compacted: true })).toEqual([]);
    const rows = [...(await currentRows(lake)).values()].flat();
    expect(rows.length).toBeLessThan(summary.added.rows);
    expect(summary).toMatchObject({
      open: 0,
      compacted: summary.partitions,
      made: { rows: rows.length, deliveries: summary.added.rows },
      failures: [],
      behind: false,
    });
  });

  it('says for each generation which objects it holds, by whose receipts, and how many deliveries each object has', async () => {
    const lake = await lakeOf();
    await compactOnce({ lake });
    for (const { holds, objects } of await receiptsOf(lake)) {
      const held = holds.reduce((sum, { rows }) => sum + rows, 0);
      expect(objects.reduce((sum, { deliveries }) => sum + deliveries, 0)).toBe(held);
      for (const { key, receipts } of holds) {
        const batch = Buffer.from((await lake.get(receipts)) ?? []).toString();
        expect(batch).toContain(`"${key}"`);
      }
    }
  });

  it('leaves days alone that are not closed, and those of another prefix', async () => {
    const lake = await lakeOf();
    const now = Date.parse('2026-11-21T02:59:59Z');
    const early = await compactOnce({ lake, now: () => now }, { settleMs: 3 * 60 * 60 * 1000 });
    expect(early.open).toBeGreaterThan(0);
    const keys = await compactedKeys(lake);
    expect(keys.every((key) => key.includes('/day=19/'))).toBe(true);
    const onTime = await compactOnce({ lake, now: () => now + 1000 }, { settleMs: 3 * 60 * 60 * 1000 });
    expect(onTime.open).toBeLessThan(early.open);
    const none = await compactOnce({ lake }, { prefix: 'events/account=000000000000/' });
    expect(none.partitions).toBe(0);
  });

  it('changes no byte when it runs again', async () => {
    const lake = await lakeOf();
    await compactOnce({ lake });
    const tree = await treeOf(lake);
    const again = await compactOnce({ lake });
    expect(again).toMatchObject({ compacted: 0, current: again.partitions });
    expect(await treeOf(lake)).toEqual(tree);
  });

  it('makes the same bytes of the same log files however they were batched, but for names', async () => {
    const shapes = await Promise.all(
      [1, 3].map(async (batchFiles) => {
        const lake = new MemoryStore();
        await ingestOnce(new MemorySource(asMap(FILES)), lake, { batchFiles });
        await compactOnce({ lake });
        return (await receiptsOf(lake)).flatMap(({ objects }) =>
          objects.map(({ sha256, rows }) => ({ sha256, rows })),
        );
      }),
    );
    expect(shapes[0]).toEqual(shapes[1]);
  });

  it('finds what came late and merges it into the next generation of its day alone', async () => {
    const lake = await lakeOf();
    await compactOnce({ lake });
    const before = await compactedKeys(lake);
    await ingestOnce(new MemorySource(asMap([...FILES, ...SECOND_TRAIL, LATE])), lake);
    expect(await breachesOfCompaction(lake, { compacted: false })).toEqual([]);
    const summary = await compactOnce({ lake });
    expect(summary.compacted).toBe(1);
    expect(summary.added).toEqual({ objects: 1, rows: 2 });
    expect(await breachesOfCompaction(lake, { compacted: true })).toEqual([]);
    const added = (await compactedKeys(lake)).filter((key) => !before.includes(key));
    expect(added.every((key) => key.includes('/day=20/000002-'))).toBe(true);
  });

  it('moves partitions of the catalogue to their newest generation, those too that nobody has registered', async () => {
    const lake = await lakeOf();
    const catalogue = await registered(lake);
    const ports = { lake, catalogue: { catalogue, root: ROOT } };
    const locations = async (): Promise<readonly (string | undefined)[]> =>
      await catalogue.locations((await receiptsOf(lake)).map(({ partition }) => partition));
    const first = await compactOnce(ports);
    expect(first.moved).toBe(first.partitions);
    expect(await locations()).toEqual(
      (await receiptsOf(lake)).map(
        ({ objects }) => `${ROOT}/${(objects[0]?.key ?? '').replace(/[^/]+$/, '')}`,
      ),
    );
    await ingestOnce(new MemorySource(asMap([...FILES, ...SECOND_TRAIL, LATE])), lake);
    await register(lake, catalogue);
    expect((await compactOnce(ports)).moved).toBe(1);
    expect(
      (await compactOnce({ lake, catalogue: { catalogue: new MemoryCatalogue(), root: ROOT } })).moved,
    ).toBe(first.partitions);
  });

  it('does not touch a partition with an object that no receipts account for, says so, and does the others', async () => {
    const lake = await lakeOf();
    const [key = ''] = await Array.fromAsync(lake.list(EVENTS));
    const planted = key.replace(/[0-9a-f]{20}-/, `${'0'.repeat(20)}-`);
    await lake.putIfAbsent(planted, (await lake.get(key)) ?? new Uint8Array());
    const { failures, compacted, partitions } = await compactQuietly(lake);
    expect(failures).toMatchObject([{ error: { name: 'UnaccountedObjectsError', keys: [planted] } }]);
    expect(compacted).toBe(partitions - 1);
  });

  it('merges what came late to a compacted day, though an object lies there that no receipts account for, and says so', async () => {
    const lake = await lakeOf();
    const catalogue = await registered(lake);
    const ports = { lake, catalogue: { catalogue, root: ROOT }, now: () => LATER };
    await compactOnce(ports);
    await ingestOnce(new MemorySource(asMap([...FILES, ...SECOND_TRAIL, LATE])), lake);
    const key = (await Array.fromAsync(lake.list(EVENTS))).find((one) => one.includes('/day=20/')) ?? '';
    const planted = key.replace(/[0-9a-f]{20}-/, `${'0'.repeat(20)}-`);
    await lake.putIfAbsent(planted, (await lake.get(key)) ?? new Uint8Array());
    const first = await compact(ports, { settleMs: 0 });
    expect(first).toMatchObject({ compacted: 1, moved: 1, added: { objects: 1, rows: 2 } });
    expect(first.failures).toMatchObject([{ error: { name: 'UnaccountedObjectsError', keys: [planted] } }]);
    const held = (await receiptsOf(lake)).flatMap(({ holds }) => holds.map((one) => one.key));
    expect(held).not.toContain(planted);
    const second = await compact(ports, { settleMs: 0 });
    expect(second).toMatchObject({ compacted: 0, moved: 0, current: second.partitions - 1 });
    expect(second.failures).toMatchObject([{ error: { keys: [planted] } }]);
  });

  it('refuses an object that has other bytes than its receipts say', async () => {
    const files = await lakeOf();
    const key = (await Array.fromAsync(files.list(EVENTS))).findLast((one) => one.includes('/day=20/')) ?? '';
    const damaged: ObjectStore = {
      get: async (one) => (one === key ? Buffer.from('other') : await files.get(one)),
      putIfAbsent: async (one, bytes) => await files.putIfAbsent(one, bytes),
      list: (prefix, after) => files.list(prefix, after),
    };
    const { failures } = await compactQuietly(damaged);
    expect(failures).toMatchObject([{ error: { name: 'CompactionInputError', key } }]);
  });

  it('goes on in the next run where its time was over, object by object', async () => {
    const lake = await lakeOf();
    const whole = await lakeOf();
    await compactOnce({ lake: whole });
    let runs = 0;
    for (let behind = true; behind; runs += 1) {
      let left = 6;
      ({ behind } = await compactOnce({ lake }, { hasTime: () => (left -= 1) >= 0 }));
      if (runs > 100) throw new Error('it never ends');
    }
    expect(runs).toBeGreaterThan(3);
    expect(await treeWithoutStops(lake)).toEqual(await treeOf(whole));
  });

  it('begins where the last run had no more time, and comes round: days that sort last are not kept waiting', async () => {
    const lake = await lakeOf(
      smallLogFiles({ accounts: 2, regions: 2, days: 2, filesPerDay: 1, recordsPerFile: 1 }),
    );
    let at = LATER;
    const days: string[][] = [];
    for (let run = 0; run < 8; run += 1, at += 30 * 60 * 1000) {
      const seen: string[] = [];
      let left = 3;
      await compactOnce(
        { lake, now: () => at },
        {
          settleMs: Infinity,
          hasTime: () => (left -= 1) >= 0,
          progress: (partition) => seen.push(partitionPrefix(partition)),
        },
      );
      days.push(seen);
    }
    const all = await Array.fromAsync(filledPartitions(lake), ({ partition }) => partitionPrefix(partition));
    expect(all.length).toBeGreaterThan(6);
    expect(days.every((seen) => seen.length === 3)).toBe(true);
    expect(days.flat()).toEqual(Array.from({ length: 24 }, (_, i) => all[i % all.length]));
  });

  it('lets the others go first after a day that takes more time than there is', async () => {
    const files = await lakeOf();
    const [slow = '', next = ''] = await Array.fromAsync(filledPartitions(files), ({ partition }) =>
      partitionPrefix(partition),
    );
    let time = true;
    const lake: ObjectStore = {
      get: async (key) => await files.get(key),
      putIfAbsent: async (key, bytes) => await files.putIfAbsent(key, bytes),
      list: (prefix, after) => {
        if (prefix === slow) time = false;
        return files.list(prefix, after);
      },
    };
    const runAt = async (now: number): Promise<readonly string[]> => {
      const seen: string[] = [];
      time = true;
      const progress = (partition: Partition): void => void seen.push(partitionPrefix(partition));
      await compactOnce({ lake, now: () => now }, { hasTime: () => time, progress });
      return seen;
    };
    expect(await runAt(LATER)).toEqual([]);
    expect(await runAt(LATER + 1000)).toEqual([]);
    expect(await runAt(LATER + 2000)).toContain(next);
  });

  it('begins with the first day where what the last run said of its end is damaged', async () => {
    const lake = await lakeOf();
    await lake.putIfAbsent(compactionStopKey(LATER - 1000), Buffer.from('{"format":2}'));
    const summary = await compactOnce({ lake }, { hasTime: () => true });
    expect(summary).toMatchObject({ compacted: summary.partitions, behind: false });
  });

  it('gives up what a generation took the place of when it has stood long enough, once', async () => {
    const lake = await lakeOf();
    const given: string[] = [];
    let stored = LATER - 1000;
    const expiry: Expiry = {
      graceMs: 1000,
      storedAt: () => Promise.resolve(stored),
      expire: (keys) => {
        given.push(...keys);
        return Promise.resolve();
      },
    };
    stored = LATER - 999;
    expect((await compactOnce({ lake, expiry })).superseded).toBe(0);
    stored = LATER - 1000;
    const small = await Array.fromAsync(lake.list(EVENTS));
    expect((await compactOnce({ lake, expiry })).superseded).toBe(small.length);
    expect(given.toSorted()).toEqual(small);
    expect((await compactOnce({ lake, expiry })).superseded).toBe(0);
    const first = await compactedKeys(lake);
    await ingestOnce(new MemorySource(asMap([...FILES, ...SECOND_TRAIL, LATE])), lake);
    given.length = 0;
    await compactOnce({ lake, expiry });
    const replaced = first.filter((key) => given.includes(key));
    expect(replaced.length).toBeGreaterThan(0);
    expect(replaced.every((key) => key.includes('/day=20/000001-'))).toBe(true);
    expect(given.filter((key) => key.includes('/000002-'))).toEqual([]);
  });
});

/** But for where runs stopped, which says nothing of what they made. */
async function treeWithoutStops(lake: ObjectStore): Promise<Record<string, string>> {
  const tree = Object.entries(await treeOf(lake));
  return Object.fromEntries(tree.filter(([key]) => !key.startsWith(`${COMPACTIONS}stopped/`)));
}

async function compactQuietly(lake: ObjectStore): Promise<Awaited<ReturnType<typeof compactOnce>>> {
  return await compact({ lake, now: () => LATER }, { settleMs: 0 });
}
