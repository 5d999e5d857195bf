import { constants, crc32, deflateRawSync } from 'node:zlib';
import * as z from 'zod';
import type { Digest } from './digest-file.ts';
import { parseDigestKey } from './digest-key.ts';
import { gunzipLogFile } from './gunzip.ts';
import { SEALED, type Sealed } from './seal-format.ts';
import { sha256Hex } from './sha256.ts';

/** Our own digests, as seal writes and continues them. What judges them is elsewhere and shares none of this. */

/** A digest of ours: CloudTrail's fields, and one more. */
export type OwnDigest = Digest & { readonly trailseal: Sealed };

/** What seal has to know of a digest to go on after it. */
export interface ChainEnd {
  readonly key: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly sha256: string;
  /** Hex. */
  readonly signature: string;
  readonly previousKey: string | null;
  /** How many it lists. */
  readonly logFiles: number;
  readonly sealed: Sealed;
}

/** A digest of the chain that can't be continued. */
export class ChainEndError extends Error {
  constructor(key: string, options: ErrorOptions) {
    super(
      `${key} is no digest of ours, so the chain can't go on after it: something else was stored there, or it was damaged. ` +
        'Restore its earlier version, or move it away',
      options,
    );
    this.name = 'ChainEndError';
  }
}

/** Well above a digest of as many log files as seal puts into one. */
const MAX_TEXT_BYTES = 128 * 1024 * 1024;

/** The line of text that CloudTrail's format has signed: end, place, hash of the digest, signature of the one before or `null`. */
export function textToSign(digest: Digest, text: Uint8Array): string {
  const place = `${digest.digestS3Bucket}/${digest.digestS3Object}`;
  return `${digest.digestEndTime}\n${place}\n${sha256Hex(text)}\n${digest.previousDigestSignature ?? 'null'}`;
}

/**
 * One gzip member with the signature as its comment (RFC 1952, FCOMMENT). The AWS CLI wants the signature in the object's metadata, which a
 * copy of the object leaves behind and a directory doesn't have; in the header it travels along, and is stored with the digest or not at all.
 */
export function storedDigest(text: Uint8Array, signature: string): Uint8Array {
  const header = Buffer.from([0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 0, 255]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(text), 0);
  trailer.writeUInt32LE(text.length % 2 ** 32, 4);
  const deflated = deflateRawSync(text, { level: constants.Z_BEST_COMPRESSION });
  return Buffer.concat([header, Buffer.from(`${signature}\0`, 'latin1'), deflated, trailer]);
}

const END = z.object({
  digestStartTime: z.string(),
  digestEndTime: z.string(),
  digestS3Object: z.string(),
  previousDigestS3Object: z.string().nullable(),
  logFiles: z.array(z.unknown()),
  trailseal: SEALED,
});

/** Throws `ChainEndError`. */
export function readChainEnd(key: string, stored: Uint8Array): ChainEnd {
  try {
    const text = gunzipLogFile(stored, MAX_TEXT_BYTES);
    const digest = END.parse(JSON.parse(Buffer.from(text).toString('utf8')));
    refuseAnother(key, digest);
    return {
      key,
      startTime: digest.digestStartTime,
      endTime: digest.digestEndTime,
      sha256: sha256Hex(text),
      signature: commentOf(stored),
      previousKey: digest.previousDigestS3Object,
      logFiles: digest.logFiles.length,
      sealed: digest.trailseal,
    };
  } catch (error) {
    throw new ChainEndError(key, { cause: error });
  }
}

/** The next digest's key follows from this one's end: were it not that of its own key, whoever stored it could stop the chain, or have it go in circles. */
function refuseAnother(key: string, { digestS3Object, digestEndTime }: z.infer<typeof END>): void {
  if (digestS3Object !== key || digestEndTime !== parseDigestKey(key)?.endTime)
    throw new Error(`it says that it is ${digestS3Object}, up to ${digestEndTime}`);
}

function commentOf(stored: Uint8Array): string {
  const comment = Buffer.from(stored.subarray(10, stored.indexOf(0, 10))).toString('latin1');
  if (stored[3] !== 0x10 || !/^(?:[0-9a-f]{2})+$/.test(comment))
    throw new Error('its gzip header holds no signature');
  return comment;
}
