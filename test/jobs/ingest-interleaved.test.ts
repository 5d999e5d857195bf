import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { dyingSomewhere } from '../support/faulty-store.ts';
import { ingestOnce } from '../support/ingest-once.ts';
import { breachesOf } from '../support/lake-audit.ts';
import { MemorySource } from '../support/memory-source.ts';
import { asMap, keyOf, logFileOf, recordOf, type SmallLogFile } from '../support/small-log-files.ts';
import { seeded, shuffled, Turns, TurnTakingStore } from '../support/turn-taking.ts';

/** Few and small, so that runs meet often and a seed costs little: two streams, one of them with a log file in quarantine. */
const FILES: readonly SmallLogFile[] = [0, 1, 2, 3, 4].flatMap((number) =>
  [0, 1].map((region) => {
    const place = { account: 0, region, day: 0, number };
    return logFileOf(keyOf(place), [number === 2 ? '{}' : recordOf({ ...place, number: 0 }, 0)]);
  }),
);

/** Several runs over one lake, at each other's throat. `deaths` says how many of them die on the way. */
async function runTogether(seed: number, runs: number, deaths: number): Promise<MemoryStore> {
  const random = seeded(seed);
  const lake = new MemoryStore();
  const turns = new Turns(random);
  const started = Array.from({ length: runs }, async (_, run) => {
    const sorted = random() < 0.5;
    const source = new MemorySource(asMap(FILES), (keys) => (sorted ? keys : shuffled(keys, random)));
    const store = new TurnTakingStore(lake, turns);
    const dying = dyingSomewhere(store, random, [2, 40]);
    const batchFiles = 1 + Math.floor(random() * 5);
    const concurrency = 1 + Math.floor(random() * 3);
    await ingestOnce(source, run < deaths ? dying : store, { batchFiles, concurrency });
  });
  const ended = await Promise.allSettled(started);
  expect(ended.slice(deaths).map(({ status }) => status)).toEqual(
    started.slice(deaths).map(() => 'fulfilled'),
  );
  return lake;
}

function seeds(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

describe('runs at the same time', () => {
  it('bring each log file in exactly once between two of them', async () => {
    for (const seed of seeds(0, 150))
      expect(await breachesOf(await runTogether(seed, 2, 0), FILES)).toEqual([]);
  });

  it('bring each log file in exactly once between three of them', async () => {
    for (const seed of seeds(1000, 80))
      expect(await breachesOf(await runTogether(seed, 3, 0), FILES)).toEqual([]);
  });

  it('leave all to the one that survives', async () => {
    for (const seed of seeds(2000, 80))
      expect(await breachesOf(await runTogether(seed, 3, 2), FILES)).toEqual([]);
  });

  it('leave what they were at to the next one if all of them die', async () => {
    for (const seed of seeds(3000, 80)) {
      const lake = await runTogether(seed, 3, 3);
      await ingestOnce(new MemorySource(asMap(FILES)), lake);
      expect(await breachesOf(lake, FILES)).toEqual([]);
    }
  });
});
