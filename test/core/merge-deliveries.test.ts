import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactedFile } from '../../shared/core/compacted-file.ts';
import { deliveriesOf, mergeDeliveries } from '../../shared/core/merge-deliveries.ts';
import { inMemory, packedGroups } from '../../shared/core/parquet-rows.ts';
import type { Struct } from '../../shared/core/record-row.ts';
import { RowTally } from '../../shared/core/row-tally.ts';

/** Deliveries of few events by few log files, each place once, as receipts have it. */
const deliveries: fc.Arbitrary<Struct[]> = fc
  .uniqueArray(
    fc.record({
      event: fc.integer({ min: 0, max: 3 }),
      hash: fc.integer({ min: 0, max: 1 }),
      logfile: fc.constantFrom('a', 'b', '\u{1F600}', '￼'),
      recordindex: fc.integer({ min: 0, max: 3 }),
    }),
    { selector: ({ logfile, recordindex }) => `${logfile} ${recordindex}`, maxLength: 12 },
  )
  .map((all) =>
    all.map(({ event, hash, logfile, recordindex }) => ({
      eventid: event === 0 ? null : `event ${event}`,
      recordhash: Uint8Array.of(event, hash),
      eventname: `Name${event}${hash}`,
      logfile,
      recordindex,
    })),
  );

const placeOf = ({ logfile, recordindex }: Struct): string => JSON.stringify([logfile, recordindex]);

describe('deliveries merged', () => {
  it('show each event once, as its first delivery in order of bytes, and keep every delivery’s place', () => {
    fc.assert(
      fc.property(deliveries, (rows) => {
        const merged = mergeDeliveries(rows);
        const events = merged.filter(({ eventid }) => eventid !== null);
        const id = (row: Struct): string => JSON.stringify([row['eventid'], row['recordhash']]);
        expect(new Set(events.map(id)).size).toBe(events.length);
        expect(merged.flatMap(deliveriesOf).map(placeOf).sort()).toEqual(rows.map(placeOf).sort());
        for (const row of merged) {
          const own = rows.find((one) => placeOf(one) === placeOf(row));
          expect(row).toMatchObject(own ?? {});
          expect(deliveriesOf(row)).toEqual(deliveriesOf(row).toSorted(byBytes));
        }
      }),
    );
  });

  it('come to the same in one go and in two, with what came late', () => {
    fc.assert(
      fc.property(deliveries, fc.integer({ min: 0, max: 12 }), (rows, cut) => {
        const [early, late] = [rows.slice(0, cut), rows.slice(cut)];
        const twice = mergeDeliveries([...mergeDeliveries(early), ...late]);
        const sorted = (some: readonly Struct[]): Struct[] =>
          some.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
        expect(sorted(twice)).toEqual(sorted(mergeDeliveries(rows)));
      }),
    );
  });

  it('have the sum of rows that they had apart, and no changed row has it', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.nat(), async (rows, pick) => {
        const merged = mergeDeliveries(rows);
        const sum = await sumOf(rows);
        expect(sum.isSame(await sumOf(merged))).toBe(true);
        if (merged.length === 0) return;
        const at = pick % merged.length;
        const changed = merged.map((row, i) => (i === at ? { ...row, eventname: 'Other' } : row));
        expect(sum.isSame(await sumOf(changed))).toBe(false);
        expect(sum.isSame(await sumOf(merged.toSpliced(at, 1)))).toBe(false);
        expect(sum.isSame(await sumOf([...merged, ...merged.slice(at, at + 1)]))).toBe(false);
      }),
    );
  });
});

async function sumOf(rows: readonly Struct[]): Promise<RowTally> {
  const sum = new RowTally(Buffer.from('a secret'));
  const groups = rows.length === 0 ? [] : packedGroups(inMemory(compactedFile(rows)));
  for await (const group of groups) sum.add(group);
  return sum;
}

function byBytes(a: Struct, b: Struct): number {
  const [x, y] = [a, b].map(({ logfile }) => Buffer.from(typeof logfile === 'string' ? logfile : ''));
  const order = Buffer.compare(x ?? Buffer.of(), y ?? Buffer.of());
  return order === 0 ? Number(a['recordindex']) - Number(b['recordindex']) : order;
}
