import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestKey, parseDigestKey } from '../../shared/core/digest-key.ts';

const region = fc.stringMatching(/^[a-z0-9-]{2,20}$/);
const KEYS = fc.record({
  root: fc.constantFrom('AWSLogs/', 'a/b/AWSLogs/', 'AWSLogs/o-exampleorg1/', 'p/AWSLogs/o-exampleorg1/'),
  account: fc.stringMatching(/^\d{12}$/),
  region,
  trail: fc.stringMatching(/^[A-Za-z0-9._-]{3,40}$/),
  homeRegion: region,
  endTime: fc
    .date({ min: new Date('2013-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((time) => `${time.toISOString().slice(0, 19)}Z`),
  backfill: fc.boolean(),
});

describe('the key of a digest', () => {
  it('is parsed into what it was built from', () => {
    fc.assert(
      fc.property(KEYS, (key) => {
        expect(parseDigestKey(digestKey(key))).toEqual(key);
      }),
    );
  });
});
