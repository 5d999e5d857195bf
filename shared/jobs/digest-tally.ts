import type { Digest } from '../core/digest-file.ts';
import {
  decodeReceipts,
  LakeFormatError,
  type BatchReceipts,
  type LogFileReceipt,
} from '../core/lake-format.ts';
import type { Sealed } from '../core/seal-format.ts';
import { sha256Hex } from '../core/sha256.ts';

type SealedLogFile = Omit<Digest['logFiles'][number], 's3Bucket'>;

/** What a digest is to hold. */
export interface Gathered {
  readonly logFiles: readonly SealedLogFile[];
  /** `YYYY-MM-DDTHH:MM:SSZ`; null without an event. */
  readonly oldest: string | null;
  readonly newest: string | null;
  readonly sealed: Sealed;
}

/** Of what a digest lists, about: whoever reads it back has a limit several times as high. */
const LISTED_BYTES = 24 * 1024 * 1024;
/** Far above a batch of ours. Receipts that list more were planted. */
const BATCH_LOG_FILES = 20_000;

/** Receipts as they are stored; undefined if there are none. */
export interface FoundReceipts {
  readonly key: string;
  readonly stored: Uint8Array | undefined;
}

interface Item {
  readonly key: string;
  readonly sha256: string;
  readonly listed: readonly SealedLogFile[];
}

/** Gathers what one digest holds, until it is full. */
export class DigestTally {
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
    return this.#items.at(-1)?.key ?? '';
  }

  add({ key, stored }: FoundReceipts): void {
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
