import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { FINDING_CODES } from './finding.ts';
import { dayPath, isoTime } from './iso-time.ts';

/**
 * `verification/2026/11/21/20261121T143400Z.json.gz`: what an hourly verification found, and from where the next one goes on. Each run leaves
 * one, and the newest counts. Verify alone may write there: chains that fall behind what stands in it have lost digests.
 */

const HEAD = z.strictObject({
  chain: z.string(),
  key: z.string(),
  endTime: z.string(),
  sha256: z.string(),
});

const TRAIL_HEAD = z.strictObject({
  ...HEAD.shape,
  /** Up to when digests of it have been looked for. */
  listed: z.string(),
});

const KNOWN_LOG_FILE = z.strictObject({
  named: z
    .strictObject({ at: z.string(), sha256: z.string(), digest: z.string(), end: z.string() })
    .optional(),
  met: z.array(z.string()).optional(),
  processed: z.array(z.strictObject({ sha256: z.string().nullable(), receipts: z.string() })).optional(),
  told: z.boolean().optional(),
});

const SUMMARY = z.strictObject({ first: z.string(), count: z.int() });

const REGION = z.strictObject({
  account: z.string(),
  region: z.string(),
  sides: z.strictObject({
    known: z.array(z.tuple([z.string(), KNOWN_LOG_FILE])),
    streams: z.array(z.string()),
    from: z.number().nullable(),
    until: z.number().nullable(),
    early: SUMMARY,
    pending: SUMMARY,
    before: SUMMARY,
  }),
});

const VERIFICATION = z.strictObject({
  format: z.literal(1),
  /** When it ran: ISO 8601, UTC. */
  at: z.string(),
  /** When the first of all ran. */
  since: z.string(),
  /** Whether there was more to verify than time: the next run goes on. */
  behind: z.boolean(),
  counts: z.record(z.string(), z.number()),
  findings: z.array(
    z.strictObject({
      code: z.enum(FINDING_CODES),
      severity: z.enum(['alarm', 'notice']),
      subject: z.string(),
      evidence: z.string(),
    }),
  ),
  /** How far our own chain was verified; null before its first digest. */
  own: HEAD.nullable(),
  /** How far CloudTrail's were. */
  chains: z.array(TRAIL_HEAD),
  /** What our own chain's last digest seals and there was no time to carry out again: receipts, and the hash of them as they are encoded. */
  batchesLeft: z.array(z.strictObject({ receipts: z.string(), sha256: z.string() })),
  /** Log files that one side knows and another doesn't yet, by account and region. */
  regions: z.array(REGION),
});

export type Verification = Readonly<z.infer<typeof VERIFICATION>>;

/** A stored verification that isn't one. */
export class VerificationFormatError extends Error {
  constructor(key: string, options: ErrorOptions) {
    super(
      `${key} in the lake is damaged or was not written by this version of trailseal: restore its earlier version, or move it away, and ` +
        'verification goes on from the one before it',
      options,
    );
    this.name = 'VerificationFormatError';
  }
}

export const VERIFICATIONS = 'verification/';

/** `at`: milliseconds since 1970. */
export function verificationKey(at: number): string {
  return `${verificationPrefix(at)}${isoTime(at).replaceAll(/[-:]/g, '')}.json.gz`;
}

/** Of the day of `at`. */
function verificationPrefix(at: number): string {
  return `${VERIFICATIONS}${dayPath(at)}/`;
}

export function encodeVerification(verification: Verification): Uint8Array {
  return gzipSync(JSON.stringify(verification));
}

/** Throws `VerificationFormatError`. */
export function decodeVerification(key: string, stored: Uint8Array): Verification {
  try {
    return VERIFICATION.parse(JSON.parse(gunzipSync(stored, { maxOutputLength: 1 << 30 }).toString()));
  } catch (error) {
    throw new VerificationFormatError(key, { cause: error });
  }
}
