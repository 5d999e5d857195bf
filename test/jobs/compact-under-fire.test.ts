import { describe, expect, it } from 'vitest';
import { MemoryCatalogue } from '../../shared/adapters/memory-catalogue.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { COMPACTED, type Partition } from '../../shared/core/lake-keys.ts';
import { deliveriesOf } from '../../shared/core/merge-deliveries.ts';
import type { Struct } from '../../shared/core/record-row.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { PartitionRegistrar, type Catalogue } from '../../shared/jobs/register-partitions.ts';
import { inTurn } from '../support/catalogue-calls.ts';
import { compactOnce, LATER, partitionsIn } from '../support/compact-once.ts';
import { ingestOnce } from '../support/ingest-once.ts';
import { MemorySource } from '../support/memory-source.ts';
import { rowsOfObject } from '../support/rows-of-object.ts';
import { asMap, keyOf, logFileOf, recordOf } from '../support/small-log-files.ts';
import { seeded, TurnTakingStore, Turns } from '../support/turn-taking.ts';

const ROOT = 's3://lake';
const logFiles = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const place = { account: 0, region: 0, day: 0, number: from + i };
    // Each also brings an event that the one before it brought.
    return logFileOf(keyOf(place), [recordOf(place, 0), recordOf({ ...place, number: from + i - 1 }, 0)]);
  });
const AT_FIRST = logFiles(1, 5);
const LATER_ON = logFiles(5, 9);

/** Reads as Athena does: where partitions lie, then what lies there, then that. */
async function query(
  lake: ObjectStore,
  catalogue: Catalogue,
  partitions: readonly Partition[],
): Promise<Struct[]> {
  const rows: Struct[] = [];
  for (const location of await catalogue.locations(partitions)) {
    const folder = location?.slice(ROOT.length + 1) ?? 'nowhere/';
    for (const key of await Array.fromAsync(lake.list(folder))) {
      const bytes = (await lake.get(key)) ?? new Uint8Array();
      for (const { eventid, logfile, recordindex, otherdeliveries } of await rowsOfObject(bytes))
        rows.push({ eventid, logfile, recordindex, otherdeliveries, path: key } as Struct);
    }
  }
  return rows;
}

const eventOf = (row: Struct): string => JSON.stringify([row['eventid']]);

/** What the view `cloudtrail_logs` has: rows of compacted objects as they are, each event of the others once. */
function events(rows: readonly Struct[]): string[] {
  const compacted = rows.filter(({ path }) => typeof path === 'string' && path.startsWith(COMPACTED));
  const others = rows.filter((row) => !compacted.includes(row));
  return [...compacted.map(eventOf), ...new Set(others.map(eventOf))].sort();
}

describe('queries while log files arrive and days are compacted', () => {
  it('see each event once, every event that could be seen before, and every delivery once', async () => {
    let seen = 0;
    for (let seed = 0; seed < 12; seed += 1) {
      const lake = new MemoryStore();
      await ingestOnce(new MemorySource(asMap(AT_FIRST)), lake, { batchFiles: 1 });
      const partitions = await partitionsIn(lake);
      const catalogue = new MemoryCatalogue();
      await new PartitionRegistrar(catalogue, ROOT, () => LATER).register(partitions);
      const turns = new Turns(seeded(seed));
      const slow = { lake: new TurnTakingStore(lake, turns), catalogue: inTurn(catalogue, turns) };
      const work = { isDone: false };
      const asking = async (): Promise<void> => {
        while (!work.isDone) {
          const before = await query(lake, catalogue, partitions);
          const rows = await query(slow.lake, slow.catalogue, partitions);
          const after = await query(lake, catalogue, partitions);
          const found = events(rows);
          expect(new Set(found).size).toBe(found.length);
          const could = new Set([...events(before), ...events(after)]);
          expect(found.filter((event) => !could.has(event))).toEqual([]);
          expect(events(before).filter((event) => !found.includes(event))).toEqual([]);
          const places = rows.flatMap(deliveriesOf).map((delivery) => JSON.stringify(delivery));
          expect(new Set(places).size).toBe(places.length);
          seen += 1;
        }
      };
      const working = async (): Promise<void> => {
        await compactOnce({ lake: slow.lake, catalogue: { catalogue: slow.catalogue, root: ROOT } });
        await ingestOnce(new MemorySource(asMap([...AT_FIRST, ...LATER_ON])), slow.lake, { batchFiles: 2 });
        await compactOnce({ lake: slow.lake, catalogue: { catalogue: slow.catalogue, root: ROOT } });
        work.isDone = true;
      };
      await Promise.all([asking(), asking(), working()]);
      const all = events(await query(lake, catalogue, partitions));
      expect(all).toHaveLength(AT_FIRST.length + LATER_ON.length + 1);
    }
    expect(seen).toBeGreaterThan(40);
  });
});
