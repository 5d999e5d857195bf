import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { CHAIN_KEY } from '../../shared/core/seal-format.ts';
import { ChainEndError } from '../../shared/core/sealed-digest.ts';
import type { Metadata, ObjectStore } from '../../shared/jobs/ports.ts';
import { ChainFormatError } from '../../shared/jobs/seal.ts';
import { treeOf } from '../support/lake-audit.ts';
import {
  chainBreachesOf,
  readOwnChain,
  readOwnDigest,
  sealedIn,
  unsealedIn,
  type OwnFields,
} from '../support/own-chain.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import {
  announce,
  BOTH_KEYS,
  commit,
  HOUR,
  keyOfBatch,
  MINUTE,
  NOON,
  OTHER_KEY,
  OWN_KEY,
  receiptsOf,
  SEAL_OPTIONS,
  sealOnce,
  storeReceipts,
} from '../support/seal-once.ts';

const TEN_PAST = NOON + 10 * MINUTE;

const STORES: [string, () => Promise<ObjectStore>][] = [
  ['memory', () => Promise.resolve(new MemoryStore())],
  ['a directory', async () => new DirectoryStore(await scratchFolder())],
];

/** What each digest says, the first one first. */
async function digestsOf(lake: ObjectStore): Promise<OwnFields[]> {
  return (await readOwnChain(lake)).digests.map(({ fields }) => fields);
}

/** Receipts by the digest that seals them. */
async function sealedByHour(lake: ObjectStore): Promise<Record<string, string[]>> {
  const digests = await digestsOf(lake);
  return Object.fromEntries(
    digests.map(({ digestEndTime, trailseal }) => [
      digestEndTime.slice(11, 19),
      trailseal.receipts.map(({ key }) => key),
    ]),
  );
}

function keysOfBatches(...numbers: number[]): string[] {
  return numbers.map(keyOfBatch).sort();
}

function digestKeyAt(end: number, trail = 'trailseal-test'): string {
  const time = new Date(end).toISOString().slice(0, 19);
  const stamp = `${time.replaceAll(/[-:]/g, '')}Z`;
  return `AWSLogs/999988887777/CloudTrail-Digest/eu-west-1/${time.slice(0, 10).replaceAll('-', '/')}/999988887777_CloudTrail-Digest_eu-west-1_${trail}_eu-west-1_${stamp}.json.gz`;
}

/** The same lake as somebody left it who may do what he likes there; undefined removes. */
async function tamperedWith(
  lake: ObjectStore,
  change: Readonly<Record<string, Uint8Array | undefined>>,
): Promise<MemoryStore> {
  const copy = new MemoryStore();
  for await (const key of lake.list('')) {
    const bytes = await lake.get(key);
    if (!(key in change) && bytes !== undefined) await copy.putIfAbsent(key, bytes);
  }
  for (const [key, bytes] of Object.entries(change))
    if (bytes !== undefined) await copy.putIfAbsent(key, bytes);
  return copy;
}

