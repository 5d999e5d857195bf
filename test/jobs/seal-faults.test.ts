import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import {
  dyingSomewhere,
  dyingStore,
  FaultyStore,
  InjectedFault,
  type Fault,
  type Operation,
} from '../support/faulty-store.ts';
import { treeOf } from '../support/lake-audit.ts';
import { chainBreachesOf, readOwnChain, unsealedIn } from '../support/own-chain.ts';
import {
  announce,
  BOTH_KEYS,
  commit,
  HOUR,
  keyOfBatch,
  MINUTE,
  NOON,
  OTHER_KEY,
  OWN_KEY,
  sealOnce,
  storeReceipts,
} from '../support/seal-once.ts';
import { seeded } from '../support/turn-taking.ts';

const CATCH_UP = NOON + 5 * HOUR + 10 * MINUTE;
const OPTIONS = { logFiles: 3 };

/** Everything that a run may meet: a chain that isn't there, more than a digest holds, empty hours, one that waits. */
async function toBeSealed(): Promise<MemoryStore> {
  const lake = new MemoryStore();
  for (const number of [0, 1, 2, 3, 4]) await commit(lake, NOON - HOUR, number, 2);
  return lake;
}

/** What came in the hours after the first run's. */
async function laterHours(lake: ObjectStore): Promise<void> {
  for (const number of [5, 6, 7, 8]) await commit(lake, NOON + 20 * MINUTE, number, 2);
  await announce(lake, NOON + 40 * MINUTE, 9);
  for (const number of [10, 11]) await commit(lake, NOON + 3 * HOUR, number, 1);
  await announce(lake, NOON + 2 * HOUR, 8);
}

/** Two runs: one that begins the chain, and one that catches up with five hours. */
async function sealAll(lake: ObjectStore, wrapped = lake, key = OWN_KEY): Promise<void> {
  await sealOnce(wrapped, NOON + 10 * MINUTE, { ...OPTIONS, key });
  await laterHours(lake);
  await sealOnce(wrapped, CATCH_UP, { ...OPTIONS, key });
}

const undisturbed = await toBeSealed();
const counting = new FaultyStore(undisturbed, () => undefined);
await sealAll(undisturbed, counting);
const TREE = await treeOf(undisturbed);
const CALLS = counting.calls;

async function brokenOff(plan: (lake: ObjectStore) => ObjectStore): Promise<MemoryStore> {
  const lake = await toBeSealed();
  await expect(sealAll(lake, plan(lake))).rejects.toThrow(InjectedFault);
  return lake;
}

function failing(operation: Operation, number: number, fault: Fault): (lake: ObjectStore) => ObjectStore {
  return (lake) => new FaultyStore(lake, (op, n) => (op === operation && n === number ? fault : undefined));
}

function timesUpTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

describe('a seal without faults', () => {
  it('is what all others are compared with', async () => {
    expect(await chainBreachesOf(undisturbed, BOTH_KEYS)).toEqual([]);
    expect(await unsealedIn(undisturbed)).toEqual([]);
    const { digests } = await readOwnChain(undisturbed);
    const ends = digests.map(({ fields }) => fields.digestEndTime.slice(11, 19));
    expect(ends).toEqual([
      '12:00:00',
      '12:00:01',
      '12:00:02',
      '13:00:00',
      '13:00:01',
      '14:00:00',
      '15:00:00',
      '16:00:00',
      '17:00:00',
    ]);
    expect(digests.at(-1)?.fields.trailseal.waiting).toEqual([keyOfBatch(9)]);
    expect(CALLS.put).toBe(1 + 2 * digests.length);
  });
});

describe.each<Fault>(['lost', 'applied'])('a write of seal that is %s and reported failed', (fault) => {
  it('fails the run, and the next run leaves the very same bytes, whichever write it was', async () => {
    for (const number of timesUpTo(CALLS.put)) {
      const lake = await brokenOff(failing('put', number, fault));
      await sealAll(lake);
      expect(await treeOf(lake)).toEqual(TREE);
    }
  });

  it('leaves one valid chain if the next run signs with another key', async () => {
    for (const number of timesUpTo(CALLS.put)) {
      const lake = await brokenOff(failing('put', number, fault));
      await sealAll(lake, lake, OTHER_KEY);
      expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
      expect(await unsealedIn(lake)).toEqual([]);
    }
  });

  it('leaves one valid chain if the next run comes hours later and finds more, and what was waited for', async () => {
    for (const number of timesUpTo(CALLS.put)) {
      const lake = await brokenOff(failing('put', number, fault));
      await laterHours(lake);
      await storeReceipts(lake, 9, 2);
      await commit(lake, CATCH_UP, 20 + number);
      await sealOnce(lake, CATCH_UP + (1 + (number % 3)) * HOUR, { logFiles: 1 + (number % 6) });
      expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
      expect(await unsealedIn(lake)).toEqual([]);
    }
  });
});

describe.each<Operation>(['get', 'list'])('a %s of seal that fails', (operation) => {
  it('fails the run, and the next run leaves the very same bytes', async () => {
    let broken = 0;
    for (const number of timesUpTo(CALLS[operation])) {
      const lake = await toBeSealed();
      // Receipts are read ahead of a digest that then has no room for them: their failure is nobody's.
      await sealAll(lake, failing(operation, number, 'lost')(lake)).catch(() => (broken += 1));
      await sealAll(lake);
      expect(await treeOf(lake)).toEqual(TREE);
    }
    expect(broken).toBeGreaterThan(CALLS[operation] * 0.8);
  });
});

describe('a list of seal that breaks off in the middle', () => {
  it('fails the run instead of sealing half an hour', async () => {
    let broken = 0;
    for (const number of timesUpTo(CALLS.list)) {
      const lake = await toBeSealed();
      // A list of nothing has no middle.
      await sealAll(lake, failing('list', number, 'applied')(lake)).catch(() => (broken += 1));
      await sealAll(lake);
      expect(await treeOf(lake)).toEqual(TREE);
    }
    expect(broken).toBeGreaterThan(5);
  });
});

describe('a seal that dies', () => {
  it('at any call leaves what the next run finishes to the same bytes', async () => {
    for (const number of timesUpTo(CALLS.get + CALLS.put + CALLS.list)) {
      const fault = number % 2 === 0 ? 'lost' : 'applied';
      const lake = await brokenOff((lake) => dyingStore(lake, number, fault));
      await sealAll(lake);
      expect(await treeOf(lake)).toEqual(TREE);
    }
  });

  it('again and again, with one key or the other, gets there in the end', async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const random = seeded(seed);
      const lake = await toBeSealed();
      for (let runs = 0; runs < 12; runs += 1) {
        const dying = dyingSomewhere(lake, random, [1, 60]);
        const key = random() < 0.5 ? OWN_KEY : OTHER_KEY;
        await sealAll(lake, dying, key).catch(() => undefined);
      }
      await sealAll(lake);
      expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
      expect(await unsealedIn(lake)).toEqual([]);
    }
  });
});
