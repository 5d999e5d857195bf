import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { followUp } from '../../shared/jobs/follow-up.ts';
import { nothingKnown } from '../../shared/jobs/forward.ts';
import {
  alertBreaches,
  eventsOf,
  expectedGroups,
  failedOf,
  followUpOnce,
  forwardOnce,
  HALF_PAST,
  HOUR,
  logFileOfEvents,
  logFilesOf,
  MINUTE,
  ruleOf,
  RULES,
  Subscriber,
} from '../support/alerting.ts';
import { dyingStore, FaultyStore } from '../support/faulty-store.ts';
import { seeded, shuffled, Turns, TurnTakingStore } from '../support/turn-taking.ts';

const STOP = { eventID: 'one', eventName: 'StopLogging', eventSource: 'cloudtrail.amazonaws.com' };
const FILES = logFilesOf(eventsOf(45), 4);

describe('log files whose records rules select', () => {
  it('are told of once a group, and then how many more there were', async () => {
    const [store, subscriber] = [new MemoryStore(), new Subscriber()];
    const result = await forwardOnce({ store, channels: [subscriber], files: FILES });
    expect(failedOf(result)).toEqual([]);
    expect(subscriber.received.every(({ kind }) => kind === 'alert')).toBe(true);
    // Groups that it takes several log files to find are followup's.
    const atOnce = [...expectedGroups(FILES).keys()].filter((key) => /^(?:stopped|all) /.test(key));
    expect(subscriber.received).toHaveLength(atOnce.length);
    for (const minutes of [0, 5])
      await followUpOnce(store, [subscriber], HALF_PAST + 4 * HOUR + minutes * MINUTE);
    expect(alertBreaches(FILES, subscriber)).toEqual([]);
    // The test would notice little if there were no more to tell of, or nothing below a threshold.
    expect(subscriber.received.filter(({ kind }) => kind === 'more').length).toBeGreaterThan(3);
    expect(new Set([...expectedGroups(FILES).keys()].map((key) => key.split(' ')[0])).size).toBe(
      RULES.length,
    );
  });

  it('are counted, by rule', async () => {
    const [store, channels] = [new MemoryStore(), [new Subscriber()]];
    const files = [logFileOfEvents(1, eventsOf(10))];
    const { records, rules } = await forwardOnce({ store, channels, files });
    expect(records).toBe(10);
    expect(Object.fromEntries(rules)).toEqual({
      stopped: { matches: 2, alerts: 2, suppressed: 0, tooOld: 0 },
      all: { matches: 2, alerts: 1, suppressed: 0, tooOld: 0 },
      burst: { matches: 2, alerts: 0, suppressed: 0, tooOld: 0 },
      secrets: { matches: 2, alerts: 0, suppressed: 0, tooOld: 0 },
    });
    const again = await forwardOnce({ store, channels, files });
    expect([...again.rules.values()].every(({ matches, alerts }) => matches + alerts === 0)).toBe(true);
  });

  it('are told of just as much when they come twice, in any order, in any portions, to containers that know nothing', async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const random = seeded(seed);
      const [store, subscriber] = [new MemoryStore(), new Subscriber()];
      const known = [nothingKnown(), nothingKnown()];
      const deliveries = shuffled([...FILES, ...FILES], random).map(({ key }) => ({ key }));
      while (deliveries.length > 0) {
        const some = deliveries.splice(0, 1 + Math.floor(random() * 6));
        const container = { store, channels: [subscriber], files: FILES, known: known[some.length % 2] };
        expect(
          failedOf(await forwardOnce({ ...container, known: container.known ?? nothingKnown() }, some)),
        ).toEqual([]);
        if (random() < 0.3) await followUpOnce(store, [subscriber], HALF_PAST + random() * 3 * HOUR);
      }
      await followUpOnce(store, [subscriber]);
      expect(alertBreaches(FILES, subscriber), `seed ${seed}`).toEqual([]);
    }
  });

  it('that come after their window was told of are told of later', async () => {
    const [store, subscriber] = [new MemoryStore(), new Subscriber()];
    const container = { store, channels: [subscriber], files: FILES };
    for (const [i, { key }] of FILES.entries()) {
      await forwardOnce(container, [{ key }]);
      await followUpOnce(store, [subscriber], HALF_PAST + (4 + i) * HOUR);
    }
    expect(alertBreaches(FILES, subscriber)).toEqual([]);
    const told = subscriber.received.length;
    await followUpOnce(store, [subscriber], HALF_PAST + 30 * HOUR);
    expect(subscriber.received).toHaveLength(told);
  });

  it('cost a container that knows of the alert one write, and one that doesn’t a few requests more', async () => {
    const store = new MemoryStore();
    const requests: string[] = [];
    const counting = {
      get: (key: string) => (requests.push(`get ${key.split('/').pop()}`), store.get(key)),
      putIfAbsent: (key: string, bytes: Uint8Array) => (
        requests.push(
          `put ${key
            .split('/')
            .pop()
            ?.replace(/-[0-9a-f]{20}-/, '-')}`,
        ),
        store.putIfAbsent(key, bytes)
      ),
      list: (prefix: string) => (requests.push('list'), store.list(prefix)),
    };
    const files = [0, 1, 2].map((i) => logFileOfEvents(i, [{ ...STOP, eventID: `e${i}` }]));
    const [known, channels] = [nothingKnown(), [new Subscriber()]];
    const container = { store: counting, channels, files, known };
    await forwardOnce(container, [{ key: files[0]?.key ?? '' }]);
    expect(requests.splice(0)).toEqual(['put seen-1', 'put slot-1', 'put alert', 'put alert.sent.sns']);
    await forwardOnce(container, [{ key: files[1]?.key ?? '' }]);
    expect(requests.splice(0)).toEqual(['put seen-1']);
    await forwardOnce({ ...container, known: nothingKnown() }, [{ key: files[2]?.key ?? '' }]);
    expect(requests.splice(0)).toEqual([
      'put seen-1',
      'put slot-1',
      'get slot-1',
      'put alert',
      'get alert',
      'get alert.sent.sns',
    ]);
  });
});