/** A digest in the form of ours, with a signature that is none. */
function forged(fields: Partial<OwnFields>): Uint8Array {
  const trailseal = { format: 1, receipts: [], waiting: [], more: false, receiptsAfter: null };
  const text = JSON.stringify({ previousDigestS3Object: null, logFiles: [], trailseal, ...fields });
  const gzipped = gzipSync(text);
  gzipped[3] = 0x10;
  return Buffer.concat([gzipped.subarray(0, 10), Buffer.from('abcd\0'), gzipped.subarray(10)]);
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

describe.each(STORES)('seal, in %s', (_, emptyStore) => {
  it('makes a first digest of all that is there, announced or not', async () => {
    const lake = await emptyStore();
    await storeReceipts(lake, 1);
    await commit(lake, NOON - 30 * HOUR, 2);
    await commit(lake, NOON - MINUTE, 3, 2);
    const { digests, upTo, behind } = await sealOnce(lake, TEN_PAST);
    expect(digests).toEqual([
      { key: digestKeyAt(NOON), endTime: iso(NOON), logFiles: 4, receipts: 3, waiting: 0, own: true },
    ]);
    expect({ upTo, behind }).toEqual({ upTo: iso(NOON), behind: false });
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
    expect(await unsealedIn(lake)).toEqual([]);
  });

  it('catches up with the hours it missed in order, and gives empty ones their digest too', async () => {
    const lake = await emptyStore();
    await sealOnce(lake, TEN_PAST);
    await commit(lake, NOON + MINUTE, 1);
    await commit(lake, NOON + 2 * HOUR, 2);
    const { digests } = await sealOnce(lake, TEN_PAST + 4 * HOUR);
    expect(digests.map(({ endTime }) => endTime)).toEqual(
      [1, 2, 3, 4].map((hours) => iso(NOON + hours * HOUR)),
    );
    expect(await sealedByHour(lake)).toEqual({
      '12:00:00': [],
      '13:00:00': keysOfBatches(1),
      '14:00:00': [],
      '15:00:00': keysOfBatches(2),
      '16:00:00': [],
    });
    const [, , empty] = await digestsOf(lake);
    expect(empty).toMatchObject({ logFiles: [], oldestEventTime: null, newestEventTime: null });
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
  });

  it('says which announced receipts are not there yet, and seals them in the next digest', async () => {
    const lake = await emptyStore();
    await sealOnce(lake, TEN_PAST);
    await announce(lake, NOON + 59 * MINUTE, 1);
    const { digests } = await sealOnce(lake, NOON + HOUR);
    expect(digests).toMatchObject([{ receipts: 0, waiting: 1 }]);
    expect((await digestsOf(lake)).at(-1)?.trailseal.waiting).toEqual(keysOfBatches(1));
    await storeReceipts(lake, 1);
    await sealOnce(lake, NOON + 2 * HOUR);
    expect((await sealedByHour(lake))['14:00:00']).toEqual(keysOfBatches(1));
    expect((await digestsOf(lake)).at(-1)?.trailseal.waiting).toEqual([]);
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
  });

  it('seals what was announced in an hour after that hour had its digest', async () => {
    const lake = await emptyStore();
    await sealOnce(lake, TEN_PAST);
    await sealOnce(lake, NOON + HOUR);
    await commit(lake, NOON + HOUR - 1, 1);
    await sealOnce(lake, NOON + 2 * HOUR);
    expect((await sealedByHour(lake))['14:00:00']).toEqual(keysOfBatches(1));
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
  });

  it('goes on by the second while a digest is full, and then by the hour', async () => {
    const lake = await emptyStore();
    for (const number of [1, 2, 3, 4]) await commit(lake, NOON - HOUR, number);
    await sealOnce(lake, TEN_PAST, { logFiles: 2 });
    for (const number of [6, 7, 8]) await commit(lake, NOON + MINUTE, number);
    await sealOnce(lake, TEN_PAST + 2 * HOUR, { logFiles: 1 });
    expect(await sealedByHour(lake)).toEqual({
      '12:00:00': keysOfBatches(1, 4),
      '12:00:01': keysOfBatches(2, 3),
      '13:00:00': keysOfBatches(8),
      '13:00:01': keysOfBatches(6),
      '13:00:02': keysOfBatches(7),
      '14:00:00': [],
    });
    const digests = await digestsOf(lake);
    expect(digests.map(({ trailseal }) => trailseal.more)).toEqual([true, false, true, true, false, false]);
    expect(digests.map(({ trailseal }) => trailseal.receiptsAfter !== null)).toEqual([
      true,
      ...Array<boolean>(5).fill(false),
    ]);
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
  });
});

describe('seal', () => {
  it('does nothing before an hour is over, and nothing twice', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    const tree = await treeOf(lake);
    for (const now of [TEN_PAST, NOON + HOUR - 1]) {
      expect(await sealOnce(lake, now)).toMatchObject({ digests: [], upTo: iso(NOON), behind: false });
    }
    expect(await treeOf(lake)).toEqual(tree);
    expect((await sealOnce(lake, NOON + HOUR)).digests).toHaveLength(1);
  });

  it('changes nothing with a clock that has gone back, and has nothing to say of hours to come', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    await sealOnce(lake, TEN_PAST + 3 * HOUR);
    const tree = await treeOf(lake);
    for (const now of [NOON - HOUR, NOON - 1, NOON, NOON + 2 * HOUR]) await sealOnce(lake, now);
    expect(await treeOf(lake)).toEqual(tree);
  });

  it('seals a batch once that two runners announced, in one hour or two', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    for (const at of [1, 59, 61, 121]) await announce(lake, NOON + at * MINUTE, 1);
    await storeReceipts(lake, 1);
    for (const hours of [1, 2, 3, 4]) await sealOnce(lake, NOON + hours * HOUR);
    expect(sealedIn(await readOwnChain(lake))).toEqual(keysOfBatches(1));
  });

  it('seals a batch once that waited, and was announced again while nobody sealed', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    await announce(lake, NOON + MINUTE, 1);
    await commit(lake, NOON + 5 * HOUR, 1);
    await sealOnce(lake, TEN_PAST + 7 * HOUR);
    expect(sealedIn(await readOwnChain(lake))).toEqual(keysOfBatches(1));
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
  });

  it('seals a batch once that waited, and comes while seal looks for it', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    await announce(lake, NOON + MINUTE, 1);
    const now = TEN_PAST + 7 * HOUR;
    const coming: ObjectStore = {
      get: async (key) => {
        if (key === keyOfBatch(1)) await commit(lake, now, 1);
        return await lake.get(key);
      },
      list: (prefix, after) => lake.list(prefix, after),
      putIfAbsent: (key, bytes) => lake.putIfAbsent(key, bytes),
    };
    await sealOnce(coming, now);
    await sealOnce(lake, now + HOUR);
    await sealOnce(lake, now + 2 * HOUR);
    expect(sealedIn(await readOwnChain(lake))).toEqual(keysOfBatches(1));
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
  });

  it('seals once what was announced before a chain had its first digests, hours late', async () => {
    const lake = new MemoryStore();
    await commit(lake, NOON - MINUTE, 1);
    await sealOnce(lake, TEN_PAST, { hasTime: () => false });
    for (const hours of [0, 1, 2, 3, 4]) await commit(lake, NOON + hours * HOUR + MINUTE, 2 + hours);
    await sealOnce(lake, TEN_PAST + 5 * HOUR, { logFiles: 1 });
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
    expect(await unsealedIn(lake)).toEqual([]);
  });

  it('stops between two digests when its time is over, and goes on there', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    let digests = 0;
    const hasTime = (): boolean => (digests += 1) <= 2;
    const stopped = await sealOnce(lake, TEN_PAST + 4 * HOUR, { hasTime });
    expect(stopped).toMatchObject({ upTo: iso(NOON + 2 * HOUR), behind: true });
    const resumed = await sealOnce(lake, TEN_PAST + 4 * HOUR);
    expect(resumed).toMatchObject({ upTo: iso(NOON + 4 * HOUR), behind: false });
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
  });

  it('goes on with a chain that rested for weeks', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    const { digests } = await sealOnce(lake, TEN_PAST + 8 * 24 * HOUR);
    expect(digests).toHaveLength(8 * 24);
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
  });

  it('goes on with another key, and has both on record', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    await commit(lake, NOON, 1);
    await sealOnce(lake, TEN_PAST + 2 * HOUR, { key: OTHER_KEY });
    await sealOnce(lake, TEN_PAST + 3 * HOUR);
    const signers = (await digestsOf(lake)).map(
      ({ digestPublicKeyFingerprint }) => digestPublicKeyFingerprint,
    );
    expect(signers).toEqual([OWN_KEY, OTHER_KEY, OTHER_KEY, OWN_KEY].map(({ fingerprint }) => fingerprint));
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
    expect(await chainBreachesOf(lake, [OWN_KEY])).not.toEqual([]);
  });

  it('tells of a digest that another run stored as it is stored', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    await commit(lake, NOON, 1, 3);
    let meanwhile: Promise<unknown> | undefined;
    const other = async (): Promise<void> => {
      await sealOnce(lake, NOON + HOUR, { key: OTHER_KEY });
      await commit(lake, NOON + MINUTE, 2);
    };
    const beaten: ObjectStore = {
      get: (key) => lake.get(key),
      list: (prefix, after) => lake.list(prefix, after),
      putIfAbsent: async (key, bytes) => {
        if (key.startsWith('AWSLogs/')) await (meanwhile ??= other());
        return await lake.putIfAbsent(key, bytes);
      },
    };
    const { digests } = await sealOnce(beaten, NOON + HOUR);
    expect(digests).toMatchObject([{ own: false, logFiles: 3, receipts: 1 }]);
    await sealOnce(lake, NOON + 2 * HOUR);
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
    expect(await unsealedIn(lake)).toEqual([]);
  });

  it('signs in the gzip header and in the metadata alike, where any gunzip reads the digest', async () => {
    const lake = new MemoryStore();
    const metadata: Metadata[] = [];
    const recording: ObjectStore = {
      get: (key) => lake.get(key),
      list: (prefix, after) => lake.list(prefix, after),
      putIfAbsent: (key, bytes, given) => {
        if (given !== undefined) metadata.push(given);
        return lake.putIfAbsent(key, bytes);
      },
    };
    await sealOnce(recording, TEN_PAST);
    const stored = Buffer.from((await lake.get(digestKeyAt(NOON))) ?? '');
    const { signature } = readOwnDigest(digestKeyAt(NOON), stored);
    expect(signature).toMatch(/^[0-9a-f]{512}$/);
    expect(metadata).toEqual([{ signature, 'signature-algorithm': 'SHA256withRSA' }]);
    expect(JSON.parse(gunzipSync(stored).toString())).toMatchObject({ digestEndTime: iso(NOON) });
  });

  it('seals the receipts of an unreadable log file, which has no hash to list', async () => {
    const lake = new MemoryStore();
    await commit(lake, NOON - MINUTE, 5, 2);
    await sealOnce(lake, TEN_PAST);
    const [digest] = await digestsOf(lake);
    expect(digest?.trailseal.receipts.map(({ key }) => key)).toEqual(keysOfBatches(5));
    expect(digest?.logFiles.map(({ s3Object }) => s3Object)).toEqual([
      'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/5-1.json.gz',
    ]);
  });
});

