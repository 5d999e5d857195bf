import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3Source } from '../../shared/adapters/s3-source.ts';
import { SourceError } from '../../shared/jobs/ports.ts';
import { emulatedAws, uniqueName } from '../support/emulated-aws.ts';
import { trailseal } from '../support/run-cli.ts';

const BUCKET = uniqueName('trail-bucket');
const DAY = 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21';
const ODD_KEY = `${DAY}/odd name+with %25 and ünïcode ☃.json`;

function logFile(...eventIds: string[]): Uint8Array {
  const Records = eventIds.map((eventID) => ({
    eventVersion: '1.11',
    eventTime: '2026-11-21T10:00:00Z',
    eventID,
    awsRegion: 'us-east-1',
    recipientAccountId: '111122223333',
  }));
  return gzipSync(JSON.stringify({ Records }));
}

describe('log files in a bucket', () => {
  const env = emulatedAws();
  const client = new S3Client({ forcePathStyle: true });
  let folder: string;

  const put = async (key: string, body: Uint8Array): Promise<void> => {
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trailseal-s3-'));
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await put(
      `${DAY}/111122223333_CloudTrail_us-east-1_20261121T1005Z_AAAAAAAAAAAAAAAA.json.gz`,
      logFile('a', 'b'),
    );
    await put(
      `${DAY}/111122223333_CloudTrail_us-east-1_20261121T1010Z_BBBBBBBBBBBBBBBB.json.gz`,
      logFile('c'),
    );
    await put(ODD_KEY, logFile('d'));
    await put(`${DAY}/`, new Uint8Array());
    await put(`${DAY.replace('/CloudTrail/', '/CloudTrail-Digest/')}/digest.json.gz`, gzipSync('{}'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('are ingested by their own keys, folder markers and digests skipped on purpose and counted', async () => {
    const lake = join(folder, 'lake');
    const first = await trailseal(['ingest', `s3://${BUCKET}/AWSLogs/`, '--lake', lake, '--json'], env);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const summary: unknown = JSON.parse(first.stdout);
    expect(summary).toMatchObject({
      logFiles: { found: 5, ingested: 3, unavailable: 0, skipped: { 'folder-marker': 1, digest: 1 } },
      rows: 4,
    });
    const rows = await trailseal([
      'query',
      'SELECT eventid, logfile FROM cloudtrail_logs ORDER BY 1',
      '-l',
      lake,
      '--json',
    ]);
    expect(JSON.parse(rows.stdout)).toContainEqual({ eventid: 'd', logfile: ODD_KEY });

    const again = await trailseal(['ingest', `s3://${BUCKET}/AWSLogs/`, '--lake', lake, '--json'], env);
    expect(JSON.parse(again.stdout)).toMatchObject({ logFiles: { ingested: 0, present: 3 }, rows: 0 });
  });

  it('are listed page by page', async () => {
    for (let i = 0; i < 1005; i += 1) await put(`many/${String(i).padStart(4, '0')}.json`, logFile(`m${i}`));
    const source = new S3Source(BUCKET, 'many/', { pathStyle: true });
    const keys = await Array.fromAsync(source.list(), ({ key }) => key);
    expect(keys).toHaveLength(1005);
    expect(keys).toEqual([...keys].sort());
  });

  it('that vanish, change or never were are faults of the source, each with its code', async () => {
    const source = new S3Source(BUCKET, '', { pathStyle: true });
    await put('gone.json', logFile('x'));
    const gone = await entryOf(source, 'gone.json');
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'gone.json' }));
    await put('changed.json', logFile('y'));
    const changed = await entryOf(source, 'changed.json');
    await put('changed.json', logFile('z'));

    await expect(source.read('gone.json', gone)).rejects.toMatchObject({
      name: 'SourceError',
      code: 'missing',
    });
    await expect(source.read('changed.json', changed)).rejects.toMatchObject({ code: 'changed' });
    const nowhere = new S3Source('no-such-bucket-here', '', { pathStyle: true });
    await expect(Array.fromAsync(nowhere.list())).rejects.toBeInstanceOf(SourceError);
  });

  it('cannot be mixed with folders, and a bad address says what a good one looks like', async () => {
    const mixed = await trailseal(['ingest', `s3://${BUCKET}/`, folder, '--lake', join(folder, 'x')]);
    expect(mixed.code).toBe(2);
    const bad = await trailseal(['ingest', 's3:///prefix', '--lake', join(folder, 'x')]);
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('s3://bucket/prefix') as string });
  });
});

async function entryOf(source: S3Source, wanted: string): Promise<string> {
  for await (const { key, version } of source.list()) {
    if (key === wanted && version !== undefined) return version;
  }
  throw new Error(`${wanted} was not listed`);
}
