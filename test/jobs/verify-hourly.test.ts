import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeDocument, type BatchReceipts } from '../../shared/core/lake-format.ts';
import { storedDigest, textToSign, type OwnDigest } from '../../shared/core/sealed-digest.ts';
import { GrowingTrail, sha256, type Asked } from '../support/growing-trail.ts';
import { OWN_KEY, signerOf } from '../support/seal-once.ts';

/** `verify`, run hour by hour over a pipeline that grows: CloudTrail's side signed by keys of the test's own, the lake and our chain by the real jobs. */

const REGIONS = ['us-east-1', 'eu-west-1'];

/** A pipeline that nobody touched for so many hours. */
async function grown(hours: number, regions: readonly string[] = ['us-east-1']): Promise<GrowingTrail> {
  const trail = new GrowingTrail();
  for (let hour = 0; hour < hours; hour += 1) expect(await trail.hour(regions)).toEqual([]);
  return trail;
}

/** So many hours in which nothing is to be found. */
async function quietHours(trail: GrowingTrail, hours = 5): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) expect(await trail.hour()).toEqual([]);
}

describe('a pipeline that nobody touches', () => {
  it('has no findings over twelve hours, midnight and an hour without events among them', async () => {
    const trail = new GrowingTrail();
    for (let hour = 0; hour < 12; hour += 1) expect(await trail.hour(REGIONS, hour === 5)).toEqual([]);
    const { verification } = trail.results.at(-1) ?? {};
    expect(verification).toMatchObject({ behind: false, batchesLeft: [], since: '2026-11-20T23:34:00.000Z' });
    expect(verification?.chains).toHaveLength(2);
    const logFiles = trail.results.reduce((sum, { counts }) => sum + counts.logFiles, 0);
    expect(logFiles).toBe(22);
  });

  it('goes on from where the last run ended: nothing is verified twice, and what is due later stays known', async () => {
    const trail = await grown(4);
    expect(await trail.verify({ minutes: 54 })).toEqual([]);
    expect(trail.results.at(-1)?.counts).toMatchObject({ digests: 0, logFiles: 0, batches: 0 });
    await quietHours(trail);
  });

  it('has none where a region appears later', async () => {
    const trail = await grown(3);
    trail.deliver('ap-south-1', 59);
    expect(await trail.hour()).toEqual([]);
    for (let hour = 0; hour < 6; hour += 1) expect(await trail.hour(['us-east-1', 'ap-south-1'])).toEqual([]);
    expect(trail.state?.chains).toHaveLength(2);
  });

  it('has none where a log file is named by the digest after that of its hour', async () => {
    const trail = await grown(3);
    trail.deliver('us-east-1', 59);
    trail.withhold('us-east-1');
    expect(await trail.hour()).toEqual([]);
    trail.give('us-east-1');
    await quietHours(trail);
  });

  it.each([1, 2, 3, 5])(
    'has one finding where a log file is processed %s hours too late, if any',
    async (hours) => {
      const trail = await grown(3);
      const late = trail.deliver('us-east-1');
      trail.held.add(late);
      const found: string[] = [];
      for (let hour = 0; hour < hours; hour += 1) found.push(...(await trail.hour()));
      // Just before seal and verify, in the hour that has begun: it is there, and no digest has it yet.
      trail.held.clear();
      trail.deliver('us-east-1', 30);
      trail.end(['us-east-1']);
      await trail.seal();
      await trail.ingest(20);
      found.push(...(await trail.verify()));
      for (let hour = 0; hour < 6; hour += 1) found.push(...(await trail.hour()));
      expect(found).toEqual(hours < 4 ? [] : [`log-file-not-processed ${late}`]);
    },
  );

  it('has one finding where a log file is never processed, and none more when somebody brings it in days later', async () => {
    const trail = await grown(3);
    const late = trail.deliver('us-east-1');
    trail.held.add(late);
    const found: string[] = [];
    for (let hour = 0; hour < 9; hour += 1) found.push(...(await trail.hour()));
    expect(found).toEqual([`log-file-not-processed ${late}`]);
    trail.held.clear();
    await quietHours(trail);
    expect(trail.state?.regions.flatMap(({ sides }) => sides.known.map(([key]) => key))).not.toContain(late);
  });

  it('has none but that our digests are too old while seal is hours behind', async () => {
    const trail = await grown(3);
    const newest = trail.seals.at(-1);
    const found: string[] = [];
    for (let hour = 0; hour < 4; hour += 1) {
      trail.deliver('us-east-1');
      trail.end(['us-east-1']);
      await trail.ingest();
      found.push(...(await trail.verify()));
    }
    expect(new Set(found)).toEqual(new Set([`digest-too-old ${newest}`]));
    await quietHours(trail);
  });

  it('has but a notice where a digest of CloudTrail’s comes up to an hour and a half after its hour', async () => {
    const trail = await grown(3);
    const [newest = ''] = trail.digests('us-east-1').slice(-1);
    expect(trail.late).toEqual([]);
    trail.deliver('us-east-1');
    trail.end([]);
    await trail.ingest();
    await trail.seal();
    expect(await trail.verify()).toEqual([]);
    expect(await trail.verify({ minutes: 54 })).toEqual([]);
    expect(new Set(trail.late)).toEqual(new Set([newest]));
    trail.digest('us-east-1');
    await quietHours(trail);
  });

  it('has one about each chain that ended, under the same name every hour', async () => {
    const trail = await grown(3, REGIONS);
    const [newest] = trail.digests('eu-west-1').slice(-1);
    const found: string[] = [];
    for (let hour = 0; hour < 6; hour += 1) found.push(...(await trail.hour()));
    expect(new Set(found)).toEqual(new Set([`digest-too-old ${newest}`]));
  });

  it('has none of old log files that are brought in long after', async () => {
    const trail = new GrowingTrail();
    const old = [0, 1, 2].map(() => {
      trail.hours += 1;
      return ['us-east-1', 'eu-central-1'].map((region) => trail.deliver(region, 10, false));
    });
    for (const key of old.flat()) trail.held.add(key);
    trail.hours = 30;
    await quietHours(trail, 3);
    trail.held.clear();
    // One of the regions has no digests at all.
    await quietHours(trail);
    expect(trail.keysOf('receipts/').filter((key) => key.includes('/eu-central-1/'))).not.toEqual([]);
  });

  it('has none of a log file that is stored anew as it was, other than by its bytes', async () => {
    const trail = await grown(5);
    const key = trail.deliver('us-east-1', 20);
    await quietHours(trail, 6);
    const text = gunzipSync(trail.logs.objects.get(key)?.bytes ?? '');
    trail.logs.objects.set(key, { bytes: gzipSync(text, { level: 0 }) });
    await quietHours(trail);
    expect(trail.logs.objects.get(key)?.bytes).not.toHaveLength(text.length);
  });
});