describe('a chain that cannot be', () => {
  it('is not begun: what is stored of it stays', async () => {
    const lake = new MemoryStore();
    const chain = { ...SEAL_OPTIONS.chain, trail: 'with_underscores' };
    await expect(sealOnce(lake, TEN_PAST, { chain })).rejects.toThrow('trail');
    expect(await treeOf(lake)).toEqual({});
  });

  it('stays what it was begun as, whatever the next run is told', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    const chain = { ...SEAL_OPTIONS.chain, trail: 'another', account: '000000000000' };
    await sealOnce(lake, TEN_PAST + HOUR, { chain });
    expect(await digestsOf(lake)).toHaveLength(2);
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
  });

  it('is said to be damaged', async () => {
    const lake = new MemoryStore();
    await lake.putIfAbsent(CHAIN_KEY, Buffer.from('{}'));
    await expect(sealOnce(lake, TEN_PAST)).rejects.toThrow(ChainFormatError);
  });
});

describe('whoever can write to the lake', () => {
  const notReceipts: [string, Uint8Array][] = [
    ['garbage', Buffer.from([0xff, 0, 1])],
    ['another JSON', Buffer.from('{"logFiles":[]}')],
    [
      'a hash that is none',
      Buffer.from(JSON.stringify(receiptsOf(1, 1)).replace(/"sha256":"\w{64}"/, '"sha256":"x"')),
    ],
    [
      'a time that is none',
      Buffer.from(JSON.stringify(receiptsOf(1, 1)).replaceAll(/"20[^"]*Z"/g, '"never"')),
    ],
  ];

  it.each(notReceipts)(
    'and plants %s as receipts has them sealed, and nothing listed of them',
    async (_, planted) => {
      const lake = new MemoryStore();
      await lake.putIfAbsent(keyOfBatch(1), planted);
      await commit(lake, NOON - MINUTE, 2);
      await sealOnce(lake, TEN_PAST);
      const [digest] = await digestsOf(lake);
      expect(digest?.trailseal.receipts.map(({ key }) => key)).toEqual(keysOfBatches(1, 2));
      expect(digest?.logFiles).toHaveLength(1);
      expect(await chainBreachesOf(lake, BOTH_KEYS)).toEqual([]);
    },
  );

  it('can not make a digest too large with receipts that list nothing', async () => {
    const lake = new MemoryStore();
    for (let number = 0; number < 7; number += 1)
      await lake.putIfAbsent(keyOfBatch(number), Buffer.from('x'));
    const { digests } = await sealOnce(lake, TEN_PAST, { logFiles: 3 });
    expect(digests.map(({ receipts }) => receipts)).toEqual([3, 3, 1]);
  });

  it('can announce what is no receipts key to no effect, and receipts that never come to be waited for', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    const hour = 'sealing/2026-11-21T12/';
    for (const key of ['receipts/../../etc', 'plans/s/000001.json', 'receipts/s/1.json', 'x'])
      await lake.putIfAbsent(hour + key, Buffer.from('y'));
    await announce(lake, NOON, 1);
    await commit(lake, NOON, 2);
    for (const hours of [1, 2, 3]) await sealOnce(lake, NOON + hours * HOUR);
    const waiting = (await digestsOf(lake)).map(({ trailseal }) => trailseal.waiting.join());
    expect(waiting).toEqual(['', keyOfBatch(1), keyOfBatch(1), keyOfBatch(1)]);
    expect(await unsealedIn(lake)).toEqual([]);
  });

  it('can not put off what is sealed in time with announcements of hours to come', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    await commit(lake, NOON, 1);
    for (const hours of [2, 3, 50]) await announce(lake, NOON + hours * HOUR, 1);
    await sealOnce(lake, TEN_PAST + HOUR);
    expect(sealedIn(await readOwnChain(lake))).toEqual(keysOfBatches(1));
  });

  it('can not stop the chain with a digest of the future, or one that lies elsewhere', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    const end = NOON + 50 * HOUR;
    const far = digestKeyAt(end);
    await lake.putIfAbsent(far, forged({ digestS3Object: far, digestEndTime: iso(end) }));
    await lake.putIfAbsent(digestKeyAt(NOON, 'other-trail'), Buffer.from('x'));
    const { digests } = await sealOnce(lake, TEN_PAST + 2 * HOUR);
    expect(digests.map(({ endTime }) => endTime)).toEqual([1, 2].map((hours) => iso(NOON + hours * HOUR)));
  });

  const notTheNext: [string, (first: Uint8Array) => Uint8Array][] = [
    ['garbage', () => Buffer.from('x')],
    ['nothing', () => new Uint8Array()],
    ['the digest before it once more', (first) => first],
    [
      'a digest that says another key',
      () => forged({ digestS3Object: digestKeyAt(NOON), digestEndTime: iso(NOON + HOUR) }),
    ],
    [
      'a digest that ends never',
      () => forged({ digestS3Object: digestKeyAt(NOON + HOUR), digestEndTime: 'never' }),
    ],
    [
      'a digest that ends in a hundred years',
      () => forged({ digestS3Object: digestKeyAt(NOON + HOUR), digestEndTime: '2126-11-21T13:00:00Z' }),
    ],
  ];

  it.each(notTheNext)(
    'and puts %s where the next digest belongs is met with an error that names it',
    async (_, planted) => {
      const lake = new MemoryStore();
      await sealOnce(lake, TEN_PAST);
      const key = digestKeyAt(NOON + HOUR);
      const first = (await lake.get(digestKeyAt(NOON))) ?? new Uint8Array();
      await lake.putIfAbsent(key, planted(first));
      const tree = await treeOf(lake);
      for (const now of [TEN_PAST + HOUR, TEN_PAST + 5 * HOUR]) {
        const failure = sealOnce(lake, now);
        await expect(failure).rejects.toThrow(ChainEndError);
        await expect(failure).rejects.toThrow(key);
      }
      expect(await treeOf(lake)).toEqual(tree);
      const mended = await tamperedWith(lake, { [key]: undefined });
      await sealOnce(mended, TEN_PAST + 5 * HOUR);
      expect(await chainBreachesOf(mended, BOTH_KEYS)).toEqual([]);
    },
  );

  it.each([
    ['itself', digestKeyAt(NOON + HOUR)],
    ['one that comes later', digestKeyAt(NOON + 2 * HOUR)],
    ['no digest', '../../etc/passwd'],
  ])('and has a digest point back to %s can not keep the next one from being made', async (_, previous) => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    const key = digestKeyAt(NOON + HOUR);
    const fields = { digestStartTime: iso(NOON), digestEndTime: iso(NOON + HOUR), digestS3Object: key };
    await lake.putIfAbsent(key, forged({ ...fields, previousDigestS3Object: previous }));
    await commit(lake, NOON + HOUR, 1);
    await sealOnce(lake, TEN_PAST + 2 * HOUR);
    expect((await sealedByHour(lake))['14:00:00']).toEqual(keysOfBatches(1));
    expect(await chainBreachesOf(lake, BOTH_KEYS)).toContain(`${key} is signed by nobody known`);
  });

  it('and removes the newest digest sees it made again, with all that it sealed', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    await commit(lake, NOON, 1);
    await commit(lake, NOON + HOUR, 2);
    await sealOnce(lake, TEN_PAST + 2 * HOUR);
    for (const now of [TEN_PAST + 2 * HOUR, TEN_PAST + 4 * HOUR]) {
      const robbed = await tamperedWith(lake, { [digestKeyAt(NOON + 2 * HOUR)]: undefined });
      await sealOnce(robbed, now);
      expect(await chainBreachesOf(robbed, BOTH_KEYS)).toEqual([]);
      expect(await unsealedIn(robbed)).toEqual([]);
    }
  });

  it('and removes a digest in the middle leaves a gap that shows, and a chain that goes on', async () => {
    const lake = new MemoryStore();
    await sealOnce(lake, TEN_PAST);
    await commit(lake, NOON, 1);
    await sealOnce(lake, TEN_PAST + 3 * HOUR);
    const removed = digestKeyAt(NOON + 2 * HOUR);
    const robbed = await tamperedWith(lake, { [removed]: undefined });
    await commit(robbed, NOON + 3 * HOUR, 2);
    await sealOnce(robbed, TEN_PAST + 5 * HOUR);
    const after = digestKeyAt(NOON + 3 * HOUR);
    const breaches = await chainBreachesOf(robbed, BOTH_KEYS);
    expect(breaches).toContain(`${after} says ${removed}, not ${digestKeyAt(NOON + HOUR)}`);
    expect(breaches.filter((breach) => !breach.startsWith(after))).toEqual([]);
    expect(await unsealedIn(robbed)).toEqual([]);
  });
});

