import * as z from 'zod';
import { decodeDocument, understood } from '../core/lake-format.ts';
import { compactionStopKey, partitionPrefix, type Partition } from '../core/lake-keys.ts';
import { newestOfDays } from './newest-by-day.ts';
import type { ObjectStore } from './ports.ts';

/** Days that compaction may have stood still before it begins with the first partition again. */
const RECENT_DAYS = 3;

const STOP = z.strictObject({
  format: z.literal(1),
  /** The next run begins with the first partition whose objects sort behind this. */
  after: z.string(),
});

/** What the next run begins behind; undefined: with the first partition there is. */
export async function lastStop(lake: ObjectStore, now: number): Promise<string | undefined> {
  const key = await newestOfDays(lake, compactionStopKey, now, RECENT_DAYS);
  const stored = key === undefined ? undefined : await lake.get(key);
  if (key === undefined || stored === undefined) return undefined;
  // One that can't be understood stops nothing: every run looks at all partitions, wherever it begins.
  return understood(() => decodeDocument(STOP, key, stored))?.after;
}

/**
 * Says that the time of a run which began behind `began` was over at this partition. The next begins with it; unless this one had begun with it
 * and came no further: then the others go first, or one that takes more time than there is would keep them waiting for ever.
 */
export async function storeStop(
  lake: ObjectStore,
  now: number,
  partition: Partition,
  began: string | undefined,
): Promise<void> {
  const itself = partitionPrefix(partition);
  // `~` sorts behind all that an object's name may begin with.
  const after = itself === began ? `${itself}~` : itself;
  const stop: z.infer<typeof STOP> = { format: 1, after };
  // Two runs of one second store the one or the other: either is a place to begin.
  await lake.putIfAbsent(compactionStopKey(now), Buffer.from(`${JSON.stringify(stop)}\n`));
}
