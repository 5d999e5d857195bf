import type { ObjectStore } from './ports.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * The newest of the documents that lie in a folder a day and are named by their time, of `days` days up to `now` (milliseconds since 1970):
 * what is kept for ever is not listed whole. `keyAt` is the key of such a time.
 */
export async function newestOfDays(
  lake: Pick<ObjectStore, 'list'>,
  keyAt: (time: number) => string,
  now: number,
  days: number,
): Promise<string | undefined> {
  const limit = keyAt(now);
  for (let day = 0; day < days; day += 1) {
    const key = keyAt(now - day * DAY);
    const newest = await newestUnder(lake, key.slice(0, key.lastIndexOf('/') + 1), limit);
    if (newest !== undefined) return newest;
  }
  return undefined;
}

/** The last key below the prefix that doesn't come after `limit`. */
export async function newestUnder(
  lake: Pick<ObjectStore, 'list'>,
  prefix: string,
  limit: string,
): Promise<string | undefined> {
  let last: string | undefined;
  for await (const key of lake.list(prefix)) if (key <= limit) last = key;
  return last;
}
