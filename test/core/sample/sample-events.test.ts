import { describe, expect, it } from 'vitest';
import { INTRUDER_ADDRESS } from '../../../shared/core/sample/attack-story.ts';
import { API_CALLS, CHANGES } from '../../../shared/core/sample/api-calls.ts';
import { Random } from '../../../shared/core/sample/random.ts';
import { organisation } from '../../../shared/core/sample/organisation.ts';
import { recordText } from '../../../shared/core/sample/record-text.ts';
import { read, sample, type SampleEvent } from './read-sample.ts';

const LOGS = sample({ hours: 6, eventsPerHour: 3000, doubledShare: 0 })
  .filter((file) => file.folder !== 'CloudTrail-Digest')
  .map(read);
const TEXT = LOGS.map((file) => file.text).join('\n');
const EVENTS = LOGS.flatMap((file) => file.events);

describe('the events of a sample', () => {
  it('come from at least 40 services, with at least 150 names', () => {
    expect(counted((event) => event.eventSource).length).toBeGreaterThanOrEqual(40);
    expect(counted((event) => `${event.eventSource} ${event.eventName}`).length).toBeGreaterThanOrEqual(150);
  });

  it('are mostly of a few kinds, with a long tail', () => {
    const counts = counted((event) => `${event.eventSource} ${event.eventName}`).map(([, n]) => n);
    const head = counts.slice(0, 10).reduce((sum, n) => sum + n, 0) / EVENTS.length;
    expect(head).toBeGreaterThan(0.25);
    expect(head).toBeLessThan(0.7);
    expect(counts[100] ?? 0).toBeLessThan((counts[0] ?? 0) / 20);
  });

  it('are by every kind of identity', () => {
    const types = new Set(EVENTS.map((event) => event.userIdentity?.type));
    const known =
      'IAMUser AssumedRole Root AWSService AWSAccount FederatedUser IdentityCenterUser WebIdentityUser';
    for (const type of known.split(' ')) expect(types).toContain(type);
  });

  it('are of every category and of versions 1.08 to 1.11', () => {
    const categories = new Set(EVENTS.map((event) => event.eventCategory));
    expect([...categories].sort()).toEqual([
      'Aggregated',
      'Data',
      'Insight',
      'Management',
      'NetworkActivity',
    ]);
    const versions = new Set(EVENTS.map((event) => event.eventVersion));
    expect([...versions].sort()).toEqual(['1.0', '1.08', '1.09', '1.10', '1.11']);
  });

  it('read four times out of five, and fail once in twenty', () => {
    const calls = EVENTS.filter((event) => event.readOnly !== undefined);
    expect(share(calls, (event) => event.readOnly === true)).toBeCloseTo(0.8, 1);
    const errors = share(calls, (event) => event.errorCode !== undefined);
    expect(errors).toBeGreaterThan(0.03);
    expect(errors).toBeLessThan(0.07);
    const codes = new Set(EVENTS.map((event) => event.errorCode));
    for (const code of [
      'AccessDenied',
      'Client.UnauthorizedOperation',
      'NoSuchBucket',
      'ThrottlingException',
    ]) {
      expect(codes).toContain(code);
    }
  });

  it('keep numbers that parsing would change', () => {
    expect(TEXT).toMatch(/"bytesTransferred(?:In|Out)":500\.0[,}]/);
    expect(TEXT).toMatch(/:9\d{17}[,}]/);
    expect(TEXT).toMatch(/:\d\.\d+E-4[,}]/);
  });

  it('go beyond ASCII in names and user agents', () => {
    expect(EVENTS.some((event) => /[^\x20-\x7e]/.test(event.userAgent ?? ''))).toBe(true);
    expect(TEXT).toContain('写真');
  });

  it('use made-up access keys and addresses only', () => {
    const keys = TEXT.match(/A(?:KIA|SIA|IDA|ROA)[A-Z2-7]{8,}/g) ?? [];
    expect(keys.length).toBeGreaterThan(1000);
    expect(keys.filter((key) => !key.endsWith('EXAMPLE'))).toEqual([]);
    const addresses = new Set(EVENTS.map((event) => event.sourceIPAddress ?? ''));
    const known =
      /^(?:192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|10\.0\.|2001:db8:|[a-z0-9.-]+\.amazonaws\.com$|$)/;
    expect([...addresses].filter((address) => !known.test(address))).toEqual([]);
  });

  it('have sessions: one access key, one address, one user agent', () => {
    const sessions = Map.groupBy(
      EVENTS.filter((event) => event.userIdentity?.accessKeyId?.startsWith('ASIA')),
      (event) => event.userIdentity?.accessKeyId,
    );
    const long = [...sessions.values()].filter((events) => events.length > 5);
    expect(long.length).toBeGreaterThan(100);
    for (const events of long) {
      expect(new Set(events.map((event) => `${event.sourceIPAddress} ${event.userAgent}`)).size).toBe(1);
    }
  });

  it('sign in with and without MFA, and mistype passwords', () => {
    const signIns = EVENTS.filter((event) => event.eventName === 'ConsoleLogin');
    const results = signIns.map(
      (event) =>
        `${String(event.responseElements?.['ConsoleLogin'])} ${String(event.additionalEventData?.['MFAUsed'])}`,
    );
    expect(new Set(results)).toEqual(new Set(['Success Yes', 'Success No', 'Failure Yes']));
  });

  it('are seen by two accounts under one sharedEventID', () => {
    const shared = Map.groupBy(
      EVENTS.filter((event) => event.sharedEventID !== undefined && event.eventName === 'AssumeRole'),
      (event) => event.sharedEventID,
    );
    expect([...shared.values()].some((events) => events.length === 2)).toBe(true);
  });

  it('tell of a leaked key: looked around, refused, another key made, the trail untouched, data taken', () => {
    const story = EVENTS.filter((event) => event.sourceIPAddress === INTRUDER_ADDRESS).sort(byTime);
    const steps = story.map((event) => [event.eventName, event.errorCode].filter(Boolean).join(' '));
    expect(steps[0]).toBe('GetCallerIdentity');
    expect(steps).toContain('DescribeInstances Client.UnauthorizedOperation');
    expect(steps).toContain('StopLogging AccessDenied');
    expect(steps.filter((step) => step === 'GetObject').length).toBeGreaterThan(40);
    const made = story.find((event) => event.eventName === 'CreateAccessKey');
    const key = made?.responseElements?.['accessKey'] as { accessKeyId: string; userName: string };
    expect(key.userName).not.toBe(made?.userIdentity?.userName);
    expect(story.at(-1)?.userIdentity?.accessKeyId).toBe(key.accessKeyId);
  });

  it('tell of one root sign-in without MFA', () => {
    const root = EVENTS.filter(
      (event) => event.eventName === 'ConsoleLogin' && event.userIdentity?.type === 'Root',
    );
    expect(root.filter((event) => event.additionalEventData?.['MFAUsed'] === 'No')).toHaveLength(1);
  });
});

