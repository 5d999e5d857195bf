import { describe, expect, it } from 'vitest';
import { scanLine } from '../../cli/output/scan-line.ts';
import { addScans, NO_SCAN, scanOf } from '../../shared/core/athena-price.ts';

describe("a query's price", () => {
  it.each([
    [0, true, 0.00005],
    [1, true, 0.00005],
    [10_000_000, true, 0.00005],
    [10_000_001, true, 0.000055],
    [1e12, true, 5],
    [0, false, 0],
    // EXPLAIN ANALYZE.
    [5e8, false, 0.0025],
  ])('of %d bytes (data: %s) is $%d', (bytes, readsData, dollars) => {
    expect(scanOf(bytes, readsData).dollars).toBeCloseTo(dollars, 9);
  });

  it('is told with what was read, small prices with two figures', () => {
    const lines = [0, 1_234_567, 123_456_789, 45e9, 3e12].map((bytes) => scanLine(scanOf(bytes, true)));
    expect(lines).toEqual([
      'Athena read 0 B, about $0.00005',
      'Athena read 1.2 MB, about $0.00005',
      'Athena read 123 MB, about $0.00062',
      'Athena read 45.0 GB, about $0.23',
      'Athena read 3.0 TB, about $15.00',
    ]);
    expect(scanLine(scanOf(0, false))).toBe('Athena read 0 B, about $0');
  });

  it('of several queries is their sum, the least of 10 MB counted for each', () => {
    expect(addScans(addScans(NO_SCAN, scanOf(1, true)), scanOf(2, true))).toEqual({
      queries: 2,
      bytes: 3,
      dollars: 0.0001,
    });
  });
});
