import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { serveKeys, type KeyServer } from '../../cli/key-server.ts';
import { decodeVerification, type Verification } from '../../shared/core/verification-format.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { faultyAws, type AwsFault, type AwsRequest, type FaultyAws } from '../support/faulty-aws.ts';
import { answerOf, CLOUDTRAIL } from '../support/signed-trail.ts';
import { REGIONS, VerifiedBucket } from '../support/verified-bucket.ts';

/**
 * The packaged functions normalise, seal and verify, hour by hour on emulated S3, KMS and SNS. What answers ListPublicKeys is the server of
 * `trailseal serve-keys`, which stands for CloudTrail. The hours build on each other: the tests are one story, told in order.
 */

emulatedAws();

let proxy: FaultyAws;
let keys: KeyServer;
let bucket: VerifiedBucket;
let breaks: (request: AwsRequest) => AwsFault | undefined = () => undefined;

beforeAll(async () => {
  proxy = await faultyAws(inject('awsEndpoint'), (request) => breaks(request));
  process.env['AWS_ENDPOINT_URL'] = proxy.endpoint;
  keys = await serveKeys([answerOf(CLOUDTRAIL)], { host: '127.0.0.1', port: 0 });
  bucket = await VerifiedBucket.make(keys.url);
});
afterAll(async () => {
  await keys.close();
  await proxy[Symbol.asyncDispose]();
});

async function last(): Promise<Verification> {
  const [key = ''] = (await bucket.keys('verification/')).slice(-1);
  return decodeVerification(key, await bucket.get(key));
}

describe('a pipeline that nobody touches', () => {
  it('is verified every hour, without a finding or a message', async () => {
    for (let hour = 0; hour < 3; hour += 1) {
      await bucket.hour();
      await bucket.verify();
      expect(await last()).toMatchObject({ findings: [], behind: false });
    }
    expect(await last()).toMatchObject({
      counts: { digests: 3, logFiles: 2, batches: 2 },
      at: '2026-11-21T01:34:00.000Z',
    });
    expect(await bucket.keys('verification/')).toEqual([
      'verification/2026/11/20/20261120T233400Z.json.gz',
      'verification/2026/11/21/20261121T003400Z.json.gz',
      'verification/2026/11/21/20261121T013400Z.json.gz',
    ]);
    expect([await bucket.keys('findings/'), await bucket.findings.taken()]).toEqual([[], []]);
  });

  it('has the public keys of its time kept', async () => {
    expect(await bucket.keys('keys/')).toEqual(
      [...REGIONS].sort().map((region) => `keys/cloudtrail/${region}/${CLOUDTRAIL.fingerprint}.json`),
    );
  });

  it('has what was verified counted', async () => {
    await bucket.hour();
    const lines = (await bucket.verify()).split('\n').filter((line) => line.includes('"_aws"'));
    const metrics = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(metrics.find((one) => 'VerifyRuns' in one)).toMatchObject({
      service: 'verify',
      VerifyRuns: 1,
      AlarmFindings: 0,
      NewFindings: 0,
      VerifyBehind: 0,
      RegionsWaiting: 0,
      DigestsVerified: 3,
      LogFilesVerified: 2,
      BatchesVerified: 2,
    });
  });

  it('may be verified by two at once', async () => {
    await bucket.hour();
    await bucket.verify(34, [await bucket.verifier(), await bucket.verifier()]);
    await bucket.verify(54);
    expect(await last()).toMatchObject({ findings: [], counts: { digests: 0, logFiles: 0 } });
    expect([await bucket.keys('findings/'), await bucket.findings.taken()]).toEqual([[], []]);
  });
});

