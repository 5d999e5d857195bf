import type { Digest } from '../core/digest-file.ts';
import { chainOf, parseDigestKey } from '../core/digest-key.ts';
import {
  decodeReceipts,
  LakeFormatError,
  type BatchReceipts,
  type LogFileReceipt,
} from '../core/lake-format.ts';
import { parseBatchKey, parseSealingKey, RECEIPTS, SEALING, sealingPrefix } from '../core/lake-keys.ts';
import type { Sealed } from '../core/seal-format.ts';
import { readChainEnd, type ChainEnd } from '../core/sealed-digest.ts';
import { sha256Hex } from '../core/sha256.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

type SealedLogFile = Omit<Digest['logFiles'][number], 's3Bucket'>;

/** What a digest is to hold. */
export interface Gathered {
  readonly logFiles: readonly SealedLogFile[];
  /** `YYYY-MM-DDTHH:MM:SSZ`; null without an event. */
  readonly oldest: string | null;
  readonly newest: string | null;
  readonly sealed: Sealed;
}

const HOUR = 60 * 60 * 1000;
/** How long the run may take that makes a chain's first digests: it reads all receipts there are. */
const FIRST_RUN = 24 * HOUR;
const READS_AHEAD = 16;
/** Of what a digest lists, about: whoever reads it back has a limit several times as high. */
const LISTED_BYTES = 24 * 1024 * 1024;
/** Far above a batch of ours. Receipts that list more were planted. */
const BATCH_LOG_FILES = 20_000;

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
  const tally = new Tally(making.maxLogFiles);
  const before = newest?.sealed;
  if (before === undefined || before.receiptsAfter !== null) {
    const tillEnd = { ...making, now: making.now + FIRST_RUN };
    const waiting = before?.waiting ?? [];
    const rest = allReceipts(lake, before?.receiptsAfter ?? RECEIPTS);
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

async function* allReceipts(lake: ObjectStore, after: string): AsyncGenerator<string> {
  for await (const key of lake.list(RECEIPTS, after)) if (parseBatchKey(key) !== undefined) yield key;
}

/** Keys of receipts, in order. After a digest that was full, what it left waiting and no more: its hour has been looked at. */
async function candidates(lake: ObjectStore, newest: ChainEnd | undefined, start: number): Promise<string[]> {
  const found = new Set(newest?.sealed.waiting.filter((key) => parseBatchKey(key) !== undefined));
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

interface Found {
  readonly key: string;
  readonly stored: Uint8Array | undefined;
}

function readFrom(lake: ObjectStore): (key: string) => Promise<Found> {
  return async (key) => ({ key, stored: await lake.get(key) });
}

interface Item {
  readonly key: string;
  readonly sha256: string;
  readonly listed: readonly SealedLogFile[];
}

class Tally {
  readonly #max: number;
  #items: Item[] = [];
  readonly #left: string[] = [];
  #logFiles = 0;
  #listedBytes = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Receipts count too: there may be ever so many that list no log file. */
  get isFull(): boolean {
    const items = Math.max(this.#logFiles, this.#items.length);
    return items >= this.#max || this.#listedBytes >= LISTED_BYTES;
  }

  /** Key of the last receipts added. */
  get last(): string {
    return this.#items.at(-1)?.key ?? RECEIPTS;
  }

  add({ key, stored }: Found): void {
    if (stored === undefined) return;
    const listed = listedBy(key, stored);
    this.#items.push({ key, sha256: sha256Hex(stored), listed });
    this.#logFiles += listed.length;
    this.#listedBytes += JSON.stringify(listed).length;
  }

  /** There was no room for these. */
  leave(key: string): void {
    this.#left.push(key);
  }

  /** Another digest will seal these. Returns those that were here. */
  takeOut(keys: ReadonlySet<string>): string[] {
    const out = this.#items.filter(({ key }) => keys.has(key)).map(({ key }) => key);
    this.#items = this.#items.filter(({ key }) => !keys.has(key));
    return out;
  }

  done(waiting: readonly string[]): Gathered {
    return this.#gathered([...this.#left, ...waiting].sort(), this.#left.length > 0, null);
  }

  full(waiting: readonly string[], receiptsAfter: string): Gathered {
    return this.#gathered(waiting, true, receiptsAfter);
  }

  #gathered(waiting: readonly string[], more: boolean, receiptsAfter: string | null): Gathered {
    const logFiles = this.#items.flatMap(({ listed }) => listed);
    const times = logFiles.flatMap(({ oldestEventTime, newestEventTime }) => [
      oldestEventTime,
      newestEventTime,
    ]);
    const sorted = times.filter((time) => time !== null).sort();
    const receipts = this.#items.map(({ key, sha256 }) => ({ key, sha256 }));
    const sealed = { format: 1 as const, receipts, waiting: [...waiting], more, receiptsAfter };
    return { logFiles, oldest: sorted[0] ?? null, newest: sorted.at(-1) ?? null, sealed };
  }
}

/**
 * Receipts that can't be understood are sealed as they are: whoever planted them can't keep the others from being sealed, nor put
 * something into a digest that makes it unreadable to whoever verifies it.
 */
function listedBy(key: string, stored: Uint8Array): SealedLogFile[] {
  const receipts = stored.length > LISTED_BYTES ? undefined : readable(key, stored);
  if (receipts === undefined || receipts.logFiles.length > BATCH_LOG_FILES) return [];
  // What had no text has no hash; the receipts, which say so, are sealed all the same.
  const hashed = receipts.logFiles.flatMap((receipt) =>
    receipt.sha256 === null ? [] : [logFileOf(receipt, receipt.sha256)],
  );
  return hashed.every(isPlausible) ? hashed : [];
}

function readable(key: string, stored: Uint8Array): BatchReceipts | undefined {
  try {
    return decodeReceipts(key, stored);
  } catch (error) {
    if (error instanceof LakeFormatError) return undefined;
    throw error;
  }
}

function logFileOf(receipt: LogFileReceipt, hashValue: string): SealedLogFile {
  return {
    s3Object: receipt.key,
    hashValue,
    hashAlgorithm: 'SHA-256',
    newestEventTime: seconds(receipt.newestEventTime),
    oldestEventTime: seconds(receipt.oldestEventTime),
  };
}

function isPlausible({ hashValue, newestEventTime, oldestEventTime }: SealedLogFile): boolean {
  const times = [newestEventTime, oldestEventTime].filter((time) => time !== null);
  return /^[0-9a-f]{64}$/.test(hashValue) && times.every((time) => TIME.test(time));
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** CloudTrail's digests have whole seconds. */
function seconds(time: string | null): string | null {
  return time === null ? null : `${time.slice(0, 19)}Z`;
}
