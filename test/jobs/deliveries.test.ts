import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { claimedTextBytes } from '../../shared/core/gunzip.ts';
import { PLANS } from '../../shared/core/lake-keys.ts';
import type { Delivery, LogFileFetcher } from '../../shared/jobs/delivery.ts';
import { SourceError } from '../../shared/jobs/ports.ts';
import { container, drain } from '../support/delivery-queue.ts';
import {
  dyingSomewhere,
  dyingStore,
  FaultyStore,
  InjectedFault,
  type Fault,
} from '../support/faulty-store.ts';
import { breachesOf, rowsOf, treeOf } from '../support/lake-audit.ts';
import { MemorySource, versionOf } from '../support/memory-source.ts';
import { asMap, keyOf, logFileOf, recordOf, smallLogFiles } from '../support/small-log-files.ts';
import { seeded, shuffled, Turns, TurnTakingStore } from '../support/turn-taking.ts';

const FILES = smallLogFiles({ accounts: 1, regions: 2, days: 1, filesPerDay: 4, recordsPerFile: 2 });
const KEYS = FILES.map(({ key }) => key);
const SOURCE = new MemorySource(asMap(FILES));

/** Every log file told of twice, in any order, some with their size and some without. */
function twice(random: () => number): Delivery[] {
  const versions = new Map(FILES.map(({ key, bytes }) => [key, versionOf(bytes)]));
  const sizes = new Map(FILES.map(({ key, bytes }) => [key, bytes.length]));
  return shuffled([...KEYS, ...KEYS], random).map((key) => ({
    key,
    size: random() < 0.5 ? sizes.get(key) : undefined,
    version: random() < 0.5 ? versions.get(key) : undefined,
  }));
}

function timesUpTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

/** How many calls an undisturbed run makes. */
async function callsOf(seed: number): Promise<FaultyStore['calls']> {
  const counting = new FaultyStore(new MemoryStore(), () => undefined);
  const random = seeded(seed);
  await drain(twice(random), [container(SOURCE, counting)], random);
  return counting.calls;
}