describe('the call tables', () => {
  const [account] = organisation('x', 1, 1).accounts;
  it.each([...API_CALLS, ...CHANGES].map((call) => [`${call.service}:${call.name}`, call] as const))(
    'make JSON of %s',
    (_, call) => {
      if (account === undefined) throw new Error('an organisation has an account');
      const actor = { identity: '{}', arn: 'arn', ip: '192.0.2.1', agent: 'test' };
      const issued = {
        accessKey: 'ASIAEXAMPLE',
        role: 'role',
        roleId: 'AROAEXAMPLE',
        sessionName: 'session',
      };
      const where = { account, region: 'us-east-1', time: Date.parse('2026-11-01T00:00:00Z') };
      const text = recordText(new Random(call.name), { call, actor, issued, ...where });
      const event = JSON.parse(text) as SampleEvent;
      expect(event).toMatchObject({ eventName: call.name, readOnly: call.readOnly });
      expect(text).not.toMatch(/<[a-z]+\d?>/i);
    },
  );
});

function counted(of: (event: SampleEvent) => string): [string, number][] {
  const groups = Map.groupBy(EVENTS, of);
  return [...groups]
    .map(([name, events]): [string, number] => [name, events.length])
    .sort((a, b) => b[1] - a[1]);
}

function share(events: readonly SampleEvent[], is: (event: SampleEvent) => boolean): number {
  return events.filter(is).length / events.length;
}

function byTime(a: SampleEvent, b: SampleEvent): number {
  return (a.eventTime ?? '').localeCompare(b.eventTime ?? '');
}
