import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { publicKeysOf } from '../../shared/core/digest-checks.ts';
import { storedDigest } from '../../shared/core/sealed-digest.ts';
import { OWN_KEY } from '../support/seal-once.ts';
import {
  COPY,
  findingsIn,
  HOUR,
  isAlarm,
  KEYS,
  NEXT_KEY,
  sealedTrail,
  UNTIL,
  type SealedTrail,
} from '../support/sealed-trail.ts';
import { answerOf, CLOUDTRAIL, signingKey, START } from '../support/signed-trail.ts';

/** Attacks on our own digests. Log files, receipts and rows are left as they are, but where a digest would lie about them. */

const WHOLE = await sealedTrail();
const [S0 = '', , , S3 = '', S4 = '', S5 = '', S6 = '', S7 = ''] = WHOLE.seals;
const R3 = WHOLE.sealedBy(S3);
const NOT_SEALED_IN_4 = WHOLE.sealedBy(S4).map((key) => `receipts-not-sealed ${key}`);
const ROGUE = signingKey();
const CHAIN = 'seals/chain.json';
const UNLINKED = {
  previousDigestS3Bucket: null,
  previousDigestS3Object: null,
  previousDigestHashValue: null,
  previousDigestHashAlgorithm: null,
  previousDigestSignature: null,
};

type Attack = (trail: SealedTrail) => void;

