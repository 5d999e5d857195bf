import type { Limits } from './limits.ts';
import type { UnreadableCode } from './unreadable.ts';

/** Why the rest of a log file is not read. */
export type Stop = readonly [code: UnreadableCode, detail: string];

/** The limit that ends the reading of a log file of which so many records, and unreadable ones among them, were read; undefined if none does. */
export function reachedLimit(
  read: number,
  unreadable: number,
  { records, unreadableRecords }: Limits,
): Stop | undefined {
  if (read >= records) return ['too-many-records', `only the first ${records} records were read`];
  if (unreadable < unreadableRecords) return undefined;
  return ['too-many-unreadable-records', `reading stopped after ${unreadableRecords} unreadable records`];
}