describe('a rule with more groups in a window than anybody reads', () => {
  const rule = ruleOf({
    id: 'flood',
    pattern: { eventName: ['StopLogging'] },
    group: { by: ['userIdentity.arn'], window: '1h', most: 3 },
  });
  const flood = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...STOP,
      eventID: `e${from + i}`,
      principal: `p${from + i}`,
    }));

  it('has those told of one by one, and all further ones together, wherever and whenever they are met', async () => {
    for (const known of [nothingKnown(), undefined]) {
      const [store, subscriber] = [new MemoryStore(), new Subscriber()];
      const files = [0, 1, 2, 3].map((i) => logFileOfEvents(i, flood(i * 4, 5)));
      const container = { store, channels: [subscriber], files, rules: [rule], ...(known && { known }) };
      for (const { key } of [...files, ...files]) await forwardOnce(container, [{ key }]);
      await followUpOnce(store, [subscriber]);
      const told = subscriber.received.map(({ kind, group }) => [kind, group.beyond, group.events]);
      expect(told.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => ['alert', undefined, 1]));
      expect(told.slice(3)).toEqual([
        ['alert', 3, 2],
        // Seventeen principals in all, two of which stand in two log files each.
        ['more', 3, 14],
      ]);
    }
  });

  it('has one group take one place, however many log files hold it at once', async () => {
    const [store, subscriber] = [new MemoryStore(), new Subscriber()];
    const files = [0, 1, 2, 3, 4, 5].map((i) =>
      logFileOfEvents(
        i,
        flood(i % 3, 1).map((event) => Object.assign(event, { eventID: `other-${i}` })),
      ),
    );
    await forwardOnce({ store, channels: [subscriber], files, rules: [rule] });
    expect(subscriber.received.map(({ group }) => group.beyond)).toEqual([undefined, undefined, undefined]);
  });

  it('has as many containers as there may be tell of each of its groups once, and none of a flood that there isn’t', async () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const [lake, subscriber] = [new MemoryStore(), new Subscriber()];
      const store = new TurnTakingStore(lake, new Turns(seeded(seed)));
      const files = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => logFileOfEvents(i, flood(i % 3, 1)));
      const container = { store, channels: [subscriber], files, rules: [rule] };
      await Promise.all(files.map(async ({ key }) => await forwardOnce(container, [{ key }])));
      expect(subscriber.received.map(({ group }) => group.beyond)).toEqual([undefined, undefined, undefined]);
    }
  });

  it('keeps the places of a call that died, or couldn’t store them, for the groups that had them', async () => {
    const files = [logFileOfEvents(1, flood(0, 3))];
    for (let number = 1; number <= 12; number += 1) {
      const [lake, subscriber, known] = [new MemoryStore(), new Subscriber(), nothingKnown()];
      const container = { channels: [subscriber], files, rules: [rule], known };
      for (const fault of ['lost', 'applied'] as const)
        await forwardOnce({ ...container, store: dyingStore(lake, number, fault) });
      await forwardOnce({ ...container, store: lake, now: () => HALF_PAST + 3 * HOUR });
      const unique = new Map(subscriber.received.map((alert) => [alert.alertId, alert.group.beyond]));
      expect([...unique.values()], `call ${number}`).toEqual([undefined, undefined, undefined]);
    }
  });

  it('with a threshold has those told of one by one and together in the same way, whether one log file has enough or several', async () => {
    const many = ruleOf({
      id: 'many',
      pattern: { eventName: ['StopLogging'] },
      threshold: { events: 2 },
      group: { by: ['userIdentity.arn'], window: '1h', most: 3 },
    });
    const twice = (from: number, count: number) =>
      flood(from, count).flatMap((event) => [event, { ...event, eventID: `${event.eventID}-again` }]);
    const inOne = [logFileOfEvents(1, twice(0, 8))];
    const inTwo = [
      logFileOfEvents(1, flood(0, 8)),
      logFileOfEvents(
        2,
        flood(0, 8).map((event) => Object.assign(event, { eventID: `${event.eventID}-again` })),
      ),
    ];
    for (const files of [inOne, inTwo]) {
      const [store, subscriber] = [new MemoryStore(), new Subscriber()];
      await forwardOnce({ store, channels: [subscriber], files, rules: [many] });
      for (const hours of [3, 4, 5, 6]) await followUpOnce(store, [subscriber], HALF_PAST + hours * HOUR);
      const alerts = subscriber.received.filter(({ kind }) => kind === 'alert');
      expect(alerts.map(({ group }) => group.beyond)).toEqual([undefined, undefined, undefined, 3]);
      const flooded = subscriber.received.filter(({ group }) => group.beyond !== undefined);
      expect(Math.max(...flooded.map(({ group }) => group.events))).toBe(10);
    }
  });

  it('tells at once of a window that was quiet before', async () => {
    const [store, subscriber] = [new MemoryStore(), new Subscriber()];
    const next = flood(50, 2).map((event) => Object.assign(event, { eventTime: '2026-11-21T15:10:00Z' }));
    const files = [logFileOfEvents(1, flood(0, 9)), logFileOfEvents(2, next)];
    await forwardOnce({ store, channels: [subscriber], files, rules: [rule] });
    expect(subscriber.received.filter(({ group }) => group.from.includes('T15:'))).toHaveLength(2);
    expect(subscriber.received).toHaveLength(6);
  });
});

