import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { readRuleFolder } from '../../shared/adapters/rule-folder.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { decodeAlert, type Alert } from '../../shared/core/rules/alert.ts';
import { groupOf } from '../../shared/core/rules/alert-group.ts';
import type { CompiledRule } from '../../shared/core/rules/compiled-rule.ts';
import { factsOf, fieldText } from '../../shared/core/rules/event-facts.ts';
import { recordViews } from '../../shared/core/rules/record-views.ts';
import { rulesOfFiles } from '../../shared/core/rules/rule-of-file.ts';
import { RuleSet } from '../../shared/core/rules/rule-set.ts';
import { logFileOfEvents, HOUR, MINUTE, type TestEvent, type TestLogFile } from '../support/alerting.ts';
import { emptyBucket, emulatedAws } from '../support/emulated-aws.ts';
import { faultyAws, type AwsFault, type AwsRequest, type FaultyAws } from '../support/faulty-aws.ts';
import { contextWith, packagedHandler, queueEvent, type Handler } from '../support/packaged-handler.ts';
import { emptyTopic, SubscribedQueue } from '../support/subscribed-queue.ts';
import { seeded, shuffled } from '../support/turn-taking.ts';

/**
 * The packaged functions forward and followup with the rules that are packaged with them, on emulated S3 and SNS: from messages about log files
 * to what a subscribed queue holds. The clock is moved; everything else is as it is deployed.
 */

emulatedAws();

/** When forward runs: a day later in each test, so that the windows of one are not those of another. */
let now = Date.parse('2026-11-21T14:50:00Z');
const s3 = new S3Client({ forcePathStyle: true });
let proxy: FaultyAws;
let deployed: Deployed;
let breaks: (request: AwsRequest) => AwsFault | undefined = () => undefined;

beforeAll(async () => {
  proxy = await faultyAws(inject('awsEndpoint'), (request) => breaks(request));
  process.env['AWS_ENDPOINT_URL'] = proxy.endpoint;
  deployed = await Deployed.make();
});
afterEach(() => {
  breaks = () => undefined;
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
});

/** A deployment with a subscriber. Its containers live as long as these tests; each test has an account and a day of its own. */
class Deployed {
  readonly all: SubscribedQueue;
  readonly topic: string;
  readonly forwards: readonly Handler[];
  readonly #followup: Handler;
  readonly #bucket: string;

  private constructor(
    bucket: string,
    topic: string,
    all: SubscribedQueue,
    [followup, ...forwards]: readonly [Handler, ...Handler[]],
  ) {
    this.#bucket = bucket;
    this.topic = topic;
    this.all = all;
    this.forwards = forwards;
    this.#followup = followup;
  }

  static async make(): Promise<Deployed> {
    const [LOG_BUCKET, LAKE_BUCKET, ALERTS_TOPIC] = [
      await emptyBucket(),
      await emptyBucket(),
      await emptyTopic(),
    ];
    const metrics = { POWERTOOLS_METRICS_DISABLED: 'false', POWERTOOLS_LOG_LEVEL: 'INFO' };
    const env = { LOG_BUCKET, LAKE_BUCKET, ALERTS_TOPIC, MAX_AGE_HOURS: '72', ...metrics };
    return new Deployed(LOG_BUCKET, ALERTS_TOPIC, await SubscribedQueue.to(ALERTS_TOPIC), [
      await packagedHandler('followup', env),
      await packagedHandler('forward', env),
      await packagedHandler('forward', env),
    ]);
  }

