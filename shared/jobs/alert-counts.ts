import { parseAlertKey, seenCount } from '../core/rules/alert-keys.ts';
import { decodeSightings } from '../core/rules/sightings.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

/** How many events a group has, over all log files: each counted once, however many log files hold it. */
export interface GroupCount {
  readonly events: number;
  /** Different values of what the rule counts, if it counts values. */
  readonly distinct: number;
}

const AT_ONCE = 16;

/** At least as many as there are: what the names of `seen-…` objects add up to, which costs no request. */
export function namedEvents(keys: Iterable<string>): number {
  let sum = 0;
  for (const key of keys) sum += seenCount(parseAlertKey(key)?.name ?? '') ?? 0;
  return sum;
}

/** Of the group whose objects these are. Throws what the store throws, and for an object that isn't what its name says. */
export async function countGroup(keys: readonly string[], store: ObjectStore): Promise<GroupCount> {
  const [events, distinct] = [new Set<string>(), new Set<string>()];
  const seen = keys.filter((key) => seenCount(parseAlertKey(key)?.name ?? '') !== undefined);
  const read = async (key: string): Promise<void> => {
    const bytes = await store.get(key);
    // Listed and gone: its time was over.
    if (bytes === undefined) return;
    for (const [eventId, counted] of decodeSightings(key, bytes).events) {
      events.add(eventId);
      distinct.add(counted);
    }
  };
  await Array.fromAsync(mapAhead(seen, AT_ONCE, read));
  return { events: events.size, distinct: distinct.size };
}