describe("a digest's key", () => {
  const changes = fc.record({
    hours: fc.integer({ min: 1, max: 100 }),
    minutes: fc.integer({ min: 0, max: 59 }),
    logFiles: fc.integer({ min: 1, max: 20 }),
    key: fc.constantFrom(...BOTH_KEYS),
    logBucket: fc.constantFrom('a', 'b'),
    chain: fc.constantFrom(SEAL_OPTIONS.chain, { ...SEAL_OPTIONS.chain, trail: 'x-y' }),
    batches: fc.uniqueArray(fc.tuple(fc.integer({ min: 10, max: 60 }), fc.integer({ min: -3, max: 90 })), {
      maxLength: 6,
      selector: ([number]) => number,
    }),
  });

  it('follows from the digest before it, whoever makes it, when, and whatever is to be sealed', async () => {
    const full = new MemoryStore();
    for (const number of [1, 2, 3]) await commit(full, NOON - HOUR, number);
    await sealOnce(full, NOON, { logFiles: 1 });
    const usual = new MemoryStore();
    await sealOnce(usual, TEN_PAST);
    const property = fc.asyncProperty(fc.boolean(), changes, async (isFull, change) => {
      const { hours, minutes, batches, ...options } = change;
      const lake = await tamperedWith(isFull ? full : usual, {});
      for (const [number, at] of batches) await commit(lake, NOON + at * HOUR, number);
      let digests = 0;
      const hasTime = (): boolean => (digests += 1) <= 1;
      const made = await sealOnce(lake, NOON + hours * HOUR + minutes * MINUTE, { ...options, hasTime });
      expect(made.digests.map(({ key }) => key)).toEqual([digestKeyAt(isFull ? NOON + 1000 : NOON + HOUR)]);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});
