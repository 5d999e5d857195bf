import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  eventsKey,
  parseBatchKey,
  parseEventsKey,
  partitionPrefix,
  PLANS,
  planKey,
  quarantineKey,
  RECEIPTS,
  receiptsKey,
  streamPrefix,
  type Partition,
} from '../../shared/core/lake-keys.ts';
import { streamOf } from '../../shared/core/log-file-key.ts';
import { rowOfRecord, TIME } from '../support/rows-of-text.ts';

const characters = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength, maxLength });

const DIGITS = '0123456789';
const planId = characters('0123456789abcdef', 20, 20);
const partition: fc.Arbitrary<Partition> = fc.record({
  account: fc.oneof(characters(DIGITS, 1, 12), fc.constant('unknown')),
  region: characters('abcxyz0189-', 2, 40),
  year: characters(DIGITS, 4, 4),
  month: characters(DIGITS, 2, 2),
  day: characters(DIGITS, 2, 2),
});
const stream = fc.string({ unit: 'binary' }).map((folder) => streamOf(`${folder}/x.json`));
const sequence = fc.integer({ min: 1, max: 999_999 });

describe('a key in the lake is read back as it was built:', () => {
  it('that of a Parquet object', () => {
    fc.assert(
      fc.property(partition, planId, fc.integer({ min: 1, max: 999 }), (partition, planId, part) => {
        const key = eventsKey(partition, planId, part);
        expect(parseEventsKey(key)).toEqual({ partition, planId, part });
        expect(key.startsWith(partitionPrefix(partition))).toBe(true);
      }),
    );
  });

  it('that of a plan, and that of its receipts', () => {
    fc.assert(
      fc.property(stream, sequence, (stream, sequence) => {
        const batch = { stream, sequence };
        expect(parseBatchKey(planKey(batch))).toEqual(batch);
        expect(parseBatchKey(receiptsKey(batch))).toEqual(batch);
        expect(planKey(batch).startsWith(streamPrefix(PLANS, stream))).toBe(true);
        expect(receiptsKey(batch).startsWith(streamPrefix(RECEIPTS, stream))).toBe(true);
      }),
    );
  });

  it.each([
    'events/account=1/region=us-east-1/year=2026/month=11/day=21/x.parquet',
    'events/account=1/region=us-east-1/year=2026/month=11/day=21/00000000000000000000-1.parquet',
    'events/account=1/region=us-east-1/year=2026/month=11/day=21/00000000000000000000-001.parquet.tmp',
    'x/events/account=1/region=us-east-1/year=2026/month=11/day=21/00000000000000000000-001.parquet',
    'events/account=1/x/region=us-east-1/year=2026/month=11/day=21/00000000000000000000-001.parquet',
    'plans/000001.json',
    'plans/other/a/1.json',
    'plans/other/a/000001.json\n',
    'quarantine/other/a/000001.json',
    '',
  ])('no other key is taken for one: %s', (key) => {
    expect([parseEventsKey(key), parseBatchKey(key)]).toEqual([undefined, undefined]);
  });
});

describe('keys', () => {
  it('of one stream list in the order of their sequence', () => {
    const keys = [1, 2, 9, 10, 99, 100, 99_999, 100_000, 999_999].map((sequence) =>
      planKey({ stream: 's', sequence }),
    );
    expect(keys.toSorted()).toEqual(keys);
  });

  it('of different things never meet', () => {
    const parts = fc.tuple(stream, sequence, planId, fc.nat(9999));
    fc.assert(
      fc.property(parts, ([stream, sequence, planId, logFile]) => {
        const kinds = ['index', 'file', 'records'] as const;
        const keys = [
          planKey({ stream, sequence }),
          receiptsKey({ stream, sequence }),
          ...kinds.map((what) => quarantineKey(stream, planId, logFile, what)),
        ];
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it('never leave their place, whatever account, region or log file key a record came with', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('../..', '%2e%2e/', 'a=b/c=d', '\0', '..\\..', 'us-east-1/../..'),
    );
    fc.assert(
      fc.property(hostile, hostile, (value, folder) => {
        const text = JSON.stringify(value);
        const members = `"recipientAccountId":${text},"awsRegion":${text},"userIdentity":{"accountId":${text}}`;
        const { partition } = rowOfRecord(`{${TIME},${members}}`, `${folder}.json`);
        const key = eventsKey(partition, '0'.repeat(20), 1);
        expect(key).toMatch(
          /^events\/account=(?:\d{1,12}|unknown)\/region=[a-z0-9-]{2,40}\/year=2026\/month=11\/day=21\//,
        );
        expect(parseEventsKey(key)?.partition).toEqual(partition);
      }),
    );
  });
});