describe('an event', () => {
  const tell = async (
    rule: Readonly<Record<string, unknown>>,
    events: Parameters<typeof logFileOfEvents>[1],
    now = HALF_PAST + HOUR,
  ) => {
    const [store, subscriber] = [new MemoryStore(), new Subscriber()];
    const rules = [ruleOf({ id: 'rule', pattern: { eventName: ['StopLogging'] }, ...rule })];
    const container = { store, channels: [subscriber], files: [logFileOfEvents(1, events)], rules };
    const { rules: counts } = await forwardOnce({ ...container, now: () => now });
    return { counts: counts.get('rule'), told: subscriber.received };
  };

  it('that is suppressed is no alert until the suppression ends, and is counted', async () => {
    const suppressions = [
      { reason: 'ours', until: '2026-11-21', pattern: { userIdentity: { arn: [{ suffix: '/alice' }] } } },
    ];
    const bob = { ...STOP, eventID: 'two', principal: 'bob' };
    const nextDay = { ...STOP, eventID: 'three', eventTime: '2026-11-22T00:00:00Z' };
    const { counts, told } = await tell({ suppressions }, [STOP, bob, nextDay], HALF_PAST + 12 * HOUR);
    expect(told.map(({ event }) => event.eventId)).toEqual(['two', 'three']);
    expect(counts).toEqual({ matches: 2, alerts: 2, suppressed: 1, tooOld: 0 });
  });

  it('of long ago is no alert, and is counted', async () => {
    const { counts, told } = await tell({}, [STOP], HALF_PAST + 72 * HOUR + 1);
    expect([told, counts]).toEqual([[], { matches: 0, alerts: 0, suppressed: 0, tooOld: 1 }]);
    expect((await tell({}, [STOP], HALF_PAST + 72 * HOUR)).told).toHaveLength(1);
  });

  it.each([
    ['without a time', undefined],
    ['with a time that is none', 'yesterday'],
    ['with a time that can’t be yet', '2031-01-01T00:00:00Z'],
  ])('%s goes by when its log file was delivered', async (_, eventTime) => {
    const { told } = await tell({}, [{ ...STOP, eventTime } as typeof STOP]);
    expect(told.map(({ event, group }) => [event.eventTime, group.from])).toEqual([
      ['2026-11-21T14:35:00Z', '2026-11-21T14:00:00Z'],
    ]);
  });

  it('without an id is told of once all the same', async () => {
    const nameless = { ...STOP, eventID: undefined } as unknown as typeof STOP;
    const { told } = await tell({}, [nameless, nameless]);
    expect(told.map(({ event, group }) => [event.eventId.slice(0, 7), group.events])).toEqual([
      ['sha256:', 1],
    ]);
  });

  it('is the earliest of its group where several are met at once', async () => {
    const later = { ...STOP, eventID: 'later', eventTime: '2026-11-21T14:40:00Z' };
    const earlier = { ...STOP, eventID: 'earlier', eventTime: '2026-11-21T14:20:00Z' };
    const { told } = await tell({}, [later, earlier]);
    expect(told.map(({ event, group }) => [event.eventId, group.events])).toEqual([['earlier', 2]]);
  });
});

