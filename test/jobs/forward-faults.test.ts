import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import {
  alertBreaches,
  eventsOf,
  failedOf,
  followUpOnce,
  forwardOnce,
  HALF_PAST,
  HOUR,
  logFilesOf,
  MINUTE,
  Subscriber,
} from '../support/alerting.ts';
import { dyingStore, FaultyStore, type Fault, type Operation } from '../support/faulty-store.ts';
import { seeded, shuffled, Turns, TurnTakingStore } from '../support/turn-taking.ts';

const FILES = logFilesOf(eventsOf(35), 5);
const ALL = FILES.map(({ key }) => ({ key }));

/** Forward until nothing has to come again, then followup until there is nothing more to do. */
async function mendedBy(store: ObjectStore, subscriber: Subscriber): Promise<void> {
  const channels = [subscriber];
  let left = ALL;
  for (let tries = 0; left.length > 0; tries += 1) {
    if (tries === 5) throw new Error('log files fail for ever');
    const now = (): number => HALF_PAST + (2 + tries) * HOUR;
    left = failedOf(await forwardOnce({ store, channels, files: FILES, now }, left)).map(({ key }) => ({
      key,
    }));
  }
  for (let runs = 0; runs < 3; runs += 1) await followUpOnce(store, channels, HALF_PAST + (8 + runs) * HOUR);
}

/** What is wrong but for messages that came twice with one id. */
function graveBreaches(subscriber: Subscriber): string[] {
  const unique = new Map(subscriber.received.map((alert) => [alert.alertId, alert]));
  const once = new Subscriber();
  once.received.push(...unique.values());
  return alertBreaches(FILES, once);
}

/** Another container has been told of half of the log files before. */
async function begun(subscriber: Subscriber): Promise<MemoryStore> {
  const store = new MemoryStore();
  await forwardOnce({ store, channels: [subscriber], files: FILES }, ALL.slice(0, 3));
  return store;
}

const counting = new FaultyStore(await begun(new Subscriber()), () => undefined);
await forwardOnce({ store: counting, channels: [new Subscriber()], files: FILES });
const CALLS = counting.calls;

describe.each<[Operation, Fault]>([
  ['put', 'lost'],
  ['put', 'applied'],
  ['get', 'lost'],
])('a %s of forward that is %s', (operation, fault) => {
  it('loses nothing, and doubles nothing but what was sent and could not be marked as sent', async () => {
    let doubled = 0;
    expect(CALLS[operation]).toBeGreaterThan(3);
    for (let number = 1; number <= CALLS[operation]; number += 1) {
      const subscriber = new Subscriber();
      const lake = await begun(subscriber);
      let broken = '';
      const store = new FaultyStore(lake, (op, n) => (op === operation && n === number ? fault : undefined));
      const watched: ObjectStore = {
        get: (key) => store.get(key),
        list: (prefix, after) => store.list(prefix, after),
        putIfAbsent: (key, bytes) =>
          store.putIfAbsent(key, bytes).catch((error: unknown) => {
            broken = key;
            throw error;
          }),
      };
      await forwardOnce({ store: watched, channels: [subscriber], files: FILES });
      await mendedBy(lake, subscriber);
      const isMark = fault === 'lost' && broken.includes('.sent.');
      const what = `${operation} ${number} (${broken})`;
      expect(graveBreaches(subscriber), what).toEqual([]);
      expect(alertBreaches(FILES, subscriber).includes('a message came twice'), what).toBe(isMark);
      doubled += Number(isMark);
    }
    expect(doubled > 0).toBe(operation === 'put' && fault === 'lost');
  });
});

describe('a forward that dies', () => {
  it('at any call leaves what others finish: nothing lost, nothing told twice but what was sent and not yet marked', async () => {
    const calls = CALLS.get + CALLS.put + CALLS.list;
    let doubled = 0;
    for (let number = 1; number <= calls; number += 1) {
      const [lake, subscriber] = [new MemoryStore(), new Subscriber()];
      const store = dyingStore(lake, number, number % 2 === 0 ? 'lost' : 'applied');
      await forwardOnce({ store, channels: [subscriber], files: FILES });
      const sent = subscriber.received.length;
      await mendedBy(lake, subscriber);
      expect(graveBreaches(subscriber), `call ${number}`).toEqual([]);
      const isDoubled = alertBreaches(FILES, subscriber).length > 0;
      doubled += Number(isDoubled);
      // Before anything was sent, nothing can come twice.
      expect(isDoubled && sent === 0, `call ${number}`).toBe(false);
    }
    expect(doubled).toBeLessThan(calls / 2);
  });

  it('leaves an alert that it had stored alone as long as it may live, and no longer', async () => {
    const [lake, subscriber] = [new MemoryStore(), new Subscriber()];
    const silent = new Subscriber();
    silent.refuses = () => true;
    await forwardOnce({ store: lake, channels: [silent], files: FILES, now: () => HALF_PAST + 2 * HOUR });
    const later = async (ms: number): Promise<number> => {
      await followUpOnce(lake, [subscriber], HALF_PAST + 2 * HOUR + ms);
      return subscriber.received.filter(({ kind }) => kind === 'alert').length;
    };
    expect(await later(2 * MINUTE - 1)).toBe(0);
    expect(await later(2 * MINUTE)).toBeGreaterThan(3);
  });
});

describe('a followup that dies', () => {
  it('at any call leaves what the next finishes', async () => {
    for (let number = 1; number <= 60; number += 1) {
      const [lake, subscriber] = [new MemoryStore(), new Subscriber()];
      await forwardOnce({ store: lake, channels: [subscriber], files: FILES });
      const store = dyingStore(lake, number, number % 2 === 0 ? 'lost' : 'applied');
      await followUpOnce(store, [subscriber], HALF_PAST + 5 * HOUR).catch(() => undefined);
      await mendedBy(lake, subscriber);
      expect(graveBreaches(subscriber), `call ${number}`).toEqual([]);
    }
  });
});

describe('forward and followup at the same time', () => {
  it('tell of everything once, whoever gets to what first', async () => {
    let met = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const random = seeded(seed);
      const [lake, subscriber] = [new MemoryStore(), new Subscriber()];
      const store = new TurnTakingStore(lake, new Turns(random));
      const channels = [subscriber];
      const forwards = Array.from({ length: 3 }, async () => {
        const deliveries = shuffled(ALL, random).slice(0, 3 + Math.floor(random() * 5));
        const result = await forwardOnce({ store, channels, files: FILES }, deliveries);
        expect(failedOf(result)).toEqual([]);
        return [...result.rules.values()].reduce((sum, { alerts }) => sum + alerts, 0);
      });
      const followUps = Array.from(
        { length: 2 },
        async () => await followUpOnce(store, channels, HALF_PAST + 2 * HOUR),
      );
      const alerts = await Promise.all(forwards);
      await Promise.all(followUps);
      met += Number(alerts.filter((count) => count > 0).length > 1);
      await mendedBy(lake, subscriber);
      expect(alertBreaches(FILES, subscriber), `seed ${seed}`).toEqual([]);
    }
    // It would show nothing if one of them always did it all.
    expect(met).toBeGreaterThan(30);
  });
});
