import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_BATCH, ingest } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import { MemorySource } from '../support/memory-source.ts';
import { sealOnce } from '../support/seal-once.ts';
import {
  COPY,
  findingsIn,
  HOUR,
  isAlarm,
  MapStore,
  NEXT_KEY,
  sealedTrail,
  UNTIL,
  type Attack,
  type SealedTrail,
} from '../support/sealed-trail.ts';
import { START } from '../support/signed-trail.ts';

/** Attacks on what should be there: in the bucket, in CloudTrail's digests, in the lake; and on CloudTrail's chain with a lake beside it. */

const WHOLE = await sealedTrail();
const [IRELAND, VIRGINIA, OTHER] = WHOLE.trails;
const [L0 = '', L1 = '', L2 = '', L3 = ''] = IRELAND?.logFiles ?? [];
const [D0 = '', D1 = '', D2 = '', D3 = '', D4 = '', D5 = ''] = IRELAND?.digests ?? [];
const R1 = receiptsOf(L0);
const MARK = '203.0.113.7';

/** What is found in the buckets after it; it is an alarm in a copy of them as well. */
async function after(attack: Attack, until = UNTIL): Promise<string[]> {
  const trail = WHOLE.copy();
  await attack(trail);
  const found = await findingsIn(trail.places(), { until, sealedUntil: UNTIL });
  expect(found.filter(isAlarm)).not.toEqual([]);
  return found;
}

function receiptsOf(logFile: string): string {
  const found = WHOLE.keys('receipts/').find((key) =>
    WHOLE.receipts(key).logFiles.some(({ key: named }) => named === logFile),
  );
  return found ?? '';
}

function textOf(trail: SealedTrail, key: string): string {
  return gunzipSync(trail.bytes(key)).toString();
}

/** Another text under the same key. */
function replace(trail: SealedTrail, key: string): void {
  trail.logs.set(key, { bytes: gzipSync(textOf(trail, key).replace(MARK, '198.51.100.9')) });
}

/** What the functions do with log files that they are told of. */
async function process(trail: SealedTrail, keys: readonly string[], at = UNTIL): Promise<void> {
  const source = new MemorySource(new Map(keys.map((key) => [key, trail.bytes(key)])));
  const lake = new MapStore(trail.lake);
  const now = (): number => at;
  await ingest(
    { source, lake, run: (batch) => normalise(batch, { source, lake, now }) },
    { ...DEFAULT_BATCH, concurrency: 1 },
    () => {},
  );
}

/** A lake as it would be had all this been delivered and no more. */
async function madeOf(trail: SealedTrail, keys: readonly string[]): Promise<void> {
  const [chain, ...digests] = ['seals/chain.json', ...trail.seals];
  const kept = trail.lake.get(chain ?? '');
  for (const key of trail.lake.keys()) if (!digests.includes(key)) trail.lake.delete(key);
  for (const key of digests) trail.lake.delete(key);
  if (kept) trail.lake.set(chain ?? '', kept);
  await process(trail, keys, START);
  await sealOnce(new MapStore(trail.lake), START + 6 * HOUR + 5 * 60_000, { key: NEXT_KEY });
}

const ALL = WHOLE.trails.flatMap(({ logFiles }) => logFiles);

