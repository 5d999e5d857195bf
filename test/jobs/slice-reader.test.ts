import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompactedFile } from '../../shared/core/compacted-file.ts';
import type { PlannedInput, Slice } from '../../shared/core/compaction-format.ts';
import { isIn, SecondCounts } from '../../shared/core/compaction-slices.ts';
import type { Row } from '../../shared/core/record-row.ts';
import { sha256Hex } from '../../shared/core/sha256.ts';
import { SliceEvents } from '../../shared/core/slice-events.ts';
import { SliceReader } from '../../shared/jobs/slice-reader.ts';
import { objectOfRows } from '../support/object-of-rows.ts';
import { rowOfRecord } from '../support/rows-of-text.ts';

const DAY = Date.parse('2026-11-21T00:00:00Z');

interface Stored extends PlannedInput {
  readonly bytes: Uint8Array;
  readonly rows: readonly Row[];
}

/** An object of events at these seconds of a day. */
function objectAt(seconds: readonly number[], number: number): Stored {
  const rows = seconds.map((second, recordindex) => {
    const time = new Date(DAY + second * 1000).toISOString();
    const row = rowOfRecord(`{"eventTime":"${time}","eventID":"${number} ${recordindex}"}`);
    return { ...row, values: { ...row.values, logfile: `AWSLogs/${number}.json.gz`, recordindex } };
  });
  const bytes = objectOfRows(rows);
  const [from, to] = [Math.min(...seconds), Math.max(...seconds)].map((second) => DAY + second * 1000);
  return { key: `events/${number}`, bytes, sha256: sha256Hex(bytes), from: from ?? 0, to: to ?? 0, rows };
}

function slicesOf(objects: readonly Stored[], rows: number): Slice[] {
  const seconds = new SecondCounts();
  for (const { time } of objects.flatMap((object) => object.rows)) seconds.add(time);
  return seconds.slices(rows);
}

/** What each slice becomes, and how often each object was read for them. */
async function sliced(
  objects: readonly Stored[],
  slices: readonly Slice[],
  heldBytes?: number,
): Promise<{ readonly files: string[]; readonly counts: number[]; readonly reads: number[] }> {
  const reads = new Map(objects.map(({ key }) => [key, 0]));
  const get = async (key: string): Promise<Uint8Array | undefined> => {
    reads.set(key, (reads.get(key) ?? 0) + 1);
    return await Promise.resolve(objects.find((object) => object.key === key)?.bytes);
  };
  const reader = new SliceReader({ get }, objects, heldBytes);
  const files: string[] = [];
  const counts: number[] = [];
  for (const slice of slices) {
    const events = new SliceEvents(await reader.rowsIn(slice));
    const file = new CompactedFile();
    if (events.count > 0) file.addSlice(events);
    files.push(events.count > 0 ? sha256Hex(file.finish()) : '');
    counts.push(events.count);
  }
  return { files, counts, reads: [...reads.values()] };
}

const second = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 86_399 }));
const anyObjects = fc
  .array(fc.array(second, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 })
  .map((objects) => objects.map(objectAt));

describe('rows of slices', () => {
  it('are the same whatever is held, and those of their time and share', async () => {
    await fc.assert(
      fc.asyncProperty(anyObjects, fc.integer({ min: 1, max: 8 }), async (objects, rows) => {
        const slices = slicesOf(objects, rows);
        const all = objects.flatMap((object) => object.rows);
        const expected = slices.map(
          (slice) =>
            all.filter(({ time, values: { recordhash } }) =>
              recordhash instanceof Uint8Array ? isIn(slice, time, recordhash) : false,
            ).length,
        );
        const held = await sliced(objects, slices);
        expect(held.counts).toEqual(expected);
        for (const heldBytes of [0, 30_000])
          expect((await sliced(objects, slices, heldBytes)).files).toEqual(held.files);
      }),
      { numRuns: 20 },
    );
  });

  it('take one reading of an object that reaches over a few slices', async () => {
    const seconds = Array.from({ length: 100 }, (_, i) => i);
    const objects = [0, 1, 2].map((number) => objectAt(seconds, number));
    const { reads } = await sliced(objects, slicesOf(objects, 20));
    expect(reads).toEqual([1, 1, 1]);
  });

  it('take two of an object of which a few rows lie hours before the others', async () => {
    const late = [0, 2, ...Array.from({ length: 100 }, (_, i) => 40_000 + i)];
    const usual = Array.from({ length: 400 }, (_, i) => i * 100);
    const objects = [objectAt(late, 0), objectAt(usual, 1)];
    const { reads } = await sliced(objects, slicesOf(objects, 10));
    expect(reads[0]).toBe(2);
  });

  it('take one for each slice of an object that there is no room for', async () => {
    const objects = [objectAt([0, 1, 2, 3], 0)];
    const { reads } = await sliced(objects, slicesOf(objects, 1), 0);
    expect(reads).toEqual([4]);
  });
});
