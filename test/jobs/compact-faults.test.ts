import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { MemoryCatalogue } from '../../shared/adapters/memory-catalogue.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { currentObjects } from '../../shared/jobs/current-objects.ts';
import { UnaccountedObjectsError } from '../../shared/jobs/plan-compaction.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { CatalogueError, PartitionRegistrar, type Catalogue } from '../../shared/jobs/register-partitions.ts';
import { eachCall, inTurn } from '../support/catalogue-calls.ts';
import { breachesOfCompaction, compactOnce, LATER, partitionsIn } from '../support/compact-once.ts';
import {
  dyingStore,
  FaultyStore,
  InjectedFault,
  type Fault,
  type Operation,
} from '../support/faulty-store.ts';
import { ingestOnce } from '../support/ingest-once.ts';
import { treeOf } from '../support/lake-audit.ts';
import { MemorySource } from '../support/memory-source.ts';
import { asMap, keyOf, logFileOf, recordOf, smallLogFiles } from '../support/small-log-files.ts';
import { seeded, TurnTakingStore, Turns } from '../support/turn-taking.ts';

const ROOT = 's3://lake';
const FIRST = smallLogFiles({ accounts: 1, regions: 1, days: 1, filesPerDay: 3, recordsPerFile: 3 });
const LATE = [57, 58].map((number) =>
  logFileOf(keyOf({ account: 0, region: 0, day: 0, number }), [
    recordOf({ account: 0, region: 0, day: 0, number }, 0),
    recordOf({ account: 0, region: 0, day: 0, number: 1 }, 1),
  ]),
);

/** A lake with one generation of each day, and objects that came later: what there is to do in the second. */
async function lakeBefore(): Promise<MemoryStore> {
  const lake = new MemoryStore();
  await ingestOnce(new MemorySource(asMap(FIRST)), lake, { batchFiles: 2 });
  await compactOnce({ lake });
  await ingestOnce(new MemorySource(asMap([...FIRST, ...LATE])), lake, { batchFiles: 1 });
  return lake;
}

async function copyOf(lake: ObjectStore): Promise<MemoryStore> {
  const copy = new MemoryStore();
  for await (const key of lake.list(''))
    await copy.putIfAbsent(key, (await lake.get(key)) ?? new Uint8Array());
  return copy;
}

const BEFORE = await lakeBefore();
const undisturbed = await copyOf(BEFORE);
const counting = new FaultyStore(undisturbed, () => undefined);
await compactOnce({ lake: counting });
const TREE = await treeOf(undisturbed);
const CALLS = counting.calls;

function timesUpTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

describe('a compaction without faults', () => {
  it('is what all others are compared with', async () => {
    expect(await breachesOfCompaction(undisturbed, { compacted: true })).toEqual([]);
    // A plan, two objects at least, the announcement, the receipts.
    expect(CALLS.put).toBeGreaterThanOrEqual(5);
  });
});

describe.each<[Operation, Fault]>([
  ['put', 'lost'],
  ['put', 'applied'],
  ['get', 'lost'],
  ['list', 'lost'],
  ['list', 'applied'],
])('a %s that is %s and reported failed', (operation, fault) => {
  it('leaves the rows that were there before or those after, and the next run the very same bytes, whichever it was', async () => {
    for (const number of timesUpTo(CALLS[operation])) {
      const lake = await copyOf(BEFORE);
      const faulty = new FaultyStore(lake, (op, n) => (op === operation && n === number ? fault : undefined));
      await expect(compactOnce({ lake: faulty })).rejects.toThrow(InjectedFault);
      expect(await breachesOfCompaction(lake, { compacted: false })).toEqual([]);
      await compactOnce({ lake });
      expect(await treeOf(lake)).toEqual(TREE);
    }
  });
});

describe('a compaction that dies', () => {
  it('at any call leaves a lake that the next run finishes to the same bytes, though more came meanwhile', async () => {
    const more = logFileOf(keyOf({ account: 0, region: 0, day: 0, number: 59 }), [
      recordOf({ account: 0, region: 0, day: 0, number: 59 }, 0),
    ]);
    for (const number of timesUpTo(CALLS.get + CALLS.put + CALLS.list)) {
      const lake = await copyOf(BEFORE);
      const dying = dyingStore(lake, number, number % 2 === 0 ? 'lost' : 'applied');
      await expect(compactOnce({ lake: dying })).rejects.toThrow(InjectedFault);
      const isMore = number % 3 === 0;
      if (isMore) await ingestOnce(new MemorySource(asMap([...FIRST, ...LATE, more])), lake);
      await compactOnce({ lake });
      expect(await breachesOfCompaction(lake, { compacted: true })).toEqual([]);
      const tree = await treeOf(lake);
      expect(
        isMore ? Object.keys(tree).length > Object.keys(TREE).length : isDeepStrictEqual(tree, TREE),
      ).toBe(true);
    }
  });
});