describe('a log file that was delivered', () => {
  it('and never brought into the lake is named', async () => {
    const found = await after((trail) =>
      madeOf(
        trail,
        ALL.filter((key) => key !== L0),
      ),
    );
    expect(found).toEqual([`log-file-not-processed ${L0}`]);
  });

  it('of a region of which nothing was brought in is named with all others; the newest may be on their way', async () => {
    const found = await after((trail) =>
      madeOf(trail, OTHER?.logFiles.concat(VIRGINIA?.logFiles ?? []) ?? []),
    );
    const due = IRELAND?.logFiles.slice(0, 6) ?? [];
    expect(found.filter(isAlarm)).toEqual(due.map((key) => `log-file-not-processed ${key}`));
    expect(found.filter((one) => !isAlarm(one))).toHaveLength(1);
  });

  it('and is gone since is missing, and its batch held to its receipts alone', async () => {
    const found = await after((trail) => void trail.logs.delete(L0));
    expect(found).toEqual([`log-file-missing ${L0}`, `notice: batch-not-recomputed ${R1}`]);
  });

  it('and is gone with the digests of its region is known by receipts', async () => {
    const found = await after((trail) => {
      for (const key of [...(IRELAND?.logFiles ?? []), ...(IRELAND?.digests ?? [])]) trail.logs.delete(key);
    });
    expect(found.filter(isAlarm)).toEqual([`log-file-in-no-digest ${L0}`]);
  });

  it('of an account of which nothing is left is known by receipts', async () => {
    const found = await after((trail) => {
      for (const key of [...(OTHER?.logFiles ?? []), ...(OTHER?.digests ?? [])]) trail.logs.delete(key);
    });
    expect(found.filter(isAlarm)).toEqual([`log-file-in-no-digest ${OTHER?.logFiles[0]}`]);
  });

  it('and that nobody speaks of any more, neither bucket nor receipts, is known by our own digests', async () => {
    const account = '444455556666';
    const found = await after((trail) => {
      for (const store of [trail.logs, trail.lake])
        for (const key of store.keys()) if (key.includes(account)) store.delete(key);
    });
    const receipts = WHOLE.keys(`receipts/${account}/`).map((key) => `receipts-missing ${key}`);
    expect(found).toEqual(receipts);
  });

  it('and is gone, with CloudTrail’s oldest digests as well, is missed by the next one', async () => {
    const found = await after((trail) => {
      for (const key of [D0, D1, L0, L1, L2, L3]) trail.logs.delete(key);
    });
    expect(found.filter(isAlarm)).toEqual([`digest-missing ${D1}`, `log-file-in-no-digest ${L0}`]);
  });

  it('and was replaced after it was brought in is changed, and gives other rows', async () => {
    // One of its records is in quarantine.
    const { logFiles, quarantine } = WHOLE.receipts(receiptsOf(L2));
    const [rows] = logFiles.find(({ key }) => key === L2)?.rows ?? [];
    const objects = [rows?.object, quarantine.find(({ key }) => key.endsWith('.json'))?.key];
    const found = await after((trail) => {
      replace(trail, L2);
    });
    expect(found).toEqual([
      ...objects.map((key) => `lake-object-changed ${key}`),
      `log-file-changed ${L2}`,
      `receipts-contradict-log-files ${receiptsOf(L2)}`,
    ]);
  });

  it('and got a second gzip member after it was brought in can’t be read, and gives other receipts', async () => {
    const found = await after((trail) => {
      trail.logs.set(L1, { bytes: Buffer.concat([trail.bytes(L1), gzipSync('{}')]) });
    });
    expect(found).toContain(`log-file-unreadable ${L1}`);
    expect(found).toContain(`receipts-contradict-log-files ${receiptsOf(L1)}`);
  });

  it('and was replaced before it was brought in contradicts its digest, put back or not', async () => {
    const changed = [`log-file-changed ${L0}`, `receipts-contradict-digest ${L0}`];
    const replaced = await after(async (trail) => {
      replace(trail, L0);
      await madeOf(trail, ALL);
    });
    expect(replaced).toEqual(changed);
    const putBack = await after(async (trail) => {
      const before = trail.logs.get(L0);
      replace(trail, L0);
      await madeOf(trail, ALL);
      if (before) trail.logs.set(L0, before);
    });
    expect(putBack).toContain(`receipts-contradict-digest ${L0}`);
    expect(putBack.join()).toMatch(/lake-object-changed|receipts-contradict-log-files/);
  });
});

describe('a log file that CloudTrail did not deliver', () => {
  const planted = L0.replace('T2200Z_', 'T2230Z_');

  it('and that was brought in is in no digest; when it is gone again, its rows were never delivered', async () => {
    const put: Attack = async (trail) => {
      trail.logs.set(planted, { bytes: trail.bytes(L0) });
      await process(trail, [planted]);
    };
    expect(await after(put)).toEqual([`log-file-in-no-digest ${planted}`]);
    const gone = await after(async (trail) => {
      await put(trail);
      trail.logs.delete(planted);
    });
    expect(gone.filter(isAlarm)).toEqual([`log-file-never-delivered ${planted}`]);
  });

  it('and that is said to have been a digest, and so without rows, was never delivered either', async () => {
    const found = await after(async (trail) => {
      trail.logs.set(planted, { bytes: trail.bytes(L0) });
      await process(trail, [planted]);
      trail.logs.delete(planted);
      const key = trail.keys('receipts/').find((one) => !WHOLE.lake.has(one)) ?? '';
      const { logFiles, ...rest } = trail.receipts(key);
      const digests = logFiles.map((one) => Object.assign({}, one, { outcome: 'digest' as const }));
      trail.putReceipts(key, { ...rest, logFiles: digests });
    });
    expect(found.filter(isAlarm)).toEqual([`log-file-never-delivered ${planted}`]);
  });

  it.each([
    ['under another prefix', `elsewhere/${L0}`, 'log-file-in-no-digest'],
    ['too deep for anybody to look', `1/2/3/4/5/6/7/8/${L0}`, 'receipts-contradict-digest'],
    ['outside of AWSLogs', 'elsewhere/x.json.gz', 'log-file-in-no-digest'],
    [
      'outside of AWSLogs, with its own name',
      `elsewhere/${L0.split('/').at(-1)}`,
      'log-file-never-delivered',
    ],
  ])('but is a copy %s, brought in, is found', async (_, copy, code) => {
    const found = await after(async (trail) => {
      trail.logs.set(copy, { bytes: trail.bytes(L0) });
      await process(trail, [copy]);
    });
    expect(found).toContain(`${code} ${code === 'receipts-contradict-digest' ? L0 : copy}`);
  });

  it('but is a copy under another prefix is found without a lake, and with its digests too', async () => {
    const found = await after((trail) => {
      for (const key of [L0, L1, D0])
        trail.logs.set(`elsewhere/${key}`, trail.logs.get(key) ?? { bytes: Buffer.alloc(0) });
    });
    expect(found).toEqual(expect.arrayContaining([`digest-moved elsewhere/${D0}`]));
  });
});

