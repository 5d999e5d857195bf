import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { createdObjectsOfText } from '../../shared/core/object-created.ts';
import type { BackfillSummary } from '../../shared/jobs/backfill.ts';
import { emptyBucket, emulatedAws, uniqueName } from '../support/emulated-aws.ts';
import { rowsOf } from '../support/lake-audit.ts';
import { trailseal } from '../support/run-cli.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { rowsExpectedOf, smallLogFiles, type SmallLogFile } from '../support/small-log-files.ts';
import { TRAILSEAL } from '../support/trailseal-entry.ts';

/** Two accounts, two regions, three days (20 to 22 November) of four log files, and four odd ones on the first. */
const FILES = smallLogFiles({ accounts: 2, regions: 2, days: 3, filesPerDay: 4, recordsPerFile: 2 });
const OF_21ST = FILES.filter(({ key }) => key.includes('/2026/11/21/'));

const env = emulatedAws();
const s3 = new S3Client({ forcePathStyle: true });
const sqs = new SQSClient();
let logs = '';

beforeAll(async () => {
  logs = await emptyBucket();
  const beside = [
    'AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/11/21/d.json.gz',
    'AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/11/21/e.log',
    'other/file',
  ];
  await Promise.all([
    ...FILES.map(({ key, bytes }) => s3.send(new PutObjectCommand({ Bucket: logs, Key: key, Body: bytes }))),
    ...beside.map((Key) => s3.send(new PutObjectCommand({ Bucket: logs, Key, Body: 'x' }))),
  ]);
});

async function newQueue(): Promise<string> {
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: uniqueName('backfill') }),
  );
  return url;
}

/** Keys told of by everything in the queue, which is empty afterwards. */
async function keysIn(url: string): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return keys.sort();
    keys.push(...Messages.flatMap(({ Body = '' }) => createdObjectsOfText(Body).map(({ key }) => key)));
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  }
}

function keysOf(files: readonly SmallLogFile[]): string[] {
  return files.map(({ key }) => key).sort();
}

describe('trailseal backfill on this machine', () => {
  it('brings the wanted days into a folder, and the rest the next time', async () => {
    const lake = join(await scratchFolder(), 'lake');
    const args = ['backfill', `s3://${logs}`, '--lake', lake, '--json'];
    const first = await trailseal([...args, '--from', '2026-11-21', '--to', '2026-11-21'], env);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(first.stdout)).toMatchObject({ logFiles: { found: 16, ingested: 16, skipped: {} } });
    expect(await rowsOf(new DirectoryStore(lake))).toEqual(rowsExpectedOf(OF_21ST));

    const all = await trailseal(args, env);
    expect(JSON.parse(all.stdout)).toMatchObject({ logFiles: { found: 52, ingested: 36, present: 16 } });
    expect(await rowsOf(new DirectoryStore(lake))).toEqual(rowsExpectedOf(FILES));
  });

  it('brings an account and a region into a bucket, with the same rows', async () => {
    const lake = await emptyBucket();
    const args = ['backfill', `s3://${logs}/AWSLogs/`, '--lake', `s3://${lake}`, '--json'];
    const wanted = FILES.filter(({ key }) => key.includes('/111122223334/CloudTrail/us-east-2/'));
    const { code, stdout } = await trailseal(
      [...args, '--account', '111122223334', '--region', 'us-east-2'],
      env,
    );
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
      code: 0,
      logFiles: { ingested: 12 },
    });
    expect(await rowsOf(new S3Store(lake, { pathStyle: true }))).toEqual(rowsExpectedOf(wanted));
  });

  it('says what trailseal ingest says of a lake in a bucket', async () => {
    const lake = await emptyBucket();
    const { code, stdout } = await trailseal(
      ['ingest', `s3://${logs}/AWSLogs/`, '--lake', `s3://${lake}`, '--json'],
      env,
    );
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
      code: 0,
      logFiles: { ingested: 52 },
    });
    expect(await rowsOf(new S3Store(lake, { pathStyle: true }))).toEqual(rowsExpectedOf(FILES));
    const nowhere = await trailseal(
      ['ingest', `s3://${logs}/AWSLogs/`, '--lake', 's3://no-such-lake-here'],
      env,
    );
    expect(nowhere).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no bucket no-such-lake-here') as string,
    });
  });
});

