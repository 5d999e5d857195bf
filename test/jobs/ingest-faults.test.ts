import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import {
  dyingSomewhere,
  dyingStore,
  FaultyStore,
  InjectedFault,
  type Fault,
  type Operation,
} from '../support/faulty-store.ts';
import { ingestOnce } from '../support/ingest-once.ts';
import { breachesOf, treeOf } from '../support/lake-audit.ts';
import { MemorySource } from '../support/memory-source.ts';
import { asMap, keyOf, logFileOf, recordOf, smallLogFiles } from '../support/small-log-files.ts';
import { seeded } from '../support/turn-taking.ts';

const FILES = smallLogFiles({ accounts: 1, regions: 2, days: 1, filesPerDay: 3, recordsPerFile: 2 });
const SOURCE = new MemorySource(asMap(FILES));
const OPTIONS = { batchFiles: 2 };

const undisturbed = new MemoryStore();
const counting = new FaultyStore(undisturbed, () => undefined);
await ingestOnce(SOURCE, counting, OPTIONS);
const TREE = await treeOf(undisturbed);
const CALLS = counting.calls;

/** The lake after a run whose `number`-th call of an operation fails; the run must say so. */
async function brokenOff(
  operation: Operation,
  number: number,
  fault: Fault,
  concurrency = 1,
): Promise<MemoryStore> {
  const lake = new MemoryStore();
  const faulty = new FaultyStore(lake, (op, n) => (op === operation && n === number ? fault : undefined));
  await expect(ingestOnce(SOURCE, faulty, { ...OPTIONS, concurrency })).rejects.toThrow(InjectedFault);
  return lake;
}

function timesUpTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

describe('a run without faults', () => {
  it('is what all others are compared with', async () => {
    expect(await breachesOf(undisturbed, FILES)).toEqual([]);
    expect(CALLS.put).toBe(Object.keys(TREE).length);
  });
});

describe.each<Fault>(['lost', 'applied'])('a write that is %s and reported failed', (fault) => {
  it('fails the run, and the next run leaves the very same bytes, whichever write it was', async () => {
    for (const number of timesUpTo(CALLS.put)) {
      const lake = await brokenOff('put', number, fault);
      await ingestOnce(SOURCE, lake, OPTIONS);
      expect(await treeOf(lake)).toEqual(TREE);
    }
  });

  it('does so too with several batches under way', async () => {
    for (const number of timesUpTo(CALLS.put)) {
      const lake = await brokenOff('put', number, fault, 3);
      await ingestOnce(SOURCE, lake, { ...OPTIONS, concurrency: 3 });
      expect(await treeOf(lake)).toEqual(TREE);
    }
  });

  it('leaves exactly the same rows if the next run makes batches of another size', async () => {
    for (const number of timesUpTo(CALLS.put)) {
      const lake = await brokenOff('put', number, fault);
      await ingestOnce(SOURCE, lake, { batchFiles: 1 + (number % 5) });
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });
});

describe.each<Operation>(['get', 'list'])('a %s that fails', (operation) => {
  it('fails the run, and the next run leaves the very same bytes', async () => {
    for (const number of timesUpTo(CALLS[operation])) {
      const lake = await brokenOff(operation, number, 'lost');
      await ingestOnce(SOURCE, lake, OPTIONS);
      expect(await treeOf(lake)).toEqual(TREE);
    }
  });
});

describe('a list that breaks off in the middle', () => {
  it('fails the run, which changes nothing', async () => {
    const lake = new MemoryStore();
    await ingestOnce(SOURCE, lake, OPTIONS);
    const breaking = new FaultyStore(lake, (operation) => (operation === 'list' ? 'applied' : undefined));
    await expect(ingestOnce(SOURCE, breaking, OPTIONS)).rejects.toThrow(InjectedFault);
    expect(await treeOf(lake)).toEqual(TREE);
  });
});

describe('a run that dies', () => {
  it('at any call leaves a lake that the next run finishes to the same bytes', async () => {
    const calls = CALLS.get + CALLS.put + CALLS.list;
    for (const number of timesUpTo(calls)) {
      const lake = new MemoryStore();
      const fault = number % 2 === 0 ? 'lost' : 'applied';
      await expect(ingestOnce(SOURCE, dyingStore(lake, number, fault), OPTIONS)).rejects.toThrow(
        InjectedFault,
      );
      await ingestOnce(SOURCE, lake, OPTIONS);
      expect(await treeOf(lake)).toEqual(TREE);
    }
  });

  it('again and again gets there in the end', async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const random = seeded(seed);
      const lake = new MemoryStore();
      for (let runs = 0; runs < 12; runs += 1) {
        const dying = dyingSomewhere(lake, random, [1, 30]);
        const batchFiles = 1 + Math.floor(random() * 4);
        await ingestOnce(SOURCE, dying, { batchFiles, concurrency: 2 }).catch(() => undefined);
      }
      await ingestOnce(SOURCE, lake);
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });

  it('loses nothing when more log files have arrived before the next run', async () => {
    const more = [54, 55, 56].map((number) => {
      const place = { account: 0, region: number % 2, day: 0, number };
      return logFileOf(keyOf(place), [recordOf(place, 0)]);
    });
    const all = [...more, ...FILES];
    for (const number of timesUpTo(CALLS.put)) {
      const lake = await brokenOff('put', number, number % 2 === 0 ? 'lost' : 'applied');
      await ingestOnce(new MemorySource(asMap(all)), lake, OPTIONS);
      expect(await breachesOf(lake, all)).toEqual([]);
    }
  });
});
