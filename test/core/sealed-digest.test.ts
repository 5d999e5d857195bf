import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureInHeader } from '../../shared/core/digest-file.ts';
import { gunzipLogFile } from '../../shared/core/gunzip.ts';
import {
  ChainEndError,
  readChainEnd,
  storedDigest,
  textToSign,
  type OwnDigest,
} from '../../shared/core/sealed-digest.ts';
import { readOwnDigest } from '../support/own-chain.ts';

const KEY =
  'AWSLogs/999988887777/CloudTrail-Digest/eu-west-1/2026/11/21/999988887777_CloudTrail-Digest_eu-west-1_seal_eu-west-1_20261121T120000Z.json.gz';

const DIGEST: OwnDigest = {
  awsAccountId: '999988887777',
  digestStartTime: '2026-11-21T11:00:00Z',
  digestEndTime: '2026-11-21T12:00:00Z',
  digestS3Bucket: 'lake',
  digestS3Object: KEY,
  digestPublicKeyFingerprint: 'f'.repeat(32),
  digestSignatureAlgorithm: 'SHA256withRSA',
  newestEventTime: null,
  oldestEventTime: null,
  previousDigestS3Bucket: null,
  previousDigestS3Object: null,
  previousDigestHashValue: null,
  previousDigestHashAlgorithm: null,
  previousDigestSignature: null,
  logFiles: [],
  trailseal: {
    format: 1,
    receipts: [],
    waiting: ['receipts/s/000001.json'],
    more: true,
    receiptsAfter: null,
  },
};
const TEXT = Buffer.from(JSON.stringify(DIGEST));
const HASH = createHash('sha256').update(TEXT).digest('hex');

describe('the text that is signed', () => {
  it('is end, place, hash and `null` at the start of a chain, a line each, without a newline at the end', () => {
    expect(textToSign(DIGEST, TEXT)).toBe(`2026-11-21T12:00:00Z\nlake/${KEY}\n${HASH}\nnull`);
  });

  it('ends in the signature of the digest before', () => {
    expect(textToSign({ ...DIGEST, previousDigestSignature: 'abcd' }, TEXT)).toMatch(/\nabcd$/);
  });
});

describe('a stored digest', () => {
  const texts = fc.uint8Array({ maxLength: 2000 });
  const signatures = fc
    .uint8Array({ minLength: 1, maxLength: 600 })
    .map((bytes) => Buffer.from(bytes).toString('hex'));

  it('gives back text and signature, whatever they are, to every reader of gzip', () => {
    fc.assert(
      fc.property(texts, signatures, (text, signature) => {
        const stored = storedDigest(text, signature);
        expect(Buffer.compare(gunzipSync(stored), text)).toBe(0);
        expect(Buffer.compare(gunzipLogFile(stored, 2000), text)).toBe(0);
        expect(signatureInHeader(stored)).toBe(signature);
      }),
    );
  });

  it('is one that the gzip of the system unpacks', () => {
    const input = storedDigest(TEXT, 'ab'.repeat(256));
    expect(execFileSync('gzip', ['-dc'], { input }).toString()).toBe(TEXT.toString());
  });

  it('is the same bytes each time', () => {
    expect(storedDigest(TEXT, 'ab')).toEqual(storedDigest(TEXT, 'ab'));
  });

  it('reads alike to a stranger', () => {
    const { fields, signature, isOneMember } = readOwnDigest(KEY, Buffer.from(storedDigest(TEXT, 'abcd')));
    expect({ fields, signature, isOneMember }).toEqual({
      fields: DIGEST,
      signature: 'abcd',
      isOneMember: true,
    });
  });
});

describe('the end of a chain', () => {
  it('is what the next digest goes on after', () => {
    expect(readChainEnd(KEY, storedDigest(TEXT, 'abcd'))).toEqual({
      key: KEY,
      startTime: '2026-11-21T11:00:00Z',
      endTime: '2026-11-21T12:00:00Z',
      sha256: HASH,
      signature: 'abcd',
      previousKey: null,
      logFiles: 0,
      sealed: DIGEST.trailseal,
    });
  });

  const stored = (change: Record<string, unknown>): Uint8Array =>
    storedDigest(Buffer.from(JSON.stringify({ ...DIGEST, ...change })), 'abcd');
  const damaged: [string, Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['text that is not gzipped', TEXT],
    ['gzip without a signature', gzipSync(TEXT)],
    ['gzip with a comment that is no signature', storedDigest(TEXT, 'signed by me')],
    ['bytes behind its end', Buffer.concat([storedDigest(TEXT, 'abcd'), Buffer.from('x')])],
    ['text that is not JSON', storedDigest(Buffer.from('x'), 'abcd')],
    ["a digest of CloudTrail's", stored({ trailseal: undefined })],
    ['a digest of a later format', stored({ trailseal: { ...DIGEST.trailseal, format: 2 } })],
    ['a digest of another key', stored({ digestS3Object: KEY.replace('120000', '130000') })],
    ['a digest of another time', stored({ digestEndTime: '2026-11-21T13:00:00Z' })],
    ['a digest of no time', stored({ digestEndTime: 'x' })],
  ];

  it.each(damaged)('is not %s: the error names the key and what to do', (_, bytes) => {
    expect(() => readChainEnd(KEY, bytes)).toThrow(ChainEndError);
    expect(() => readChainEnd(KEY, bytes)).toThrow(`${KEY} is no digest of ours`);
    expect(() => readChainEnd(KEY, bytes)).toThrow('Restore its earlier version, or move it away');
  });

  it('is never taken from other bytes than its own: each cut is an error', () => {
    const whole = storedDigest(TEXT, 'abcd');
    for (let length = 0; length < whole.length; length += 1)
      expect(() => readChainEnd(KEY, whole.subarray(0, length))).toThrow(ChainEndError);
  });
});
