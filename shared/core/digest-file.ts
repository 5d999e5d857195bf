import { createHash, createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import { gunzipLogFile } from './gunzip.ts';
import { SEALED } from './seal-format.ts';
import { sha256Hex } from './sha256.ts';
import { UnreadableLogFile } from './unreadable.ts';

/** A digest as CloudTrail writes it (CloudTrail user guide, "CloudTrail digest file structure"). Fields beyond these are kept out of it. */

/** Far above any real one: some hundred bytes a log file, thousands of log files an hour. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const MAX_LOG_FILES = 100_000;

const TIME = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
const HEX_SHA256 = z.string().regex(/^[0-9a-f]{64}$/);

const DIGEST = z.object({
  awsAccountId: z.string(),
  digestStartTime: TIME,
  digestEndTime: TIME,
  digestS3Bucket: z.string(),
  digestS3Object: z.string(),
  digestPublicKeyFingerprint: z.string(),
  digestSignatureAlgorithm: z.literal('SHA256withRSA'),
  newestEventTime: z.string().nullable(),
  oldestEventTime: z.string().nullable(),
  previousDigestS3Bucket: z.string().nullable(),
  previousDigestS3Object: z.string().nullable(),
  previousDigestHashValue: HEX_SHA256.nullable(),
  previousDigestHashAlgorithm: z.literal('SHA-256').nullable(),
  previousDigestSignature: z.string().nullable(),
  logFiles: z.array(
    z.object({
      s3Bucket: z.string(),
      s3Object: z.string(),
      hashValue: HEX_SHA256,
      hashAlgorithm: z.literal('SHA-256'),
      newestEventTime: z.string().nullable(),
      oldestEventTime: z.string().nullable(),
    }),
  ),
  /** In digests of ours alone. */
  trailseal: SEALED.optional(),
});

export type Digest = Readonly<z.infer<typeof DIGEST>>;

export interface ReadDigest {
  readonly digest: Digest;
  /** Of the uncompressed bytes, lower-case hex. */
  readonly sha256: string;
}

/** The bytes are no digest. */
export class DigestFormatError extends Error {
  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'DigestFormatError';
  }
}

/** Reads a digest as stored: one gzip member, nothing behind it. Throws `DigestFormatError`. */
export function readDigest(stored: Uint8Array): ReadDigest {
  try {
    const text = gunzipLogFile(stored, MAX_TEXT_BYTES);
    const parsed: unknown = JSON.parse(Buffer.from(text).toString('utf8'));
    refuseTooMany(parsed);
    const digest = DIGEST.parse(parsed);
    refuseHalfALink(digest);
    return { digest, sha256: sha256Hex(text) };
  } catch (error) {
    if (error instanceof UnreadableLogFile) throw new DigestFormatError(error.message, { cause: error });
    if (error instanceof SyntaxError) throw new DigestFormatError('it is not JSON', { cause: error });
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    const detail = `its field ${issue?.path.join('.') ?? ''} is not a digest's: ${issue?.message ?? ''}`;
    throw new DigestFormatError(detail, { cause: error });
  }
}

/** Each entry that isn't one is an error of its own, and memory. */
function refuseTooMany(parsed: unknown): void {
  if (typeof parsed !== 'object' || parsed === null || !('logFiles' in parsed)) return;
  const { logFiles } = parsed;
  if (Array.isArray(logFiles) && logFiles.length > MAX_LOG_FILES)
    throw new DigestFormatError(`it names more than ${MAX_LOG_FILES} log files`);
}

/** A link without its signature would leave the digest before it without a voucher. */
function refuseHalfALink(digest: Digest): void {
  const { previousDigestS3Bucket, previousDigestS3Object, previousDigestHashValue } = digest;
  const { previousDigestHashAlgorithm, previousDigestSignature } = digest;
  const link = [
    previousDigestS3Bucket,
    previousDigestS3Object,
    previousDigestHashValue,
    previousDigestHashAlgorithm,
    previousDigestSignature,
  ];
  if (new Set(link.map((field) => field === null)).size > 1)
    throw new DigestFormatError('some of its previousDigest fields are null and some are not');
}

/** The signature that a digest of ours has in its gzip header as well (RFC 1952, FCOMMENT), hex; undefined for CloudTrail's. */
export function signatureInHeader(stored: Uint8Array): string | undefined {
  const COMMENT_ALONE = 0x10;
  if (stored[3] !== COMMENT_ALONE) return undefined;
  const comment = Buffer.from(stored.subarray(10, stored.indexOf(0, 10))).toString('latin1');
  return /^[0-9a-f]+$/.test(comment) ? comment : undefined;
}

/** What CloudTrail signs: end time, place, hash and the signature of the digest before, each on a line, no newline at the end. */
export function stringToSign({ digest, sha256 }: ReadDigest): string {
  const { digestEndTime, digestS3Bucket, digestS3Object, previousDigestSignature } = digest;
  return [
    digestEndTime,
    `${digestS3Bucket}/${digestS3Object}`,
    sha256,
    previousDigestSignature ?? 'null',
  ].join('\n');
}

/** Whether the signature (hex) is of this text, by this key (base64 of a PKCS#1 RSAPublicKey in DER, as ListPublicKeys gives it). */
export function isSignedBy(text: string, signature: string, publicKey: string): boolean {
  if (!/^(?:[0-9a-f]{2})+$/i.test(signature)) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'pkcs1' });
    return verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'hex'));
  } catch {
    // What isn't a key has signed nothing.
    return false;
  }
}

/** By which digests name a key: MD5 of its DER, hex. A name, not a proof: whoever relies on it checks the signature. */
export function fingerprintOf(publicKey: string): string {
  return createHash('md5').update(Buffer.from(publicKey, 'base64')).digest('hex');
}