describe('tampering', () => {
  let found: string[];

  it('on each side is found within the hour, kept, and told in a message each', async () => {
    const [theirs = ''] = bucket.trail.digests().slice(-1);
    const [ours = ''] = (await bucket.keys('AWSLogs/')).slice(-1);
    const before = new Set(await bucket.keys('events/'));
    const [logFile = ''] = await bucket.hour();
    await bucket.removeLog(theirs);
    await bucket.remove(ours);
    await bucket.putLog(logFile, gzipSync('{"Records":[]}'));
    const fresh = (await bucket.keys('events/')).filter((key) => !before.has(key));
    const object = fresh.find((key) => key.includes('eu-west-1')) ?? '';
    await bucket.put(object, await bucket.get([...before][0] ?? ''));
    const output = await bucket.verify();
    const expected = [
      `digest-missing ${theirs}`,
      `digest-missing ${ours}`,
      `log-file-changed ${logFile}`,
      `lake-object-changed ${object}`,
    ];
    const { findings } = await last();
    found = findings.map(({ code, subject }) => `${code} ${subject}`);
    expect(found).toEqual(expect.arrayContaining(expected));
    // What comes of an edited log file when it is processed again, too.
    expect(found.filter((one) => !expected.includes(one)).join()).toMatch(
      /^receipts-contradict-log-files [^,]*$/,
    );
    expect(await bucket.keys('findings/')).toHaveLength(found.length);
    const told = await bucket.findings.taken();
    const first = told.map(({ Message: text }) => text.split('\n', 1).join('').replace(':', ''));
    expect(first.sort()).toEqual([...found].sort());
    expect(new Set(told.map(({ MessageAttributes }) => MessageAttributes['code']?.Value))).toEqual(
      new Set(findings.map(({ code }) => code)),
    );
    expect(output).toContain(`"NewFindings":${found.length}`);
    expect(output).toContain('"FindingDigestMissing":2');
  });

  it('is not told again by the runs that come', async () => {
    await bucket.verify(54);
    await bucket.hour();
    await bucket.verify();
    expect(await last()).toMatchObject({ findings: [] });
    expect(await bucket.keys('findings/')).toHaveLength(found.length);
    expect(await bucket.findings.taken()).toEqual([]);
  });
});

describe('a store that can’t be had', () => {
  const isOf = (name: string, { path }: AwsRequest): boolean => path.startsWith(`/${name}`);
  const cases: Record<string, [fails: (request: AwsRequest) => boolean, fault: AwsFault, says: RegExp]> = {
    'the lake is denied': [
      (request) => isOf(bucket.lakeBucket, request),
      'denied',
      /permissions of this role/,
    ],
    'the log bucket may not be listed': [
      ({ path }) => path.replace(/\/$/, '') === `/${bucket.logBucket}`,
      'denied',
      /cannot be listed/,
    ],
    'log files can’t be reached': [
      (request) => isOf(bucket.logBucket, request) && request.path.includes('/CloudTrail/'),
      'lost',
      /the next run goes on/,
    ],
    'nobody can be told': [
      ({ body }) => body.toString().includes('Action=Publish'),
      'denied',
      /nobody could be told/,
    ],
  };

  it.each(Object.entries(cases))(
    'is an error and no finding where %s: nothing is stored, and the next run goes on',
    async (what, [fails, fault, says]) => {
      const [logFile = ''] = await bucket.hour();
      const isFound = what === 'nobody can be told';
      if (isFound) await bucket.removeLog(logFile);
      const before = [await bucket.keys('verification/'), await bucket.keys('findings/')];
      breaks = (request) => (fails(request) ? fault : undefined);
      await expect(bucket.verify()).rejects.toThrow(says);
      breaks = () => undefined;
      expect([await bucket.keys('verification/'), await bucket.keys('findings/')]).toEqual(before);
      expect(await bucket.findings.taken()).toEqual([]);
      await bucket.verify(54);
      expect(await last()).toMatchObject({ counts: { digests: 3 } });
      const told = (await bucket.findings.taken()).map(({ Message: text }) => text.split('\n')[0]);
      expect(told).toEqual(isFound ? [`log-file-missing: ${logFile}`] : []);
    },
  );
});
