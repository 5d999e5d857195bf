import { describe, expect, it } from 'vitest';
import { rowOfRecord, TIME } from '../support/rows-of-text.ts';

function partition(members: string, key?: string): unknown {
  return rowOfRecord(`{${TIME}${members}}`, key).partition;
}

const DAY = { year: '2026', month: '11', day: '21' };

describe('a row lies in the partition of', () => {
  it.each([
    ['the event’s own account and region', ',"recipientAccountId":"1","awsRegion":"us-x-9"', '1', 'us-x-9'],
    ['the log file’s where the record is silent', '', '111122223333', 'eu-west-1'],
    [
      'the log file’s account before the caller’s',
      ',"userIdentity":{"accountId":"5"}',
      '111122223333',
      'eu-west-1',
    ],
    ['an account written as a number', ',"recipientAccountId":444455556666', '444455556666', 'eu-west-1'],
    ['the log file’s for 13 digits', ',"recipientAccountId":"1234567890123"', '111122223333', 'eu-west-1'],
    ['the log file’s for no digits', ',"recipientAccountId":"","awsRegion":""', '111122223333', 'eu-west-1'],
    ...['../..', 'a/b', 'US-EAST-1', 'x', 'é1', 'us-east-1\\n', 'us\\u0000', 'a'.repeat(41)].map(
      (hostile): [string, string, string, string] => [
        `the log file’s for ${hostile}`,
        `,"recipientAccountId":"${hostile}","awsRegion":"${hostile}"`,
        '111122223333',
        'eu-west-1',
      ],
    ),
  ])('%s', (_, members, account, region) => {
    expect(partition(members)).toEqual({ account, region, ...DAY });
  });

  it('the caller’s account, or unknown, where the key says nothing either', () => {
    expect(partition(',"userIdentity":{"accountId":"5"}', 'x.json')).toEqual({
      account: '5',
      region: 'unknown',
      ...DAY,
    });
    expect(partition(',"userIdentity":{"accountId":"../x"}', 'x.json')).toEqual({
      account: 'unknown',
      region: 'unknown',
      ...DAY,
    });
  });

  it('its UTC day, whatever offset the time is written with', () => {
    const { partition } = rowOfRecord('{"eventTime":"2026-12-31T23:30:00-01:00"}');
    expect(partition).toMatchObject({ year: '2027', month: '01', day: '01' });
    expect(rowOfRecord('{"eventTime":"0099-01-02T00:00:00Z"}').partition.year).toBe('0099');
  });
});
