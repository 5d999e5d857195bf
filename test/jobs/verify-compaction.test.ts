import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compactedFile } from '../../shared/core/compacted-file.ts';
import {
  decodeCompactionReceipts,
  encodeCompaction,
  type CompactionReceipts,
} from '../../shared/core/compaction-format.ts';
import { COMPACTED, COMPACTIONS, EVENTS, parseCompactionKey } from '../../shared/core/lake-keys.ts';
import type { Struct } from '../../shared/core/record-row.ts';
import type { VerifyProgress } from '../../shared/jobs/verify.ts';
import { compactOnce } from '../support/compact-once.ts';
import { rowsOfObject } from '../support/rows-of-object.ts';
import { sealOnce } from '../support/seal-once.ts';
import {
  findingsIn,
  HOUR,
  MapStore,
  NEXT_KEY,
  sealedTrail,
  type SealedTrail,
} from '../support/sealed-trail.ts';
import { START } from '../support/signed-trail.ts';

/** A lake whose days were compacted and whose generations were sealed, and attacks on it. */
const ALL_DAYS = { settleMs: -10 * 24 * HOUR };
const SEALED_UNTIL = START + 8 * HOUR + 40 * 60_000;

const WHOLE = await compactedTrail();
const [RECEIPTS = ''] = receiptsIn(WHOLE);
const GENERATION = generation(WHOLE, RECEIPTS);
const [OBJECT = ''] = GENERATION.objects.map(({ key }) => key);
const [HELD = ''] = GENERATION.holds.map(({ key }) => key);

async function compactedTrail(): Promise<SealedTrail> {
  const trail = (await sealedTrail()).copy();
  const lake = new MapStore(trail.lake);
  await compactOnce({ lake, now: () => START + 7 * HOUR - 20 * 60_000 }, ALL_DAYS);
  await sealOnce(lake, START + 8 * HOUR + 5 * 60_000, { key: NEXT_KEY });
  return trail;
}

function receiptsIn(trail: SealedTrail): string[] {
  return trail.keys(COMPACTIONS).filter((key) => parseCompactionKey(key)?.what === 'receipts');
}

function generation(trail: SealedTrail, key: string): CompactionReceipts {
  return decodeCompactionReceipts(key, trail.bytes(key));
}

type Places = 'both' | 'lake';

async function found(trail: SealedTrail, which: Places = 'both'): Promise<string[]> {
  const { logs, lake } = trail.places();
  const places = which === 'both' ? { logs, lake } : { lake };
  return await findingsIn(places, { sealedUntil: SEALED_UNTIL });
}

async function after(
  attack: (trail: SealedTrail) => void | Promise<void>,
  which: Places = 'both',
): Promise<string[]> {
  const trail = WHOLE.copy();
  await attack(trail);
  return await found(trail, which);
}

/** Writes a compacted object with other rows; receipts say so and are sealed, as whoever has our key can have it. */
async function doctor(
  trail: SealedTrail,
  change: (rows: readonly Struct[]) => readonly Struct[],
): Promise<void> {
  const rows = change(await rowsOfObject(trail.bytes(OBJECT)));
  const bytes = compactedFile(rows);
  trail.put(OBJECT, bytes);
  const objects = GENERATION.objects.map((one) =>
    one.key === OBJECT ? { ...one, bytes: bytes.length, sha256: sha256(bytes), rows: rows.length } : one,
  );
  trail.put(RECEIPTS, encodeCompaction({ ...GENERATION, objects }));
  trail.reseal(RECEIPTS);
}

function expireHeld(trail: SealedTrail): void {
  for (const key of receiptsIn(trail))
    for (const held of generation(trail, key).holds) trail.lake.delete(held.key);
}

const CHANGES: readonly (readonly [string, (rows: readonly Struct[]) => readonly Struct[]])[] = [
  ['a row dropped', (rows) => rows.slice(1)],
  ['a row doubled', (rows) => [...rows, ...rows.slice(-1)]],
  ['a column edited', ([first, ...rows]) => [{ ...first, sourceipaddress: '198.51.100.1' }, ...rows]],
  ['a row in another’s place', ([, second = {}, ...rows]) => [second, second, ...rows]],
  [
    'a delivery made up',
    ([first, ...rows]) => [{ ...first, otherdeliveries: [{ logfile: 'a', recordindex: 1 }] }, ...rows],
  ],
];

