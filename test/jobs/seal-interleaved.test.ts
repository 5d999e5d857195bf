import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { BatchReceipts } from '../../shared/core/lake-format.ts';
import type { BatchRef } from '../../shared/core/lake-keys.ts';
import { DEFAULT_BATCH, ingest } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import type { Metadata, ObjectStore } from '../../shared/jobs/ports.ts';
import { dyingSomewhere } from '../support/faulty-store.ts';
import { MemorySource } from '../support/memory-source.ts';
import { chainBreachesOf, readOwnChain, sealedIn, unsealedIn } from '../support/own-chain.ts';
import { commit, HOUR, MINUTE, NOON, OWN_KEY, sealOnce } from '../support/seal-once.ts';
import { signingKey } from '../support/signed-trail.ts';
import { asMap, keyOf, logFileOf, recordOf, type SmallLogFile } from '../support/small-log-files.ts';
import { seeded, Turns, TurnTakingStore } from '../support/turn-taking.ts';

// Short, for they sign thousands of times.
const KEYS = [OWN_KEY, signingKey(1024), signingKey(1024)];

/** Two streams, one of them with a log file in quarantine. */
const FILES: readonly SmallLogFile[] = [0, 1, 2, 3].flatMap((number) =>
  [0, 1].map((region) => {
    const place = { account: 0, region, day: 0, number };
    if (number === 2) return { key: keyOf(place), bytes: Buffer.from('not gzip'), rows: [] };
    return logFileOf(keyOf(place), [recordOf({ ...place, number: 0 }, 0)]);
  }),
);

/** Time that passes while stores work. Nobody reads quite the same: clocks are up to ten minutes off, and go backwards. */
class WanderingClock {
  readonly #random: () => number;
  readonly #pace: number;
  time: number;

  constructor(random: () => number, pace: number) {
    this.#random = random;
    this.#pace = pace;
    this.time = NOON + random() * HOUR;
  }

  tick(): void {
    this.time += this.#random() * this.#pace;
  }