  /** Messages of log files that lie in the bucket now. */
  async put(files: readonly TestLogFile[]): Promise<unknown[]> {
    await Promise.all(
      files.map(
        async ({ key, bytes }) =>
          await s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes })),
      ),
    );
    return files.map(({ key }) => ({ s3Bucket: this.#bucket, s3ObjectKey: [key] }));
  }

  /** Messages that are to come again, of those that each container was given, all of them at once. */
  async forward(...portions: readonly (readonly unknown[])[]): Promise<unknown[]> {
    const answers = await at(now, async () => {
      const calls = portions.map(async (messages, i) => {
        const { batchItemFailures } = (await this.forwards[i]?.(queueEvent(messages), contextWith(60))) ?? {
          batchItemFailures: [],
        };
        return batchItemFailures.map(({ itemIdentifier }) => messages[Number(itemIdentifier)]);
      });
      return await Promise.all(calls);
    });
    return answers.flat();
  }

  async followUp(...hours: readonly number[]): Promise<void> {
    for (const after of hours)
      await at(now + after * HOUR, async () => await this.#followup({} as SQSEvent, contextWith(60)));
  }

  async told(): Promise<Alert[]> {
    return (await this.all.taken()).map(({ Message: text }) => decodeAlert(JSON.parse(text)));
  }
}

/** What the function wrote to stdout while it ran, which its log and its metrics are. */
let output: string[] = [];

async function at<T>(time: number, act: () => Promise<T>): Promise<T> {
  output = [];
  const keep = (text: unknown): boolean => {
    output.push(String(text));
    return true;
  };
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  vi.useFakeTimers({ toFake: ['Date'], now: time });
  try {
    return await act();
  } finally {
    vi.useRealTimers();
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

const TRAIL = { eventName: 'StopLogging', eventSource: 'cloudtrail.amazonaws.com' };
const DENIED = { eventName: 'ListBuckets', eventSource: 's3.amazonaws.com', errorCode: 'AccessDenied' };

let accounts = 0;

/**
 * Of an account and a day that no other test has: three principals who stop trails, one of them four times, and a storm of denied calls. In log files of
 * eleven; each event that is first in one stands in the one before, too.
 */
function logFiles(): TestLogFile[] {
  accounts += 1;
  now += 24 * HOUR;
  const recipientAccountId = `11112222333${accounts}`;
  const eventTime = (time: number): string => new Date(time).toISOString().replace('.000', '');
  const stops = ['alice', 'bob', 'carol', 'carol', 'carol', 'carol'].map((principal, i) => {
    const eventID = `stop-${accounts}-${i}`;
    const time = eventTime(now - (i + 1) * MINUTE);
    return Object.assign({ eventID, eventTime: time, principal, recipientAccountId }, TRAIL);
  });
  const denied = Array.from({ length: 60 }, (_, i) => {
    const of = { eventID: `call-${accounts}-${i}`, eventTime: eventTime(now - 20 * MINUTE + i * 1000) };
    return Object.assign({ principal: 'mallory', recipientAccountId }, DENIED, of);
  });
  const events = shuffled<TestEvent>([...stops, ...denied], seeded(accounts));
  return Array.from({ length: 6 }, (_, i) =>
    logFileOfEvents(accounts * 100 + i, events.slice(i * 11, i * 11 + 12)),
  );
}

/** What must have been told in the end: rule and group → how many events, or different values. Which events a rule selects, other tests say. */
async function expectedGroups(files: readonly TestLogFile[]): Promise<Map<string, number>> {
  const { rules } = rulesOfFiles(await readRuleFolder('rules'));
  const set = new RuleSet(rules.map(({ rule }) => rule));
  const groups = new Map<string, { rule: CompiledRule; events: Map<string, string> }>();
  for (const view of files.flatMap(({ bytes }) => [...recordViews(bytes, DEFAULT_LIMITS)])) {
    const { eventId, time = 0 } = factsOf(view);
    for (const rule of set.matching(view)) {
      const group = groupOf(rule, view, time);
      const name = `${group.rule} ${new Date(group.from).toISOString().slice(11, 16)} ${JSON.stringify(group.by)}`;
      const found = groups.get(name) ?? { rule, events: new Map<string, string>() };
      const counted = rule.definition.threshold?.distinct ?? 'eventID';
      groups.set(name, { rule, events: found.events.set(eventId, fieldText(view, counted.split('.'))) });
    }
  }
  const enough: [string, number][] = [];
  for (const [name, { rule, events }] of groups) {
    const counted = new Set(events.values()).size;
    if (counted >= (rule.definition.threshold?.events ?? 1)) enough.push([name, counted]);
  }
  return new Map(enough);
}

async function breachesIn(told: readonly Alert[], files: readonly TestLogFile[]): Promise<string[]> {
  const breaches: string[] = [];
  const expected = await expectedGroups(files);
  const found = Map.groupBy(
    told,
    ({ rule, group }) => `${rule.id} ${group.from.slice(11, 16)} ${JSON.stringify(group.by)}`,
  );
  for (const [name, events] of expected) {
    const mine = found.get(name) ?? [];
    const alerts = mine.filter(({ kind }) => kind === 'alert').length;
    const most = Math.max(0, ...mine.map(({ group: { events: known } }) => known));
    if (alerts !== 1) breaches.push(`${name} alerted ${alerts} times`);
    if (most !== events) breaches.push(`${name} has ${events} events, ${most} told`);
  }
  for (const name of found.keys()) if (!expected.has(name)) breaches.push(`${name} should not have alerted`);
  const ids = told.map(({ alertId }) => alertId);
  if (new Set(ids).size < ids.length) breaches.push('a message came twice');
  // It would show little if a few rules had one event each.
  if (expected.size < 4 || Math.max(...expected.values()) < 50) breaches.push('too little to tell of');
  return breaches;
}

describe('log files that are delivered twice, in any order, to two containers', () => {
  it('are told of once a group, with the record, and later how many more there were', async () => {
    const files = logFiles();
    const stops = await SubscribedQueue.to(deployed.topic, { eventName: ['StopLogging'], kind: ['alert'] });
    const messages = await deployed.put(files);
    const deliveries = shuffled([...messages, ...messages], seeded(7));
    expect(await deployed.forward(deliveries.slice(0, 6), deliveries.slice(6))).toEqual([]);
    await deployed.followUp(0.05, 2, 10.5);
    const told = await deployed.told();
    expect(await breachesIn(told, files)).toEqual([]);
    expect(told.find(({ rule }) => rule.id === 'cis-4.01-unauthorized-calls')?.record).toMatchObject({
      eventName: 'ListBuckets',
      errorCode: 'AccessDenied',
    });
    const filtered = (await stops.taken()).map(({ Message: text }) => decodeAlert(JSON.parse(text)));
    expect(filtered.length).toBeGreaterThanOrEqual(3);
    expect(new Set(filtered.map(({ event, kind }) => `${event.eventName} ${kind}`))).toEqual(
      new Set(['StopLogging alert']),
    );
  });
});

describe('a topic that is down', () => {
  const isPublish = ({ body }: AwsRequest): boolean => body.toString().includes('Action=PublishBatch');

  it('for a while holds up no log file; all is told when it is back, once', async () => {
    const files = logFiles();
    const messages = await deployed.put(files);
    breaks = (request) => (isPublish(request) ? 'denied' : undefined);
    expect(await deployed.forward(messages)).toEqual([]);
    expect(output.join('')).toContain('"AlertsUnsent":');
    expect(output.join('')).toContain('nobody could be told');
    await deployed.followUp(0.2);
    expect(await deployed.told()).toEqual([]);
    breaks = () => undefined;
    await deployed.followUp(0.5, 2, 10.5);
    expect(await breachesIn(await deployed.told(), files)).toEqual([]);
  });

  it('for some of many has the others told once', async () => {
    const files = logFiles();
    let published = 0;
    breaks = (request) => (isPublish(request) && (published += 1) % 2 === 1 ? 'denied' : undefined);
    for (const message of await deployed.put(files)) await deployed.forward([message]);
    breaks = () => undefined;
    await deployed.followUp(0.5, 2, 10.5);
    expect(published).toBeGreaterThan(2);
    expect(await breachesIn(await deployed.told(), files)).toEqual([]);
  });
});

describe('a store that fails', () => {
  it.each(['/seen-', '/alert', '.sent.'])(
    'where it should keep %s has the log file come again, and nothing lost or told twice',
    async (part) => {
      const files = logFiles();
      let broken = 0;
      // What is stored though the answer is lost: the harder of the two.
      breaks = ({ method, path }) => {
        const isIt = method === 'PUT' && path.includes('/alerts/') && path.includes(part) && broken < 3;
        broken += Number(isIt);
        return isIt ? 'applied' : undefined;
      };
      let left = await deployed.put(files);
      for (let tries = 0; left.length > 0 && tries < 4; tries += 1) left = await deployed.forward(left);
      expect([left, broken]).toEqual([[], 3]);
      await deployed.followUp(0.5, 2, 10.5);
      expect(await breachesIn(await deployed.told(), files)).toEqual([]);
    },
  );
});

describe('the log of forward', () => {
  it('has counts, one line of metrics for each rule that selected something, and nothing of a record', async () => {
    await deployed.forward(await deployed.put(logFiles()));
    const lines = output
      .join('')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ rule: 'trail-stopped', RuleMatches: 6, RuleAlerts: 3 }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ LogFilesMatched: 6, AlertsUnsent: 0, DeliveriesFailed: 0 }),
    );
    expect(output.join('')).not.toMatch(/mallory|carol|call-\d|stop-\d/);
  });
});
