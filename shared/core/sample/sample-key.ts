import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { fingerprintOf } from '../digest-file.ts';

/**
 * The key that a sample's digests are signed with: no secret, and the same in every sample, so that `trailseal verify` has something to
 * verify and anybody something to tamper with. Kept as its two primes, from which the rest follows.
 */
const P = BigInt(
  '0x' +
    'd9ec30c14069726906c2991ba76fdcfd4c74b4700ef5f41f8286e136350c10577e6d4649e27b11f5dbff02a9496de8d4' +
    '54d12d51c557f08df70789a977c7c6a921afbf1b470c20da9d2bf1f5860d87fa4cb037d946375b9c84877e9152e56974' +
    '6c9057d079c0ecf35cdd5b79bafbcfeb578cef59fa307ef9a3deeb5a41920d2f',
);
const Q = BigInt(
  '0x' +
    'd7e37a117fc09fc3835c716763ac3a41a3765fb07c29f2be51314f1062af298c3a6ae9dc7708d7a24cfea56a4aa87c17' +
    '541753d56a7480ae2e1bf9154f9783adc8db8c135f64b41f097f12f5b1f86c8485315e00f847e6ca155695c30a227e3a' +
    '966762fd2f3598aca413f2442598ed2503e04d1caaeefee7c49566561c5f93c3',
);
const E = 65_537n;

let made: KeyObject | undefined;

/** Made when it is first needed: most commands make no sample. */
function privateKey(): KeyObject {
  made ??= createPrivateKey({ format: 'jwk', key: jwk() });
  return made;
}

/** Base64 of the PKCS#1 public key in DER, as ListPublicKeys gives it. */
function publicKey(): string {
  return createPublicKey(privateKey()).export({ format: 'der', type: 'pkcs1' }).toString('base64');
}

/** By which the sample's digests name the key. */
export function sampleFingerprint(): string {
  return fingerprintOf(publicKey());
}

/** The public key as `aws cloudtrail list-public-keys` would print it: what `trailseal verify` is given for a sample. */
export function samplePublicKeys(): string {
  const key = {
    Value: publicKey(),
    ValidityStartTime: '2000-01-01T00:00:00+00:00',
    ValidityEndTime: '2200-01-01T00:00:00+00:00',
    Fingerprint: sampleFingerprint(),
  };
  return `${JSON.stringify({ PublicKeyList: [key] }, undefined, 2)}\n`;
}

/** RSASSA-PKCS1-v1_5 with SHA-256, hex. */
export function signSample(text: string): string {
  return sign('RSA-SHA256', Buffer.from(text), privateKey()).toString('hex');
}

function jwk(): Record<'kty' | 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi', string> {
  const d = inverse(E, (P - 1n) * (Q - 1n));
  const numbers = { n: P * Q, e: E, d, p: P, q: Q, dp: d % (P - 1n), dq: d % (Q - 1n), qi: inverse(Q, P) };
  const encoded = Object.entries(numbers).map(([name, value]) => [name, base64url(value)]);
  return { kty: 'RSA', ...Object.fromEntries(encoded) } as ReturnType<typeof jwk>;
}

/** Of `a` modulo `m`, by Euclid. */
function inverse(a: bigint, m: bigint): bigint {
  let [x, lastX, r, lastR] = [0n, 1n, m, a];
  while (r !== 0n) {
    const quotient = lastR / r;
    [lastR, r] = [r, lastR - quotient * r];
    [lastX, x] = [x, lastX - quotient * x];
  }
  return ((lastX % m) + m) % m;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}