  readonly read = (): number => Math.round(this.time + (this.#random() - 0.5) * 20 * MINUTE);
}

/** A store of which each call takes time. */
class SlowStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #clock: WanderingClock;

  constructor(store: ObjectStore, clock: WanderingClock) {
    this.#store = store;
    this.#clock = clock;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    this.#clock.tick();
    return this.#store.get(key);
  }

  putIfAbsent(key: string, bytes: Uint8Array, metadata?: Metadata): Promise<'stored' | 'exists'> {
    this.#clock.tick();
    return this.#store.putIfAbsent(key, bytes, metadata);
  }

  list(prefix: string, after?: string): AsyncIterable<string> {
    this.#clock.tick();
    return this.#store.list(prefix, after);
  }
}

interface Together {
  readonly seals: number;
  readonly writers: number;
  /** How many of the seals, and of the writers, die on the way. */
  readonly deaths?: number;
}

interface Ended {
  readonly lake: MemoryStore;
  readonly time: number;
}

/** Several seals over one lake, each with its own key and size of digest, while writers commit receipts and hours go by. */
async function runTogether(seed: number, { seals, writers, deaths = 0 }: Together): Promise<Ended> {
  const random = seeded(seed);
  const lake = new MemoryStore();
  const turns = new Turns(random);
  const clock = new WanderingClock(random, 3 * MINUTE);
  const slow = new TurnTakingStore(new SlowStore(lake, clock), turns);
  const mortal = (number: number): ObjectStore =>
    number < deaths ? dyingSomewhere(slow, random, [1, 80]) : slow;
  for (let number = 0; number < 3; number += 1) await commit(lake, clock.time - HOUR, number, 2);

  const writing = Array.from({ length: writers }, async (_, number) => {
    const source = new MemorySource(asMap(FILES));
    const store = mortal(number);
    const run = (batch: BatchRef): Promise<BatchReceipts> =>
      normalise(batch, { source, lake: store, now: clock.read });
    const batchFiles = 1 + Math.floor(random() * 2);
    const options = { ...DEFAULT_BATCH, concurrency: 1 + Math.floor(random() * 2), batchFiles };
    await ingest({ source, lake: store, run }, options, () => undefined);
  });
  const progress = { isWritten: false };
  const written = Promise.allSettled(writing).finally(() => (progress.isWritten = true));
  const sealing = Array.from({ length: seals }, async (_, number) => {
    const store = mortal(number);
    const logFiles = 1 + Math.floor(random() * 6);
    const key = KEYS[number % KEYS.length] ?? OWN_KEY;
    do {
      const mostDigests = 1 + Math.floor(random() * 4);
      let digests = 0;
      const hasTime = (): boolean => (digests += 1) <= mostDigests;
      await sealOnce(store, clock.read(), { key, logFiles, hasTime });
    } while (!progress.isWritten);
  });
  const ended = [...(await Promise.allSettled(sealing)).slice(deaths), ...(await written).slice(deaths)];
  for (const result of ended) if (result.status === 'rejected') throw result.reason;
  return { lake, time: clock.time };
}

/** What is wrong once the hours in which all this happened are over, and one more. */
async function breachesAfter({ lake, time }: Ended): Promise<string[]> {
  const hours = Math.ceil(time / HOUR) * HOUR;
  await sealOnce(lake, hours + 10 * MINUTE);
  await sealOnce(lake, hours + HOUR + 10 * MINUTE);
  const unsealed = (await unsealedIn(lake)).map((receipts) => `${receipts} is not sealed`);
  return [...(await chainBreachesOf(lake, KEYS)), ...unsealed];
}

function seeds(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

describe('seals at the same time, each with its own key', () => {
  it('make one chain between two of them, while receipts are being committed', async () => {
    for (const seed of seeds(0, 100)) {
      expect(await breachesAfter(await runTogether(seed, { seals: 2, writers: 1 })), `seed ${seed}`).toEqual(
        [],
      );
    }
  });

  it('make one chain between three of them, while two writers carry out the same plans', async () => {
    for (const seed of seeds(1000, 80)) {
      expect(await breachesAfter(await runTogether(seed, { seals: 3, writers: 2 })), `seed ${seed}`).toEqual(
        [],
      );
    }
  });

  it('leave one chain to those that survive', async () => {
    for (const seed of seeds(2000, 60)) {
      const ended = await runTogether(seed, { seals: 3, writers: 2, deaths: 1 });
      expect(await breachesAfter(ended), `seed ${seed}`).toEqual([]);
    }
  });

  it('leave what they were at to the next one if all of them die, and the writers too', async () => {
    for (const seed of seeds(3000, 60)) {
      const { lake, time } = await runTogether(seed, { seals: 3, writers: 2, deaths: 3 });
      const source = new MemorySource(asMap(FILES));
      const run = (batch: BatchRef): Promise<BatchReceipts> =>
        normalise(batch, { source, lake, now: () => time });
      await ingest({ source, lake, run }, { ...DEFAULT_BATCH, concurrency: 1 }, () => undefined);
      expect(await breachesAfter({ lake, time }), `seed ${seed}`).toEqual([]);
    }
  });

  it('meet: the tests above would notice nothing if each had its own hours', async () => {
    const chains = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map(async (seed) => {
        const { lake } = await runTogether(seed, { seals: 3, writers: 2 });
        return await readOwnChain(lake);
      }),
    );
    const meets = (own: (typeof chains)[number]): boolean => {
      const signers = new Set(own.digests.map(({ fields }) => fields.digestPublicKeyFingerprint));
      const isFull = own.digests.some(({ fields }) => fields.trailseal.more);
      return signers.size > 1 && isFull && own.digests.length > 3 && sealedIn(own).length > 3;
    };
    expect(chains.filter(meets).length).toBeGreaterThan(0);
  });
});