describe('a compacted lake', () => {
  it('has nothing to be found, with its small objects and when they have expired', async () => {
    expect(receiptsIn(WHOLE).length).toBeGreaterThan(2);
    expect(await found(WHOLE)).toEqual([]);
    expect(await found(WHOLE, 'lake')).toEqual([]);
    expect(await after(expireHeld)).toEqual([]);
  });

  it('is verified in parts as in one go, when small objects have expired and a row was dropped', async () => {
    const trail = WHOLE.copy();
    await doctor(trail, (rows) => rows.slice(1));
    expireHeld(trail);
    const { logs, lake } = trail.places();
    const stops: VerifyProgress[] = [];
    const options = {
      sealedUntil: SEALED_UNTIL,
      checkpoint: (progress: VerifyProgress) => stops.push(progress),
    };
    const whole = await findingsIn({ logs, lake }, options);
    expect(whole).toEqual([`compaction-contradicts-rows ${RECEIPTS}`]);
    expect(stops.length).toBeGreaterThan(3);
    for (const from of stops)
      expect(await findingsIn({ logs, lake }, { sealedUntil: SEALED_UNTIL, from })).toEqual(whole);
  });

  it('without log files and small objects is only held to its hashes, which is said of each generation', async () => {
    const told = receiptsIn(WHOLE).map((key) => `notice: compaction-not-recomputed ${key}`);
    expect(await after(expireHeld, 'lake')).toEqual(told);
  });

  it('that was compacted again needs no objects of the generation before', async () => {
    const trail = WHOLE.copy();
    const lake = new MapStore(trail.lake);
    // Two batches' worth is put off, as if it had come late.
    const held = trail.keys(EVENTS).slice(0, 1);
    const late = new Map(held.map((key) => [key, trail.lake.get(key)]));
    for (const key of [...trail.keys(COMPACTIONS), ...trail.keys(COMPACTED)]) trail.lake.delete(key);
    for (const key of late.keys()) trail.lake.delete(key);
    const now = (): number => START + 8 * HOUR + 10 * 60_000;
    await compactOnce({ lake, now }, ALL_DAYS);
    for (const [key, stored] of late) if (stored !== undefined) trail.lake.set(key, stored);
    await compactOnce({ lake, now }, ALL_DAYS);
    for (const key of trail.keys('sealing/'))
      if (key.includes('/compactions/') && !key.includes('T1')) trail.lake.delete(key);
    const second = receiptsIn(trail).filter((key) => key.endsWith('/000002.json'));
    expect(second).toHaveLength(1);
    const isFirst = (key: string): boolean =>
      key.includes('/000001-') && key.startsWith(partitionOf(second[0] ?? ''));
    const about = (some: readonly string[]): string[] => some.filter((one) => !one.includes('receipts-'));
    expect(about(await found(trail))).toEqual([]);
    for (const key of trail.keys(COMPACTED).filter(isFirst)) trail.lake.delete(key);
    expect(about(await found(trail))).toEqual([]);
  });
});

describe('rows of a generation', () => {
  it.each(CHANGES)(
    'with %s, receipts and digests made to agree, are held to the small objects',
    async (_, change) => {
      expect(await after(async (trail) => await doctor(trail, change), 'lake')).toEqual([
        `compaction-contradicts-rows ${RECEIPTS}`,
      ]);
    },
  );

  it.each(CHANGES)('with %s, when those have expired, are held to the log files', async (_, change) => {
    expect(
      await after(async (trail) => {
        await doctor(trail, change);
        expireHeld(trail);
      }),
    ).toEqual([`compaction-contradicts-rows ${RECEIPTS}`]);
  });

  it('changed without their receipts are found by their hash', async () => {
    expect(
      await after((trail) => {
        const bytes = trail.bytes(OBJECT);
        bytes[100] = (bytes[100] ?? 0) ^ 1;
        trail.put(OBJECT, bytes);
      }),
    ).toEqual([`lake-object-changed ${OBJECT}`]);
  });
});

