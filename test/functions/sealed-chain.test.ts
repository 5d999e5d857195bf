import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LoadedAws, validateLogs, type Validated } from '../support/aws-cli.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { kmsKey } from '../support/kms-key.ts';
import { SealedBucket } from '../support/sealed-bucket.ts';
import { serveKeys, type ServedKeys } from '../support/serve-keys.ts';
import { keyOf } from '../support/small-log-files.ts';

/**
 * What the packaged functions seal, judged by AWS's own verifier: `aws cloudtrail validate-logs`, which is told the public keys by `trailseal
 * serve-keys` and knows nothing else of us.
 */

const HOURS = 8;
const EMPTY = 2;
const ROTATED = 5;

const env = emulatedAws();
let sealed: SealedBucket;
let keys: ServedKeys;
let cli: LoadedAws;

beforeAll(async () => {
  sealed = await SealedBucket.make(HOURS, EMPTY, ROTATED);
  keys = await serveKeys(sealed.keys.flatMap((arn) => ['--kms-key', arn]));
  cli = await LoadedAws.start();
});
afterEach(() => sealed.restore());
afterAll(async () => {
  await keys.stop();
  await cli[Symbol.asyncDispose]();
});

async function validated(): Promise<Validated> {
  const validation = {
    trailArn: `arn:aws:cloudtrail:us-east-1:${sealed.account}:trail/${sealed.trail}`,
    bucket: sealed.lake,
    startTime: '2026-11-20T21:00:00Z',
    endTime: '2026-11-21T05:00:00Z',
    keysUrl: keys.url,
    s3Endpoint: env['AWS_ENDPOINT_URL'] ?? '',
  };
  return await validateLogs(validation, cli.run);
}

const digest = (hour: number): string => sealed.digests.at(hour) ?? '';
/** The `hour`-th of those that have log files. */
const logFile = (hour: number): string => sealed.logFiles.at(hour * 2) ?? '';

describe('a chain of eight hours, with an hour without events and a change of keys', () => {
  it('is valid to the AWS CLI, every digest and log file', async () => {
    expect(await validated()).toMatchObject({ code: 0, stderr: '', digests: '8/8', logFiles: '14/14' });
  });

  it('is invalid to it from the change of keys on, or up to it, where one of the keys is not told', async () => {
    const one = await serveKeys(['--kms-key', sealed.keys[1] ?? '']);
    const all = keys;
    keys = one;
    const result = await validated().finally(() => (keys = all));
    expect(result).toMatchObject({ code: 1, digests: '3/8', logFiles: '6/6' });
    expect(await one.stop()).toBe(0);
  });
});

describe('the function that seals', () => {
  const due = (): number => sealed.start + (HOURS + 1) * 60 * 60 * 1000;
  const first = (): string => sealed.keys[0] ?? '';

  it('fails where the key can’t be had, which is what its alarm sees, and leaves nothing behind', async () => {
    const noKey = first().replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000');
    await expect(sealed.sealAt(due(), noKey)).rejects.toMatchObject({ name: 'SignerError', code: 'no-key' });
    expect(await sealed.listed()).toEqual(sealed.digests);
  });

  it('begins no digest in its last seconds, and none before it is due', async () => {
    await sealed.sealAt(due(), first(), 29);
    await sealed.sealAt(due() - 1, first());
    expect(await sealed.listed()).toEqual(sealed.digests);
  });
});

interface Case {
  readonly change: () => Promise<void>;
  readonly says: RegExp;
  /** As the CLI counts them; where a digest is invalid, its log files aren't looked at. */
  readonly digests: string | undefined;
  readonly logFiles: string | undefined;
}