describe('a trail without digests', () => {
  it('is one finding, under the same name every hour', async () => {
    const trail = new GrowingTrail();
    const found: string[] = [];
    for (let hour = 0; hour < 9; hour += 1) {
      trail.deliver('us-east-1');
      found.push(...(await trail.hour([])));
    }
    const folder = 'AWSLogs/111122223333/CloudTrail-Digest/us-east-1/';
    expect(new Set(found)).toEqual(new Set([`log-file-in-no-digest ${folder}`]));
    expect(trail.state?.regions[0]?.sides.known.length).toBeLessThan(8);
  });
});

describe('a region whose public keys can’t be had', () => {
  it('waits, without a finding, and the next run that can catches up', async () => {
    const trail = await grown(3, REGIONS);
    trail.keyless.add('eu-west-1');
    const waiting: string[] = [];
    const unavailable = ({ region }: { readonly region: string }): void => {
      waiting.push(region);
    };
    for (let hour = 0; hour < 7; hour += 1) {
      for (const region of REGIONS) trail.deliver(region);
      trail.end(REGIONS);
      await trail.ingest();
      await trail.seal();
      expect(await trail.verify({ unavailable })).toEqual([]);
    }
    expect(waiting).toEqual(Array.from({ length: 7 }, () => 'eu-west-1'));
    trail.keyless.clear();
    expect(await trail.hour(REGIONS)).toEqual([]);
    expect(trail.results.at(-1)?.counts).toMatchObject({ digests: 1 + 8 + 1, logFiles: 1 + 8 });
  });

  it('waits even if nothing was known of it before', async () => {
    const trail = await grown(3);
    trail.keyless.add('eu-west-1');
    for (let hour = 0; hour < 7; hour += 1) expect(await trail.hour(REGIONS)).toEqual([]);
    trail.keyless.clear();
    expect(await trail.hour(REGIONS)).toEqual([]);
    expect(trail.results.at(-1)?.counts).toMatchObject({ logFiles: 1 + 8 });
  });

  it('is asked for once a run, however many accounts there are', async () => {
    const places = [...REGIONS, '444455556666:us-east-1', '777788889999:us-east-1', 'us-east-1/other'];
    const trail = await grown(2, places);
    const asked: string[] = [];
    trail.end(places);
    await trail.ingest();
    await trail.seal();
    const archived: string[] = [];
    await trail.verify({
      keySource: {
        list: (region) => {
          asked.push(region);
          return Promise.resolve([]);
        },
      },
      archive: (region) => {
        archived.push(region);
        return Promise.resolve();
      },
    });
    expect([asked.sort(), archived.sort()]).toEqual([[...REGIONS].sort(), [...REGIONS].sort()]);
  });
});

