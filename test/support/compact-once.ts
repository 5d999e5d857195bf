import {
  compact,
  type CompactOptions,
  type CompactPorts,
  type CompactSummary,
} from '../../shared/jobs/compact.ts';
import { mergeDeliveries, deliveriesOf } from '../../shared/core/merge-deliveries.ts';
import {
  COMPACTED,
  EVENTS,
  parseCompactedKey,
  parseEventsKey,
  partitionPrefix,
  type Partition,
} from '../../shared/core/lake-keys.ts';
import type { Struct } from '../../shared/core/record-row.ts';
import { currentObjects } from '../../shared/jobs/current-objects.ts';
import { filledPartitions } from '../../shared/jobs/closed-partitions.ts';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import { rowsOfObject } from './rows-of-object.ts';

/** Long after the days of all samples. */
export const LATER = Date.parse('2027-06-01T00:30:00Z');

/** One run of compaction over all days, in small pieces, as the command line would do it. A partition's failure is thrown. */
export async function compactOnce(
  ports: Omit<CompactPorts, 'now'> & Partial<Pick<CompactPorts, 'now'>>,
  options: Partial<CompactOptions> = {},
): Promise<CompactSummary> {
  const sizes = { sliceRows: 6, slicesPerObject: 1 };
  const summary = await compact({ now: () => LATER, ...ports }, { settleMs: 0, sizes, ...options });
  const [failure] = summary.failures;
  if (failure !== undefined) throw failure.error;
  return summary;
}

/** Every row that queries see, with its partition's prefix, each object read once however many tests there are. */
export async function currentRows(lake: ObjectStore): Promise<Map<string, Struct[]>> {
  const { settled, unsettled } = await currentObjects(lake);
  return await rowsByPartition(lake, [...settled, ...unsettled.compacted, ...unsettled.small]);
}

/** The rows of a partition as its log files' small objects have them. */
export async function smallRows(lake: ObjectStore): Promise<Map<string, Struct[]>> {
  return await rowsByPartition(lake, await Array.fromAsync(lake.list(EVENTS)));
}

async function rowsByPartition(lake: ObjectStore, keys: readonly string[]): Promise<Map<string, Struct[]>> {
  const found = new Map<string, Struct[]>();
  for (const key of keys) {
    const partition = parseEventsKey(key)?.partition ?? parseCompactedKey(key)?.partition;
    const bytes = await lake.get(key);
    if (partition === undefined || bytes === undefined) throw new Error(`${key} is no object with rows`);
    const prefix = partitionPrefix(partition);
    found.set(prefix, [...(found.get(prefix) ?? []), ...(await rowsOfObject(bytes))]);
  }
  return found;
}

/** In what a lake's current rows differ from those of its small objects, which all still lie there: nothing, if all is well. */
export async function breachesOfCompaction(
  lake: ObjectStore,
  { compacted }: { readonly compacted: boolean },
): Promise<string[]> {
  const [expected, found] = [await smallRows(lake), await currentRows(lake)];
  const breaches: string[] = [];
  for (const [prefix, rows] of expected) {
    const current = found.get(prefix) ?? [];
    const same = texts(mergeDeliveries(rows)).join('\n') === texts(mergeDeliveries(current)).join('\n');
    if (!same) breaches.push(`${prefix} has other rows than its small objects`);
    if (compacted && mergeDeliveries(current).length !== current.length)
      breaches.push(`${prefix} has an event twice`);
    if (current.flatMap(deliveriesOf).length !== rows.length) breaches.push(`${prefix} has other deliveries`);
  }
  if (compacted && (await currentObjects(lake)).unsettled.small.length > 0)
    breaches.push('small objects are left');
  return breaches;
}

export async function compactedKeys(lake: ObjectStore): Promise<string[]> {
  return await Array.fromAsync(lake.list(COMPACTED));
}

function texts(rows: readonly Struct[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(
        Object.entries(row)
          .filter(([, value]) => value !== null)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
        (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value),
      ),
    )
    .sort();
}

/** Every partition that small objects lie in. */
export async function partitionsIn(lake: ObjectStore): Promise<Partition[]> {
  return (await Array.fromAsync(filledPartitions(lake))).map(({ partition }) => partition);
}