describe('compactions at once', () => {
  it('end in the same lake and catalogue, in whatever order their calls come, while a third ingests', async () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const lake = await copyOf(BEFORE);
      const catalogue = await registered(lake);
      const turns = new Turns(seeded(seed));
      const more = [55, 56].map((number) =>
        logFileOf(keyOf({ account: 0, region: 0, day: 0, number }), [
          recordOf({ account: 0, region: 0, day: 0, number }, 2),
        ]),
      );
      const ports = {
        lake: new TurnTakingStore(lake, turns),
        catalogue: { catalogue: inTurn(catalogue, turns), root: ROOT },
      };
      await Promise.all([
        unlessUnderWay(compactOnce(ports)),
        unlessUnderWay(compactOnce(ports)),
        ingestOnce(new MemorySource(asMap([...FIRST, ...LATE, ...more])), ports.lake, { batchFiles: 1 }),
      ]);
      expect(await breachesOfCompaction(lake, { compacted: false })).toEqual([]);
      await compactOnce({ lake, catalogue: { catalogue, root: ROOT } });
      expect(await breachesOfCompaction(lake, { compacted: true })).toEqual([]);
      expect(await misplacedIn(lake, catalogue)).toEqual([]);
    }
  });
});

describe('a catalogue that fails', () => {
  it('whichever call it is, before or after it did what it was asked, leaves the old place or the new one, and the next run the new one', async () => {
    const calls = await callsOf();
    for (const fault of ['lost', 'applied'] as const) {
      for (const number of timesUpTo(calls)) {
        const lake = await copyOf(BEFORE);
        const catalogue = await registered(lake);
        const before = await placesOf(lake, catalogue);
        const faulty = { catalogue: failing(catalogue, number, fault), root: ROOT };
        await expect(compactOnce({ lake, catalogue: faulty })).rejects.toThrow('injected');
        const after = await placesOf(lake, catalogue);
        for (const [i, place] of after.entries()) expect([before[i], wantedPlaces[i]]).toContain(place);
        await compactOnce({ lake, catalogue: { catalogue, root: ROOT } });
        expect(await misplacedIn(lake, catalogue)).toEqual([]);
      }
    }
  });
});

let wantedPlaces: readonly (string | undefined)[] = [];

async function callsOf(): Promise<number> {
  const lake = await copyOf(BEFORE);
  const catalogue = await registered(lake);
  let calls = 0;
  const counted = eachCall(catalogue, async (call) => {
    calls += 1;
    return await call();
  });
  await compactOnce({ lake, catalogue: { catalogue: counted, root: ROOT } });
  wantedPlaces = await placesOf(lake, catalogue);
  return calls;
}

/** A day with a batch that isn't finished waits for the next run. */
async function unlessUnderWay(run: Promise<unknown>): Promise<void> {
  await run.catch((error: unknown) => {
    if (!(error instanceof UnaccountedObjectsError)) throw error;
  });
}

async function registered(lake: ObjectStore): Promise<MemoryCatalogue> {
  const catalogue = new MemoryCatalogue();
  await new PartitionRegistrar(catalogue, ROOT, () => LATER).register(await partitionsIn(lake));
  return catalogue;
}

async function placesOf(lake: ObjectStore, catalogue: Catalogue): Promise<readonly (string | undefined)[]> {
  return await catalogue.locations(await partitionsIn(lake));
}

/** Places of the catalogue whose objects are not the current ones. */
async function misplacedIn(lake: ObjectStore, catalogue: Catalogue): Promise<string[]> {
  const { settled } = await currentObjects(lake);
  const folders = new Set(settled.map((key) => `${ROOT}/${key.replace(/[^/]+$/, '')}`));
  return (await placesOf(lake, catalogue)).filter((place) => !folders.has(place ?? '')).map(String);
}

function failing(catalogue: Catalogue, number: number, fault: Fault): Catalogue {
  let calls = 0;
  return eachCall(catalogue, async (call) => {
    calls += 1;
    const broken = new CatalogueError('unavailable', 'injected');
    if (calls === number && fault === 'lost') throw broken;
    const result = await call();
    if (calls === number) throw broken;
    return result;
  });
}
