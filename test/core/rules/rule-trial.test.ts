import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../shared/core/limits.ts';
import { compileRule, type CompiledRule } from '../../../shared/core/rules/compiled-rule.ts';
import { eventsOfFile } from '../../../shared/core/rules/events-of-file.ts';
import type { JsonValue } from '../../../shared/core/query-result.ts';
import { recordViewOfValue, type JsonObject } from '../../../shared/core/rules/record-view.ts';
import { RuleTrial, type TriedEvent } from '../../../shared/core/rules/rule-trial.ts';
import { rowOfRecord } from '../../support/rows-of-text.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const EVENT = {
  eventTime: '2026-11-21T10:20:30Z',
  eventName: 'StopLogging',
  eventSource: 'cloudtrail.amazonaws.com',
  awsRegion: 'eu-west-1',
};

function rule(id: string, pattern: object, more: object = {}): CompiledRule {
  const texts = { title: `The rule ${id}`, owner: 'o', why: 'w', runbook: 'r' };
  return compileRule({ id, ...texts, severity: 'low', falsePositives: ['f'], pattern, ...more });
}

function tried(rules: readonly CompiledRule[], event: JsonObject = EVENT, nearMisses = 5): TriedEvent {
  return new RuleTrial(rules, { now: NOW, nearMisses }).of(recordViewOfValue(event));
}

describe('a trial of rules', () => {
  it('says which match, and how they would alert', () => {
    const group = { by: ['awsRegion'], window: '15m' };
    const threshold = { events: 3, distinct: 'userIdentity.arn' };
    const found = tried([rule('a', { eventName: ['StopLogging'] }, { group, threshold })]);
    expect(found).toEqual({
      event: expect.objectContaining({
        time: EVENT.eventTime,
        name: 'StopLogging',
        principal: null,
      }) as object,
      matches: [
        {
          rule: 'a',
          title: 'The rule a',
          severity: 'low',
          suppressedBy: null,
          group: {
            by: { awsRegion: 'eu-west-1' },
            from: '2026-11-21T10:15:00Z',
            until: '2026-11-21T10:30:00Z',
          },
          takes: { events: 3, distinct: 'userIdentity.arn' },
        },
      ],
      undecided: [],
      nearMisses: [],
    });
  });

  it('says by what a match is suppressed, if that held at the time', () => {
    const suppressed = (until: string): CompiledRule =>
      rule(
        `until-${until}`,
        { eventName: ['StopLogging'] },
        {
          suppressions: [{ reason: 'planned', until, pattern: { awsRegion: ['eu-west-1'] } }],
        },
      );
    const { matches } = tried([suppressed('2026-11-21'), suppressed('2026-11-20')]);
    expect(matches.map(({ suppressedBy }) => suppressedBy)).toEqual(['planned', null]);
  });

  it('shows near misses, the nearest first: a name of another event is far', () => {
    const region = { awsRegion: ['us-east-1'] };
    const rules = [
      rule('other-name', { eventName: ['StartLogging'], eventSource: [EVENT.eventSource] }),
      rule('other-region', { eventName: ['StopLogging'], ...region }),
      rule('other-region-and-error', { eventName: ['StopLogging'], ...region, errorCode: ['x'] }),
      rule('nothing-of-it', { eventName: ['PutObject'], errorCode: [{ exists: false }] }),
    ];
    const { nearMisses } = tried(rules);
    expect(nearMisses.map(({ rule }) => rule)).toEqual([
      'other-region',
      'other-region-and-error',
      'other-name',
    ]);
    expect(nearMisses[0]?.failed).toMatchObject([
      { field: 'awsRegion', expected: 'is "us-east-1"', found: '"eu-west-1"' },
    ]);
    expect(tried(rules, EVENT, 1).nearMisses).toHaveLength(1);
  });

  it('says of a rule that is tried alone what fails, however far it is', () => {
    const { nearMisses } = tried([rule('a', { eventName: ['PutObject'] })]);
    expect(nearMisses).toMatchObject([{ rule: 'a', failed: [{ field: 'eventName' }] }]);
  });

  it('names the rules that cannot be held against an event over a limit, and decides the others', () => {
    let deep: JsonValue = 'x';
    for (let i = 0; i < 1100; i += 1) deep = [deep];
    const [asks, not] = [{ 'requestParameters.a': ['y'] }, { eventName: ['StopLogging'] }];
    const suppressions = [{ reason: 'r', until: '2026-12-31', pattern: asks }];
    const found = tried([rule('asks', asks), rule('not', not, { suppressions })], {
      ...EVENT,
      requestParameters: { a: deep },
    });
    expect(found).toMatchObject({ matches: [{ rule: 'not', suppressedBy: null }], nearMisses: [] });
    expect(found.undecided).toEqual([{ rule: 'asks', why: expect.stringContaining('1000 lists') as string }]);
  });

  it('takes the time it is for events that do not say theirs', () => {
    const { event, matches } = tried([rule('a', { eventName: ['StopLogging'] })], {
      eventName: 'StopLogging',
    });
    expect([event.time, matches[0]?.group.from]).toEqual([null, '2026-11-21T12:00:00Z']);
  });
});

describe('events for a trial', () => {
  const text = JSON.stringify(EVENT);
  const namesIn = (bytes: string | Uint8Array): unknown[] =>
    eventsOfFile(Buffer.from(bytes), DEFAULT_LIMITS).records.map(({ value }) => value['eventName']);

  it.each<[string, string | Uint8Array, number]>([
    ['a record', text, 1],
    ['a log file', `{"Records":[${text},${text}]}`, 2],
    ['a gzipped one', gzipSync(`{"Records":[${text}]}`), 1],
    ['records one a line', `${text}\n${text}\n`, 2],
    [
      'what EventBridge delivers',
      `{"detail-type":"AWS API Call via CloudTrail","source":"aws.cloudtrail","detail":${text}}`,
      1,
    ],
  ])('come in %s', (_, bytes, n) => {
    expect(namesIn(bytes)).toEqual(Array.from({ length: n }, () => 'StopLogging'));
  });

  it('come in rows of the lake, as lookup --json prints them', () => {
    const { values } = rowOfRecord(text);
    const row = JSON.stringify([{ ...values, recordhash: 'ab', event_ts: null }]);
    const { records } = eventsOfFile(Buffer.from(row), DEFAULT_LIMITS);
    expect(records.map(({ value }) => value)).toEqual([EVENT]);
  });

  it('are none in anything else, which is counted', () => {
    expect(eventsOfFile(Buffer.from('{"a":1}'), DEFAULT_LIMITS)).toEqual({ records: [], unreadable: 1 });
    expect(eventsOfFile(Buffer.from(`${text}\nno JSON\n`), DEFAULT_LIMITS)).toMatchObject({ unreadable: 1 });
  });
});
