import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactedFile, CompactedFile } from '../../shared/core/compacted-file.ts';
import type { RowsOfGroup } from '../../shared/core/gathered-rows.ts';
import { deliveriesOf, mergeDeliveries } from '../../shared/core/merge-deliveries.ts';
import { pickRows } from '../../shared/core/packed-leaf.ts';
import { inMemory, packedGroups, parquetRows } from '../../shared/core/parquet-rows.ts';
import type { Struct } from '../../shared/core/record-row.ts';
import { RowTally } from '../../shared/core/row-tally.ts';
import { SliceEvents } from '../../shared/core/slice-events.ts';
import { anyMembers } from '../support/hostile-record.ts';
import { objectOfRows } from '../support/object-of-rows.ts';
import { rowOfRecord, TIME } from '../support/rows-of-text.ts';

/** An object with any rows, of which some are wanted, by their numbers. */
const someRows = fc.array(fc.tuple(anyMembers, fc.boolean(), fc.nat({ max: 2 })), {
  minLength: 1,
  maxLength: 5,
});

/** Rows of any records, some of them deliveries of one event, each with its own place. */
const objects = fc.array(someRows, { minLength: 1, maxLength: 4 }).map((objects) =>
  objects.map((rows, object) => {
    const all = rows.map(([members, , event], recordindex) => {
      const row = rowOfRecord(`{${TIME}${event === 0 ? members : `,"eventID":"event ${event}"`}}`);
      return {
        ...row,
        values: { ...row.values, logfile: `AWSLogs/${(object * 3) % 4}.json.gz`, recordindex },
      };
    });
    const wanted = Uint32Array.from(rows.flatMap(([, isWanted], row) => (isWanted ? [row] : [])));
    return { bytes: objectOfRows(all), wanted };
  }),
);

async function groupsOf(bytes: Uint8Array, wanted?: Uint32Array): Promise<RowsOfGroup[]> {
  const groups = await Array.fromAsync(packedGroups(inMemory(bytes)));
  return groups.map(({ leaves, rows }) => ({ leaves, rows: wanted ?? rows }));
}

/** The same rows of a group that has no others. */
function picked({ leaves, rows }: RowsOfGroup): RowsOfGroup {
  const some = leaves.entries().map(([path, leaf]) => [path, pickRows(leaf, rows)] as const);
  return { leaves: new Map(some), rows: Uint32Array.from(rows.keys()) };
}

function fileOf(events: SliceEvents): Uint8Array {
  const file = new CompactedFile();
  file.addSlice(events);
  return file.finish();
}

describe('events of a slice', () => {
  it('become the bytes that their rows do, each event once, from whole row groups and from picked rows', async () => {
    await fc.assert(
      fc.asyncProperty(objects, async (objects) => {
        const groups: RowsOfGroup[] = [];
        const rows: Struct[] = [];
        for (const { bytes, wanted } of objects) {
          groups.push(...(await groupsOf(bytes, wanted)));
          const all = await parquetRows(inMemory(bytes));
          for (const row of wanted) rows.push(all[row] ?? {});
        }
        fc.pre(rows.length > 0);
        const expected = mergeDeliveries(rows);
        const file = compactedFile(expected);
        for (const parts of [groups, groups.map(picked)]) {
          const events = new SliceEvents(parts);
          expect(events.count).toBe(expected.length);
          expect(events.deliveries).toBe(expected.flatMap(deliveriesOf).length);
          expect(Buffer.compare(fileOf(events), file)).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('come to the same in one go and in two, the first of which was stored', async () => {
    await fc.assert(
      fc.asyncProperty(objects, async (objects) => {
        const groups = await Promise.all(objects.map(async ({ bytes }) => await groupsOf(bytes)));
        const before = await groupsOf(fileOf(new SliceEvents(groups[0] ?? [])));
        const late = groups.slice(1).flat();
        const once = fileOf(new SliceEvents(groups.flat()));
        expect(Buffer.compare(fileOf(new SliceEvents([...before, ...late])), once)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('have the sum of the rows they were made of', async () => {
    await fc.assert(
      fc.asyncProperty(objects, async (objects) => {
        const groups = await Promise.all(objects.map(async ({ bytes }) => await groupsOf(bytes)));
        const stored = await groupsOf(fileOf(new SliceEvents(groups.flat())));
        expect(sumOf(stored).isSame(sumOf(groups.flat()))).toBe(true);
        expect(sumOf(stored).isSame(sumOf(groups.slice(1).flat()))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

function sumOf(groups: readonly RowsOfGroup[]): RowTally {
  const sum = new RowTally(Buffer.from('a secret'));
  for (const group of groups) sum.add(group);
  return sum;
}