describe('a hostile record', () => {
  const hostile = {
    'a token that starts again and again': { requestParameters: { text: '-eyJ'.repeat(60_000) } },
    'thousands of fields': Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`field${i}`, 'xyz'])),
    'an id that is no text': { eventID: '\uD800' },
    'names of a prototype': JSON.parse('{"__proto__":{"a":1},"constructor":"x","toString":[]}') as object,
  };

  it.each(Object.entries(hostile))(
    'with %s is told of as any other',
    async (_, fields) => {
      const subscriber = new Subscriber();
      const rules = ['a', 'b', 'c'].map((id) => ruleOf({ id, pattern: { eventName: ['StopLogging'] } }));
      const files = [
        logFileOfEvents(1, [
          Object.assign({}, STOP, fields),
          { ...STOP, eventID: 'after', principal: 'bob' },
        ]),
      ];
      const result = await forwardOnce({ store: new MemoryStore(), channels: [subscriber], files, rules });
      expect([failedOf(result), result.undecided]).toEqual([[], []]);
      expect(subscriber.received).toHaveLength(6);
    },
    5000,
  );
});

describe('a record that goes over a limit of one rule', () => {
  it('is undecided for that rule, which is said with the limit, and decided for all others', async () => {
    const sigma = {
      title: 'x',
      logsource: { product: 'aws', service: 'cloudtrail' },
      detection: { s: { 'requestParameters.text|re': '(a{1,20}){1,20}b' }, condition: 's' },
    };
    const rules = [
      ruleOf({ id: 'hungry', sigma }),
      ruleOf({ id: 'stopped', pattern: { eventName: ['StopLogging'] } }),
    ];
    const subscriber = new Subscriber();
    const long = { ...STOP, requestParameters: { text: 'a'.repeat(200_000) } };
    const short = { ...STOP, eventID: 'two', principal: 'bob', requestParameters: { text: 'aaab' } };
    const files = [logFileOfEvents(1, [long, short])];
    const result = await forwardOnce({ store: new MemoryStore(), channels: [subscriber], files, rules });
    expect(result.undecided.map(({ rule, logFile, error }) => [rule, logFile, error.message])).toEqual([
      [
        'hungry',
        files[0]?.key,
        expect.stringMatching(/a text of 200000 characters, and the regular expression .* may look at \d+$/),
      ],
    ]);
    expect(subscriber.received.map(({ rule, event }) => `${rule.id} ${event.eventId}`).sort()).toEqual([
      'hungry two',
      'stopped one',
      'stopped two',
    ]);
  });
});