describe('an attack on a generation is found:', () => {
  it.each<[string, (trail: SealedTrail) => void, string[]]>([
    ['an object removed', (trail) => void trail.lake.delete(OBJECT), [`lake-object-missing ${OBJECT}`]],
    [
      'an object added',
      (trail) => trail.put(OBJECT.replace(/\d{3}\.parquet/, '999.parquet'), trail.bytes(OBJECT)),
      [`lake-object-unknown ${OBJECT.replace(/\d{3}\.parquet/, '999.parquet')}`],
    ],
    [
      'its plan removed',
      (trail) => void trail.lake.delete(planOf(RECEIPTS)),
      [`plan-changed ${planOf(RECEIPTS)}`],
    ],
    [
      'its plan edited',
      (trail) => trail.put(planOf(RECEIPTS), `${trail.bytes(planOf(RECEIPTS)).toString()} `),
      [`plan-changed ${planOf(RECEIPTS)}`],
    ],
    [
      'its receipts edited',
      (trail) => trail.put(RECEIPTS, trail.bytes(RECEIPTS).toString().replace('"rows":', '"rows": ')),
      [`receipts-changed ${RECEIPTS}`],
    ],
    [
      'its receipts replaced by rubbish',
      (trail) => trail.put(RECEIPTS, '{}'),
      [
        `receipts-changed ${RECEIPTS}`,
        `receipts-unreadable ${RECEIPTS}`,
        ...GENERATION.objects.map(({ key }) => `lake-object-unknown ${key}`),
      ],
    ],
    [
      'its receipts removed, and its objects in nobody’s name',
      (trail) => void trail.lake.delete(RECEIPTS),
      [
        ...GENERATION.objects.map(({ key }) => `notice: lake-object-unknown ${key}`),
        `receipts-missing ${RECEIPTS}`,
      ],
    ],
    [
      'a small object that it doesn’t hold removed',
      (trail) => {
        const { holds, ...rest } = GENERATION;
        trail.put(RECEIPTS, encodeCompaction({ ...rest, holds: holds.slice(1) }));
        trail.reseal(RECEIPTS);
        trail.lake.delete(HELD);
      },
      [
        `compaction-contradicts-receipts ${RECEIPTS}`,
        `compaction-contradicts-receipts ${RECEIPTS}`,
        `compaction-contradicts-rows ${RECEIPTS}`,
        `lake-object-missing ${HELD}`,
      ],
    ],
  ])('%s', async (_, attack, expected) => {
    expect(await after(attack)).toEqual(expected.toSorted());
  });

  it.each<[string, (all: CompactionReceipts) => CompactionReceipts, string]>([
    [
      'objects of another day',
      (all) => ({
        ...all,
        holds: all.holds.map((held) => ({ ...held, key: held.key.replace('/day=', '/day=0') })),
      }),
      'compaction-contradicts-receipts',
    ],
    [
      'an object twice',
      (all) => ({ ...all, holds: [...all.holds, ...all.holds.slice(0, 1)] }),
      'compaction-contradicts-receipts',
    ],
    [
      'receipts that are no receipts',
      (all) => ({ ...all, holds: all.holds.map((held) => ({ ...held, receipts: 'x/1.json' })) }),
      'compaction-contradicts-receipts',
    ],
    [
      'other deliveries than rows',
      (all) => ({ ...all, objects: all.objects.map((one) => ({ ...one, deliveries: one.deliveries + 1 })) }),
      'compaction-contradicts-receipts',
    ],
  ])('one that tells of %s, though it was sealed again', async (_, change, code) => {
    const told = await after((trail) => {
      trail.put(RECEIPTS, encodeCompaction(change(GENERATION)));
      trail.reseal(RECEIPTS);
    });
    expect(told).toContain(`${code} ${RECEIPTS}`);
  });

  it('one whose plan and object are rubbish with the right hashes: a finding, and the others are verified', async () => {
    const told = await after((trail) => {
      const rubbish = Buffer.from('rubbish');
      trail.put(planOf(RECEIPTS), rubbish);
      trail.put(OBJECT, rubbish);
      const objects = GENERATION.objects.map((one) =>
        one.key === OBJECT ? { ...one, sha256: sha256(rubbish) } : one,
      );
      trail.put(RECEIPTS, encodeCompaction({ ...GENERATION, plan: sha256(rubbish).slice(0, 20), objects }));
      trail.reseal(RECEIPTS);
    });
    expect(told).toContain(`plan-changed ${planOf(RECEIPTS)}`);
  });

  it('one that nobody sealed, whatever it says', async () => {
    const key = RECEIPTS.replace('000001', '000002');
    const told = await after((trail) => trail.put(key, encodeCompaction({ ...GENERATION, generation: 2 })));
    expect(told).toContain(`receipts-not-sealed ${key}`);
    expect(told).toContain(`plan-changed ${planOf(key)}`);
    expect(told).toContain(`compaction-contradicts-receipts ${key}`);
  });
});

function planOf(receipts: string): string {
  return receipts.replace('.json', '.plan.json');
}

function partitionOf(receipts: string): string {
  return receipts.replace(COMPACTIONS, COMPACTED).replace(/[^/]+$/, '');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