describe('trailseal backfill through a queue', () => {
  it('sends each log file once, and leaves out what the lake has', async () => {
    const [queue, lake] = [await newQueue(), await emptyBucket()];
    const local = ['backfill', `s3://${logs}`, '--to', '2026-11-20', '--lake', `s3://${lake}`];
    expect(await trailseal(local, env)).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout, stderr } = await trailseal(
      ['backfill', `s3://${logs}`, '--queue', queue, '--lake', `s3://${lake}`, '--json'],
      env,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const summary = JSON.parse(stdout) as BackfillSummary;
    expect(summary).toMatchObject({
      logFiles: { found: 52, sent: 32, present: 20, refused: 0, skipped: {} },
      messages: 4,
    });
    expect(await keysIn(queue)).toEqual(keysOf(FILES.filter(({ key }) => !key.includes('/2026/11/20/'))));
  });

  it('stopped with Ctrl-C says how to go on, and the same command sends what is left', async () => {
    const queue = await newQueue();
    const args = [TRAILSEAL, 'backfill', `s3://${logs}`, '--queue', queue, '--rate', '5'];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const stderr = Array.fromAsync(child.stderr.setEncoding('utf8'));
    const closed = once(child, 'close');
    const first: string[] = [];
    while (first.length === 0) first.push(...(await keysIn(queue)));
    child.kill('SIGINT');
    const [code] = (await closed) as [number | null];
    expect({ code, stderr: (await stderr).join('') }).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(
        /^trailseal: stopped after \d+ log files; run the same command again to go on/,
      ) as string,
    });
    expect(await trailseal(['backfill', `s3://${logs}`, '--queue', queue], env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^52 log files sent in 6 messages/) as string,
    });
    expect(await keysIn(queue)).toEqual(keysOf(FILES));
  });

  it('says which queue there is not', async () => {
    const url = `${await newQueue()}-not`;
    const { code, stderr } = await trailseal(['backfill', `s3://${logs}`, '--queue', url], env);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${url}: there is no such queue`) as string,
    });
  });
});

describe('trailseal backfill --dry-run', () => {
  it('tells log files, bytes, days, messages and cost, and sends nothing', async () => {
    const queue = await newQueue();
    const args = ['backfill', `s3://${logs}`, '--from', '2026-11-21', '--queue', queue, '--dry-run'];
    const { code, stdout } = await trailseal([...args, '--json'], env);
    const survey = JSON.parse(stdout) as {
      size: object;
      cost: { items: { dollars: number }[]; total: number };
    };
    expect({ code, ...survey }).toMatchObject({
      code: 0,
      logFiles: { found: 32, present: 0, skipped: {} },
      size: { logFiles: 32, messages: 4, sends: 1, batches: 8 },
      days: { count: 2, first: '2026-11-21', last: '2026-11-22' },
    });
    expect(survey.cost.total).toBeCloseTo(
      survey.cost.items.reduce((sum, { dollars }) => sum + dollars, 0),
      12,
    );
    const text = await trailseal(args, env);
    expect(text.stdout).toMatch(/^32 log files to go, .* 2 days \(2026-11-21 to 2026-11-22\)\n/);
    expect(text.stdout).toMatch(/│ 111122223334 │ us-east-2 │ 8 /);
    expect(text.stdout).toContain('about <$0.01, at the prices of us-east-1');
    expect(await keysIn(queue)).toEqual([]);
  });
});

describe('slips with trailseal backfill', () => {
  it.each([
    [['./logs', '--lake', 'x'], 'for folders there is trailseal ingest'],
    [['s3://bucket'], '--queue URL'],
    [
      ['s3://bucket', '--dry-run', '--from', '2026-11-22', '--to', '2026-11-21'],
      '--from 2026-11-22 is after --to 2026-11-21',
    ],
    [['s3://bucket', '--dry-run', '--from', '2026-02-30'], 'Give a day of the calendar'],
    [['s3://bucket', '--dry-run', '--account', '1234'], '12 digits'],
    [['s3://bucket', '--dry-run', '--region', 'Mars'], 'us-east-1'],
    [['s3://bucket', '--dry-run', '--rate', '0'], 'above 0'],
    [['s3://bucket', '--queue', 'trailseal-prod'], "not a queue's URL"],
    [['s3://bucket', '--lake', 's3://bucket'], 'both the place to read and the lake'],
    [['s3://bucket', '--lake', 's3://lake/below'], 'a bucket of its own'],
  ])('%j: %s', async (args, message) => {
    const { code, stderr } = await trailseal(['backfill', ...args], env);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });

  it('where nothing is found tells what was looked for', async () => {
    const { code, stderr } = await trailseal(
      ['backfill', `s3://${logs}/AWSLogs/`, '--dry-run', '--from', '2027-01-01', '--account', '111122223333'],
      env,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /no log files found; looked below s3:.*\/AWSLogs\/ .* from 2027-01-01 of account 111122223333/,
    );
  });
});