describe('a run that has no time left', () => {
  /** Four hours that were not verified yet, in one of which a log file was edited. */
  async function waiting(): Promise<GrowingTrail> {
    const trail = await grown(2, REGIONS);
    const edited = trail.deliver('eu-west-1', 40);
    for (let hour = 0; hour < 4; hour += 1) {
      for (const region of REGIONS) trail.deliver(region);
      trail.end(REGIONS);
      await trail.ingest();
      await trail.seal();
    }
    trail.logs.objects.set(edited, { bytes: gzipSync('{"Records":[]}') });
    return trail;
  }

  /** Runs that have time for so much each, until there is nothing left. */
  async function verifiedIn(turns: number, trail: GrowingTrail): Promise<string[]> {
    const found: string[] = [];
    do {
      let left = turns;
      found.push(...(await trail.verify({ hasTime: () => (left -= 1) >= 0 })));
    } while (trail.state?.behind === true && trail.results.length < 60);
    expect(await trail.verify({ minutes: 58 })).toEqual([]);
    return found.sort();
  }

  function sumOf({ results }: GrowingTrail): Record<string, number> {
    const sum = { digests: 0, logFiles: 0, bytes: 0, batches: 0 };
    for (const { counts } of results)
      for (const name of ['digests', 'logFiles', 'bytes', 'batches'] as const) sum[name] += counts[name];
    return sum;
  }

  it('leaves the rest to the next, which goes on: nothing is passed over or found twice, whenever it ends', async () => {
    const trail = await waiting();
    const whole = trail.fork();
    const found = await verifiedIn(1000, whole);
    expect(whole.results).toHaveLength(2);
    expect(found.map((one) => one.split(' ')[0])).toEqual([
      'lake-object-changed',
      'log-file-changed',
      'receipts-contradict-log-files',
    ]);
    for (let turns = 1; turns < 28; turns += 1) {
      const parts = trail.fork();
      expect(await verifiedIn(turns, parts), `${turns} turns`).toEqual(found);
      expect(sumOf(parts), `${turns} turns`).toEqual(sumOf(whole));
    }
  });

  it('comes through a digest of ours that takes longer than a run, batch by batch', async () => {
    const trail = await grown(2, REGIONS);
    for (const region of ['a-1', 'b-1', 'c-1', 'd-1', 'e-1']) trail.deliver(region);
    trail.end(REGIONS);
    await trail.ingest();
    await trail.seal();
    const left: (number | undefined)[] = [];
    do {
      // Two of CloudTrail's, and of ours one, or a batch.
      const times = trail.state?.behind === true ? 1 : 3;
      let turns = times;
      expect(await trail.verify({ hasTime: () => (turns -= 1) >= 0 })).toEqual([]);
      left.push(trail.state?.batchesLeft.length);
    } while (trail.state?.behind === true);
    expect(left).toEqual([5, 4, 3, 2, 1, 0]);
  });

  it('says what happened in between to a batch that was left over', async () => {
    const trail = await grown(2);
    trail.deliver('us-east-1');
    trail.deliver('a-1');
    trail.end(['us-east-1']);
    await trail.ingest();
    await trail.seal();
    let turns = 2;
    expect(await trail.verify({ hasTime: () => (turns -= 1) >= 0 })).toEqual([]);
    const [changed, gone] = (trail.state?.batchesLeft ?? []).map(({ receipts }) => receipts);
    const text = Buffer.from(trail.lake.objects.get(changed ?? '')?.bytes ?? '').toString();
    trail.lake.objects.set(changed ?? '', { bytes: Buffer.from(text.replace('"records":1', '"records":2')) });
    trail.lake.objects.delete(gone ?? '');
    expect(await trail.verify()).toEqual([`receipts-changed ${changed}`, `receipts-missing ${gone}`]);
  });

  it('judges no log file of a region whose digests it has not come to', async () => {
    const trail = await grown(2);
    for (let hour = 0; hour < 7; hour += 1) {
      trail.deliver('us-east-1');
      trail.deliver('eu-west-1');
      trail.end(REGIONS);
      await trail.ingest();
      await trail.seal();
    }
    let turns = 3;
    expect(await trail.verify({ hasTime: () => (turns -= 1) >= 0 })).toEqual([]);
    expect(trail.state?.behind).toBe(true);
    expect(await trail.verify()).toEqual([]);
    await quietHours(trail, 2);
  });
});

