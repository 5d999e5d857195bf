import { EVENTS, parseEventsKey, partitionPrefix, type Partition } from '../core/lake-keys.ts';
import type { ObjectStore } from './ports.ts';

/** A partition with the small objects that lie in it. */
export interface FilledPartition {
  readonly partition: Partition;
  /** Keys below `events/`, in order. */
  readonly objects: readonly string[];
}

/**
 * Every partition that small objects lie in, from one listing: keys come in order, so those of a partition come together. `after`: only those
 * whose objects sort behind it.
 */
export async function* filledPartitions(
  lake: Pick<ObjectStore, 'list'>,
  prefix = EVENTS,
  after?: string,
): AsyncGenerator<FilledPartition> {
  let current: { partition: Partition; prefix: string; objects: string[] } | undefined;
  for await (const key of lake.list(prefix, after)) {
    const partition = parseEventsKey(key)?.partition;
    if (partition === undefined) continue;
    if (current !== undefined && key.startsWith(current.prefix)) {
      current.objects.push(key);
      continue;
    }
    if (current !== undefined) yield current;
    current = { partition, prefix: partitionPrefix(partition), objects: [key] };
  }
  if (current !== undefined) yield current;
}

/** Every partition once, those first that sort behind `after`. */
export async function* filledPartitionsFrom(
  lake: Pick<ObjectStore, 'list'>,
  after: string,
): AsyncGenerator<FilledPartition> {
  yield* filledPartitions(lake, EVENTS, after);
  for await (const filled of filledPartitions(lake)) {
    if (partitionPrefix(filled.partition) >= after) return;
    yield filled;
  }
}

const DAY = 24 * 60 * 60 * 1000;

/** When the partition's day is over, in milliseconds since 1970; NaN for one that is no day of the calendar. */
export function endOf({ year, month, day }: Partition): number {
  return Date.parse(`${year}-${month}-${day}T00:00:00Z`) + DAY;
}
