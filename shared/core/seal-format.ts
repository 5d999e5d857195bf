import * as z from 'zod';
import { digestKey } from './digest-key.ts';

/**
 * What sealing adds to CloudTrail's digest format, as stored. Seal writes it and verify reads it; these types are all that the two share.
 */

const TIME = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * The field `trailseal` of our digests, which CloudTrail's have not and the AWS CLI passes over. A digest's `logFiles` are those of the
 * receipts named here; receipts name the lake's objects with their hashes, so that a digest covers all three.
 */
export const SEALED = z.strictObject({
  format: z.literal(1),
  /** Receipts sealed by this digest, each with the SHA-256 of its bytes as stored. */
  receipts: z.array(z.strictObject({ key: z.string(), sha256: SHA256 })),
  /** Receipts that were announced and are not sealed yet: they weren't there, or there were too many at once. */
  waiting: z.array(z.string()),
  /** Whether there was more to seal than a digest may hold: the next one then ends a second after this one instead of at the next full hour. */
  more: z.boolean(),
  /** A chain's first digests seal everything that is there, in order of keys: the last key so far; null when that is done. */
  receiptsAfter: z.string().nullable(),
});

export type Sealed = Readonly<z.infer<typeof SEALED>>;

/** `seals/chain.json`: that there is a chain, where its digests lie and when it starts. Stored once, before its first digest. */
export const CHAIN = z.strictObject({
  format: z.literal(1),
  /** Twelve digits: the pipeline's own account. */
  account: z.string().regex(/^\d{12}$/),
  region: z.string().regex(/^[a-z0-9-]{2,40}$/),
  /** No `_`: the AWS CLI takes `a_us-east-1_b` for a digest of `a`. */
  trail: z.string().regex(/^[A-Za-z0-9.-]{3,128}$/),
  /** The bucket that digests say they lie in. */
  bucket: z.string().min(1),
  /** Of the first digest: a full hour. */
  start: TIME,
});

export type Chain = Readonly<z.infer<typeof CHAIN>>;

export const CHAIN_KEY = 'seals/chain.json';

/** The folder that all digests of the chain lie in. */
export function chainFolder({ account, region }: Pick<Chain, 'account' | 'region'>): string {
  return `AWSLogs/${account}/CloudTrail-Digest/${region}/`;
}

/** Key of the chain's digest that ends at `endTime`, `YYYY-MM-DDTHH:MM:SSZ`. */
export function chainDigestKey({ account, region, trail }: Chain, endTime: string): string {
  const place = { root: 'AWSLogs/', account, region, trail, homeRegion: region, backfill: false };
  return digestKey({ ...place, endTime });
}

export const SEAL_KEYS = 'seals/keys/';

/** `seals/keys/<fingerprint>.json`: a public key, put there before it first signs. For the record, not for trust: whoever can write a digest can write this. */
export function sealKeyKey(fingerprint: string): string {
  return `${SEAL_KEYS}${fingerprint}.json`;
}
