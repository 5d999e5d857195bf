import type { Digest } from '../core/digest-file.ts';
import { decodeReceipts, LakeFormatError, type BatchReceipts } from '../core/lake-format.ts';
import { parseBatchKey, parseSealingKey, RECEIPTS, sealingPrefix } from '../core/lake-keys.ts';
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
const READS_AHEAD = 16;

/**
 * The receipts that the digest after `newest` seals: those announced in its hour or the one before it, those that the digest before left
 * waiting, and none that a digest of that time has already. The hour before is looked at once more because a writer reads the clock,
 * announces and stores one after the other, and a digest may be made in between.
 *
 * A chain's first digests seal everything that is there, announced or not. `start`: of the digest, in milliseconds since 1970.
 */
export async function gatherReceipts(
  lake: ObjectStore,
  newest: ChainEnd | undefined,
  start: number,
  maxLogFiles: number,
): Promise<Gathered> {
  const tally = new Tally(maxLogFiles);
  const before = newest?.sealed;
  if (before === undefined || before.receiptsAfter !== null) {
    const rest = allReceipts(lake, before?.receiptsAfter ?? RECEIPTS);
    for await (const found of mapAhead(rest, READS_AHEAD, readFrom(lake))) {
      if (tally.isFull) return tally.full(before?.waiting ?? [], tally.last);
      tally.add(found);
    }
    return tally.done(before?.waiting ?? []);
  }
  const waiting: string[] = [];
  for await (const found of mapAhead(await candidates(lake, newest, start), READS_AHEAD, readFrom(lake))) {
    if (found.stored === undefined) waiting.push(found.key);
    else if (tally.isFull) tally.leave(found.key);
    else tally.add(found);
  }
  return tally.done(waiting);
}

async function* allReceipts(lake: ObjectStore, after: string): AsyncGenerator<string> {
  for await (const key of lake.list(RECEIPTS, after)) if (parseBatchKey(key) !== undefined) yield key;
}

/** Keys of receipts, in order. After a digest that was full, what it left waiting and no more: its hour has been looked at. */
async function candidates(lake: ObjectStore, newest: ChainEnd | undefined, start: number): Promise<string[]> {
  const found = new Set(newest?.sealed.waiting.filter((key) => parseBatchKey(key) !== undefined));
  if (newest?.sealed.more !== true) {
    const hour = Math.floor(start / HOUR) * HOUR;
    for (const time of [hour - HOUR, hour]) {
      for await (const announcement of lake.list(sealingPrefix(time))) {
        const key = parseSealingKey(announcement);
        if (key !== undefined) found.add(key);
      }
    }
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
    const { previousKey } = digest;
    const stored: Uint8Array | undefined = previousKey === null ? undefined : await lake.get(previousKey);
    // One that was removed or damaged is verify's business; the chain goes on.
    digest = stored === undefined || previousKey === null ? undefined : readableEnd(previousKey, stored);
  }
  return sealed;
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

class Tally {
  readonly #max: number;
  readonly #logFiles: SealedLogFile[] = [];
  readonly #receipts: { key: string; sha256: string }[] = [];
  readonly #left: string[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#logFiles.length >= this.#max;
  }

  /** Key of the last receipts added. */
  get last(): string {
    return this.#receipts.at(-1)?.key ?? RECEIPTS;
  }

  add({ key, stored }: Found): void {
    if (stored === undefined) return;
    this.#receipts.push({ key, sha256: sha256Hex(stored) });
    for (const { key: s3Object, sha256, oldestEventTime, newestEventTime } of logFilesOf(key, stored)) {
      // What had no text has no hash; the receipts, which say so, are sealed all the same.
      if (sha256 === null) continue;
      const times = {
        newestEventTime: seconds(newestEventTime),
        oldestEventTime: seconds(oldestEventTime),
      };
      this.#logFiles.push({ s3Object, hashValue: sha256, hashAlgorithm: 'SHA-256', ...times });
    }
  }

  /** There was no room for these. */
  leave(key: string): void {
    this.#left.push(key);
  }

  done(waiting: readonly string[]): Gathered {
    return this.#gathered([...this.#left, ...waiting].sort(), this.#left.length > 0, null);
  }

  full(waiting: readonly string[], receiptsAfter: string): Gathered {
    return this.#gathered(waiting, true, receiptsAfter);
  }

  #gathered(waiting: readonly string[], more: boolean, receiptsAfter: string | null): Gathered {
    const times = this.#logFiles.flatMap(({ oldestEventTime, newestEventTime }) => [
      oldestEventTime,
      newestEventTime,
    ]);
    const sorted = times.filter((time) => time !== null).sort();
    const sealed = {
      format: 1 as const,
      receipts: this.#receipts,
      waiting: [...waiting],
      more,
      receiptsAfter,
    };
    return { logFiles: this.#logFiles, oldest: sorted[0] ?? null, newest: sorted.at(-1) ?? null, sealed };
  }
}

/** Receipts that can't be understood are sealed as they are: whoever planted them can't keep the others from being sealed. */
function logFilesOf(key: string, stored: Uint8Array): BatchReceipts['logFiles'] {
  try {
    return decodeReceipts(key, stored).logFiles;
  } catch (error) {
    if (error instanceof LakeFormatError) return [];
    throw error;
  }
}

/** CloudTrail's digests have whole seconds. */
function seconds(time: string | null): string | null {
  return time === null ? null : `${time.slice(0, 19)}Z`;
}