describe('a log file', () => {
  const files = [logFileOfEvents(1, [STOP]), logFileOfEvents(2, [{ ...STOP, eventID: 'two' }])];

  it('that is none, or that holds nothing to match, is done', async () => {
    const broken = { key: files[0]?.key ?? '', bytes: Buffer.from('not gzip'), events: [] };
    const digest = files[0]?.key.replaceAll('/CloudTrail/', '/CloudTrail-Digest/') ?? '';
    const container = { store: new MemoryStore(), channels: [new Subscriber()], files: [broken] };
    const result = await forwardOnce(container, [{ key: broken.key }, { key: digest }, { key: 'AWSLogs/' }]);
    expect([...result.outcomes.values()].map(({ kind }) => kind).sort()).toEqual([
      'matched',
      'skipped',
      'skipped',
    ]);
    expect(result.unreadable).toEqual({ records: 0, logFiles: 1 });
  });

  it('that can’t be had fails alone', async () => {
    const subscriber = new Subscriber();
    const container = { store: new MemoryStore(), channels: [subscriber], files };
    const missing = { key: files[0]?.key.replace('0001.json', '0009.json') ?? '' };
    const result = await forwardOnce(container, [missing, ...files.map(({ key }) => ({ key }))]);
    expect(failedOf(result)).toEqual([missing]);
    expect(subscriber.received).toHaveLength(1);
  });

  it('that there is no time for comes again', async () => {
    let times = 0;
    // Of the second log file, and neither of the first nor of what it gives rise to.
    const hasTime = (): boolean => (times += 1) !== 2;
    const subscriber = new Subscriber();
    const container = { store: new MemoryStore(), channels: [subscriber], files };
    const left = failedOf(await forwardOnce({ ...container, hasTime }));
    expect(left).toHaveLength(1);
    expect(failedOf(await forwardOnce(container, left))).toEqual([]);
    expect(subscriber.received).toHaveLength(1);
  });
});

describe('the counts of a rule', () => {
  it('have an event whose answer was lost, and one that was met by a call that died', async () => {
    const files = [logFileOfEvents(1, [STOP])];
    for (const number of [1, 2, 3]) {
      const [lake, subscriber] = [new MemoryStore(), new Subscriber()];
      const container = { channels: [subscriber], files };
      const first = await forwardOnce({ ...container, store: dyingStore(lake, number, 'applied') });
      const second = await forwardOnce({ ...container, store: lake, now: () => HALF_PAST + 3 * HOUR });
      const matches = [first, second].map(({ rules }) => rules.get('stopped')?.matches ?? 0);
      expect(Math.max(...matches), `call ${number}`).toBe(1);
    }
  });
});

