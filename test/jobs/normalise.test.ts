import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import {
  encodeDocument,
  LakeFormatError,
  type BatchReceipts,
  type PlannedLogFile,
} from '../../shared/core/lake-format.ts';
import { EVENTS, planKey, QUARANTINE, receiptsKey } from '../../shared/core/lake-keys.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { ObjectDiffersError } from '../../shared/jobs/put-same.ts';
import { normalise, NoSuchPlanError } from '../../shared/jobs/normalise.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { StreamLedger } from '../../shared/jobs/stream-ledger.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { breachesOf, treeOf } from '../support/lake-audit.ts';
import { MemorySource, versionOf } from '../support/memory-source.ts';
import { asMap, smallLogFiles } from '../support/small-log-files.ts';
import { seeded, Turns, TurnTakingStore } from '../support/turn-taking.ts';
import { now } from '../support/now.ts';

const FILES = smallLogFiles({ accounts: 1, regions: 1, days: 1, filesPerDay: 4, recordsPerFile: 3 });
const SOURCE = new MemorySource(asMap(FILES));
const BATCH = { stream: '111122223333/CloudTrail/us-east-1/2026/11/20', sequence: 1 };
const LOG_FILES: PlannedLogFile[] = FILES.map(({ key, bytes }) => ({
  key,
  size: bytes.length,
  version: versionOf(bytes),
})).sort((a, b) => (a.key < b.key ? -1 : 1));

async function planned(): Promise<MemoryStore> {
  const lake = new MemoryStore();
  await lake.putIfAbsent(
    planKey(BATCH),
    encodeDocument({ format: 1, ...BATCH, limits: DEFAULT_LIMITS, logFiles: LOG_FILES }),
  );
  return lake;
}

async function finished(): Promise<{ lake: MemoryStore; receipts: BatchReceipts }> {
  const lake = await planned();
  return { lake, receipts: await normalise(BATCH, { source: SOURCE, lake, now }) };
}

/** A planned lake in which one object of the finished one already stands, whole or as `other`. */
async function withOne(key: string, other?: Uint8Array): Promise<MemoryStore> {
  const lake = await planned();
  const stored = (await (await finished()).lake.get(key)) ?? new Uint8Array();
  await lake.putIfAbsent(key, other ?? stored);
  return lake;
}

async function keysUnder(prefix: string): Promise<string[]> {
  return await Array.fromAsync((await finished()).lake.list(prefix));
}

