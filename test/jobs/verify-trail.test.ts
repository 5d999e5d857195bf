import { gzipSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { publicKeysOf, type PublicKey } from '../../shared/core/digest-checks.ts';
import type { Finding } from '../../shared/core/finding.ts';
import { SourceError } from '../../shared/jobs/ports.ts';
import type { EvidenceStore } from '../../shared/jobs/evidence.ts';
import { nothingVerified, verify } from '../../shared/jobs/verify.ts';
import { answerOf, CLOUDTRAIL, SignedTrail, signingKey, START } from '../support/signed-trail.ts';

const HOUR = 60 * 60 * 1000;
const NOW = START + 6 * HOUR + 40 * 60_000;
const ATTACKER = signingKey();

async function findingsOf(
  store: EvidenceStore,
  keys: readonly PublicKey[] = [answerOf(CLOUDTRAIL)],
  until: number | undefined = NOW,
): Promise<string[]> {
  const counts = nothingVerified();
  const found: Finding[] = await Array.fromAsync(
    verify({ logs: store }, { keys: publicKeysOf(keys), until }, counts),
  );
  return found
    .map(({ code, severity, subject }) => `${severity === 'notice' ? 'notice: ' : ''}${code} ${subject}`)
    .sort();
}

/** A trail, changed, and what must be found. */
async function found(attack: (trail: SignedTrail) => void): Promise<string[]> {
  const trail = new SignedTrail();
  attack(trail);
  return await findingsOf(trail.store());
}

const WHOLE = new SignedTrail();
const [D0 = '', D1 = '', D2 = '', D3 = '', D4 = '', D5 = ''] = WHOLE.digests;
const [L0 = '', L1 = '', L2 = ''] = WHOLE.logFiles;

/** Changes what a log file says, and stores it as CloudTrail would. */
function edit(trail: SignedTrail, key: string, change: (text: string) => string): void {
  const text = gunzipSync(trail.objects.get(key)?.bytes ?? '').toString();
  trail.objects.set(key, { bytes: gzipSync(change(text)) });
}

describe('a trail that nobody touched', () => {
  it('has no findings, in its bucket', async () => {
    expect(await findingsOf(WHOLE.store())).toEqual([]);
  });

  it('has none in a copy, but that the newest digest’s signature stayed in the bucket', async () => {
    const found = await findingsOf(WHOLE.store('folder'), undefined, undefined);
    expect(found).toEqual([`notice: digest-signature-missing ${D5}`]);
  });

  it('has none of several accounts and regions, each with a chain of its own, and counts them', async () => {
    const trails = [
      WHOLE,
      new SignedTrail(6, { account: '111122223333', region: 'eu-west-1' }),
      new SignedTrail(6, { account: '444455556666', region: 'us-east-1' }),
    ];
    const all = new SignedTrail(0);
    for (const { objects } of trails) for (const [key, object] of objects) all.objects.set(key, object);
    const counts = nothingVerified();
    const options = { keys: publicKeysOf([answerOf(CLOUDTRAIL)]), until: undefined };
    expect(await Array.fromAsync(verify({ logs: all.store() }, options, counts))).toEqual([]);
    expect(counts).toMatchObject({ chains: 3, digests: 18, logFiles: 30 });
  });

  it('has a notice where log files have come that no digest was due for yet', async () => {
    const key = L0.replace('T2200Z', 'T0415Z')
      .replaceAll('20261120', '20261121')
      .replace('/11/20/', '/11/21/');
    expect(await found((trail) => trail.objects.set(key, { bytes: gzipSync('{}') }))).toEqual([
      `notice: log-file-in-no-digest ${key}`,
    ]);
  });
});

describe('a log file', () => {
  it.each([
    [
      'with an edited record',
      `log-file-changed ${L0}`,
      (t: SignedTrail): void => edit(t, L0, (x) => x.replace('2026', '2027')),
    ],
    ['with a flipped byte', `log-file-unreadable ${L0}`, (t: SignedTrail): void => flip(t, L0)],
    ['that was deleted', `log-file-missing ${L1}`, (t: SignedTrail): void => void t.objects.delete(L1)],
    [
      'with bytes behind its end',
      `log-file-unreadable ${L2}`,
      (t: SignedTrail): void => append(t, L2, Buffer.from('\n')),
    ],
    [
      'with a second gzip member',
      `log-file-unreadable ${L2}`,
      (t: SignedTrail): void => append(t, L2, gzipSync('{}')),
    ],
    [
      'that was added',
      `log-file-in-no-digest ${L0.replace('T2200Z', 'T2230Z')}`,
      (t: SignedTrail): void => {
        t.objects.set(L0.replace('T2200Z', 'T2230Z'), { bytes: gzipSync('{"Records":[]}') });
      },
    ],
  ] as const)('%s is named', async (_, expected, attack) => {
    expect(await found(attack)).toEqual([expected]);
  });

  it('swapped with another makes two findings', async () => {
    const swapped = await found((trail) => {
      const [a, b] = [trail.objects.get(L0), trail.objects.get(L1)];
      if (a && b) trail.objects.set(L0, b).set(L1, a);
    });
    expect(swapped).toEqual([`log-file-changed ${L0}`, `log-file-changed ${L1}`]);
  });
});

describe('digests that were deleted', () => {
  it.each([
    ['in the middle', [D2], [`digest-missing ${D2}`]],
    ['several of them', [D2, D3], [`digest-missing ${D3}`]],
    ['the oldest', [D0], [`digest-missing ${D0}`]],
    ['the newest', [D5], [`digest-too-old ${D4}`]],
  ] as const)(
    '%s: what names them is found, and the log files that nobody vouches for',
    async (_, keys, expected) => {
      const findings = await found((trail) => {
        for (const key of keys) trail.objects.delete(key);
      });
      expect(findings).toEqual(expect.arrayContaining([...expected]));
      expect(findings.length).toBeGreaterThan(0);
    },
  );

  it('the newest three with their log files: the chain has ended too early', async () => {
    const findings = await found((trail) => {
      for (const key of [D3, D4, D5, ...WHOLE.logFiles.slice(-4)]) trail.objects.delete(key);
    });
    expect(findings).toEqual([`digest-too-old ${D2}`]);
  });

  it('all of them: the log files are told of once', async () => {
    const findings = await found((trail) => {
      for (const key of trail.digests) trail.objects.delete(key);
    });
    expect(findings).toEqual([`log-file-in-no-digest ${L0}`]);
  });
});

describe('a digest', () => {
  it('signed by somebody else’s key, which it names, is of an unknown key', async () => {
    const findings = await found((trail) => {
      const fields = { ...trail.fields(D5), digestPublicKeyFingerprint: ATTACKER.fingerprint };
      trail.sign(D5, fields, ATTACKER);
    });
    expect(findings).toEqual([`digest-key-unknown ${D5}`]);
  });

  it('signed by somebody else’s key under the true key’s name has an invalid signature', async () => {
    const findings = await found((trail) => {
      trail.sign(D5, trail.fields(D5), ATTACKER);
    });
    expect(findings).toContain(`digest-signature-invalid ${D5}`);
    // What it names isn't followed, and is vouched for by nobody.
    expect(findings.filter((one) => !one.startsWith('notice'))).toHaveLength(1);
  });

  it('with an edited body, its signature kept, is found, and what names it', async () => {
    const findings = await found((trail) => {
      const { signature } = trail.objects.get(D2) ?? {};
      const fields = trail.fields(D2);
      trail.objects.set(D2, { bytes: gzipSync(JSON.stringify({ ...fields, logFiles: [] })), signature });
    });
    expect(findings).toContain(`digest-signature-invalid ${D2}`);
    expect(findings).toContain(`digest-link-broken ${D2}`);
  });

  it('signed again in the middle of the chain, with the true key, does not match its neighbour', async () => {
    const findings = await found((trail) => {
      trail.sign(D2, { ...trail.fields(D2), newestEventTime: null });
    });
    expect(findings).toEqual([`digest-link-broken ${D2}`]);
  });

  it('whose stated link is to another signature is found though it is signed', async () => {
    const findings = await found((trail) => {
      const previousDigestSignature = trail.objects.get(D1)?.signature;
      trail.sign(D5, { ...trail.fields(D5), previousDigestSignature });
    });
    expect(findings).toEqual([`digest-link-broken ${D4}`]);
  });

  it('whose signature was taken from its metadata is an alarm in a bucket', async () => {
    const findings = await found((trail) => {
      trail.objects.set(D5, { bytes: trail.objects.get(D5)?.bytes ?? Buffer.alloc(0) });
    });
    expect(findings).toEqual([`digest-signature-missing ${D5}`]);
  });

  it('of a key that was not valid then is found', async () => {
    const trail = new SignedTrail();
    const early = [answerOf(CLOUDTRAIL, START - 48 * HOUR, START + 2.5 * HOUR)];
    expect(await findingsOf(trail.store(), early)).toEqual(
      [D2, D3, D4, D5].map((key) => `digest-key-not-valid-then ${key}`).sort(),
    );
    const late = [answerOf(CLOUDTRAIL, START + 24 * HOUR, START + 48 * HOUR)];
    expect(await findingsOf(trail.store(), late)).toHaveLength(6);
  });

  it('that was moved to another hour’s place is found', async () => {
    const findings = await found((trail) => {
      trail.objects.set(D4, trail.objects.get(D3) ?? { bytes: Buffer.alloc(0) });
    });
    expect(findings).toContain(`digest-moved ${D4}`);
  });

  it('of the true key that starts the chain anew is found', async () => {
    const none = {
      previousDigestS3Bucket: null,
      previousDigestS3Object: null,
      previousDigestHashAlgorithm: null,
    };
    const findings = await found((trail) => {
      const links = { ...none, previousDigestHashValue: null, previousDigestSignature: null };
      trail.sign(D5, { ...trail.fields(D5), ...links });
    });
    expect(findings).toEqual([`digest-chain-restarted ${D5}`]);
  });

  it('that skips an hour, well linked, is found', async () => {
    const findings = await found((trail) => {
      trail.sign(D5, { ...trail.fields(D5), digestStartTime: '2026-11-21T03:30:00Z' });
    });
    expect(findings).toEqual([`digest-hours-skipped ${D5}`]);
  });

  it.each([
    ['bytes behind its end', Buffer.from(' ')],
    ['a second gzip member', gzipSync('{}')],
  ])('with %s is unreadable', async (_, more) => {
    const findings = await found((trail) => {
      append(trail, D5, more);
    });
    expect(findings).toEqual(expect.arrayContaining([`digest-unreadable ${D5}`]));
  });

  it('that is no digest is unreadable, and its neighbour misses it', async () => {
    const findings = await found((trail) => {
      trail.objects.set(D4, { bytes: gzipSync('{"a":1}') });
    });
    expect(findings).toEqual(expect.arrayContaining([`digest-unreadable ${D4}`, `digest-missing ${D4}`]));
  });
});

describe('a downloaded copy', () => {
  it('shows an edited digest by the signature that its successor keeps', async () => {
    const trail = new SignedTrail();
    const fields = trail.fields(D2);
    trail.objects.set(D2, { bytes: gzipSync(JSON.stringify({ ...fields, newestEventTime: null })) });
    const findings = await findingsOf(trail.store('folder'), undefined, undefined);
    expect(findings).toEqual(
      [
        `digest-link-broken ${D2}`,
        `digest-signature-invalid ${D2}`,
        `notice: digest-signature-missing ${D5}`,
      ].sort(),
    );
  });
});

describe('a copy that somebody forged without any key', () => {
  const unlinked = {
    previousDigestS3Bucket: null,
    previousDigestS3Object: null,
    previousDigestHashValue: null,
    previousDigestHashAlgorithm: null,
    previousDigestSignature: null,
  };

  it.each([
    [
      'links without signatures',
      (trail: SignedTrail): void => {
        for (const key of trail.digests.slice(1))
          trail.objects.set(key, {
            bytes: gzipSync(JSON.stringify({ ...trail.fields(key), previousDigestSignature: null })),
          });
      },
    ],
    [
      'one digest in place of all',
      (trail: SignedTrail): void => {
        for (const key of trail.digests.slice(0, -1)) trail.objects.delete(key);
        const forged = { ...trail.fields(D5), ...unlinked, digestStartTime: '2026-11-20T22:00:00Z' };
        trail.objects.set(D5, { bytes: gzipSync(JSON.stringify(forged)) });
      },
    ],
    [
      'a digest that begins the chain anew, hour after hour',
      (trail: SignedTrail): void => {
        for (const key of trail.digests)
          trail.objects.set(key, { bytes: gzipSync(JSON.stringify({ ...trail.fields(key), ...unlinked })) });
      },
    ],
  ] as const)('%s: is an alarm', async (_, attack) => {
    const trail = new SignedTrail();
    attack(trail);
    const findings = await findingsOf(trail.store('folder'), undefined, undefined);
    expect(findings.filter((one) => !one.startsWith('notice'))).not.toEqual([]);
  });
});

describe('a log file or digest whose gzip header is damaged', () => {
  it.each([0, 1, 2, 3])('in byte %i is not read as if nothing were', async (at) => {
    for (const key of [L0, D2]) {
      const findings = await found((trail) => {
        const bytes = Buffer.from(trail.objects.get(key)?.bytes ?? '');
        bytes[at] = (bytes[at] ?? 0) ^ 0xff;
        trail.objects.set(key, { ...trail.objects.get(key), bytes });
      });
      expect(findings.filter((one) => one.endsWith(key))).not.toEqual([]);
    }
  });
});

describe('an object that was put among the log files', () => {
  const folder = L0.slice(0, L0.lastIndexOf('/') + 1);
  it.each([
    L0.replace('.json.gz', '.json'),
    L0.replace('.json.gz', '.JSON.GZ'),
    L0.replace('20261120T2200Z', '20990101T0000Z'),
    `${folder}x/a.json.gz`,
    `${folder.slice(0, folder.indexOf('us-east-1') + 10)}a.json.gz`,
  ])('as %s is named', async (key) => {
    const findings = await found((trail) => {
      trail.objects.set(key, { bytes: gzipSync('{"Records":[]}') });
    });
    expect(findings).toEqual([`log-file-in-no-digest ${key}`]);
  });
});

describe('with CloudTrail’s own key in the wrong hands', () => {
  it('an hour that is swallowed by the next digest is found', async () => {
    const findings = await found((trail) => {
      const { digestStartTime, previousDigestS3Object, previousDigestHashValue, previousDigestSignature } =
        trail.fields(D4);
      const links = { previousDigestS3Object, previousDigestHashValue, previousDigestSignature };
      trail.sign(D5, { ...trail.fields(D5), ...links, digestStartTime });
      trail.objects.delete(D4);
    });
    expect(findings).toContain(`digest-hours-skipped ${D5}`);
  });

  it('a log file of another account is not vouched for', async () => {
    const foreign = L0.replaceAll('111122223333', '999900001111');
    const findings = await found((trail) => {
      const [first] = trail.fields(D5).logFiles;
      trail.sign(D5, {
        ...trail.fields(D5),
        logFiles: [...trail.fields(D5).logFiles, { ...first, s3Object: foreign }],
      });
    });
    expect(findings).toContain(`log-file-foreign trail-bucket/${foreign}`);
  });
});

describe('an object that cannot be read', () => {
  it('is a finding, and hides none of the others', async () => {
    const trail = new SignedTrail();
    edit(trail, L1, (text) => text.replace('2026', '2027'));
    const store = trail.store();
    const breaking: EvidenceStore = {
      bucket: store.bucket,
      list: (prefix, after) => store.list(prefix, after),
      folders: (prefix) => store.folders(prefix),
      read: async (key) => {
        if (key === L0) throw new SourceError('unreadable', key, 'access is denied');
        return await store.read(key);
      },
    };
    expect(await findingsOf(breaking)).toEqual(
      [`log-file-changed ${L1}`, `log-file-unreadable ${L0}`].sort(),
    );
  });

  it('for its digest names a hundred thousand log files and more is a finding', async () => {
    const findings = await found((trail) => {
      const logFiles = Array.from({ length: 100_001 }, () => 0);
      trail.objects.set(D5, { bytes: gzipSync(JSON.stringify({ logFiles })) });
    });
    expect(findings).toContain(`digest-unreadable ${D5}`);
  });
});

function flip(trail: SignedTrail, key: string): void {
  const bytes = Buffer.from(trail.objects.get(key)?.bytes ?? '');
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  trail.objects.set(key, { bytes });
}

function append(trail: SignedTrail, key: string, more: Buffer): void {
  const { bytes = Buffer.alloc(0), signature } = trail.objects.get(key) ?? {};
  trail.objects.set(key, { bytes: Buffer.concat([bytes, more]), signature });
}