describe('a channel that refuses', () => {
  const files = logFilesOf(eventsOf(30), 5);

  it('holds nothing up: its alerts are kept, and sent when it takes them', async () => {
    const [store, subscriber] = [new MemoryStore(), new Subscriber()];
    subscriber.refuses = () => true;
    const container = { store, channels: [subscriber], files };
    const result = await forwardOnce(container);
    expect(failedOf(result)).toEqual([]);
    expect(result.unsent).toHaveLength(expectedGroups(files).size);
    // While forward may still be at it, nobody else is.
    const soon = HALF_PAST + 2 * HOUR + MINUTE;
    expect(await followUpOnce(store, [subscriber], soon)).toMatchObject({ late: 0, unsent: [] });
    for (const hours of [3, 4]) {
      const down = await followUpOnce(store, [subscriber], HALF_PAST + hours * HOUR);
      expect(down).toMatchObject({ late: 0, more: 0 });
      expect(down.unsent.length).toBeGreaterThanOrEqual(expectedGroups(files).size);
    }
    subscriber.refuses = () => false;
    await followUpOnce(store, [subscriber], HALF_PAST + 5 * HOUR);
    await followUpOnce(store, [subscriber], HALF_PAST + 6 * HOUR);
    expect(alertBreaches(files, subscriber)).toEqual([]);
  });

  it('some of many has those sent later, and the others not again', async () => {
    const [store, subscriber] = [new MemoryStore(), new Subscriber()];
    let calls = 0;
    subscriber.refuses = () => (calls += 1) % 3 === 0;
    await forwardOnce({ store, channels: [subscriber], files });
    for (let i = 0; i < 8; i += 1) await followUpOnce(store, [subscriber], HALF_PAST + (4 + i) * HOUR);
    expect(alertBreaches(files, subscriber)).toEqual([]);
    expect(calls).toBeGreaterThan(subscriber.received.length);
  });

  it('doesn’t keep others from theirs, nor gives them anything twice', async () => {
    const store = new MemoryStore();
    const [topic, hub] = [new Subscriber('sns'), new Subscriber('hub')];
    hub.refuses = () => true;
    await forwardOnce({ store, channels: [topic, hub], files });
    await followUpOnce(store, [topic, hub]);
    hub.refuses = () => false;
    await followUpOnce(store, [topic, hub], HALF_PAST + 5 * HOUR);
    await followUpOnce(store, [topic, hub], HALF_PAST + 6 * HOUR);
    expect(alertBreaches(files, topic)).toEqual([]);
    expect(alertBreaches(files, hub)).toEqual([]);
  });

  it('for days is left alone longer and longer, and costs no more each time', async () => {
    const [lake, hub] = [new MemoryStore(), new Subscriber('hub')];
    hub.refuses = () => true;
    await forwardOnce({ store: lake, channels: [hub], files: [logFileOfEvents(1, [STOP])] });
    const counting = new FaultyStore(lake, () => undefined);
    for (let minutes = 5; minutes <= 24 * 60; minutes += 5)
      await followUpOnce(counting, [hub], HALF_PAST + 2 * HOUR + minutes * MINUTE);
    // Six within the first hour, then one an hour; in between, only whether it is time.
    expect(counting.calls.put).toBeLessThan(32);
    expect(counting.calls.get).toBeLessThan(288 * 4);
    hub.refuses = () => false;
    await followUpOnce(lake, [hub], HALF_PAST + 28 * HOUR);
    expect(hub.received).toHaveLength(1);
  });

  it('and is switched on later has nothing of what was told before', async () => {
    const store = new MemoryStore();
    const [topic, hub] = [new Subscriber('sns'), new Subscriber('hub')];
    await forwardOnce({ store, channels: [topic], files });
    await followUpOnce(store, [topic, hub], HALF_PAST + 2 * HOUR + 10 * MINUTE);
    expect(hub.received.filter(({ kind }) => kind === 'alert')).toEqual([]);
  });
});

