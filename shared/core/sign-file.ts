import * as z from 'zod';
import type { PublicKeys } from './digest-checks.ts';
import { isSignedBy } from './digest-file.ts';
import { finding, type Finding } from './finding.ts';

/**
 * What vouches for a query's saved results in CloudTrail Lake: the hash of each result file as stored, and a signature of those hashes, a
 * blank between them (CloudTrail user guide, "CloudTrail sign file structure"). Nothing else in it is signed: not the files' names, the
 * time, the account, nor the query.
 */
export interface SignFile {
  readonly files: readonly { readonly fileName: string; readonly fileHashValue: string }[];
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly queryCompleteTime: string;
  /** Hex. */
  readonly hashSignature: string;
  readonly publicKeyFingerprint: string;
}

/** The document is no sign file. */
export class SignFileError extends Error {
  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'SignFileError';
  }
}

/** AWS splits results at a terabyte a file: nobody's have so many. */
const MAX_FILES = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** The only names that there are; others could lead out of the folder. */
const RESULT_FILE = /^result(?:_[1-9]\d{0,5})?\.csv\.gz$/;

const SIGN_FILE = z.object({
  version: z.literal('1.0'),
  region: z.string().regex(/^[a-z0-9-]{2,40}$/),
  files: z
    .array(
      z.object({
        fileName: z.string().regex(RESULT_FILE),
        fileHashValue: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1)
    .max(MAX_FILES),
  hashAlgorithm: z.literal('SHA-256'),
  signatureAlgorithm: z.literal('SHA256withRSA'),
  queryCompleteTime: z.iso.datetime({ offset: false }),
  hashSignature: z.string().regex(/^(?:[0-9a-f]{2}){1,1024}$/),
  publicKeyFingerprint: z.string().regex(/^[0-9a-f]{32}$/),
});

/** Whether an object of this name is one that a sign file should name. */
export function isResultFile(name: string): boolean {
  return RESULT_FILE.test(name);
}

/** Reads a sign file. Throws `SignFileError`. */
export function parseSignFile(bytes: Uint8Array): SignFile {
  if (bytes.length > MAX_BYTES) throw new SignFileError(`it has ${bytes.length} bytes`);
  try {
    const text = new TextDecoder('utf8', { fatal: true }).decode(bytes);
    const signFile = SIGN_FILE.parse(JSON.parse(text));
    if (new Set(signFile.files.map(({ fileName }) => fileName)).size < signFile.files.length)
      throw new SignFileError('it names a file twice');
    return signFile;
  } catch (error) {
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      const detail = `its field ${issue?.path.join('.') ?? ''} is not a sign file's: ${issue?.message ?? ''}`;
      throw new SignFileError(detail, { cause: error });
    }
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw new SignFileError('it is not JSON', { cause: error });
    throw error;
  }
}

/** Whether the public keys vouch for the hashes in it; `key` is the sign file's own. */
export function checkSignFile(key: string, signFile: SignFile, keys: PublicKeys): Finding[] {
  const { publicKeyFingerprint: fingerprint, queryCompleteTime, hashSignature } = signFile;
  const publicKey = keys.get(fingerprint);
  if (publicKey === undefined) {
    const evidence = `it names the public key ${fingerprint}, which is none of those given`;
    return [finding('sign-file-key-unknown', key, evidence)];
  }
  const hashes = signFile.files.map(({ fileHashValue }) => fileHashValue).join(' ');
  if (!isSignedBy(hashes, hashSignature, publicKey.value))
    return [finding('sign-file-signature-invalid', key, 'its signature is not of the hashes in it')];
  const at = Date.parse(queryCompleteTime);
  if (publicKey.validFrom <= at && publicKey.validTo >= at) return [];
  const [from, to] = [publicKey.validFrom, publicKey.validTo].map((time) => new Date(time).toISOString());
  const evidence = `it is of ${queryCompleteTime}, and the key ${fingerprint} is valid from ${from} to ${to}`;
  return [finding('sign-file-key-not-valid-then', key, evidence)];
}
