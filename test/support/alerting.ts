import { gzipSync } from 'node:zlib';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import type { Alert } from '../../shared/core/rules/alert.ts';
import { compileRule, type CompiledRule } from '../../shared/core/rules/compiled-rule.ts';
import { RuleSet } from '../../shared/core/rules/rule-set.ts';
import type { AlertChannel } from '../../shared/jobs/alert-channel.ts';
import { followUp, type FollowedUp } from '../../shared/jobs/follow-up.ts';
import {
  forward,
  nothingKnown,
  type ForwardOptions,
  type ForwardResult,
  type KnownAlerts,
} from '../../shared/jobs/forward.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { WeightedGate } from '../../shared/jobs/weighted-gate.ts';
import type { Delivery } from '../../shared/jobs/delivery.ts';
import { MemorySource } from './memory-source.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** In the middle of a window of an hour. */
export const HALF_PAST = Date.parse('2026-11-21T14:30:00Z');

/** What a rule must say and no test is about. */
const SAID = {
  title: 'A test’s rule',
  severity: 'high',
  owner: 'security',
  why: 'It matters.',
  runbook: 'Do something.',
  falsePositives: ['none'],
} as const;

export function ruleOf(rule: Readonly<Record<string, unknown>> & { readonly id: string }): CompiledRule {
  return compileRule({ ...SAID, ...rule });
}

/** A rule of each kind: by principal, one alert for all, with a threshold of events, and of values. */
export const RULES: readonly CompiledRule[] = [
  ruleOf({ id: 'stopped', pattern: { eventName: ['StopLogging'] } }),
  ruleOf({ id: 'all', group: { by: [], window: '15m' }, pattern: { eventSource: [{ prefix: 'iam.' }] } }),
  ruleOf({
    id: 'burst',
    threshold: { events: 4 },
    group: { by: ['userIdentity.arn'], window: '1h' },
    pattern: { errorCode: ['AccessDenied'] },
  }),
  ruleOf({
    id: 'secrets',
    threshold: { events: 3, distinct: 'requestParameters.secretId' },
    group: { by: ['userIdentity.arn'], window: '1h' },
    pattern: { eventName: ['GetSecretValue'] },
  }),
];

export interface TestEvent {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventTime?: string;
  readonly eventSource?: string;
  readonly errorCode?: string;
  readonly principal?: string;
  readonly recipientAccountId?: string;
  readonly requestParameters?: unknown;
}

/** Events of two principals over an hour and a half that every rule of `RULES` selects some of. */
export function eventsOf(count: number): TestEvent[] {
  const kinds: readonly Omit<TestEvent, 'eventID'>[] = [
    { eventName: 'StopLogging', eventSource: 'cloudtrail.amazonaws.com' },
    { eventName: 'CreateUser', eventSource: 'iam.amazonaws.com' },
    { eventName: 'GetObject', eventSource: 's3.amazonaws.com', errorCode: 'AccessDenied' },
    { eventName: 'GetSecretValue', eventSource: 'secretsmanager.amazonaws.com' },
    { eventName: 'DescribeInstances', eventSource: 'ec2.amazonaws.com' },
  ];
  return Array.from({ length: count }, (_, i) => ({
    eventName: 'None',
    ...kinds[i % kinds.length],
    eventID: `event-${i}`,
    eventTime: new Date(HALF_PAST + i * 2 * MINUTE).toISOString().replace('.000', ''),
    principal: i % 3 === 0 ? 'alice' : 'bob',
    requestParameters: { secretId: `secret-${i % 4}` },
  }));
}

export interface TestLogFile {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly events: readonly TestEvent[];
}

