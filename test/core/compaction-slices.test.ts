import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIn, SecondCounts, weightOf } from '../../shared/core/compaction-slices.ts';

const DAY = Date.parse('2026-11-21T00:00:00Z');
const row = fc.record({
  time: fc.integer({ min: 0, max: 86_399_999 }).map((ms) => DAY + ms),
  hash: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});
/** A busy second among them. */
const rows = fc
  .tuple(fc.array(row, { minLength: 1, maxLength: 60 }), fc.array(row, { maxLength: 40 }))
  .map(([spread, busy]) => spread.concat(busy.map(({ hash }, i) => ({ time: DAY + 1000 + (i % 3), hash }))));

describe('slices of time', () => {
  it('hold each row once, whatever the rows are', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 20 }), (rows, most) => {
        const seconds = new SecondCounts();
        for (const { time } of rows) seconds.add(time);
        const slices = seconds.slices(most);
        for (const { time, hash } of rows)
          expect(slices.filter((slice) => isIn(slice, time, hash))).toHaveLength(1);
      }),
    );
  });

  it('follow from the rows, not from their order, come in order, and hold no more than they may but where one second does', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 20 }), (rows, most) => {
        const [there, back] = [new SecondCounts(), new SecondCounts()];
        for (const { time } of rows) there.add(time);
        for (const { time } of rows.toReversed()) back.add(time);
        const slices = there.slices(most);
        expect(back.slices(most)).toEqual(slices);
        expect(slices).toEqual(slices.toSorted((a, b) => a.from - b.from || a.share - b.share));
        for (const { from, to, shares } of slices) {
          const inside = rows.filter(({ time }) => time >= from && time < to).length;
          // Only a second of its own is cut.
          expect(to - from === 1000 || shares === 1).toBe(true);
          expect(shares).toBe(Math.ceil(inside / most));
        }
      }),
    );
  });

  it('are shorter where rows are long', () => {
    expect(weightOf({ bytes: 25_000, rows: 100 })).toBe(1);
    expect(weightOf({ bytes: 1_020_000, rows: 100 })).toBe(40);
    const seconds = new SecondCounts();
    for (let second = 0; second < 10; second += 1) seconds.add(DAY + second * 1000, 40);
    expect(seconds.slices(80)).toHaveLength(5);
  });
});
