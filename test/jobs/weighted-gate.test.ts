import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WeightedGate } from '../../shared/jobs/weighted-gate.ts';

describe('a weighted gate', () => {
  it('never holds more than its capacity, but for what weighs more alone, and lets everything in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30), { maxLength: 30 }), async (weights) => {
        const gate = new WeightedGate(10);
        const inside = new Set<number>();
        const entered: number[] = [];
        const work = weights.map(async (weight, i) => {
          await gate.run(weight, async () => {
            inside.add(i);
            entered.push(i);
            const held = [...inside].map((one) => Math.min(10, weights[one] ?? 0));
            expect(held.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(10);
            for (let turns = 0; turns < weight % 5; turns += 1) await Promise.resolve();
            inside.delete(i);
          });
        });
        await Promise.all(work);
        expect(entered).toEqual(weights.map((_, i) => i));
      }),
    );
  });

  it('lets the next in when work fails, and hands the failure on', async () => {
    const gate = new WeightedGate(1);
    await expect(gate.run(1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate.run(1, () => Promise.resolve('in'))).toBe('in');
  });
});