export function logFileOfEvents(number: number, events: readonly TestEvent[]): TestLogFile {
  const Records = events.map(({ principal = 'alice', ...event }) => ({
    eventVersion: '1.11',
    userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::111122223333:user/${principal}` },
    eventTime: '2026-11-21T14:30:00Z',
    awsRegion: 'us-east-1',
    recipientAccountId: '111122223333',
    ...event,
  }));
  const name = `111122223333_CloudTrail_us-east-1_${deliveredAfter(events)}_${String(number).padStart(16, '0')}.json.gz`;
  return {
    key: `AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/${name}`,
    bytes: gzipSync(JSON.stringify({ Records })),
    events,
  };
}

/** When a log file with these events is delivered: five minutes after the last, as far as they can have happened. */
function deliveredAfter(events: readonly TestEvent[]): string {
  const times = events.map(({ eventTime = '' }) => Date.parse(eventTime)).filter((time) => time < FAR_FUTURE);
  const time = new Date(Math.max(HALF_PAST, ...times) + 5 * MINUTE);
  return `${time.toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
}

const FAR_FUTURE = Date.parse('2030-01-01');

/** The events in log files of a few, some of them in two. */
export function logFilesOf(events: readonly TestEvent[], size: number): TestLogFile[] {
  const files: TestLogFile[] = [];
  for (let from = 0; from < events.length; from += size)
    files.push(logFileOfEvents(files.length, events.slice(Math.max(0, from - 1), from + size)));
  return files;
}

/** A subscriber: what was sent, in order. */
export class Subscriber implements AlertChannel {
  readonly name: string;
  readonly received: Alert[] = [];
  /** What keeps it from receiving this one. */
  refuses: (alert: Alert) => boolean = () => false;

  constructor(name = 'sns') {
    this.name = name;
  }

  send(alerts: readonly Alert[]): Promise<readonly (Error | undefined)[]> {
    return Promise.resolve(
      alerts.map((alert) => {
        if (this.refuses(alert)) return new Error('refused');
        this.received.push(alert);
        return undefined;
      }),
    );
  }
}

export const OPTIONS: ForwardOptions = {
  limits: DEFAULT_LIMITS,
  maxAgeMs: 72 * HOUR,
  redact: new Set(),
};

export interface Container {
  readonly rules?: readonly CompiledRule[];
  readonly store: ObjectStore;
  readonly channels: readonly AlertChannel[];
  readonly files: readonly TestLogFile[];
  readonly now?: () => number;
  /** Like a container's: kept between its invocations. */
  readonly known?: KnownAlerts;
  readonly caller?: string;
  readonly hasTime?: () => boolean;
  readonly options?: Partial<ForwardOptions>;
}

const LEASE = 2 * MINUTE;
let callers = 0;

function nextCaller(): string {
  callers += 1;
  return `caller-${callers}`;
}

/** One invocation of forward, told of these log files. */
export async function forwardOnce(
  container: Container,
  deliveries: readonly Delivery[] = container.files.map(({ key }) => ({ key })),
): Promise<ForwardResult<Delivery>> {
  const { rules = RULES, store, channels, files, known = nothingKnown() } = container;
  return await forward(
    deliveries,
    {
      source: new MemorySource(new Map(files.map(({ key, bytes }) => [key, bytes]))),
      store,
      channels,
      rules: new RuleSet(rules),
      known,
      gate: new WeightedGate(1 << 24),
      hasTime: container.hasTime ?? (() => true),
      now: container.now ?? (() => HALF_PAST + 2 * HOUR),
      leaseMs: LEASE,
      caller: container.caller ?? nextCaller(),
    },
    { ...OPTIONS, ...container.options },
  );
}

/** Deliveries that are to come again. */
export function failedOf({ outcomes }: ForwardResult<Delivery>): Delivery[] {
  return [...outcomes].flatMap(([delivery, { kind }]) => (kind === 'failed' ? [delivery] : []));
}

/** One run of followup. */
export async function followUpOnce(
  store: ObjectStore,
  channels: readonly AlertChannel[],
  now: number = HALF_PAST + 4 * HOUR,
  everyMs?: number,
): Promise<FollowedUp> {
  const ports = {
    store,
    channels,
    now: () => now,
    leaseMs: LEASE,
    hasTime: () => true,
    caller: nextCaller(),
  };
  return await followUp(ports, {
    graceMs: 15 * MINUTE,
    lookBackMs: 96 * HOUR,
    ...(everyMs !== undefined && { everyMs }),
  });
}

/** Per group that should have alerted, as `rule window group`, how many events it has (of `secrets`, different values): computed anew from the events, by a reading of the rules of its own. */
export function expectedGroups(files: readonly TestLogFile[]): Map<string, number> {
  const events = new Map(
    files.flatMap((file) => file.events.map((event) => [event.eventID, event] as const)),
  );
  const groups = new Map<string, TestEvent[]>();
  const add = (rule: string, minutes: number, group: string, event: TestEvent): void => {
    const window = Math.floor(Date.parse(event.eventTime ?? '') / (minutes * MINUTE)) * minutes * MINUTE;
    const key = `${rule} ${new Date(window).toISOString().slice(0, 16)} ${group}`;
    groups.set(key, [...(groups.get(key) ?? []), event]);
  };
  for (const event of events.values()) {
    const who = event.principal ?? 'alice';
    if (event.eventName === 'StopLogging') add('stopped', 60, who, event);
    if (event.eventSource === 'iam.amazonaws.com') add('all', 15, '', event);
    if (event.errorCode === 'AccessDenied') add('burst', 60, who, event);
    if (event.eventName === 'GetSecretValue') add('secrets', 60, who, event);
  }
  const counted = ([key, some]: [string, TestEvent[]]): [string, number] => {
    if (!key.startsWith('secrets ')) return [key, some.length];
    return [key, new Set(some.map(({ requestParameters }) => JSON.stringify(requestParameters))).size];
  };
  const needed = (key: string): number => (key.startsWith('burst ') ? 4 : key.startsWith('secrets ') ? 3 : 1);
  return new Map([...groups].map(counted).filter(([key, count]) => count >= needed(key)));
}

/** What a subscriber was told, as `expectedGroups` has it: how many alerts a group, and of how many events the last message told. */
export function toldGroups(received: readonly Alert[]): Map<string, { alerts: number; events: number }> {
  const told = new Map<string, { alerts: number; events: number }>();
  for (const { kind, rule, group } of received) {
    const who = Object.entries(group.by).find(([field]) => field === 'userIdentity.arn')?.[1] ?? '';
    const key = `${rule.id} ${group.from.slice(0, 16)} ${who.slice(who.lastIndexOf('/') + 1)}`;
    const before = told.get(key) ?? { alerts: 0, events: 0 };
    told.set(key, {
      alerts: before.alerts + Number(kind === 'alert'),
      events: Math.max(before.events, group.events),
    });
  }
  return told;
}

/** What is wrong with what a subscriber was told in the end; nothing if every group was told of once, and of all its events. */
export function alertBreaches(files: readonly TestLogFile[], { received }: Subscriber): string[] {
  const [expected, told] = [expectedGroups(files), toldGroups(received)];
  const breaches: string[] = [];
  for (const [group, events] of expected) {
    const found = told.get(group) ?? { alerts: 0, events: 0 };
    if (found.alerts !== 1) breaches.push(`${group} alerted ${found.alerts} times`);
    if (found.events !== events)
      breaches.push(`${group} has ${events} events, and ${found.events} were told of`);
  }
  for (const group of told.keys())
    if (!expected.has(group)) breaches.push(`${group} should not have alerted`);
  const ids = received.map(({ alertId }) => alertId);
  if (new Set(ids).size !== ids.length) breaches.push('a message came twice');
  return breaches;
}

export function emptyStore(): MemoryStore {
  return new MemoryStore();
}
