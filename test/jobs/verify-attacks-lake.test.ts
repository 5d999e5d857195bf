import { describe, expect, it } from 'vitest';
import { encodeDocument, planId } from '../../shared/core/lake-format.ts';
import type { Struct } from '../../shared/core/record-row.ts';
import {
  findingsIn,
  foundAfter,
  HOUR,
  sealedTrail,
  sorted,
  UNTIL,
  type Attack,
  type SealedTrail,
} from '../support/sealed-trail.ts';

/** Attacks on receipts, plans and rows. The log files are as CloudTrail delivered them. */

const WHOLE = await sealedTrail();
const STREAM = '111122223333/CloudTrail/eu-west-1/2026/11/20';
const RECEIPTS = `receipts/${STREAM}/000002.json`;
const PLAN = `plans/${STREAM}/000002.json`;
const SEALED = WHOLE.receipts(RECEIPTS);
const OBJECT = SEALED.objects[0]?.key ?? '';
const [INDEX = '', RECORDS = ''] = WHOLE.keys('quarantine/');
const QUARANTINED = SEALED.quarantine.map(({ key }) => key).sort();
const NEXT = `receipts/${STREAM}/000003.json`;

/** Rows of the object, changed, and written as ours are. */
async function rewrite(
  trail: SealedTrail,
  change: (rows: readonly Struct[]) => readonly Struct[],
): Promise<void> {
  trail.putRows(OBJECT, change(await trail.rows(OBJECT)));
}

const CHANGES: readonly (readonly [string, (rows: readonly Struct[]) => readonly Struct[]])[] = [
  ['a row dropped', (rows) => rows.slice(1)],
  ['a row doubled', (rows) => [...rows, ...rows.slice(-1)]],
  [
    'a column of a row edited',
    ([first, ...rows]) => [{ ...first, sourceipaddress: '198.51.100.1' }, ...rows],
  ],
  ['a row in another’s place', ([, second = {}, ...rows]) => [second, second, ...rows]],
];

describe('a copy of the lake’s rows that was written again', () => {
  it('and has the same rows is the same object: it would be found if it were not', async () => {
    const trail = WHOLE.copy();
    await rewrite(trail, (rows) => rows);
    expect(await findingsIn(trail.places())).toEqual([]);
  });

  it.each(CHANGES)('with %s is found', async (_, change) => {
    const found = [`lake-object-changed ${OBJECT}`];
    expect(await foundAfter((trail) => rewrite(trail, change))).toEqual(sorted({ both: found, lake: found }));
  });

  it.each(CHANGES)('with %s is found by receipts that were changed with it', async (_, change) => {
    expect(
      await foundAfter(async (trail) => {
        await rewrite(trail, change);
        await trail.recount(RECEIPTS, OBJECT);
        evenOut(trail);
      }),
    ).toEqual(
      sorted({
        both: [
          ...(RECEIPTS_FOUND.get(change) ?? []),
          `lake-object-changed ${OBJECT}`,
          `receipts-changed ${RECEIPTS}`,
        ],
        lake: [`receipts-changed ${RECEIPTS}`],
      }),
    );
  });

  it.each(CHANGES)(
    'with %s is found by the log files though our own digests were signed again',
    async (_, change) => {
      expect(
        await foundAfter(async (trail) => {
          await rewrite(trail, change);
          await trail.recount(RECEIPTS, OBJECT);
          evenOut(trail);
          trail.reseal(RECEIPTS);
        }),
      ).toEqual(sorted({ both: [...(RECEIPTS_FOUND.get(change) ?? []), `lake-object-changed ${OBJECT}`] }));
    },
  );
});

/** Receipts that say as many rows as there are are found too where that isn't what the log files give. */
const RECEIPTS_FOUND = new Map(
  CHANGES.slice(0, 2).map(([, change]) => [change, [`receipts-contradict-log-files ${RECEIPTS}`]]),
);

/** Has the rows of the last log file make up for what there is more or less of. */
function evenOut(trail: SealedTrail): void {
  const { objects, logFiles, ...rest } = trail.receipts(RECEIPTS);
  const of = new Map(objects.map(({ key, rows }) => [key, rows]));
  for (const { rows } of logFiles.slice(0, -1))
    for (const one of rows) of.set(one.object, (of.get(one.object) ?? 0) - one.rows);
  const last = logFiles.at(-1);
  if (last === undefined) return;
  const rows = last.rows.map((one) => ({ ...one, rows: of.get(one.object) ?? one.rows }));
  trail.putReceipts(RECEIPTS, { ...rest, logFiles: [...logFiles.slice(0, -1), { ...last, rows }], objects });
}

