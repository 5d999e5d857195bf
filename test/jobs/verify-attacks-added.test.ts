import { describe, expect, it } from 'vitest';
import { encodeDocument, planId } from '../../shared/core/lake-format.ts';
import { sealingKey } from '../../shared/core/lake-keys.ts';
import {
  findingsIn,
  foundAfter,
  isAlarm,
  sealedTrail,
  sorted,
  UNTIL,
  type SealedTrail,
} from '../support/sealed-trail.ts';

/** Attacks on the lake that leave nothing contradicting anything else in it: rows with receipts of their own, and none where some should be. */

const WHOLE = await sealedTrail();
const STREAM = '111122223333/CloudTrail/eu-west-1/2026/11/20';
const PLAN = `plans/${STREAM}/000002.json`;
const SEALED = WHOLE.receipts(`receipts/${STREAM}/000002.json`);
const OBJECT = SEALED.objects[0]?.key ?? '';
const NEXT = `receipts/${STREAM}/000003.json`;

describe('rows that were added with all that accounts for them', () => {
  /** Log files once more, as another batch, announced: nothing but that they are there twice is wrong with it. */
  async function again(trail: SealedTrail, stream: string, logFiles = SEALED.logFiles): Promise<string[]> {
    const plan = encodeDocument({ ...trail.plan(PLAN), stream, sequence: 3 });
    const id = planId(plan);
    const [planAt, receiptsAt] = [`plans/${stream}/000003.json`, `receipts/${stream}/000003.json`];
    trail.put(planAt, plan);
    const copy = (key: string): string => key.replace(SEALED.plan, id).replace(STREAM, stream);
    for (const { key } of [...SEALED.objects, ...SEALED.quarantine]) {
      const bytes = trail.bytes(key);
      trail.put(copy(key), bytes);
    }
    const objects = SEALED.objects.map((one) => ({ ...one, key: copy(one.key) }));
    const quarantine = SEALED.quarantine.map((one) => ({ ...one, key: copy(one.key) }));
    const copied = logFiles.map((one) => ({
      ...one,
      rows: one.rows.map((rows) => ({ ...rows, object: copy(rows.object) })),
    }));
    trail.putReceipts(receiptsAt, {
      ...SEALED,
      stream,
      sequence: 3,
      plan: id,
      logFiles: copied,
      objects,
      quarantine,
    });
    trail.put(sealingKey(UNTIL, receiptsAt), '');
    return [...objects, ...quarantine].map(({ key }) => key);
  }

  it('are found where the same log file has them already', async () => {
    const twice = SEALED.logFiles.map(({ key }) => `receipts-contradict-digest ${key}`);
    expect(await foundAfter(async (trail) => void (await again(trail, STREAM)))).toEqual(
      sorted({ both: twice }),
    );
  });

  it.each(['else', 'other/0123456789abcdef', '111122223333', '11112222333/CloudTrail'])(
    'are found where receipts lie in a folder of no trail: %s',
    async (stream) => {
      const first = SEALED.logFiles[0]?.key ?? '';
      expect(await foundAfter(async (trail) => void (await again(trail, stream)))).toEqual(
        sorted({
          both: [`log-file-in-no-digest ${first}`],
        }),
      );
    },
  );

  it('are nobody’s where their receipts are in no folder at all', async () => {
    const trail = WHOLE.copy();
    const objects = await again(trail, STREAM);
    trail.put('receipts/x', trail.bytes(NEXT));
    trail.lake.delete(NEXT);
    trail.lake.delete(NEXT.replace('receipts', 'plans'));
    const found = await findingsIn(trail.places());
    expect(found).toEqual(
      [
        ...objects.map((key) => `lake-object-unknown ${key}`),
        'receipts-not-sealed receipts/x',
        'receipts-unreadable receipts/x',
      ].sort(),
    );
  });

  it('are found in the name of a plan that was never carried out', async () => {
    const trail = WHOLE.copy();
    const objects = await again(trail, STREAM);
    trail.lake.delete(NEXT);
    const added = objects.find((key) => key.endsWith('.parquet')) ?? '';
    const more = await trail.rows(OBJECT);
    trail.putRows(added, [...more, ...more]);
    const found = await findingsIn(trail.places());
    expect(found.filter(isAlarm)).toEqual([`lake-object-unknown ${added}`]);
  });
});

describe('an account', () => {
  it('whose receipts, plans and rows are gone is missed', async () => {
    const account = '444455556666';
    const trail = WHOLE.copy();
    const gone = [...trail.lake.keys()].filter((key) => key.includes(account) && !key.startsWith('sealing/'));
    for (const key of gone) trail.lake.delete(key);
    const receipts = gone
      .filter((key) => key.startsWith('receipts/'))
      .map((key) => `receipts-missing ${key}`);
    const logFiles = WHOLE.trails[2]?.logFiles ?? [];
    // Those of the last two hours may still be on their way.
    const [due, late] = [logFiles.slice(0, 6), logFiles[6] ?? ''];
    expect(await findingsIn(trail.places())).toEqual(
      [
        ...due.map((key) => `log-file-not-processed ${key}`),
        `notice: log-file-in-no-digest ${late}`,
        ...receipts.sort(),
      ].sort(),
    );
    expect(await findingsIn({ lake: trail.places().lake })).toEqual(receipts.sort());
  });
});
