import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sealingKey } from '../../shared/core/lake-keys.ts';
import { findingsIn, isAlarm, sealedTrail, UNTIL, type SealedTrail } from '../support/sealed-trail.ts';

/** Whatever stands in an object, verification goes on to the end, and it is a finding. */

const WHOLE = await sealedTrail();
const STREAM = '111122223333/CloudTrail/eu-west-1/2026/11/20';
const RECEIPTS = `receipts/${STREAM}/000002.json`;
const PLAN = `plans/${STREAM}/000002.json`;
const SEAL = WHOLE.seals.at(-1) ?? '';
const DIGEST = WHOLE.trails[0]?.digests.at(-1) ?? '';
const LOG_FILE = WHOLE.trails[0]?.logFiles.at(-1) ?? '';
const GOOD = WHOLE.receipts(RECEIPTS);

async function after(attack: (trail: SealedTrail) => void): Promise<string[]> {
  const trail = WHOLE.copy();
  attack(trail);
  const found = await findingsIn(trail.places());
  expect(found.filter(isAlarm)).not.toEqual([]);
  return found;
}

const GARBAGE: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('{')],
  ['null', Buffer.from('null')],
  ['a number', Buffer.from('1e999')],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0xd8])],
  ['a million brackets', Buffer.from('['.repeat(1_000_000))],
  ['arrays in arrays, well formed', Buffer.from(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)],
  ['objects in objects', Buffer.from(`${'{"logFiles":'.repeat(20_000)}1${'}'.repeat(20_000)}`)],
  ['a prototype', Buffer.from('{"__proto__":{"format":1},"constructor":{}}')],
  ['three million zeros', Buffer.from(`{"logFiles":[0${',0'.repeat(3_000_000)}]}`)],
];

describe.each(GARBAGE)('%s', (_, bytes) => {
  it('is a finding in each place', async () => {
    for (const [key, code] of [
      [RECEIPTS, 'receipts-unreadable'],
      [PLAN, 'plan-changed'],
      [SEAL, 'digest-unreadable'],
      ['seals/chain.json', 'digest-unreadable'],
    ] as const) {
      const trail = WHOLE.copy();
      trail.put(key, bytes);
      expect(await findingsIn({ lake: trail.places().lake })).toContain(`${code} ${key}`);
    }
    const gzipped = gzipSync(bytes);
    const found = await after((trail) => {
      trail.put(SEAL, gzipped);
      trail.put(RECEIPTS, bytes);
      trail.put(PLAN, bytes);
      trail.logs.set(DIGEST, { bytes: gzipped, signature: 'ab' });
      trail.logs.set(LOG_FILE, { bytes: gzipped });
    });
    for (const key of [SEAL, RECEIPTS, DIGEST])
      expect(found.filter((one) => one.endsWith(key))).not.toEqual([]);
  });
});

describe('names that lead elsewhere', () => {
  const places = [
    '../../../etc/passwd',
    '/etc/passwd',
    'events/../seals/chain.json',
    '',
    '.',
    'a\0b',
    `${'x/'.repeat(5000)}y`,
  ];

  it('in receipts are objects and log files that are not there', async () => {
    const found = await after((trail) => {
      const objects = places.map((key) => ({ key, bytes: 1, sha256: '0'.repeat(64), rows: 1 }));
      const logFiles = GOOD.logFiles
        .slice(0, 1)
        .flatMap((one) => places.map((key) => ({ ...one, key, rows: [] })));
      trail.putReceipts(RECEIPTS, { ...GOOD, objects: [...GOOD.objects, ...objects], logFiles });
    });
    expect(found).toEqual(expect.arrayContaining(places.map((key) => `lake-object-missing ${key}`)));
  });

  it('in a plan are log files that are not there', async () => {
    const found = await after((trail) => {
      const logFiles = places.map((key) => ({ key, size: 1, version: 'v' }));
      trail.put(PLAN, JSON.stringify({ ...trail.plan(PLAN), logFiles }));
      trail.lake.delete(RECEIPTS);
    });
    expect(found.filter(isAlarm)).not.toEqual([]);
  });

  it('in a digest of CloudTrail’s are log files of somebody else', async () => {
    const found = await after((trail) => {
      const { logFiles, ...rest } = trail.cloudTrailFields(DIGEST);
      const hostile = places.map((s3Object) => ({ ...logFiles[0], s3Object }));
      trail.signAsCloudTrail(DIGEST, { ...rest, logFiles: [...logFiles, ...hostile] });
    });
    for (const key of places) expect(found).toContain(`log-file-foreign trail-bucket/${key}`);
  });

  it('in a digest of ours, and of receipts, are receipts that are not there', async () => {
    const found = await after((trail) => {
      const fields = trail.fields(SEAL);
      const receipts = places.map((key) => ({ key, sha256: '0'.repeat(64) }));
      trail.sign(SEAL, { ...fields, trailseal: { ...fields.trailseal, receipts } });
    });
    expect(found).toEqual(expect.arrayContaining(places.map((key) => `receipts-missing ${key}`)));
  });
});

describe('ever so many', () => {
  it('receipts of the same log file are told of, and do not take ever so long', async () => {
    const found = await after((trail) => {
      const logFiles = Array.from({ length: 20_000 }, () => GOOD.logFiles)
        .flat()
        .slice(0, 20_000);
      trail.putReceipts(RECEIPTS, { ...GOOD, logFiles });
    });
    const twice = GOOD.logFiles.map(({ key }) => `receipts-contradict-digest ${key}`);
    expect(new Set(found)).toEqual(
      new Set([...twice, `receipts-changed ${RECEIPTS}`, `receipts-contradict-log-files ${RECEIPTS}`]),
    );
  });

  it('announcements, receipts and digests that are none do not end it', async () => {
    const found = await after((trail) => {
      for (let i = 0; i < 2000; i += 1) {
        trail.put(sealingKey(UNTIL, `receipts/other/${i}/000001.json`), '');
        trail.put(`receipts/other/${i}/000001.json`, '{}');
        trail.put(
          SEAL.replace(
            'T040000Z',
            `T04${String(i % 60).padStart(2, '0')}${String(i % 59).padStart(2, '0')}Z`,
          ),
          '',
        );
      }
    });
    expect(found.filter((one) => one.startsWith('receipts-unreadable'))).toHaveLength(2000);
  });

  it('log files in one digest are all looked for', async () => {
    const found = await after((trail) => {
      const { logFiles, ...rest } = trail.cloudTrailFields(DIGEST);
      const more = Array.from({ length: 5000 }, (_, i) => ({
        ...logFiles[0],
        s3Object: LOG_FILE.replace(/_[0-9a-f]{16}\./, `_${String(i).padStart(16, '0')}.`),
      }));
      trail.signAsCloudTrail(DIGEST, { ...rest, logFiles: [...logFiles, ...more] });
    });
    expect(found.filter((one) => one.startsWith('log-file-missing'))).toHaveLength(5000);
  });
});
