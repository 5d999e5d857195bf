import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { isRow, normaliseLogFile } from '../../shared/core/normalise-log-file.ts';

/** Records of so many days, one after another, again and again. */
function textOf(days: number, records: number): Buffer {
  const start = Date.parse('2020-01-01T00:00:00Z');
  const times = Array.from({ length: records }, (_, i) =>
    new Date(start + (i % days) * 86_400_000).toISOString(),
  );
  return Buffer.from(times.map((time) => `{"eventTime":"${time}"}`).join('\n'));
}

function read(days: number, records: number, partitions: number): { rows: number; refused: string[] } {
  const limits = { ...DEFAULT_LIMITS, partitions };
  const items = [...normaliseLogFile('a.ndjson', textOf(days, records), limits)];
  const refused = items.flatMap((item) => (isRow(item) ? [] : [`${item.code} ${item.index}`]));
  return { rows: items.length - refused.length, refused };
}

describe('a log file whose records go to more partitions than one may fill', () => {
  it('keeps those of the first so many, and the rest in quarantine, each with the reason', () => {
    expect(read(4, 8, 4)).toEqual({ rows: 8, refused: [] });
    expect(read(5, 10, 4)).toEqual({
      rows: 8,
      refused: ['too-many-partitions 4', 'too-many-partitions 9'],
    });
  });

  it('may fill as many as a year of an organisation has, on a laptop', () => {
    expect(read(3650, 3650, DEFAULT_LIMITS.partitions).refused).toEqual([]);
  });
});
