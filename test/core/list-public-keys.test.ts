import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answerListPublicKeys, publicKeyList } from '../../shared/core/list-public-keys.ts';
import { parsePublicKeys } from '../../shared/core/public-keys.ts';
import { signingKey } from '../support/signed-trail.ts';

const TARGET = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListPublicKeys';
const [OLD, NEW] = [signingKey(), signingKey()];
const KEYS = [
  { value: OLD.value, validFrom: Date.UTC(2026, 9), validTo: Date.UTC(2026, 10) },
  { value: NEW.value, validFrom: Date.UTC(2026, 10), validTo: Date.UTC(2200, 0) },
];

function ask(request: unknown, target: string | undefined = TARGET, method = 'POST') {
  const body = typeof request === 'string' ? request : JSON.stringify(request);
  const answer = answerListPublicKeys(KEYS, { method, target, body });
  return { status: answer.status, answer: JSON.parse(answer.body) as Record<string, unknown> };
}

const fingerprints = ({ answer }: ReturnType<typeof ask>): unknown[] =>
  (answer['PublicKeyList'] as { Fingerprint: string }[]).map(({ Fingerprint }) => Fingerprint);

describe('ListPublicKeys', () => {
  it('tells each key with its fingerprint and times in seconds since 1970', () => {
    const { status, answer } = ask({});
    expect(status).toBe(200);
    const der = Buffer.from(NEW.value, 'base64');
    expect(answer).toMatchObject({
      PublicKeyList: [
        { Fingerprint: OLD.fingerprint },
        {
          Value: NEW.value,
          ValidityStartTime: 1793491200,
          ValidityEndTime: 7258118400,
          Fingerprint: createHash('md5').update(der).digest('hex'),
        },
      ],
    });
  });

  it.each([
    ['all, without times', {}, [OLD, NEW]],
    [
      'those valid at some time between two',
      { StartTime: 1_793_000_000, EndTime: 1_794_000_000 },
      [OLD, NEW],
    ],
    ['those valid from a time on', { StartTime: 1_794_000_000.5 }, [NEW]],
    ['those valid up to a time', { EndTime: 1_793_000_000 }, [OLD]],
    ['those valid at one moment', { StartTime: 1_794_000_000, EndTime: 1_794_000_000 }, [NEW]],
    ['none before all of them', { EndTime: 1 }, []],
    ['all, where times are null', { StartTime: null, EndTime: null, NextToken: null }, [OLD, NEW]],
  ])('tells %s', (_, request, keys) => {
    expect(fingerprints(ask(request))).toEqual(keys.map(({ fingerprint }) => fingerprint));
  });

  it.each([
    ['another action', {}, TARGET.replace('ListPublicKeys', 'DescribeTrails'), 'UnknownOperationException'],
    ['a name that ends like it', {}, 'X.NotListPublicKeys', 'UnknownOperationException'],
    ['no JSON', '{"StartTime"', TARGET, 'SerializationException'],
    ['nothing', '', TARGET, 'SerializationException'],
    ['an array', [], TARGET, 'SerializationException'],
    ['a time in words', { StartTime: '2026-11-01' }, TARGET, 'SerializationException'],
    ['times the wrong way round', { StartTime: 2, EndTime: 1 }, TARGET, 'InvalidTimeRangeException'],
    ['another page', { NextToken: 'x' }, TARGET, 'InvalidTokenException'],
  ])('answers %s with the API’s error', (_, request, target, type) => {
    expect(ask(request, target)).toMatchObject({
      status: 400,
      answer: { __type: type, message: expect.any(String) as string },
    });
  });

  it('answers a browser, too', () => {
    const { status, body } = answerListPublicKeys(KEYS, { method: 'GET', target: undefined, body: '' });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: expect.stringContaining('ListPublicKeys') as string,
    });
  });

  it('prints what verify takes', () => {
    const printed = publicKeyList(KEYS, (time) => new Date(time).toISOString());
    expect(parsePublicKeys(JSON.stringify(printed))).toEqual(KEYS);
    expect(
      parsePublicKeys(answerListPublicKeys(KEYS, { method: 'POST', target: TARGET, body: '{}' }).body),
    ).toEqual(KEYS);
  });
});
