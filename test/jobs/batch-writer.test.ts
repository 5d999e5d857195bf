import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { PartColumns } from '../../shared/core/columnar/part-columns.ts';
import { parseEventsKey } from '../../shared/core/lake-keys.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { BatchWriter } from '../../shared/jobs/batch-writer.ts';
import { treeOf } from '../support/lake-audit.ts';
import { readParquet } from '../support/read-parquet.ts';

const PLAN = '0123456789abcdef0123';
const KIBIBYTE = 1024;
/** Of a part, here: less than it is. */
const PART = KIBIBYTE * KIBIBYTE;

/** An event, and what its log file's record weighs beyond that, about. */
type Given = readonly [time: string, region: string, weight: number];

/** A log file of each list. */
async function written(
  given: readonly (readonly Given[])[],
): Promise<{ lake: MemoryStore; writer: BatchWriter }> {
  const lake = new MemoryStore();
  const writer = new BatchWriter(lake, PLAN, new PartColumns({ partWeight: PART }));
  for (const [position, records] of given.entries()) {
    const text = JSON.stringify({
      Records: records.map(([time, region, weight]) => ({
        eventTime: `2026-11-21T${time}Z`,
        awsRegion: region,
        recipientAccountId: '111122223333',
        userAgent: 'a'.repeat(weight),
      })),
    });
    await writer.add(`${position}.json`, Buffer.from(text), DEFAULT_LIMITS, position);
  }
  return { lake, writer };
}

async function columnOf(lake: MemoryStore, key: string, ...columns: string[]): Promise<unknown[][]> {
  const rows = await readParquet((await lake.get(key)) ?? new Uint8Array());
  return rows.map((row) => columns.map((column) => row[column]));
}

describe('the rows of a batch', () => {
  it('stand in order of time, those of one instant in the order of the plan', async () => {
    const { lake, writer } = await written([
      [
        ['03:00:00', 'a-1', 1],
        ['01:00:00', 'a-1', 1],
      ],
      [['03:00:00', 'a-1', 1]],
      [['01:00:00', 'a-1', 1]],
      [['02:00:00', 'a-1', 1]],
    ]);
    const [object] = (await writer.finish()).objects;
    expect(await columnOf(lake, object?.key ?? '', 'eventtime', 'logfile')).toEqual([
      ['2026-11-21T01:00:00Z', '0.json'],
      ['2026-11-21T01:00:00Z', '2.json'],
      ['2026-11-21T02:00:00Z', '3.json'],
      ['2026-11-21T03:00:00Z', '0.json'],
      ['2026-11-21T03:00:00Z', '1.json'],
    ]);
  });

  it('go into one object a partition, and a new part of each behind what a part may weigh', async () => {
    const { lake, writer } = await written([
      [
        ['01:00:00', 'a-1', KIBIBYTE],
        ['01:00:00', 'b-1', PART],
      ],
      [['02:00:00', 'a-1', KIBIBYTE]],
    ]);
    const { objects, rowsOf } = await writer.finish();
    const places = objects.map(({ key, rows }) => [
      parseEventsKey(key)?.partition.region,
      parseEventsKey(key)?.part,
      rows,
    ]);
    expect(places).toEqual([
      ['a-1', 1, 1],
      ['b-1', 1, 1],
      ['a-1', 2, 1],
    ]);
    expect(rowsOf(0).map(({ object, rows }) => [object, rows])).toEqual(
      objects.slice(0, 2).map(({ key }) => [key, 1]),
    );
    expect(rowsOf(1)).toEqual([{ object: objects[2]?.key, rows: 1 }]);
    expect(rowsOf(2)).toEqual([]);
    expect(await treeOf(lake)).toEqual(Object.fromEntries(objects.map(({ key, sha256 }) => [key, sha256])));
  });

  it('make no object where there are none', async () => {
    const { lake, writer } = await written([]);
    expect((await writer.finish()).objects).toEqual([]);
    expect(await treeOf(lake)).toEqual({});
  });
});