/** What is found in the buckets after it; each attack is at least one alarm, in a copy of the lake too where that can be. */
async function after(attack: Attack, copyShows = true): Promise<string[]> {
  const trail = WHOLE.copy();
  attack(trail);
  const found = await findingsIn(trail.places());
  expect(found.filter(isAlarm)).not.toEqual([]);
  const inCopy = await findingsIn({ lake: trail.places('folder').lake }, COPY);
  expect(inCopy.some(isAlarm)).toBe(copyShows);
  return found;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

function put(trail: SealedTrail, key: string, bytes: Uint8Array, from = key): void {
  trail.lake.set(key, { bytes, signature: trail.lake.get(from)?.signature });
}

/** The body says something else, and header and metadata keep the signature that was true before. */
function edit(trail: SealedTrail, key: string, change: object): void {
  const text = Buffer.from(JSON.stringify({ ...trail.fields(key), ...change }));
  put(trail, key, storedDigest(text, trail.lake.get(key)?.signature ?? ''));
}

describe('a pipeline that nobody touched', () => {
  it('has no findings, whichever half is looked at', async () => {
    const { logs, lake } = WHOLE.places();
    expect(await findingsIn({ logs, lake })).toEqual([]);
    expect(await findingsIn({ logs })).toEqual([]);
    expect(await findingsIn({ lake })).toEqual([]);
  });

  it('has none in a copy, but that signatures of CloudTrail’s newest digests stayed in the bucket', async () => {
    const newest = WHOLE.trails.map(({ digests }) => `notice: digest-signature-missing ${digests.at(-1)}`);
    expect(await findingsIn(WHOLE.places('folder'), COPY)).toEqual(newest);
    expect(await findingsIn({ lake: WHOLE.places('folder').lake }, COPY)).toEqual([]);
  });
});

describe('a digest of ours', () => {
  // But for time and system in the gzip header, which nobody reads.
  it('with a flipped byte is found', async () => {
    const { length } = WHOLE.bytes(S3);
    for (const at of [0, 2, 3, 10, 300, 530, length - 40, length - 8, length - 1]) {
      const found = await after((trail) => {
        put(trail, S3, flipped(trail.bytes(S3), at));
      });
      expect(found.filter((one) => one.endsWith(S3))).not.toEqual([]);
    }
  });

  it('with another body under its signature is found, and does not match what names it', async () => {
    const found = await after((trail) => {
      edit(trail, S3, { oldestEventTime: null });
    });
    expect(found).toEqual([
      `digest-link-broken ${S3}`,
      `digest-signature-invalid ${S3}`,
      ...R3.map((key) => `receipts-not-sealed ${key}`),
    ]);
  });

  it('signed by somebody else under the true key’s name has an invalid signature', async () => {
    const found = await after((trail) => {
      const text = gunzipSync(trail.bytes(S7));
      trail.sign(S7, trail.fields(S7), ROGUE);
      put(trail, S7, storedDigest(text, trail.lake.get(S7)?.signature ?? ''));
    });
    expect(found).toEqual([`digest-signature-invalid ${S7}`]);
  });

  it('signed with a rogue key, whose public key was put among the keys on record, is of an unknown key', async () => {
    const found = await after((trail) => {
      trail.sign(S7, trail.fields(S7), ROGUE);
      const document = { Value: ROGUE.value, Fingerprint: ROGUE.fingerprint };
      trail.put(`seals/keys/${ROGUE.fingerprint}.json`, JSON.stringify(document));
    });
    expect(found).toEqual([`digest-key-unknown ${S7}`]);
  });

  it('of a key that was not valid then is found', async () => {
    const early = answerOf(NEXT_KEY, START - 48 * HOUR, START - 24 * HOUR);
    const keys = publicKeysOf([answerOf(CLOUDTRAIL), answerOf(OWN_KEY), early]);
    const found = await findingsIn(WHOLE.places(), { keys });
    expect(found).toEqual([S4, S5, S6, S7].map((key) => `digest-key-not-valid-then ${key}`));
  });

  it('in the place of another hour’s is found, moved or copied', async () => {
    const copied = await after((trail) => {
      put(trail, S5, trail.bytes(S4), S4);
    });
    expect(copied).toContain(`digest-moved ${S5}`);
    const future = S7.replaceAll('T040000Z', 'T050000Z');
    const moved = await after((trail) => {
      put(trail, future, trail.bytes(S7), S7);
      trail.lake.delete(S7);
    });
    expect(moved).toEqual(expect.arrayContaining([`digest-moved ${future}`]));
  });

  it.each([
    ['the oldest', [S0], [`digest-missing ${S0}`]],
    ['one in the middle', [S3], [`digest-missing ${S3}`, ...R3.map((key) => `receipts-not-sealed ${key}`)]],
    ['several', [S3, S4], [`digest-missing ${S4}`, ...R3.map((key) => `receipts-not-sealed ${key}`)]],
    ['the newest two', [S6, S7], [`digest-too-old ${S5}`]],
    ['all of them', WHOLE.seals, [`digest-missing ${CHAIN}`]],
  ] as const)('that was deleted is missed: %s', async (what, keys, expected) => {
    // Of the newest hours, nobody who has but a copy knows.
    const found = await after((trail) => {
      for (const key of keys) trail.lake.delete(key);
    }, what !== 'the newest two');
    expect(found).toEqual(expect.arrayContaining([...expected]));
  });

  it('that is newer than what was asked for is verified as the others are', async () => {
    const until = START + 2 * HOUR;
    const found = await findingsIn({ lake: WHOLE.places().lake }, { sealedUntil: until, until });
    expect(found).toEqual([]);
  });

  it('that was the newest is missed two hours later', async () => {
    const trail = WHOLE.copy();
    trail.lake.delete(S7);
    const sealedUntil = UNTIL + 2 * HOUR;
    const found = await findingsIn(trail.places(), { sealedUntil });
    expect(found).toContain(`digest-too-old ${S6}`);
  });

  it.each([
    ['a byte', Buffer.from(' ')],
    ['a second gzip member', gzipSync('{}')],
  ])('with %s behind its end is unreadable', async (_, more) => {
    const found = await after((trail) => {
      put(trail, S3, Buffer.concat([trail.bytes(S3), more]));
    });
    expect(found).toEqual(expect.arrayContaining([`digest-missing ${S3}`, `digest-unreadable ${S3}`]));
  });

  it('whose metadata has no signature, or another, is found in its bucket', async () => {
    const removed = await after((trail) => {
      trail.put(S3, trail.bytes(S3));
    }, false);
    expect(removed).toEqual(
      [`digest-signature-missing ${S3}`, ...R3.map((key) => `receipts-not-sealed ${key}`)].sort(),
    );
    const changed = await after((trail) => {
      put(trail, S3, trail.bytes(S3), S4);
    }, false);
    expect(changed).toEqual(expect.arrayContaining([`digest-signature-invalid ${S3}`]));
  });

  it('whose gzip header has no signature, or another, is found though its metadata has the true one', async () => {
    const removed = await after((trail) => {
      put(trail, S7, gzipSync(gunzipSync(trail.bytes(S7))));
    });
    expect(removed).toEqual([`digest-signature-missing ${S7}`]);
    const changed = await after((trail) => {
      put(trail, S7, storedDigest(gunzipSync(trail.bytes(S7)), 'abcd'));
    });
    expect(changed).toEqual([`digest-signature-invalid ${S7}`]);
  });

  it('is found in a copy where somebody edited the newest and took its signature away', async () => {
    const trail = WHOLE.copy();
    trail.put(S7, gzipSync(JSON.stringify({ ...trail.fields(S7), oldestEventTime: null })));
    const found = await findingsIn(trail.places('folder'), COPY);
    expect(found).toEqual(expect.arrayContaining([`digest-signature-missing ${S7}`]));
  });

  it('is missed in a copy if receipts were announced long after the newest', async () => {
    const trail = WHOLE.copy();
    for (const key of [S4, S5, S6, S7]) trail.lake.delete(key);
    const found = await findingsIn({ lake: trail.places('folder').lake }, COPY);
    expect(found).toEqual([`digest-too-old ${S3}`]);
  });

  it('of another trail, or of no time, put beside the chain’s is unknown', async () => {
    const [other, strange] = [S7.replaceAll('_trailseal-test_', '_trailseal-tesu_'), `${S7}.bak`];
    const found = await after((trail) => {
      put(trail, other, trail.bytes(S7), S7);
      put(trail, strange, trail.bytes(S7), S7);
    });
    expect(found).toEqual([`lake-object-unknown ${strange}`, `lake-object-unknown ${other}`].sort());
  });

  it.each([
    ['a copy of the newest', (trail: SealedTrail): Uint8Array => trail.bytes(S7), 'digest-moved'],
    ['garbage', (): Uint8Array => Buffer.from('{}'), 'digest-unreadable'],
  ] as const)('of the future is found: %s', async (_, bytes, code) => {
    const future = S7.replaceAll('2026', '2030');
    const found = await after((trail) => {
      put(trail, future, bytes(trail), S7);
    });
    expect(found).toContain(`${code} ${future}`);
  });
});

describe('what says which chain there is', () => {
  it('is missed as long as something else of the chain is there', async () => {
    expect(
      await after((trail) => {
        trail.lake.delete(CHAIN);
      }),
    ).toEqual([`digest-missing ${CHAIN}`]);
    const found = await after((trail) => {
      for (const key of [CHAIN, ...trail.seals]) trail.lake.delete(key);
    });
    expect(found).toEqual([`digest-missing ${CHAIN}`]);
  });

  it('is missed in a bucket if nothing of the chain is left; in a copy that is a notice', async () => {
    const trail = WHOLE.copy();
    for (const key of [...trail.seals, ...trail.keys('seals/')]) trail.lake.delete(key);
    expect(await findingsIn(trail.places())).toEqual([`digest-missing ${CHAIN}`]);
    const copy = await findingsIn({ lake: trail.places('folder').lake }, COPY);
    expect(copy).toEqual([`notice: digest-missing ${CHAIN}`]);
  });

  const said = JSON.parse(WHOLE.bytes(CHAIN).toString()) as object;
  it.each([
    ['garbage', '{', `digest-unreadable ${CHAIN}`],
    ['another start', { ...said, start: '2026-11-20T22:00:00Z' }, `digest-chain-restarted ${S0}`],
    ['another trail', { ...said, trail: 'other' }, `digest-missing ${CHAIN}`],
    ['another account', { ...said, account: '000000000000' }, `digest-missing ${CHAIN}`],
    [
      'another account, and that it has only begun',
      { ...said, account: '000000000000', start: '2026-11-21T04:00:00Z' },
      `digest-missing ${CHAIN}`,
    ],
  ] as const)('is not believed where it holds %s', async (_, chain, expected) => {
    const found = await after((trail) => {
      trail.put(CHAIN, typeof chain === 'string' ? chain : JSON.stringify(chain));
    });
    expect(found).toContain(expected);
  });
});

describe('with our own key in the wrong hands', () => {
  it.each([
    [
      'a chain that begins anew',
      (trail: SealedTrail): void => {
        trail.signFrom(S4, (fields) => ({ ...fields, ...UNLINKED }));
      },
      [`digest-chain-restarted ${S4}`],
    ],
    [
      'an hour that was left out',
      (trail: SealedTrail): void => {
        trail.signFrom(S5, (fields) => ({ ...fields, ...trail.linkTo(S3) }));
        trail.lake.delete(S4);
      },
      [`digest-hours-skipped ${S5}`, ...NOT_SEALED_IN_4],
    ],
    [
      'an hour that the next digest swallowed',
      (trail: SealedTrail): void => {
        const { digestStartTime } = trail.fields(S4);
        trail.signFrom(S5, (fields) => ({ ...fields, ...trail.linkTo(S3), digestStartTime }));
        trail.lake.delete(S4);
      },
      [`digest-hours-skipped ${S5}`, ...NOT_SEALED_IN_4],
    ],
    [
      'another hash for the digest before',
      (trail: SealedTrail): void => {
        trail.signFrom(S5, (fields) => ({ ...fields, previousDigestHashValue: '0'.repeat(64) }));
      },
      [`digest-link-broken ${S4}`],
    ],
    [
      'another signature for the digest before',
      (trail: SealedTrail): void => {
        trail.signFrom(S5, (fields) => ({ ...fields, previousDigestSignature: 'abcd' }));
      },
      [`digest-link-broken ${S4}`],
    ],
    [
      'a digest signed again in the middle alone',
      (trail: SealedTrail): void => {
        trail.sign(S4, { ...trail.fields(S4), newestEventTime: '2026-11-21T00:00:00Z' });
      },
      [`digest-link-broken ${S4}`],
    ],
    [
      'other log files than the receipts have',
      (trail: SealedTrail): void => {
        trail.signFrom(S3, (fields) => ({ ...fields, logFiles: fields.logFiles.slice(1) }));
      },
      [`seal-contradicts-receipts ${S3}`],
    ],
    [
      'receipts that were left out',
      (trail: SealedTrail): void => {
        trail.signFrom(S3, (fields) => ({
          ...fields,
          logFiles: fields.logFiles.slice(2),
          trailseal: { ...fields.trailseal, receipts: fields.trailseal.receipts.slice(1) },
        }));
      },
      [`receipts-not-sealed ${R3[0]}`],
    ],
    [
      'no receipts at all',
      (trail: SealedTrail): void => {
        trail.signFrom(S3, (fields) => ({ ...fields, trailseal: undefined }));
      },
      [...R3.map((key) => `receipts-not-sealed ${key}`), `seal-contradicts-receipts ${S3}`],
    ],
    [
      'a log file twice',
      (trail: SealedTrail): void => {
        trail.signFrom(S3, (fields) => ({ ...fields, logFiles: [...fields.logFiles, ...fields.logFiles] }));
      },
      [`seal-contradicts-receipts ${S3}`],
    ],
    [
      'receipts twice',
      (trail: SealedTrail): void => {
        trail.signFrom(S3, (fields) => ({
          ...fields,
          trailseal: {
            ...fields.trailseal,
            receipts: [...fields.trailseal.receipts, ...fields.trailseal.receipts],
          },
        }));
      },
      [`seal-contradicts-receipts ${S3}`],
    ],
    [
      'receipts that never were, outside of receipts/ too',
      (trail: SealedTrail): void => {
        trail.signFrom(S4, (fields) => ({
          ...fields,
          trailseal: {
            ...fields.trailseal,
            receipts: ['../../etc/passwd', CHAIN].map((key) => ({ key, sha256: '0'.repeat(64) })),
          },
        }));
      },
      [`receipts-changed ${CHAIN}`, 'receipts-missing ../../etc/passwd', ...NOT_SEALED_IN_4],
    ],
  ] as const)('%s: is found', async (_, attack, expected) => {
    expect(await after(attack)).toEqual(expected);
  });

  it('digests in CloudTrail’s name are of an unknown key', async () => {
    const trail = WHOLE.copy();
    const newest = trail.trails[0]?.digests.at(-1) ?? '';
    const fields = { ...trail.cloudTrailFields(newest), digestPublicKeyFingerprint: NEXT_KEY.fingerprint };
    trail.signAsCloudTrail(newest, fields, NEXT_KEY);
    expect(await findingsIn(trail.places(), { keys: KEYS })).toEqual([`digest-key-unknown ${newest}`]);
  });
});
