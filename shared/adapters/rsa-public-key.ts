import { createHash, type KeyObject } from 'node:crypto';

/** As ListPublicKeys tells of a key. */
export interface RsaPublicKey {
  /** Base64 of the PKCS#1 RSAPublicKey in DER. */
  readonly value: string;
  /** MD5 of that DER, hex. */
  readonly fingerprint: string;
}

/** NIST SP 800-131A: shorter ones are no longer to sign. */
const MIN_BITS = 2048;

/** Undefined if the key, public, is not one that signs digests: RSA of 2,048 bits at least. */
export function rsaPublicKey(key: KeyObject): RsaPublicKey | undefined {
  if (key.asymmetricKeyType !== 'rsa') return undefined;
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_BITS) return undefined;
  const der = key.export({ type: 'pkcs1', format: 'der' });
  return { value: der.toString('base64'), fingerprint: createHash('md5').update(der).digest('hex') };
}
