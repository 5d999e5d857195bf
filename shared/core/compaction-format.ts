import * as z from 'zod';
import { decodeDocument } from './lake-format.ts';
import type { Partition } from './lake-keys.ts';

/**
 * The documents of compaction, as stored. A plan says which objects become one generation of a partition, and how; all that
 * follows from it is fixed, so that whoever carries it out writes the same bytes at the same keys. Receipts, stored last, say what came of it.
 */

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);

const PARTITION = z.strictObject({
  account: z.string(),
  region: z.string(),
  year: z.string(),
  month: z.string(),
  day: z.string(),
}) satisfies z.ZodType<Partition>;

/** A small object as normalise wrote it. */
const HELD = z.strictObject({
  key: z.string(),
  /** Of its bytes as stored, as the batch's receipts have it. */
  sha256: SHA256,
  rows: z.int().positive(),
  /** Key of those receipts, which name its log files. */
  receipts: z.string(),
});

/** Milliseconds since 1970, of `event_ts`: the first row's and the last one's. */
const TIMES = { from: z.int(), to: z.int() };

const SLICE = z.strictObject({
  /** Milliseconds since 1970, of `event_ts`; the second one not included. */
  from: z.int(),
  to: z.int(),
  /** A slice of a second that holds too many rows: those whose hash, divided by `shares`, leaves `share`. Otherwise 0 of 1. */
  share: z.int().nonnegative(),
  shares: z.int().positive(),
});

/** Changes when the bytes of the same rows do. */
export const LAYOUT_VERSION = 1;

const PLAN = z.strictObject({
  format: z.literal(1),
  partition: PARTITION,
  generation: z.int().positive(),
  /** Which way rows are sorted and encoded: another one makes other bytes of the same rows. */
  layout: z.int().positive(),
  /** The generation before, whose objects are read instead of the small ones that it holds; null for the first. */
  base: z
    .strictObject({
      generation: z.int().positive(),
      objects: z.array(z.strictObject({ key: z.string(), sha256: SHA256, ...TIMES })).min(1),
    })
    .nullable(),
  /** Small objects that no generation holds yet, sorted by key. */
  added: z.array(HELD.extend(TIMES)).min(1),
  /** In order of time. Each becomes a row group; `slicesPerObject` of them an object. */
  slices: z.array(SLICE).min(1),
  slicesPerObject: z.int().positive(),
});

const RECEIPTS = z.strictObject({
  format: z.literal(1),
  partition: PARTITION,
  generation: z.int().positive(),
  plan: z.string(),
  objects: z
    .array(
      z.strictObject({
        key: z.string(),
        bytes: z.int().positive(),
        sha256: SHA256,
        /** Events: each once. */
        rows: z.int().positive(),
        /** Deliveries of those events: the rows of the small objects. */
        deliveries: z.int().positive(),
      }),
    )
    .min(1),
  /** Every small object whose rows are in this generation, sorted by key: those of the generation before, and the added ones. */
  holds: z.array(HELD).min(1),
});

export type HeldObject = Readonly<z.infer<typeof HELD>>;
/** An object whose rows are to be read, and when they happened. */
export type PlannedInput = Readonly<{ key: string; sha256: string; from: number; to: number }>;
export type Slice = Readonly<z.infer<typeof SLICE>>;
export type CompactionPlan = Readonly<z.infer<typeof PLAN>>;
export type CompactionReceipts = Readonly<z.infer<typeof RECEIPTS>>;

/** Throws `LakeFormatError`. */
export function decodeCompactionPlan(key: string, bytes: Uint8Array): CompactionPlan {
  return decodeDocument(PLAN, key, bytes);
}

/** Throws `LakeFormatError`. */
export function decodeCompactionReceipts(key: string, bytes: Uint8Array): CompactionReceipts {
  return decodeDocument(RECEIPTS, key, bytes);
}

/** Canonical: keys in the order of their declaration, one newline at the end. */
export function encodeCompaction(document: CompactionPlan | CompactionReceipts): Uint8Array {
  return Buffer.from(`${JSON.stringify(document)}\n`);
}
