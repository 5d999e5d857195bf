import { checkSignature, type FoundDigest, type PublicKeys } from '../core/digest-checks.ts';
import { DigestFormatError, readDigest } from '../core/digest-file.ts';
import { parseDigestKey } from '../core/digest-key.ts';
import type { Evidence } from './evidence.ts';

/** A digest as it is stored; undefined for what is none. What it says is anybody's word until its signature is checked. */
export function storedDigest(key: string, { bytes, signature }: Evidence): FoundDigest | undefined {
  const parsed = parseDigestKey(key);
  if (parsed === undefined) return undefined;
  try {
    return { key, parsed, read: readDigest(bytes), signature };
  } catch (error) {
    if (error instanceof DigestFormatError) return undefined;
    throw error;
  }
}

/** Whether one of these keys signed it. */
export function isSigned(found: FoundDigest, keys: PublicKeys): boolean {
  const { signature, read } = found;
  if (signature === undefined || !keys.has(read.digest.digestPublicKeyFingerprint)) return false;
  return checkSignature(found, signature, keys).length === 0;
}