describe('followup', () => {
  const files = [logFileOfEvents(1, [STOP, { ...STOP, eventID: 'two' }])];
  const FIVE = 5 * MINUTE;

  /** Runs every five minutes, as deployed, from one time to another; when each message came, in minutes after the first. */
  async function runs(
    store: MemoryStore,
    subscriber: Subscriber,
    from: number,
    until: number,
  ): Promise<number[]> {
    const came: number[] = [];
    for (let now = from; now <= until; now += FIVE) {
      const before = subscriber.received.length;
      await followUpOnce(store, [subscriber], now, FIVE);
      for (let i = before; i < subscriber.received.length; i += 1) came.push((now - from) / MINUTE);
    }
    return came;
  }

  it('looks at windows of the last hours every time, at those of a day every hour, and at older ones every day', async () => {
    const late = logFileOfEvents(2, [{ ...STOP, eventID: 'late' }]);
    const end = Date.parse('2026-11-21T15:00:00Z');
    for (const [hours, within] of [
      [1, 5],
      [10, 60],
      [50, 24 * 60],
    ] as const) {
      const [store, subscriber] = [new MemoryStore(), new Subscriber()];
      const container = { store, channels: [subscriber], files: [...files, late] };
      await forwardOnce(
        container,
        files.map(({ key }) => ({ key })),
      );
      const arrival = end + hours * HOUR + 7 * MINUTE;
      await forwardOnce({ ...container, now: () => arrival }, [{ key: late.key }]);
      const [first = Infinity, ...others] = await runs(
        store,
        subscriber,
        arrival + MINUTE,
        arrival + 26 * HOUR,
      );
      expect(first, `${hours} hours`).toBeLessThanOrEqual(within);
      expect(others).toEqual([]);
      expect(subscriber.received.at(-1)?.group).toMatchObject({ events: 3 });
    }
  });

  it('reads nothing again that it has dealt with, nor groups that are told of together', async () => {
    const rule = ruleOf({
      id: 'flood',
      pattern: { eventName: ['StopLogging'] },
      group: { by: ['userIdentity.arn'], window: '1h', most: 2 },
    });
    const events = Array.from({ length: 200 }, (_, i) => ({ ...STOP, eventID: `e${i}`, principal: `p${i}` }));
    const [store, subscriber] = [new MemoryStore(), new Subscriber()];
    await forwardOnce({ store, channels: [subscriber], files: [logFileOfEvents(1, events)], rules: [rule] });
    const counting = new FaultyStore(store, () => undefined);
    await followUpOnce(counting, [subscriber], HALF_PAST + 3 * HOUR);
    await followUpOnce(counting, [subscriber], HALF_PAST + 3 * HOUR + FIVE);
    expect(counting.calls.get).toBeLessThan(30);
    const after = counting.calls.get;
    await followUpOnce(counting, [subscriber], HALF_PAST + 4 * HOUR);
    expect(counting.calls.get).toBe(after);
  });

  it('that has no time for all begins with what is new', async () => {
    const [store, subscriber] = [new MemoryStore(), new Subscriber()];
    subscriber.refuses = () => true;
    const old = logFileOfEvents(1, [STOP]);
    const fresh = logFileOfEvents(2, [{ ...STOP, eventID: 'new', eventTime: '2026-11-22T14:10:00Z' }]);
    for (const file of [old, fresh])
      await forwardOnce({ store, channels: [subscriber], files: [file], now: () => HALF_PAST + 24 * HOUR });
    subscriber.refuses = () => false;
    let times = 0;
    const now = HALF_PAST + 25 * HOUR;
    const ports = {
      store,
      channels: [subscriber],
      now: () => now,
      leaseMs: 1,
      hasTime: () => (times += 1) <= 2,
      caller: 'x',
    };
    const { behind } = await followUp(ports, { graceMs: 0, lookBackMs: 96 * HOUR });
    await followUp(
      { ...ports, hasTime: () => true, now: () => now + HOUR },
      { graceMs: 0, lookBackMs: 96 * HOUR },
    );
    expect(behind).toBe(true);
    expect(subscriber.received.map(({ event }) => event.eventId).at(0)).toBe('new');
  });
});
