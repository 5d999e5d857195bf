import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyKey, parseTrailKey, streamOf } from '../../shared/core/log-file-key.ts';

const FOLDERS = [
  'CloudTrail',
  'CloudTrail-Digest',
  'CloudTrail-Insight',
  'CloudTrail-NetworkActivity',
  'CloudTrail-Aggregated',
] as const;

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: length, maxLength: length });

const coordinates = fc.record({
  account: digits(12),
  folder: fc.constantFrom(...FOLDERS),
  region: fc.constantFrom('us-east-1', 'ap-southeast-7', 'us-gov-west-1', 'eusc-de-east-1', 'xx-new-1'),
  day: fc.tuple(digits(4), digits(2), digits(2)).map((parts) => parts.join('/')),
});

const PIECES = [
  ...'.. . / // + %2e%2e \\ é 😀 ٣ _ .gz .json.gz AWSLogs 111122223333 CloudTrail CloudTrail-Digest'.split(
    ' ',
  ),
  ...'us-east-1 2026/11/21 2026 11 21 o-abcdefghij'.split(' '),
  ' ',
  '\0',
  '\n',
  '\ud800',
];

const hostileKey = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((parts) => parts.join('/')),
);

describe('a log file’s key', () => {
  it.each([
    ['of a trail', ''],
    ['of a trail with a prefix', 'audit logs/eu+west/%20/'],
    ['of a trail whose prefix looks like a key', 'AWSLogs/999999999999/CloudTrail/us-east-1/2020/01/01/'],
  ])('%s says its account, folder, region and day', (_, prefix) => {
    fc.assert(
      fc.property(coordinates, fc.boolean(), ({ account, folder, region, day }, organisation) => {
        const name = `${account}_${folder}_${region}_${day.replaceAll('/', '')}T0000Z_ABCDEFGHIJKLMNOP.json.gz`;
        const owner = organisation ? 'o-a1b2c3d4e5/' : '';
        const key = `${prefix}AWSLogs/${owner}${account}/${folder}/${region}/${day}/${name}`;
        expect(parseTrailKey(key)).toEqual({ account, folder, region, day });
        expect(parseTrailKey(`flat/${name}`)).toEqual(parseTrailKey(key));
        expect(streamOf(key)).toBe(`${account}/${folder}/${region}/${day}`);
        expect(classifyKey(key).take).toBe(folder !== 'CloudTrail-Digest');
      }),
    );
  });

  it.each([
    ['another service', 'AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/11/21/x.log.gz', 'other-service'],
    [
      'an organisation’s other service',
      'p/AWSLogs/o-a1b2c3d4e5/111122223333/Config/x.json.gz',
      'other-service',
    ],
    ['a folder', 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/', 'folder-marker'],
    ['a picture', 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/x.png', 'not-a-log-file'],
    ['an inventory', 'readme', 'not-a-log-file'],
    ['a table', 'inventory.csv', 'not-a-log-file'],
    [
      'what vouches for CloudTrail Lake’s query results',
      'AWSLogs/111122223333/CloudTrail-Lake/Query/2026/11/21/7a9f6f4e/result_sign.json',
      'sign-file',
    ],
    [
      'a digest by its name alone',
      'flat/111122223333_CloudTrail-Digest_us-east-1_trail_us-east-1_20261121T000000Z.json.gz',
      'digest',
    ],
    [
      'a digest by its folder',
      'AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/11/21/x.json.gz',
      'digest',
    ],
  ])('is passed over if it is that of %s', (_, key, reason) => {
    expect(classifyKey(key)).toEqual({ take: false, reason });
  });

  it.each([
    'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/anything at all.gz',
    'AWSLogs/111122223333/CloudTrail-New/us-east-1/2026/11/21/x.json.gz',
    'records.NDJSON',
    '../../etc/x.json',
    'a+b c%20d é.jsonl',
    `${'x'.repeat(10_000)}.gz`,
  ])('is taken if it could be one: %s', (key) => {
    expect(classifyKey(key).take).toBe(true);
  });

  it('is read from a name only behind the last slash, and from its start', () => {
    const name = '111122223333_CloudTrail_us-east-1_20261121T0000Z_A.json.gz';
    expect(parseTrailKey(`${name}/x.json.gz`)).toBeUndefined();
    expect(parseTrailKey(`x${name}`)).toBeUndefined();
    expect(parseTrailKey(name)?.region).toBe('us-east-1');
  });
});

describe('the stream of a key', () => {
  it('is made of a closed alphabet and goes nowhere, whatever the key', () => {
    fc.assert(
      fc.property(hostileKey, (key) => {
        classifyKey(key);
        expect(streamOf(key)).toMatch(
          /^(?:other\/[0-9a-f]{16}|\d{12}\/CloudTrail(?:-[A-Za-z]+)?\/[a-z0-9-]{2,40}\/\d{4}\/\d{2}\/\d{2})$/,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same for neighbours in a folder, and another for another folder', () => {
    expect(streamOf('a/b/x.json')).toBe(streamOf('a/b/y.json'));
    expect(streamOf('a/b/x.json')).not.toBe(streamOf('a/c/x.json'));
    expect(streamOf('x.json')).toMatch(/^other\//);
  });

  it('of a key too long for S3 is that of its folder', () => {
    const key = `${'p/'.repeat(3000)}AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/x.json.gz`;
    expect(parseTrailKey(key)).toBeUndefined();
    expect(streamOf(key)).toMatch(/^other\//);
  });

  it('takes no time for a hostile key', () => {
    const started = performance.now();
    for (const key of [
      'AWSLogs/'.repeat(500),
      '/AWSLogs/o-'.repeat(360),
      '1'.repeat(4096),
      `${'/'.repeat(4000)}.gz`,
    ]) {
      classifyKey(key);
      streamOf(`${key}x.json`);
    }
    expect(performance.now() - started).toBeLessThan(200);
  });
});
