import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { parseEventsKey } from '../../shared/core/lake-keys.ts';
import { BatchWriter } from '../../shared/jobs/batch-writer.ts';
import { treeOf } from '../support/lake-audit.ts';
import { readParquet } from '../support/read-parquet.ts';
import { rowOfRecord } from '../support/rows-of-text.ts';

const PLAN = '0123456789abcdef0123';
const MEBIBYTE = 1024 * 1024;

/** A row, the weight it claims, and the log file of the plan it is from. */
type Given = readonly [time: string, region: string, weight: number, logFile: number];

async function written(given: readonly Given[]): Promise<{ lake: MemoryStore; writer: BatchWriter }> {
  const lake = new MemoryStore();
  const writer = new BatchWriter(lake, PLAN);
  for (const [time, region, weight, logFile] of given) {
    const record = {
      eventTime: `2026-11-21T${time}Z`,
      awsRegion: region,
      recipientAccountId: '111122223333',
    };
    await writer.add(rowOfRecord(JSON.stringify(record), `${logFile}.json`), weight, logFile);
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
      ['03:00:00', 'a-1', 1, 0],
      ['01:00:00', 'a-1', 1, 0],
      ['03:00:00', 'a-1', 1, 1],
      ['01:00:00', 'a-1', 1, 2],
      ['02:00:00', 'a-1', 1, 3],
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

  it('go into one object a partition, and a new part of each behind 64 MiB of text', async () => {
    const { lake, writer } = await written([
      ['01:00:00', 'a-1', MEBIBYTE, 0],
      ['01:00:00', 'b-1', 63 * MEBIBYTE, 0],
      ['02:00:00', 'a-1', MEBIBYTE, 1],
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
