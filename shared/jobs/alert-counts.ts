import type { Alert } from '../core/rules/alert.ts';
import { parseAlertKey, parseSeen, type Seen } from '../core/rules/alert-keys.ts';
import { decodeSightings } from '../core/rules/sightings.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

const AT_ONCE = 16;

/**
 * At least as many events as a group has, and how many it takes: what the names of its `seen-…` objects say, which costs no request. Rules change:
 * the least that any name says is what counts.
 */
export function namedEvents(keys: Iterable<string>): Seen {
  let [events, needed] = [0, Infinity];
  for (const key of keys) {
    const seen = parseSeen(parseAlertKey(key)?.name ?? '');
    if (seen === undefined) continue;
    events += seen.events;
    needed = Math.min(needed, seen.needed);
  }
  return { events, needed };
}

export interface CountedGroup {
  /** Over all log files, what several of them hold counted once. */
  readonly events: number;
  readonly counted: ReadonlySet<string>;
  /** The alert of the earliest event; where one alone is no alert. */
  readonly alert: Alert | undefined;
  /** So many groups of the window are told of one by one. */
  readonly most: number | undefined;
}

/** Counts the group whose objects these are. Throws what the store throws, and for an object that isn't what its name says. */
export async function countGroup(keys: readonly string[], store: ObjectStore): Promise<CountedGroup> {
  const counted = new Set<string>();
  let earliest: Alert | undefined;
  let most: number | undefined;
  const read = async (key: string): Promise<void> => {
    const bytes = await store.get(key);
    // Listed and gone: its time was over.
    if (bytes === undefined) return;
    const sightings = decodeSightings(key, bytes);
    for (const one of sightings.counted) counted.add(one);
    earliest = earlierOf(earliest, sightings.alert);
    most = sightings.most ?? most;
  };
  const seen = keys.filter((key) => parseSeen(parseAlertKey(key)?.name ?? '') !== undefined);
  await Array.fromAsync(mapAhead(seen, AT_ONCE, read));
  return { events: counted.size, counted, alert: earliest, most };
}

function earlierOf(a: Alert | undefined, b: Alert | undefined): Alert | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.event.eventTime < a.event.eventTime ? b : a;
}
