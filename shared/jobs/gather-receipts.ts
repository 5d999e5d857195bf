import { chainOf, parseDigestKey } from '../core/digest-key.ts';
import { areReceipts, parseSealingKey, SEALING, sealingPrefix } from '../core/lake-keys.ts';
import { readChainEnd, type ChainEnd } from '../core/sealed-digest.ts';
import { allReceipts } from './all-receipts.ts';
import { DigestTally, type FoundReceipts, type Gathered } from './digest-tally.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

const HOUR = 60 * 60 * 1000;
/** How long the run may take that makes a chain's first digests: it reads all receipts there are. */
const FIRST_RUN = 24 * HOUR;
const READS_AHEAD = 16;
/** Of a digest that is to be made. */
export interface Making {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly now: number;
  readonly maxLogFiles: number;
}

/**
 * The receipts that the digest after `newest` seals: those announced in its hour or the one before it, those that the digest before left
 * waiting, and none that a digest of that time has already. The hour before is looked at once more because a writer reads the clock,
 * announces and stores one after the other, and a digest may be made in between.
 *
 * A chain's first digests seal everything that is there, announced or not. A digest that comes hours late leaves what was announced
 * in the meantime to the digests of that time, which wouldn't look back so far.
 */
export async function gatherReceipts(
  lake: ObjectStore,
  newest: ChainEnd | undefined,
  making: Making,
): Promise<Gathered> {
  const tally = new DigestTally(making.maxLogFiles);
  const before = newest?.sealed;
  if (before === undefined || before.receiptsAfter !== null) {
    const tillEnd = { ...making, now: making.now + FIRST_RUN };
    const waiting = before?.waiting ?? [];
    const rest = allReceipts(lake, before?.receiptsAfter ?? undefined);
    for await (const found of mapAhead(rest, READS_AHEAD, readFrom(lake))) {
      if (tally.isFull) {
        const { last } = tally;
        tally.takeOut(await announcedLater(lake, tillEnd));
        return tally.full(waiting, last);
      }
      tally.add(found);
    }
    tally.takeOut(await announcedLater(lake, tillEnd));
    return tally.done(waiting);
  }
  const later = await announcedLater(lake, making);
  const keys = await candidates(lake, newest, making.start);
  const waiting = keys.filter((key) => later.has(key));
  const due = keys.filter((key) => !later.has(key));
  for await (const found of mapAhead(due, READS_AHEAD, readFrom(lake))) {
    if (found.stored === undefined) waiting.push(found.key);
    else if (tally.isFull) tally.leave(found.key);
    else tally.add(found);
  }
  // Once more: receipts are announced before they are there, so whatever was found there by now was announced by now.
  waiting.push(...tally.takeOut(await announcedLater(lake, making)));
  return tally.done(waiting);
}

/**
 * What was announced after the hour that comes after the digest's, up to now (another clock's now may be in the next hour). Nothing, for
 * a digest that is made in time: whoever plants announcements of the future can't put off what is to be sealed.
 */
async function announcedLater(lake: ObjectStore, { start, now }: Making): Promise<Set<string>> {
  const from = hourOf(start) + 2 * HOUR;
  const found = new Set<string>();
  if (from > now) return found;
  const end = sealingPrefix(now + 2 * HOUR);
  for await (const announcement of lake.list(SEALING, sealingPrefix(from))) {
    if (announcement >= end) break;
    const key = parseSealingKey(announcement);
    if (key !== undefined) found.add(key);
  }
  return found;
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR) * HOUR;
}

/** Keys of receipts, in order. After a digest that was full, what it left waiting and no more: its hour has been looked at. */
async function candidates(lake: ObjectStore, newest: ChainEnd | undefined, start: number): Promise<string[]> {
  const found = new Set(newest?.sealed.waiting.filter(areReceipts));
  if (newest?.sealed.more !== true) {
    const hour = hourOf(start);
    for (const time of [hour - HOUR, hour]) {
      for await (const announcement of lake.list(sealingPrefix(time))) {
        const key = parseSealingKey(announcement);
        if (key !== undefined) found.add(key);
      }
    }
    if (found.size === 0) return [];
    for (const key of await sealedSince(lake, newest, hour - 2 * HOUR)) found.delete(key);
  }
  return [...found].sort();
}

/** Receipts in digests that end at or after `time`. */
async function sealedSince(
  lake: ObjectStore,
  newest: ChainEnd | undefined,
  time: number,
): Promise<Set<string>> {
  const sealed = new Set<string>();
  let digest = newest;
  while (digest !== undefined && Date.parse(digest.endTime) >= time) {
    for (const { key } of digest.sealed.receipts) sealed.add(key);
    const previousKey: string | undefined = keyBefore(digest);
    const stored = previousKey === undefined ? undefined : await lake.get(previousKey);
    // One that was removed or damaged is verify's business; the chain goes on.
    digest = stored === undefined || previousKey === undefined ? undefined : readableEnd(previousKey, stored);
  }
  return sealed;
}

/** Whoever planted a digest can have it point anywhere: only an earlier one of its own chain is followed, so that there is an end to it. */
function keyBefore({ key, previousKey }: ChainEnd): string | undefined {
  const digest = parseDigestKey(key);
  const previous = parseDigestKey(previousKey ?? '');
  if (previousKey === null || digest === undefined || previous === undefined) return undefined;
  const isBefore = chainOf(previous) === chainOf(digest) && previous.endTime < digest.endTime;
  return isBefore ? previousKey : undefined;
}

function readableEnd(key: string, stored: Uint8Array): ChainEnd | undefined {
  try {
    return readChainEnd(key, stored);
  } catch {
    return undefined;
  }
}

function readFrom(lake: ObjectStore): (key: string) => Promise<FoundReceipts> {
  return async (key) => ({ key, stored: await lake.get(key) });
}
