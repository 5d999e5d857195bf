import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alertOf,
  eventPart,
  decodeAlert,
  encodeAlert,
  MAX_ALERT_BYTES,
  moreOf,
  type Alert,
} from '../../../shared/core/rules/alert.ts';
import { groupOf } from '../../../shared/core/rules/alert-group.ts';
import {
  groupPrefix,
  parseAlertKey,
  parseSeen,
  seenName,
  windowsFrom,
} from '../../../shared/core/rules/alert-keys.ts';
import { alertSubject, alertText } from '../../../shared/core/rules/alert-text.ts';
import { recordViewOfValue, type JsonObject } from '../../../shared/core/rules/record-view.ts';
import { HALF_PAST, HOUR, ruleOf } from '../../support/alerting.ts';

const RULE = ruleOf({
  id: 'trail-stopped',
  title: 'A trail was stopped',
  severity: 'critical',
  attack: ['T1562.008'],
  cis: ['4.5'],
  pattern: { eventName: ['StopLogging'] },
});

const RECORD = {
  eventID: '0f8fad5b-d9cb-469f-a165-70867728950e',
  eventTime: '2026-11-21T14:30:00Z',
  eventName: 'StopLogging',
  eventSource: 'cloudtrail.amazonaws.com',
  awsRegion: 'eu-central-1',
  recipientAccountId: '111122223333',
  sourceIPAddress: '203.0.113.5',
  userAgent: 'aws-cli/2.31',
  userIdentity: {
    type: 'IAMUser',
    arn: 'arn:aws:iam::111122223333:user/mallory',
    accessKeyId: 'AKIAEXAMPLE',
  },
  requestParameters: { name: 'org-trail' },
};

function alertFor(record: JsonObject, logFile = 'AWSLogs/x.json.gz', redact: readonly string[] = []): Alert {
  const view = recordViewOfValue(record);
  return alertOf(
    RULE,
    groupOf(RULE, view, HALF_PAST),
    eventPart(view, HALF_PAST, logFile, new Set(redact)),
    1,
  );
}

