import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Limits } from './limits.ts';
import type { UnreadableCode } from './unreadable.ts';

/**
 * The lake's own documents: plans and receipts, as stored. Encoding is canonical (key order as declared here, one newline at
 * the end), so that two writers of the same thing write the same bytes; decoding checks, because a stored byte is anybody's.
 */

const PLANNED_LOG_FILE = z.strictObject({
  key: z.string(),
  /** Bytes as stored. */
  size: z.int().nonnegative(),
  /** What changes when the bytes do: an S3 ETag, or `sha256:` and the hash of a file's bytes. */
  version: z.string(),
});

const LIMITS = z.strictObject({
  storedBytes: z.int().positive(),
  logFileBytes: z.int().positive(),
  expansion: z.int().positive(),
  expansionFrom: z.int().positive(),
  records: z.int().positive(),
  unreadableRecords: z.int().positive(),
  recordBytes: z.int().positive(),
  recordValues: z.int().positive(),
  recordDepth: z.int().positive(),
  /** Plans from before there was this limit have none. */
  partitions: z.int().positive().default(Number.MAX_SAFE_INTEGER),
}) satisfies z.ZodType<Limits>;

const PLAN = z.strictObject({
  format: z.literal(1),
  stream: z.string(),
  sequence: z.int().positive(),
  /** What is too large to read: fixed with the plan, or a second run with others would make other bytes. */
  limits: LIMITS,
  /** Sorted by key, then version. */
  logFiles: z.array(PLANNED_LOG_FILE).min(1),
});

const LOG_FILE_RECEIPT = z.strictObject({
  ...PLANNED_LOG_FILE.shape,
  outcome: z.enum(['read', 'unreadable', 'digest']),
  /** Of the decompressed bytes, lower-case hex, as CloudTrail's digests have it; null if nothing could be read. */
  sha256: z.string().nullable(),
  /** Decompressed bytes. */
  textBytes: z.int().nonnegative(),
  /** Records and unreadable pieces found. */
  records: z.int().nonnegative(),
  /** Rows written, per object of the lake. They and `quarantined` add up to `records`. */
  rows: z.array(z.strictObject({ object: z.string(), rows: z.int().positive() })),
  /** How many records, or whole files, are in quarantine, by reason. */
  quarantined: z.record(z.string(), z.int().positive()),
  /** ISO 8601, UTC; null if there is no row. */
  oldestEventTime: z.string().nullable(),
  newestEventTime: z.string().nullable(),
});

const BATCH_RECEIPTS = z.strictObject({
  format: z.literal(1),
  stream: z.string(),
  sequence: z.int().positive(),
  plan: z.string(),
  logFiles: z.array(LOG_FILE_RECEIPT),
  /** The Parquet objects written, and the SHA-256 of each as stored. */
  objects: z.array(
    z.strictObject({
      key: z.string(),
      bytes: z.int().positive(),
      sha256: z.string(),
      rows: z.int().positive(),
    }),
  ),
  /** What stands in quarantine/. Receipts from before this was written down have none. */
  quarantine: z
    .array(z.strictObject({ key: z.string(), bytes: z.int().nonnegative(), sha256: z.string() }))
    .default([]),
});

export type PlannedLogFile = Readonly<z.infer<typeof PLANNED_LOG_FILE>>;
export type Plan = Readonly<z.infer<typeof PLAN>>;
export type LogFileReceipt = Readonly<z.infer<typeof LOG_FILE_RECEIPT>>;
export type BatchReceipts = Readonly<z.infer<typeof BATCH_RECEIPTS>>;

/** Why something of a log file is in quarantine; the document that stands beside the bytes. */
export interface QuarantineIndex {
  readonly key: string;
  readonly version: string;
  /** `file`: the whole file as stored. `records`: pieces, one after another in `….records`. `none`: too large to copy. */
  readonly kept: 'file' | 'records' | 'none';
  readonly entries: readonly {
    readonly code: UnreadableCode;
    readonly detail: string;
    /** Position in the log file; absent for a whole file. */
    readonly index?: number;
    /** Where the piece stood in the decompressed text. */
    readonly textOffset?: number;
    /** Where it stands in `….records`, and how long it is. */
    readonly offset?: number;
    readonly length?: number;
  }[];
}

/** A stored document that is not what its key says it is. */
export class LakeFormatError extends Error {
  constructor(key: string, options: ErrorOptions) {
    super(`${key} in the lake is damaged or was not written by this version of trailseal`, options);
    this.name = 'LakeFormatError';
  }
}

export function encodeDocument(document: Plan | BatchReceipts | QuarantineIndex): Uint8Array {
  return Buffer.from(`${JSON.stringify(document)}\n`);
}

/** Throws `LakeFormatError`. */
export function decodePlan(key: string, bytes: Uint8Array): Plan {
  return decodeDocument(PLAN, key, bytes);
}

/** Throws `LakeFormatError`. */
export function decodeReceipts(key: string, bytes: Uint8Array): BatchReceipts {
  return decodeDocument(BATCH_RECEIPTS, key, bytes);
}

/** Names everything a plan writes: twenty hex digits of the SHA-256 of its stored bytes. */
export function planId(planBytes: Uint8Array): string {
  return createHash('sha256').update(planBytes).digest('hex').slice(0, 20);
}

/** One log file's identity: the same key with other bytes is another log file. */
export function logFileId(logFile: { readonly key: string; readonly version: string }): string {
  return `${logFile.version} ${logFile.key}`;
}

const COMMA = 0x2c;
/** A batch of a thousand log files that go to a hundred partitions each has half a million. */
const MAX_VALUES = 2_000_000;

/** Each value that isn't what it should be is an error of its own, and memory: commas are counted before. */
function refuseTooMany(bytes: Uint8Array): void {
  let commas = 0;
  for (let at = bytes.indexOf(COMMA); at !== -1; at = bytes.indexOf(COMMA, at + 1)) commas += 1;
  if (commas > MAX_VALUES) throw new RangeError('it holds far more than any of ours');
}

/** Throws `LakeFormatError` for what is not what its key says. */
export function decodeDocument<T>(schema: z.ZodType<T>, key: string, bytes: Uint8Array): T {
  try {
    refuseTooMany(bytes);
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw new LakeFormatError(key, { cause: error });
  }
}

/** What decoding gives; undefined for what can't be understood. */
export function understood<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof LakeFormatError) return undefined;
    throw error;
  }
}
