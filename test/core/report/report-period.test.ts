import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import {
  bucketEnd,
  bucketOf,
  bucketsOf,
  bucketStart,
  unitOf,
} from '../../../shared/core/report/report-period.ts';
import { roundSteps } from '../../../shared/core/report/chart-columns.ts';

const instant = fc.date({
  min: new Date('1970-01-01T00:00:00Z'),
  max: new Date('2400-01-01T00:00:00Z'),
  noInvalidDate: true,
});

describe('the time of a report', () => {
  it('is cut into some two hundred columns at most, without a gap, from beginning to end', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 12_000 * 86_400_000 }), (from, length) => {
        const to = new Date(from.getTime() + length);
        const buckets = bucketsOf({ from, to });
        expect(buckets.length).toBeLessThanOrEqual(202);
        expect(buckets[0]).toBe(bucketOf(from, unitOf({ from, to })));
        expect(bucketStart(buckets[0] ?? '') <= from).toBe(true);
        expect(bucketEnd(buckets.at(-1) ?? '') >= to).toBe(true);
        const ends = buckets.slice(0, -1).map((bucket) => bucketEnd(bucket).getTime());
        expect(ends).toEqual(buckets.slice(1).map((bucket) => bucketStart(bucket).getTime()));
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['2026-11-01 09', '2026-11-01T09:00:00.000Z', '2026-11-01T10:00:00.000Z'],
    ['2026-02-28', '2026-02-28T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['2026-12', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2026', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ])('has %s begin at %s and end at %s', (bucket, start, end) => {
    expect(bucketStart(bucket).toISOString()).toBe(start);
    expect(bucketEnd(bucket).toISOString()).toBe(end);
  });

  it('has an axis of round numbers from zero', () => {
    expect(roundSteps(1629, 3)).toEqual([500, 1000, 1500]);
    expect(roundSteps(63, 3)).toEqual([20, 40, 60]);
    expect(roundSteps(3, 3)).toEqual([1, 2, 3]);
    expect(roundSteps(1, 3)).toEqual([1]);
  });
});