describe('an alert', () => {
  it('says what, who, where and when, why it matters, what to do, where to look, and has the record', () => {
    expect(alertFor(RECORD)).toEqual({
      trailseal: 1,
      alertId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      kind: 'alert',
      rule: {
        id: 'trail-stopped',
        title: 'A trail was stopped',
        severity: 'critical',
        attack: ['T1562.008'],
        cis: ['4.5'],
        owner: 'security',
      },
      event: {
        eventId: RECORD.eventID,
        eventTime: '2026-11-21T14:30:00Z',
        eventSource: 'cloudtrail.amazonaws.com',
        eventName: 'StopLogging',
        principal: 'arn:aws:iam::111122223333:user/mallory',
        principalType: 'IAMUser',
        accessKeyId: 'AKIAEXAMPLE',
        account: '111122223333',
        region: 'eu-central-1',
        sourceIp: '203.0.113.5',
        userAgent: 'aws-cli/2.31',
      },
      group: {
        by: {
          recipientAccountId: '111122223333',
          'userIdentity.arn': 'arn:aws:iam::111122223333:user/mallory',
        },
        from: '2026-11-21T14:00:00Z',
        until: '2026-11-21T15:00:00Z',
        events: 1,
      },
      why: 'It matters.',
      runbook: 'Do something.',
      falsePositives: ['none'],
      links: {
        console: `https://eu-central-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-central-1#/events/${RECORD.eventID}`,
        lookup: `trailseal lookup --event-id ${RECORD.eventID} --from 2026-11-21T13:30:00Z --to 2026-11-21T15:30:00Z --json`,
      },
      logFile: 'AWSLogs/x.json.gz',
      record: RECORD,
      cut: [],
    });
  });

  it('is text that a person can act on', () => {
    const text = alertText(alertFor({ ...RECORD, errorCode: 'AccessDenied', errorMessage: 'not\nyou' }));
    for (const part of [
      '[critical] A trail was stopped (111122223333, eu-central-1)',
      'What:       StopLogging (cloudtrail.amazonaws.com), failed: AccessDenied: not\\u{a}you',
      'Who:        arn:aws:iam::111122223333:user/mallory (IAMUser)',
      'From:       203.0.113.5 (aws-cli/2.31)',
      'When:       2026-11-21T14:30:00Z',
      'ATT&CK T1562.008, CIS 4.5, kept by security',
      'Why it matters: It matters.',
      'What to do: Do something.',
      'trailseal lookup --event-id',
      '"name": "org-trail"',
      'Further ones until 2026-11-21T15:00:00Z are counted',
    ])
      expect(text).toContain(part);
  });

  it('is followed by how many more there were, under an id of its own', () => {
    const first = alertFor(RECORD);
    const more = moreOf(first, 1, 12, 1);
    expect(more).toMatchObject({ kind: 'more', group: { events: 12, more: 11 }, event: first.event });
    expect(more.alertId).not.toBe(first.alertId);
    expect(alertSubject(more)).toBe('[critical] 11 more: A trail was stopped (111122223333, eu-central-1)');
    expect(alertText(more)).toContain('11 more events of this kind came after the message before: 12 in all');
  });

  it.each([
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
    ['evil.example.com/x', ''],
  ])('of region %s links to its own console, if it can be one', (awsRegion, start) => {
    const { console: link } = alertFor({ ...RECORD, awsRegion }).links;
    expect(link.slice(0, start.length || undefined)).toBe(start);
  });

  it.each(["x'; rm -rf / #", '\uD800', 'a b', 'x'.repeat(300), ''])(
    'of an event with the id %j has a command and a link that nothing breaks out of',
    (eventID) => {
      const { links, event } = alertFor({ ...RECORD, eventID });
      expect(event.eventId).toMatch(/^sha256:[0-9a-f]{32}$/);
      expect(links.lookup).toContain(`--event-id ${event.eventId} --from`);
    },
  );

  it('says nothing of secrets in what it says of the event, nor in what its group has in common', () => {
    const arn = 'arn:aws:iam::111122223333:user/mallory';
    const alert = alertFor(
      {
        ...RECORD,
        errorMessage: 'no: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x',
        userAgent: 'curl https://b.s3.amazonaws.com/k?X-Amz-Signature=abc',
        sourceIPAddress: '203.0.113.77',
      },
      'AWSLogs/x.json.gz',
      ['userIdentity.arn', 'sourceIPAddress'],
    );
    const texts = [encodeAlert(alert), alertText(alert), alertSubject(alert)].join('\n');
    for (const secret of [arn, 'eyJ', 'Signature', '203.0.113.77']) expect(texts).not.toContain(secret);
    expect(alert.group.by['userIdentity.arn']).toBe('[redacted]');
  });

  it('leaves out the longest fields of a record that is too long, and says which', () => {
    const alert = alertFor({
      ...RECORD,
      requestParameters: { text: 'é'.repeat(100_000) },
      responseElements: { text: 'x'.repeat(50_000) },
    });
    expect(alert.cut).toEqual(['requestParameters']);
    expect(alert.record['requestParameters']).toMatch(/^\[200032 bytes, too long for a message/);
    expect(alert.record['responseElements']).toEqual({ text: 'x'.repeat(50_000) });
  });

  it('is never longer than a message, can be read back, and holds up nobody, whatever the record', () => {
    const long = fc.constantFrom('x', '"', 'é', '\u0000', '\uD800', '\\').map((one) => one.repeat(150_000));
    const value = fc.oneof(fc.string(), long, fc.jsonValue() as fc.Arbitrary<never>);
    const names = Object.keys(RECORD);
    const records = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value, { maxKeys: 12 });
    fc.assert(
      fc.property(records, fc.oneof(fc.string(), long), (record, logFile) => {
        const alert = alertFor(record, logFile);
        expect(Buffer.byteLength(encodeAlert(alert))).toBeLessThanOrEqual(MAX_ALERT_BYTES);
        expect(decodeAlert(JSON.parse(encodeAlert(alert)))).toEqual(JSON.parse(encodeAlert(alert)));
        // What SNS is given: both in one JSON document, within 256 KiB.
        const message = JSON.stringify({ default: encodeAlert(alert), email: alertText(alert) });
        expect(Buffer.byteLength(message)).toBeLessThan(250_000);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a group', () => {
  it('is of a rule, a window and what its events have in common, and its key says so', () => {
    const group = (record: JsonObject, time = HALF_PAST): string =>
      groupPrefix(groupOf(RULE, recordViewOfValue(record), time));
    expect(group(RECORD)).toMatch(/^alerts\/20261121T1500Z\/trail-stopped\/[0-9a-f]{20}\/$/);
    expect(group(RECORD, HALF_PAST + 29 * 60_000)).toBe(group(RECORD));
    expect(group(RECORD, HALF_PAST + HOUR / 2)).not.toBe(group(RECORD));
    expect(group({ ...RECORD, eventName: 'other' })).toBe(group(RECORD));
    expect(group({ ...RECORD, recipientAccountId: '2' })).not.toBe(group(RECORD));
    // Values that would run into each other if they were joined.
    const identity = (arn: string): JsonObject => ({ recipientAccountId: 'a', userIdentity: { arn } });
    expect(group(identity('b'))).not.toBe(group({ recipientAccountId: 'a,b', userIdentity: {} }));
  });

  it('is listed from the end of its window on, and its key is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse('9000-01-01') }), fc.nat(), (time, count) => {
        const group = groupOf(RULE, recordViewOfValue(RECORD), time);
        const key = groupPrefix(group) + seenName('0123456789abcdef0123', count);
        const parsed = parseAlertKey(key);
        expect(parsed).toMatchObject({
          prefix: groupPrefix(group),
          rule: 'trail-stopped',
          until: group.until,
        });
        expect(parseSeen(parsed?.name ?? '')).toEqual({ events: count, needed: 1 });
        expect(parseSeen(seenName('0123456789abcdef0123', count, 7))).toEqual({ events: count, needed: 7 });
        expect(key > windowsFrom(group.until)).toBe(true);
        expect(key < windowsFrom(group.until + HOUR)).toBe(true);
      }),
    );
  });
});