describe('an object put between the days', () => {
  it.each(['2026/11/20-', '2026/11/205', '2026/11/20', '2026/11', 'x', '2026/11/2/x.json.gz'])(
    'as %s is the one thing that is found',
    async (name) => {
      const key = `${L0.slice(0, L0.indexOf('2026/'))}${name}`;
      expect(await after((trail) => void trail.logs.set(key, { bytes: gzipSync('{}') }))).toEqual([
        `log-file-in-no-digest ${key}`,
      ]);
    },
  );
});

describe('CloudTrail’s chain, with a lake beside it', () => {
  const deleted =
    (...keys: string[]): Attack =>
    (trail) => {
      for (const key of keys) trail.logs.delete(key);
    };
  const resigned =
    (change: object): Attack =>
    (trail) => {
      trail.signAsCloudTrail(D5, { ...trail.cloudTrailFields(D5), ...change });
    };

  it.each([
    ['a digest deleted in the middle', deleted(D2), [`digest-missing ${D2}`, ...inNoDigest(2)]],
    ['the oldest deleted', deleted(D0), [`digest-missing ${D0}`, `log-file-in-no-digest ${L0}`]],
    ['the newest two deleted', deleted(D4, D5), [`digest-too-old ${D3}`]],
    [
      'the newest deleted, with its log files',
      deleted(D3, D4, D5, ...(IRELAND?.logFiles.slice(6) ?? [])),
      [`digest-too-old ${D2}`],
    ],
    ['all deleted', deleted(...(IRELAND?.digests ?? [])), [`log-file-in-no-digest ${L0}`]],
    [
      'a chain that begins anew',
      resigned({
        previousDigestS3Bucket: null,
        previousDigestS3Object: null,
        previousDigestHashValue: null,
        previousDigestHashAlgorithm: null,
        previousDigestSignature: null,
      }),
      [`digest-chain-restarted ${D5}`],
    ],
    [
      'an hour skipped',
      resigned({ digestStartTime: '2026-11-21T03:30:00Z' }),
      [`digest-hours-skipped ${D5}`],
    ],
    ['another hash', resigned({ previousDigestHashValue: '0'.repeat(64) }), [`digest-link-broken ${D4}`]],
    [
      'an unsigned digest',
      (trail: SealedTrail): void => void trail.logs.set(D5, { bytes: trail.bytes(D5) }),
      [`digest-signature-missing ${D5}`],
    ],
    [
      'a digest that is none',
      (trail: SealedTrail): void => void trail.logs.set(D4, { bytes: gzipSync('{}') }),
      [`digest-missing ${D4}`, `digest-unreadable ${D4}`],
    ],
    [
      'a log file of another account named',
      (trail: SealedTrail): void => {
        const { logFiles } = trail.cloudTrailFields(D5);
        const [other] = trail.cloudTrailFields(OTHER?.digests[0] ?? '').logFiles;
        resignedWith(trail, [...logFiles, ...(other ? [other] : [])]);
      },
      [`log-file-foreign trail-bucket/${OTHER?.logFiles[0]}`],
    ],
  ] as const)('%s: is found', async (_, attack, expected) => {
    const found = await after(attack);
    expect(found.filter(isAlarm)).toEqual(expect.arrayContaining([...expected]));
    for (const one of found)
      expect([...expected, ...ALLOWED].some((start) => one.startsWith(start))).toBe(true);
  });

  it('a digest of the time before the lake is no reason to miss its log files there, in a copy either', async () => {
    const trail = WHOLE.copy();
    const start = new Date(START + 4 * HOUR).toISOString().slice(0, 19);
    await madeOf(trail, VIRGINIA?.logFiles ?? []);
    trail.put(
      'seals/chain.json',
      trail
        .bytes('seals/chain.json')
        .toString()
        .replace(/"start":"[^"]*"/, `"start":"${start}Z"`),
    );
    const found = await findingsIn(trail.places('folder'), COPY);
    expect(found.filter(isAlarm)).toEqual([`digest-chain-restarted ${trail.seals[0]}`]);
    expect(found.filter((one) => one.includes('log-file-not-processed'))).toHaveLength(2);
  });
});

/** Notices that come with others. */
const ALLOWED = ['notice: log-file-in-no-digest', 'notice: batch-not-recomputed'];

function resignedWith(trail: SealedTrail, logFiles: Record<string, unknown>[]): void {
  trail.signAsCloudTrail(D5, { ...trail.cloudTrailFields(D5), logFiles });
}

function inNoDigest(hour: number): string[] {
  return (IRELAND?.logFiles.slice(hour * 2, hour * 2 + 2) ?? []).map((key) => `log-file-in-no-digest ${key}`);
}
