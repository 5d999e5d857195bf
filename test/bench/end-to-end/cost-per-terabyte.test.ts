import { describe, expect, it } from 'vitest';
import {
  centralizedLoggingCost,
  costPerTerabyte,
  gbSecondsOf,
  type MeasuredWork,
} from './cost-per-terabyte.ts';

/** A gigabyte of JSON: everything a thousandth of a terabyte's. */
const WORK: MeasuredWork = {
  rawBytes: 1e9,
  storedBytes: 100e6,
  logFiles: 1000,
  batches: 60,
  objects: 60,
  objectBytes: 80e6,
  usualBytes: 10e6,
  cpuSeconds: 10,
};

describe('the cost of a terabyte', () => {
  it('takes as many GB-seconds at any memory up to one vCPU, and more above, for one thread of work', () => {
    expect(gbSecondsOf(100, 0, 512)).toBeCloseTo((100 * 1769) / 1024, 6);
    expect(gbSecondsOf(100, 0, 1769)).toBeCloseTo((100 * 1769) / 1024, 6);
    expect(gbSecondsOf(100, 0, 3538)).toBeCloseTo((100 * 3538) / 1024, 6);
  });

  it('pays for memory while an invocation waits', () => {
    expect(gbSecondsOf(0, 10, 1024)).toBeCloseTo(10 * 6 * 0.03, 6);
    expect(gbSecondsOf(0, 10, 2048)).toBeCloseTo(2 * 10 * 6 * 0.03, 6);
  });

  it('adds up Lambda, messages and requests at list prices', () => {
    const cost = costPerTerabyte(WORK, 1024);
    // 10,000 s of one vCPU, and 60,000 invocations that wait 0.18 s each.
    expect(cost.gbSeconds).toBeCloseTo(10_000 * (1769 / 1024) + 60_000 * 0.18, 3);
    expect(cost.lambda).toBeCloseTo(cost.gbSeconds * 0.0000133334 + 60_000 * 0.2e-6, 9);
    // A million log files.
    expect(cost.messages).toBeCloseTo(1 + 1.2 * 0.4, 9);
    expect(cost.requests).toBeCloseTo(0.4 + 60_000 * 6 * 0.005e-3, 9);
    expect(cost.once).toBeCloseTo(cost.lambda + cost.messages + cost.requests, 9);
  });

  it('keeps and reads log files gzipped, and the lake as Parquet', () => {
    const { raw, lake } = costPerTerabyte(WORK);
    expect(raw).toEqual({ bytes: 100e9, month: expect.closeTo(2.3, 9), scan: expect.closeTo(0.5, 9) });
    expect(lake.scan).toBeCloseTo(0.4, 9);
    expect(lake.usualScan).toBeCloseTo(0.05, 9);
    expect(lake.month).toBeCloseTo(80 * 0.023, 9);
  });

  it('does not depend on how large the measured corpus was', () => {
    const twice = Object.fromEntries(
      Object.entries(WORK).map(([name, n]: [string, number]) => [name, 2 * n]),
    );
    expect(costPerTerabyte(twice as unknown as MeasuredWork)).toEqual(costPerTerabyte(WORK));
  });

  it("has Centralized Logging's published 260 ms a megabyte", () => {
    const { gbSeconds, lambda } = centralizedLoggingCost();
    expect(gbSeconds).toBeCloseTo(260_000, 6);
    expect(lambda).toBeCloseTo(3.466684, 6);
  });
});