describe('carrying out a plan', () => {
  it('twice returns the same receipts and writes nothing the second time', async () => {
    const { lake, receipts } = await finished();
    const counting = new FaultyStore(lake, () => undefined);
    expect(await normalise(BATCH, { source: SOURCE, lake: counting, now })).toEqual(receipts);
    expect(counting.calls.put).toBe(0);
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });

  it('gives the same receipts whichever of its objects stand already', async () => {
    const { lake: whole, receipts } = await finished();
    const tree = await treeOf(whole);
    for (const key of [...(await keysUnder(EVENTS)), ...(await keysUnder(QUARANTINE))]) {
      const lake = await withOne(key);
      expect(await normalise(BATCH, { source: SOURCE, lake, now })).toEqual(receipts);
      expect(await treeOf(lake)).toEqual(tree);
    }
  });

  it('by several at once gives each the same receipts', async () => {
    const { receipts } = await finished();
    for (let seed = 0; seed < 60; seed += 1) {
      const lake = await planned();
      const turns = new Turns(seeded(seed));
      const runs = [1, 2, 3].map(async () => {
        const store = new TurnTakingStore(lake, turns);
        return await normalise(BATCH, { source: SOURCE, lake: store, now });
      });
      expect(await Promise.all(runs)).toEqual([receipts, receipts, receipts]);
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });

  it('stops short of the receipts if an object stands there with other bytes', async () => {
    for (const key of [...(await keysUnder(EVENTS)), ...(await keysUnder(QUARANTINE))]) {
      const lake = await withOne(key, Buffer.from('forged'));
      const run = normalise(BATCH, { source: SOURCE, lake, now });
      await expect(run).rejects.toThrow(ObjectDiffersError);
      await expect(run).rejects.toThrow(key);
      expect(await lake.get(receiptsKey(BATCH))).toBeUndefined();
    }
  });

  it('goes by the limits that the plan was made with, whoever carries it out', async () => {
    const lake = new MemoryStore();
    const limits = { ...DEFAULT_LIMITS, records: 1 };
    const plan = { format: 1, ...BATCH, limits, logFiles: LOG_FILES } as const;
    await lake.putIfAbsent(planKey(BATCH), encodeDocument(plan));
    const { logFiles } = await normalise(BATCH, { source: SOURCE, lake, now });
    expect(
      logFiles.filter(({ quarantined }) => quarantined['too-many-records'] === 1).length,
    ).toBeGreaterThan(0);
  });

  it('does not claim success if other receipts were stored meanwhile', async () => {
    const lake = await planned();
    const run = normalise(BATCH, { source: SOURCE, lake, now });
    await lake.putIfAbsent(receiptsKey(BATCH), Buffer.from('forged'));
    await expect(run).rejects.toThrow(ObjectDiffersError);
  });

  it('that does not exist is an error', async () => {
    const run = normalise({ ...BATCH, sequence: 2 }, { source: SOURCE, lake: await planned(), now });
    await expect(run).rejects.toThrow(NoSuchPlanError);
  });

  it('that is damaged is an error that names it', async () => {
    for (const text of ['', '{', '{}', '{"format":2}', 'null']) {
      const lake = new MemoryStore();
      await lake.putIfAbsent(planKey(BATCH), Buffer.from(text));
      const run = normalise(BATCH, { source: SOURCE, lake, now });
      await expect(run).rejects.toMatchObject({ name: 'LakeFormatError' });
      await expect(run).rejects.toThrow(planKey(BATCH));
    }
  });
});

describe('a plan that stands in another one’s place', () => {
  it('is an error for whoever carries it out, and for whoever plans behind it', async () => {
    const lake = await planned();
    const second = { ...BATCH, sequence: 2 };
    await lake.putIfAbsent(planKey(second), (await lake.get(planKey(BATCH))) ?? new Uint8Array());
    await expect(normalise(second, { source: SOURCE, lake, now })).rejects.toThrow(LakeFormatError);
    await expect(StreamLedger.load(lake, BATCH.stream, DEFAULT_LIMITS)).rejects.toThrow(planKey(second));
  });

  it('or is gone from the middle is named: its log files must not be taken for new', async () => {
    const whole = await planned();
    const ledger = await StreamLedger.load(whole, BATCH.stream, DEFAULT_LIMITS);
    const more = LOG_FILES.map((logFile) => ({ ...logFile, version: `${logFile.version}'` }));
    await ledger.plan(more);
    const lake = new MemoryStore();
    const second = planKey({ ...BATCH, sequence: 2 });
    await lake.putIfAbsent(second, (await whole.get(second)) ?? new Uint8Array());
    await expect(StreamLedger.load(lake, BATCH.stream, DEFAULT_LIMITS)).rejects.toMatchObject({
      name: 'MissingPlanError',
      message: expect.stringContaining(planKey(BATCH)) as string,
    });
  });

  it('and cannot be read does not keep a run planning for ever', async () => {
    const lake = new MemoryStore();
    const ledger = await StreamLedger.load(lake, BATCH.stream, DEFAULT_LIMITS);
    const blocked: ObjectStore = {
      get: () => Promise.resolve(undefined),
      putIfAbsent: () => Promise.resolve('exists'),
      list: (prefix) => lake.list(prefix),
    };
    await expect(ledger.plan([])).resolves.toMatchObject({ batch: undefined });
    const elsewhere = await StreamLedger.load(blocked, BATCH.stream, DEFAULT_LIMITS);
    await expect(elsewhere.plan(LOG_FILES)).rejects.toThrow(LakeFormatError);
  });
});

describe('receipts', () => {
  it('add up: rows and quarantined records of each log file are its records', async () => {
    const { receipts } = await finished();
    for (const { outcome, records, rows, quarantined } of receipts.logFiles) {
      if (outcome !== 'read') continue;
      const written = rows.reduce((sum, { rows }) => sum + rows, 0);
      const kept = Object.values(quarantined).reduce((sum, count) => sum + count, 0);
      expect(written + kept).toBe(records);
    }
    expect(receipts.logFiles.map(({ outcome }) => outcome).sort()).toEqual([
      ...Array(7).fill('read'),
      'unreadable',
    ]);
  });

  it('tell the oldest and newest event of each log file, and nothing for one without rows', async () => {
    const { receipts } = await finished();
    const times = receipts.logFiles.map(({ oldestEventTime, newestEventTime }) => [
      oldestEventTime,
      newestEventTime,
    ]);
    expect(times[0]).toEqual(['2026-11-20T00:00:00.000Z', '2026-11-20T02:00:00.000Z']);
    // The fourth file's first record is of the day before.
    expect(times[3]).toEqual(['2026-11-19T00:00:00.000Z', '2026-11-20T02:00:00.000Z']);
    expect(times.slice(-2)).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('name each object with the rows that its log files have in it', async () => {
    const { receipts } = await finished();
    for (const { key, rows } of receipts.objects) {
      const parts = receipts.logFiles.flatMap((logFile) =>
        logFile.rows.filter(({ object }) => object === key),
      );
      expect(parts.reduce((sum, part) => sum + part.rows, 0)).toBe(rows);
    }
  });
});