describe('an object of the lake', () => {
  it.each([
    ['with rows that was deleted', OBJECT, 'lake-object-missing'],
    ['of quarantine that was deleted', RECORDS, 'lake-object-missing'],
    ['that says why something is in quarantine and was deleted', INDEX, 'lake-object-missing'],
  ])('%s is missed', async (_, key, code) => {
    const found = [`${code} ${key}`];
    expect(await foundAfter((trail) => void trail.lake.delete(key))).toEqual(
      sorted({ both: found, lake: found }),
    );
  });

  it.each([
    ['with rows', OBJECT, 100],
    ['of quarantine', RECORDS, 3],
    ['that says why something is in quarantine', INDEX, 30],
  ])('%s is found with a byte flipped', async (_, key, at) => {
    const found = [`lake-object-changed ${key}`];
    const flip: Attack = (trail) => {
      const bytes = trail.bytes(key);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      trail.put(key, bytes);
    };
    expect(await foundAfter(flip)).toEqual(sorted({ both: found, lake: found }));
  });

  it.each([
    ['beside the others', OBJECT.replace('-001.parquet', '-002.parquet')],
    ['under the name of no plan', OBJECT.replace(/[0-9a-f]{20}-/, `${'0'.repeat(20)}-`)],
    ['under no name of ours', 'events/rows.parquet'],
    ['in quarantine', RECORDS.replace('0000.', '0009.')],
  ])('that was added is unknown: %s', async (_, key) => {
    const found = [`lake-object-unknown ${key}`];
    expect(await foundAfter((trail) => trail.put(key, trail.bytes(OBJECT)))).toEqual(
      sorted({ both: found, lake: found }),
    );
  });
});