describe('an attack within the hour is found the next:', () => {
  it('our newest digest, deleted after it was verified', async () => {
    const trail = await grown(4);
    const [newest = ''] = trail.seals.slice(-1);
    trail.lake.objects.delete(newest);
    expect(await trail.verify({ minutes: 54 })).toEqual([`digest-missing ${newest}`]);
    // Seal makes it anew, as it was: there is nothing more to find.
    await quietHours(trail);
  });

  it('CloudTrail’s newest digest, deleted after it was verified', async () => {
    const trail = await grown(4);
    const [newest = ''] = trail.digests().slice(-1);
    trail.logs.objects.delete(newest);
    expect(await trail.hour()).toEqual([`digest-missing ${newest}`]);
    await quietHours(trail);
  });

  it('both newest digests and their log files, deleted before they were verified', async () => {
    const trail = await grown(4);
    const key = trail.deliver('us-east-1');
    trail.end(['us-east-1']);
    await trail.ingest();
    await trail.seal();
    const [newest = ''] = trail.digests().slice(-1);
    trail.logs.objects.delete(newest);
    trail.logs.objects.delete(key);
    const found = await trail.verify();
    for (let hour = 0; hour < 4; hour += 1) found.push(...(await trail.hour()));
    expect(found).toEqual([
      expect.stringMatching(/^notice: batch-not-recomputed /),
      `digest-missing ${newest}`,
      `log-file-never-delivered ${key}`,
    ]);
  });

  it('a chain taken back: our digests of two hours deleted with their receipts, and sealed once more without', async () => {
    const trail = await grown(5);
    const gone = trail.seals.slice(-2);
    const [newest] = gone.slice(-1);
    for (const key of gone) trail.lake.objects.delete(key);
    for (const key of trail.keysOf('receipts/').slice(-2)) trail.lake.objects.delete(key);
    for (const key of trail.keysOf('events/').slice(-2)) trail.lake.objects.delete(key);
    trail.hours += 1;
    await trail.seal();
    expect(trail.seals).toEqual(expect.arrayContaining(gone));
    expect(await trail.verify()).toContain(`digest-link-broken ${newest}`);
  });

  it('our whole chain, with what says that there is one', async () => {
    const trail = await grown(4);
    const [newest] = trail.seals.slice(-1);
    for (const key of trail.keysOf('')) if (/^(?:AWSLogs|seals)\//.test(key)) trail.lake.objects.delete(key);
    const found = [`digest-missing ${newest}`, 'digest-missing seals/chain.json'];
    expect(await trail.verify({ minutes: 54 })).toEqual(found);
    expect(await trail.verify({ minutes: 58 })).toEqual(found);
  });

  it('our newest digest, put anew with a signature of the true key', async () => {
    const trail = await grown(4);
    const [newest = ''] = trail.seals.slice(-1);
    const text = gunzipSync(trail.lake.objects.get(newest)?.bytes ?? '');
    const other = Buffer.from(text.toString().replace('"oldestEventTime":"2026', '"oldestEventTime":"2025'));
    const fields = JSON.parse(other.toString()) as OwnDigest;
    const signature = await signerOf(OWN_KEY).sign(textToSign(fields, other));
    trail.lake.objects.set(newest, { bytes: storedDigest(other, signature), signature });
    expect(await trail.verify({ minutes: 54 })).toEqual([`digest-link-broken ${newest}`]);
  });

  it.each([
    ['a region', 'CloudTrail-Digest/us-east-1/'],
    ['the account', ''],
  ])('all digests of %s', async (_, folder) => {
    const trail = await grown(4, REGIONS);
    const [newest] = trail.digests().slice(-1);
    for (const key of trail.logs.objects.keys())
      if (key.startsWith(`AWSLogs/111122223333/${folder}`)) trail.logs.objects.delete(key);
    const found = await trail.verify({ minutes: 54 });
    expect(found).toContain(`digest-missing ${newest}`);
    expect(found).toHaveLength(folder === '' ? 2 : 1);
    // And then it is known.
    expect(await trail.verify({ minutes: 58 })).toEqual(found);
  });

  it('a log file that was edited between delivery and verification', async () => {
    const trail = await grown(3);
    const key = trail.deliver('us-east-1');
    trail.end(['us-east-1']);
    await trail.ingest();
    await trail.seal();
    trail.logs.objects.set(key, { bytes: gzipSync('{"Records":[]}') });
    trail.held.add(key);
    expect(await trail.verify()).toEqual([
      `log-file-changed ${key}`,
      `receipts-contradict-log-files ${trail.keysOf('receipts/').at(-1)}`,
    ]);
    await quietHours(trail);
  });

  it('a log file that was replaced before it was processed, and the true one put back', async () => {
    const trail = await grown(3);
    const key = trail.deliver('us-east-1');
    const truth = trail.logs.objects.get(key)?.bytes ?? Buffer.from('');
    trail.logs.objects.set(key, { bytes: gzipSync('{"Records":[]}') });
    trail.hours += 1;
    await trail.ingest();
    trail.logs.objects.set(key, { bytes: truth });
    trail.held.add(key);
    trail.hours -= 1;
    const found: string[] = [];
    for (let hour = 0; hour < 5; hour += 1) found.push(...(await trail.hour()));
    expect(found).toContain(`receipts-contradict-digest ${key}`);
  });

  it('a log file that was replaced hours after it was verified, and so was processed once more', async () => {
    const trail = await grown(3);
    const key = trail.deliver('us-east-1');
    await quietHours(trail, 6);
    const text = gunzipSync(trail.logs.objects.get(key)?.bytes ?? '').toString();
    trail.logs.objects.set(key, { bytes: gzipSync(text.replace('GetObject', 'PutObject')) });
    expect(await trail.hour()).toEqual([`receipts-contradict-digest ${key}`]);
    await quietHours(trail, 2);
  });

  it('an object of the lake that was edited with its receipts before they were sealed', async () => {
    const trail = await grown(3);
    trail.deliver('us-east-1');
    trail.end(['us-east-1']);
    await trail.ingest();
    const events = trail.keysOf('events/');
    const receipts = trail.keysOf('receipts/').at(-1) ?? '';
    const text = Buffer.from(trail.lake.objects.get(receipts)?.bytes ?? '').toString();
    const { objects } = JSON.parse(text) as { objects: { key: string; sha256: string; bytes: number }[] };
    const [object] = objects;
    // Rows of another hour: a whole object, with the hash that its receipts have for it.
    const other =
      trail.lake.objects.get(events.find((key) => key !== object?.key) ?? '')?.bytes ?? Buffer.from('');
    trail.lake.objects.set(object?.key ?? '', { bytes: other });
    const changed = text
      .replace(object?.sha256 ?? '', sha256(other))
      .replace(`"bytes":${object?.bytes}`, `"bytes":${other.length}`);
    trail.lake.objects.set(receipts, { bytes: Buffer.from(changed) });
    await trail.seal();
    expect(await trail.verify()).toEqual([`lake-object-changed ${object?.key}`]);
  });

  it('a planted log file that no digest names', async () => {
    const trail = await grown(3);
    const planted = trail.deliver('us-east-1', 20, false);
    const found: string[] = [];
    for (let hour = 0; hour < 6; hour += 1) found.push(...(await trail.hour()));
    expect(found).toEqual([`log-file-never-delivered ${planted}`]);
  });

  it('a planted log file that is said to have been a digest, and so without rows', async () => {
    const trail = await grown(3);
    const planted = trail.deliver('us-east-1', 20, false);
    trail.end(['us-east-1']);
    await trail.ingest();
    const receipts = trail.keysOf('receipts/').at(-1) ?? '';
    const document = JSON.parse(
      Buffer.from(trail.lake.objects.get(receipts)?.bytes ?? '').toString(),
    ) as BatchReceipts;
    expect(document.logFiles.map(({ key }) => key)).toEqual([planted]);
    const logFiles = document.logFiles.map((one) => Object.assign({}, one, { outcome: 'digest' as const }));
    trail.lake.objects.set(receipts, { bytes: encodeDocument({ ...document, logFiles }) });
    await trail.seal();
    const found = await trail.verify();
    for (let hour = 0; hour < 6; hour += 1) found.push(...(await trail.hour()));
    expect(found).toContain(`log-file-never-delivered ${planted}`);
  });

  it('a planted log file, though an old digest was changed so as to name it', async () => {
    const trail = await grown(3);
    const planted = trail.deliver('us-east-1', 20, false);
    expect(await trail.hour()).toEqual([]);
    const [digest = ''] = trail.digests().slice(-1);
    expect(await trail.hour()).toEqual([]);
    const { bytes = Buffer.from(''), signature } = trail.logs.objects.get(digest) ?? {};
    const named = gunzipSync(bytes)
      .toString()
      .replace(/"s3Object":"[^"]*"/, `"s3Object":"${planted}"`);
    trail.logs.objects.set(digest, { bytes: gzipSync(named), signature });
    const found: string[] = [];
    for (let hour = 0; hour < 4; hour += 1) found.push(...(await trail.hour()));
    expect(found).toEqual([`log-file-never-delivered ${planted}`]);
  });

  it('a digest of the future, CloudTrail’s or ours, which does not blind the runs that come', async () => {
    const trail = await grown(3);
    const [theirs = ''] = trail.digests().slice(-1);
    const [ours = ''] = trail.seals.slice(-1);
    const future = (key: string): string =>
      key.replace(/\d{4}\/\d{2}\/\d{2}/, '2031/01/01').replace(/_\d{8}T/, '_20310101T');
    trail.logs.objects.set(future(theirs), {
      bytes: trail.logs.objects.get(theirs)?.bytes ?? Buffer.from(''),
    });
    trail.lake.objects.set(future(ours), { bytes: trail.lake.objects.get(ours)?.bytes ?? Buffer.from('') });
    const planted = [`digest-moved ${future(theirs)}`, `digest-moved ${future(ours)}`];
    expect(await trail.hour()).toEqual(planted);
    const removed = trail.deliver('us-east-1');
    trail.end(['us-east-1']);
    await trail.ingest();
    await trail.seal();
    const { bytes = Buffer.from('') } = trail.logs.objects.get(removed) ?? {};
    trail.logs.objects.delete(removed);
    expect(await trail.verify()).toEqual(expect.arrayContaining([...planted, `log-file-missing ${removed}`]));
    trail.logs.objects.set(removed, { bytes });
  });

  it('a forged digest that would have all hours be looked at is followed in nothing', async () => {
    const trail = await grown(3);
    const [before = ''] = trail.digests().slice(-1);
    const text = gunzipSync(trail.logs.objects.get(before)?.bytes ?? '').toString();
    const key = before.replace(/T(\d{2})\d{4}Z/, 'T$11500Z');
    const forged = text.replace(/"digestStartTime":"[^"]*"/, '"digestStartTime":"1970-01-01T00:00:00Z"');
    trail.logs.objects.set(key, { bytes: gzipSync(forged), signature: 'abcd' });
    const found = await trail.hour();
    expect(found).toContain(`digest-signature-invalid ${key}`);
    expect(trail.state?.regions[0]?.sides.from).toBe(Date.parse('2026-11-20T22:00:00Z'));
  });
});

describe('what an hour costs', () => {
  it('is the same in the first day and the eighth: reads, and keys listed but for those of the last days', async () => {
    const trail = new GrowingTrail();
    const cost = async (regions = ['us-east-1']): Promise<Asked> => {
      Object.assign(trail.asked, { reads: 0, keysListed: 0 });
      const found = await trail.hour(regions);
      expect(found.filter((one) => !one.startsWith('digest-too-old'))).toEqual([]);
      return { ...trail.asked };
    };
    // A chain that ended in the first hours, and stays known.
    for (let hour = 0; hour < 3; hour += 1) await cost(['us-east-1', 'us-east-1/other']);
    await cost();
    const early = await cost();
    for (let hour = 0; hour < 55; hour += 1) await cost();
    const later = await cost();
    for (let hour = 0; hour < 120; hour += 1) trail.end(['us-east-1']);
    await trail.seal();
    await cost();
    const latest = await cost();
    expect([later.reads, latest.reads]).toEqual([early.reads, early.reads]);
    expect(Math.max(later.keysListed, latest.keysListed)).toBeLessThan(100);
  });
});