describe('the AWS CLI finds', () => {
  const cases: Record<string, Case> = {
    'a flipped byte in a log file': {
      change: () => sealed.change(logFile(1), ({ bytes }) => ({ bytes: flipped(bytes, 20) })),
      says: /Log file.*INVALID/,
      digests: '8/8',
      logFiles: '13/14',
    },
    'a log file that was removed': {
      change: () => sealed.remove([logFile(3)]),
      says: /Log file.*INVALID: not found/,
      digests: '8/8',
      logFiles: '13/14',
    },
    'a log file that was edited': {
      change: () =>
        sealed.change(logFile(6), ({ bytes }) => ({ bytes: edited(bytes, 'GetObject', 'PutObject') })),
      says: /Log file.*INVALID: hash value doesn't match/,
      digests: '8/8',
      logFiles: '13/14',
    },
    'a digest that was removed from the middle': {
      change: () => sealed.remove([digest(4)]),
      says: /Digest file.*INVALID: not found/,
      digests: '7/8',
      logFiles: '12/12',
    },
    'several that were removed in a row, as one': {
      change: () => sealed.remove([digest(3), digest(4)]),
      says: /Digest file.*INVALID: not found/,
      digests: '6/7',
      logFiles: '10/10',
    },
    'a digest that was changed': {
      change: () =>
        sealed.change(digest(3), ({ bytes }) => ({ bytes: edited(bytes, 'us-east-1', 'us-west-1') })),
      says: /Digest file.*INVALID/,
      digests: '7/8',
      logFiles: '12/12',
    },
    'a changed hash of a log file in its digest': {
      change: () =>
        sealed.change(digest(0), ({ bytes }) => ({
          bytes: edited(bytes, '"hashValue":"', '"hashValue":"0'),
        })),
      says: /Digest file.*INVALID: signature verification failed/,
      digests: '7/8',
      logFiles: '12/12',
    },
    'another signature': {
      change: () =>
        sealed.change(digest(7), ({ metadata }) => ({
          metadata: {
            ...metadata,
            signature: (metadata['signature'] ?? '').replace(/^../, (hex) => (hex === '00' ? '01' : '00')),
          },
        })),
      says: /Digest file.*INVALID: signature verification failed/,
      digests: '7/8',
      logFiles: '12/12',
    },
    'a signature that was taken away': {
      change: () => sealed.change(digest(5), () => ({ metadata: {} })),
      says: /Digest file.*INVALID: signature verification failed/,
      digests: '7/8',
      logFiles: '12/12',
    },
    'a digest that was put in the place of another': {
      change: async () => {
        let other: { bytes: Buffer; metadata: Record<string, string> } | undefined;
        await sealed.change(digest(2), (stored) => (other = stored));
        await sealed.change(digest(6), () => other);
      },
      says: /Digest file.*INVALID/,
      digests: '7/8',
      logFiles: '12/12',
    },
    'a digest that was cut off': {
      change: () => sealed.change(digest(6), ({ bytes }) => ({ bytes: bytes.subarray(0, 700) })),
      says: /Digest file.*INVALID: invalid format/,
      digests: '7/8',
      logFiles: '12/12',
    },
    'a digest that was signed with a key of somebody else': {
      change: async () => {
        await sealed.sign(digest(7), () => ({ logFiles: [] }), await kmsKey());
      },
      says: /Digest file.*INVALID: public key not found/,
      digests: '7/8',
      logFiles: '12/12',
    },
    'a second gzip member behind a log file': {
      change: () =>
        sealed.change(logFile(0), ({ bytes }) => ({ bytes: Buffer.concat([bytes, gzipSync('more')]) })),
      says: /Log file.*INVALID: unexpected data after end of compressed stream/,
      digests: '8/8',
      logFiles: '13/14',
    },
  };

  it.each(Object.entries(cases))('%s', async (_, { change, says, digests, logFiles }) => {
    await change();
    const result = await validated();
    expect(result).toMatchObject({ code: 1, digests, logFiles });
    expect(result.stderr).toMatch(says);
  });
});

describe('the AWS CLI lets pass, which is what trailseal verify is for,', () => {
  const cases: Record<string, Omit<Case, 'says'>> = {
    'the newest digest removed': {
      change: () => sealed.remove([digest(-1)]),
      digests: '7/7',
      logFiles: '12/12',
    },
    'the newest three removed, with their log files': {
      change: () => sealed.remove([digest(-1), digest(-2), digest(-3), ...sealed.logFiles.slice(-6)]),
      digests: '5/5',
      logFiles: '8/8',
    },
    'all digests removed': {
      change: () => sealed.remove(sealed.digests),
      digests: undefined,
      logFiles: undefined,
    },
    'a log file that no digest names': {
      change: () =>
        sealed.add(keyOf({ account: 0, region: 0, day: 0, number: 59 }), gzipSync('{"Records":[]}')),
      digests: '8/8',
      logFiles: '14/14',
    },
    'bytes behind a digest': {
      change: () =>
        sealed.change(digest(4), ({ bytes }) => ({ bytes: Buffer.concat([bytes, Buffer.from('more')]) })),
      digests: '8/8',
      logFiles: '14/14',
    },
    'a digest in the middle that was signed again without its log files': {
      change: () => sealed.sign(digest(5), () => ({ logFiles: [] })),
      digests: '8/8',
      logFiles: '12/12',
    },
    'a chain that begins anew': {
      change: () =>
        sealed.sign(digest(6), () => ({
          previousDigestS3Bucket: null,
          previousDigestS3Object: null,
          previousDigestHashValue: null,
          previousDigestHashAlgorithm: null,
          previousDigestSignature: null,
        })),
      digests: '8/8',
      logFiles: '14/14',
    },
  };

  it.each(Object.entries(cases))('%s', async (_, { change, digests, logFiles }) => {
    await change();
    const result = await validated();
    expect(result).toMatchObject({ code: 0, digests, logFiles });
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** With another text, gzipped properly. */
function edited(bytes: Buffer, from: string, to: string): Buffer {
  const text = gunzipSync(bytes).toString();
  if (!text.includes(from)) throw new Error(`it has no ${from}`);
  return gzipSync(text.replaceAll(from, to));
}