describe('log files delivered twice each and out of order', () => {
  it('are in the lake once', async () => {
    for (const seed of timesUpTo(15)) {
      const random = seeded(seed);
      const lake = new MemoryStore();
      expect(await drain(twice(random), [container(SOURCE, lake)], random)).toEqual([]);
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });

  it('to several containers at each other’s throat, some of which die, are in the lake once', async () => {
    for (const seed of timesUpTo(60)) {
      const random = seeded(seed);
      const lake = new MemoryStore();
      const turns = new Turns(random);
      const containers = [0, 1, 2].map((i) => {
        const store = new TurnTakingStore(lake, turns);
        const dying = dyingSomewhere(store, random, [2, 60]);
        const batchFiles = 1 + Math.floor(random() * 4);
        return container(SOURCE, i === 0 ? store : dying, { batchFiles });
      });
      expect(await drain(twice(random), containers, random, 1000)).toEqual([]);
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });

  it('tell of each log file’s rows in one receipt only', async () => {
    const lake = new MemoryStore();
    const take = container(SOURCE, lake);
    const first = await take(KEYS.map((key) => ({ key })));
    const again = await take(KEYS.map((key) => ({ key })));
    expect(first.receipts.flatMap(({ logFiles }) => logFiles.map(({ key }) => key)).sort()).toEqual(
      [...KEYS].sort(),
    );
    expect(again.receipts).toEqual([]);
    expect([...again.outcomes.values()]).toEqual(KEYS.map(() => ({ kind: 'stored', again: true })));
  });
});

describe('a log file that is delivered again', () => {
  it('is not fetched again where its message names the version that some plan holds', async () => {
    const lake = new MemoryStore();
    const files = asMap(FILES);
    const versions = new Map(FILES.map(({ key, bytes }) => [key, versionOf(bytes)]));
    const take = container(new MemorySource(files), lake, { remembers: 1000 });
    await take(KEYS.map((key) => ({ key })));
    files.clear();
    const { outcomes } = await take(KEYS.map((key) => ({ key, version: versions.get(key) })));
    expect([...outcomes.values()]).toEqual(KEYS.map(() => ({ kind: 'stored', again: true })));
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });
});

describe.each<Fault>(['lost', 'applied'])('a write that is %s and reported failed', (fault) => {
  it('fails the deliveries that hang on it alone, and their next delivery stores them, whichever write it was', async () => {
    const { put } = await callsOf(7);
    expect(put).toBeGreaterThan(10);
    for (const number of timesUpTo(put)) {
      const random = seeded(7);
      const lake = new MemoryStore();
      const faulty = new FaultyStore(lake, (operation, n) =>
        operation === 'put' && n === number ? fault : undefined,
      );
      expect(await drain(twice(random), [container(SOURCE, faulty)], random, 3)).toEqual([]);
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });
});

describe.each(['get', 'list'] as const)('a %s that fails', (operation) => {
  it('fails what hangs on it, and the next delivery stores it', async () => {
    const calls = (await callsOf(8))[operation];
    for (const number of timesUpTo(calls)) {
      const random = seeded(8);
      const lake = new MemoryStore();
      const faulty = new FaultyStore(lake, (op, n) =>
        op === operation && n === number ? 'lost' : undefined,
      );
      expect(await drain(twice(random), [container(SOURCE, faulty)], random, 3)).toEqual([]);
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });
});

describe('a container that dies at any call', () => {
  it('leaves the rest to the next one', async () => {
    const { get, put, list } = await callsOf(9);
    for (const number of timesUpTo(get + put + list)) {
      const random = seeded(9);
      const lake = new MemoryStore();
      const dying = container(SOURCE, dyingStore(lake, number, number % 2 === 0 ? 'lost' : 'applied'));
      const dead = await drain(twice(random), [dying], random, 1);
      expect(await drain(dead, [container(SOURCE, lake)], random)).toEqual([]);
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });
});

describe('a log file that cannot be had', () => {
  it('fails alone, is never planned, and comes in once it is there', async () => {
    const [gone = '', ...others] = KEYS;
    const files = asMap(FILES);
    const bytes = files.get(gone) ?? new Uint8Array();
    files.delete(gone);
    const lake = new MemoryStore();
    const take = container(new MemorySource(files), lake);
    const { outcomes } = await take(KEYS.map((key) => ({ key })));
    const failed = [...outcomes].filter(([, { kind }]) => kind === 'failed');
    expect(failed.map(([{ key }]) => key)).toEqual([gone]);
    expect(failed[0]?.[1]).toMatchObject({ error: { name: 'SourceError', code: 'missing' } });
    const present = FILES.filter(({ key }) => others.includes(key));
    expect(await breachesOf(lake, present)).toEqual([]);

    files.set(gone, bytes);
    await take([{ key: gone }]);
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });
});

describe('an object that is no log file', () => {
  it('is skipped with its reason, and nothing is written', async () => {
    const lake = new MemoryStore();
    const digest = keyOf({ account: 0, region: 0, day: 0, number: 0 }).replaceAll(
      'CloudTrail',
      'CloudTrail-Digest',
    );
    const { outcomes } = await container(
      SOURCE,
      lake,
    )([{ key: digest }, { key: 'AWSLogs/' }, { key: 'a.txt' }]);
    expect([...outcomes.values()]).toEqual([
      { kind: 'skipped', reason: 'digest' },
      { kind: 'skipped', reason: 'folder-marker' },
      { kind: 'skipped', reason: 'not-a-log-file' },
    ]);
    expect(await treeOf(lake)).toEqual({});
  });
});

describe('a call whose time is nearly over', () => {
  it('starts nothing more, and what is left is delivered again', async () => {
    const lake = new MemoryStore();
    let asked = 0;
    const late = container(SOURCE, lake, { batchFiles: 1, hasTime: () => (asked += 1) <= 12 });
    const { outcomes } = await late(KEYS.map((key) => ({ key })));
    const failed = [...outcomes].filter(([, { kind }]) => kind === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(KEYS.length);
    expect(failed[0]?.[1]).toMatchObject({ error: { name: 'OutOfTimeError' } });
    await container(SOURCE, lake)(failed.map(([delivery]) => delivery));
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });
});

describe('log files of some weight', () => {
  const heavy = KEYS[0] ?? '';

  it('go by themselves once they are found to be heavier than their message said', async () => {
    const lake = new MemoryStore();
    const { outcomes } = await container(SOURCE, lake)(KEYS.map((key) => ({ key, size: 1 })));
    expect([...outcomes.values()].every(({ kind }) => kind === 'stored')).toBe(true);
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });

  it('beyond the limit are not fetched; their receipts say so', async () => {
    const lake = new MemoryStore();
    const limits = { ...DEFAULT_LIMITS, storedBytes: 20 };
    const { receipts, outcomes } = await container(SOURCE, lake, { limits })([{ key: heavy }]);
    expect([...outcomes.values()]).toEqual([{ kind: 'stored', again: false }]);
    expect(receipts[0]?.logFiles).toMatchObject([{ outcome: 'unreadable', quarantined: { 'too-large': 1 } }]);
  });

  it('make plans of no more than the given bytes', async () => {
    const lake = new MemoryStore();
    const most = Math.max(...FILES.map(({ bytes }) => claimedTextBytes(bytes)));
    const sized = FILES.map(({ key, bytes }) => ({ key, size: bytes.length }));
    await container(SOURCE, lake, { batchFiles: 100, batchBytes: most })(sized);
    const plans = await Array.fromAsync(lake.list(PLANS));
    expect(plans.length).toBeGreaterThan(4);
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });
});

describe('the same text stored otherwise', () => {
  it('under its own key is not another log file: encrypted anew, copied, compressed otherwise', async () => {
    const files = asMap(FILES);
    const lake = new MemoryStore();
    await container(new MemorySource(files), lake)(KEYS.map((key) => ({ key })));
    const readable = FILES.filter(({ rows }) => rows.length > 0);
    for (const { key, bytes } of readable) files.set(key, gzipSync(gunzipSync(bytes), { level: 0 }));
    const { outcomes } = await container(new MemorySource(files), lake)(readable.map(({ key }) => ({ key })));
    expect([...outcomes.values()]).toEqual(readable.map(() => ({ kind: 'stored', again: true })));
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });

  it('is another log file if it is another text', async () => {
    const [first] = FILES;
    const changed = logFileOf(first?.key ?? '', [recordOf({ account: 0, region: 0, day: 0, number: 40 }, 0)]);
    const lake = new MemoryStore();
    for (const file of [first, changed]) {
      if (file === undefined) continue;
      await container(new MemorySource(asMap([file])), lake)([{ key: file.key }]);
    }
    expect(await rowsOf(lake)).toEqual([...(first?.rows ?? []), ...changed.rows].sort());
  });
});

describe('a batch that a call died over', () => {
  it('is finished from the versions that its messages name, whatever stands at their keys by now', async () => {
    const source: LogFileFetcher = {
      fetch: async (key, versionId, most) =>
        await new MemorySource(versionId === 'first' ? asMap(FILES) : new Map()).fetch(key, versionId, most),
      read: (key) => Promise.reject(new SourceError('changed', key, 'it has other bytes now')),
    };
    const deliveries = FILES.map(({ key, bytes }) => ({
      key,
      version: versionOf(bytes),
      versionId: 'first',
    }));
    const lake = new MemoryStore();
    const dying = new FaultyStore(lake, (op, n) => (op === 'put' && n > 4 ? 'lost' : undefined));
    await container(source, dying, { batchFiles: 100 })(deliveries);
    const { outcomes } = await container(source, lake)(deliveries);
    expect([...outcomes.values()].filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });

  it('and that was planned with larger limits than this place has is refused, with what to do', async () => {
    const [file, ...others] = FILES;
    const key = file?.key ?? '';
    const lake = new MemoryStore();
    const dying = new FaultyStore(lake, (op, n) => (op === 'put' && n > 1 ? 'lost' : undefined));
    await container(SOURCE, dying)([{ key }]);
    const limits = { ...DEFAULT_LIMITS, storedBytes: 20 };
    const { outcomes } = await container(SOURCE, lake, { limits })([{ key }]);
    expect([...outcomes.values()]).toMatchObject([{ kind: 'failed', error: { name: 'PlanTooLargeError' } }]);
    await container(SOURCE, lake)(others.concat(file ?? []).map((one) => ({ key: one.key })));
    expect(await breachesOf(lake, FILES)).toEqual([]);
  });
});

describe('a lake that fails altogether', () => {
  it('is every delivery’s failure, not an exception', async () => {
    const broken = new FaultyStore(new MemoryStore(), () => 'lost');
    const { outcomes } = await container(SOURCE, broken)(KEYS.map((key) => ({ key })));
    expect(outcomes.size).toBe(KEYS.length);
    for (const outcome of outcomes.values())
      expect(outcome).toMatchObject({ kind: 'failed', error: expect.any(InjectedFault) as unknown });
  });
});