describe('receipts', () => {
  it('that were deleted are missed, and what they accounted for is nobody’s', async () => {
    const others = [`receipts-missing ${RECEIPTS}`];
    const unknown = SEALED.objects.map(({ key }) => key);
    const notProcessed = SEALED.logFiles.map(({ key }) => `log-file-not-processed ${key}`);
    // Their plan is there, and makes them: they may be of a batch that was cut off.
    const notices = [...unknown, ...QUARANTINED].map((key) => `notice: lake-object-unknown ${key}`);
    expect(await foundAfter((trail) => void trail.lake.delete(RECEIPTS))).toEqual(
      sorted({
        both: [...others, ...notices, ...notProcessed],
        lake: [...others, ...notices],
      }),
    );
  });

  it('that were deleted with their plan leave objects that nobody knows', async () => {
    const unknown = [...SEALED.objects, ...SEALED.quarantine].map(({ key }) => `lake-object-unknown ${key}`);
    const lake = [`receipts-missing ${RECEIPTS}`, ...unknown];
    const both = [...lake, ...SEALED.logFiles.map(({ key }) => `log-file-not-processed ${key}`)];
    expect(
      await foundAfter((trail) => {
        trail.lake.delete(RECEIPTS);
        trail.lake.delete(PLAN);
      }),
    ).toEqual(sorted({ both, lake }));
  });

  it.each([
    ['row count', /"rows":(\d)/, '"rows":9'],
    ['hash of a log file', /"sha256":"[0-9a-f]{8}/, '"sha256":"00000000'],
    ['number of records', /"records":2/, '"records":7'],
  ] as const)('with another %s contradict digest and log files', async (what, from, to) => {
    const change: Attack = (trail) => {
      trail.put(RECEIPTS, trail.bytes(RECEIPTS).toString().replace(from, to));
    };
    const [logFile] = SEALED.logFiles;
    const digest = what === 'hash of a log file' ? [`receipts-contradict-digest ${logFile?.key}`] : [];
    const uneven = what === 'row count' ? [`receipts-unreadable ${RECEIPTS}`] : [];
    const changed = `receipts-changed ${RECEIPTS}`;
    expect(await foundAfter(change)).toEqual(
      sorted({
        both: [changed, ...digest, `receipts-contradict-log-files ${RECEIPTS}`],
        lake: [changed, ...uneven],
      }),
    );
  });

  it('with another hash of an object are found, and the object', async () => {
    const sha256 = SEALED.objects[0]?.sha256 ?? '';
    const both = [`lake-object-changed ${OBJECT}`, `receipts-changed ${RECEIPTS}`];
    expect(
      await foundAfter((trail) => {
        trail.put(RECEIPTS, trail.bytes(RECEIPTS).toString().replace(sha256, '0'.repeat(64)));
      }),
    ).toEqual(sorted({ both, lake: both }));
  });

  it('that say a log file could not be read contradict its digest, whoever sealed them', async () => {
    const [first, ...others] = SEALED.logFiles;
    if (first === undefined) throw new Error('no log file');
    const hidden = {
      ...first,
      outcome: 'unreadable' as const,
      sha256: null,
      records: 0,
      rows: [],
      quarantined: {},
    };
    expect(
      await foundAfter((trail) => {
        trail.putReceipts(RECEIPTS, { ...SEALED, logFiles: [hidden, ...others] });
        trail.reseal(RECEIPTS);
      }),
    ).toEqual(
      sorted({
        both: [`receipts-contradict-digest ${first.key}`, `receipts-contradict-log-files ${RECEIPTS}`],
        lake: [`receipts-unreadable ${RECEIPTS}`],
      }),
    );
  });

  it('that were moved are unreadable there, and missed here', async () => {
    const lake = [
      `receipts-missing ${RECEIPTS}`,
      `receipts-not-sealed ${NEXT}`,
      `receipts-unreadable ${NEXT}`,
    ];
    const notices = [...SEALED.objects, ...SEALED.quarantine].map(
      ({ key }) => `notice: lake-object-unknown ${key}`,
    );
    const notProcessed = SEALED.logFiles.map(({ key }) => `log-file-not-processed ${key}`);
    expect(
      await foundAfter((trail) => {
        trail.put(NEXT, trail.bytes(RECEIPTS));
        trail.lake.delete(RECEIPTS);
      }),
    ).toEqual(sorted({ both: [...lake, ...notices, ...notProcessed], lake: [...lake, ...notices] }));
  });

  it('that nobody announced are not sealed', async () => {
    const newest = 'receipts/111122223333/CloudTrail/eu-west-1/2026/11/21/000003.json';
    const found = [`digest-too-old ${WHOLE.seals.at(-2)}`, `receipts-not-sealed ${newest}`];
    const trail = WHOLE.copy();
    trail.lake.delete(WHOLE.seals.at(-1) ?? '');
    for (const key of trail.keys('sealing/')) if (key.endsWith(newest)) trail.lake.delete(key);
    const soon = await findingsIn(trail.places(), { sealedUntil: UNTIL - HOUR / 3 });
    expect(soon).toEqual([found[1]]);
    expect(await findingsIn(trail.places())).toEqual(found);
  });
});

describe('a plan', () => {
  const changed = [`plan-changed ${PLAN}`];
  it.each([
    ['was deleted', (trail: SealedTrail): void => void trail.lake.delete(PLAN)],
    [
      'was edited',
      (trail: SealedTrail): void =>
        trail.put(
          PLAN,
          encodeDocument({ ...trail.plan(PLAN), logFiles: trail.plan(PLAN).logFiles.slice(1) }),
        ),
    ],
    [
      'is another’s',
      (trail: SealedTrail): void => trail.put(PLAN, trail.bytes(PLAN.replace('000002', '000001'))),
    ],
  ] as const)('that %s is found', async (_, attack) => {
    expect(await foundAfter(attack)).toEqual(sorted({ both: changed, lake: changed }));
  });

  it.each([
    ['recordBytes', 10],
    ['records', 1],
    ['partitions', 1],
    ['logFileBytes', 2 ** 50],
    ['expansion', 100_000],
  ] as const)(
    'whose limit %s was made %d hides no records, though all else agrees with it',
    async (name, value) => {
      expect(
        await foundAfter((trail) => {
          const plan = trail.plan(PLAN);
          const bytes = encodeDocument({ ...plan, limits: { ...plan.limits, [name]: value } });
          trail.put(PLAN, bytes);
          trail.putReceipts(RECEIPTS, { ...SEALED, plan: planId(bytes) });
          trail.reseal(RECEIPTS);
        }),
      ).toEqual(sorted({ both: changed, lake: changed }));
    },
  );
});
