import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { QUARANTINE } from '../../shared/core/lake-keys.ts';
import { deployService, type DeployedService } from '../support/deployed-service.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { messagesIn, sqsClient, until } from '../support/emulated-queue.ts';
import { faultyAws, type AwsFault, type AwsRequest, type FaultyAws } from '../support/faulty-aws.ts';
import { breachesOf, s3VersionOf } from '../support/lake-audit.ts';
import { keyOf, logFileOf, recordOf, smallLogFiles, type SmallLogFile } from '../support/small-log-files.ts';

/** The deployed function when things go wrong around it: on the emulator's Lambda and queues, with a short patience. */

emulatedAws({ ownAccount: true });

const FUNCTION = 'trailseal-test-normalise';
const s3 = new S3Client({ forcePathStyle: true });
const sqs = sqsClient();
let breaks: (request: AwsRequest) => AwsFault | undefined = () => undefined;
let proxy: FaultyAws;
let service: DeployedService;
let lake: S3Store;
const stored: SmallLogFile[] = [];

beforeAll(async () => {
  proxy = await faultyAws(inject('awsEndpoint'), (request) => breaks(request));
  service = await deployService({
    change: (resources) => {
      const properties = (logicalId: string): Record<string, unknown> =>
        resources[logicalId]?.Properties ?? {};
      const code = properties('NormaliseLambdaFunction');
      const { Variables } = code['Environment'] as { readonly Variables: Record<string, unknown> };
      Object.assign(code, { Timeout: 4 });
      Object.assign(Variables, { AWS_ENDPOINT_URL: proxy.endpoint });
      const queue = properties('NormaliseQueue');
      const redrive = queue['RedrivePolicy'] as Record<string, unknown>;
      Object.assign(queue, { VisibilityTimeout: 1, RedrivePolicy: { ...redrive, maxReceiveCount: 4 } });
    },
  });
  lake = new S3Store(service.id('LakeBucket'), { pathStyle: true });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
});

/** Puts a log file, and remembers that it belongs in the lake. */
async function put(file: SmallLogFile): Promise<void> {
  stored.push(file);
  await s3.send(new PutObjectCommand({ Bucket: service.id('LogBucket'), Key: file.key, Body: file.bytes }));
}

async function drained(): Promise<void> {
  const look = async (): Promise<{ waiting: number; taken: number }> =>
    await messagesIn(sqs, service.id('NormaliseQueue'));
  await until('the queue drains', look, ({ waiting, taken }) => waiting + taken === 0);
}

async function deadLetters(): Promise<number> {
  return (await messagesIn(sqs, service.id('NormaliseDeadLetters'))).waiting;
}

function fileOf(number: number): SmallLogFile {
  const place = { account: 0, region: 0, day: 0, number };
  return logFileOf(keyOf(place), [recordOf(place, 0), recordOf(place, 1)]);
}

describe('a timeout in the middle of a batch', () => {
  it.each(['plans/', 'events/', 'receipts/'])('while writing %s costs nothing but time', async (part) => {
    let hung = 0;
    breaks = ({ method, path }) => {
      const isIt = method === 'PUT' && path.includes(`/${part}`) && hung === 0;
      hung += Number(isIt);
      return isIt ? 'hangs' : undefined;
    };
    for (const i of [0, 1, 2]) await put(fileOf(100 + stored.length + i));
    await drained();
    expect(hung).toBe(1);
    expect(await breachesOf(lake, stored, s3VersionOf)).toEqual([]);
    expect(await deadLetters()).toBe(0);
  });
});

describe('a poison file among ten', () => {
  it('goes to quarantine, the nine others into the lake, and nothing is tried again', async () => {
    breaks = () => undefined;
    const poison = smallLogFiles().find(({ rows, bytes }) => rows.length === 0 && bytes.length < 30);
    expect(poison).toBeDefined();
    for (const file of [...Array.from({ length: 9 }, (_, i) => fileOf(200 + i)), poison])
      if (file) await put(file);
    await drained();
    expect(await breachesOf(lake, stored, s3VersionOf)).toEqual([]);
    expect((await Array.fromAsync(lake.list(QUARANTINE))).map((key) => key.split('.').pop())).toEqual([
      'file',
      'json',
    ]);
    expect(await deadLetters()).toBe(0);
  });
});

describe('what cannot be had or understood', () => {
  it('is tried again, then put among the dead letters; the rest is stored', async () => {
    const denied = fileOf(300);
    breaks = ({ method, path }) => (method === 'GET' && path.endsWith(denied.key) ? 'denied' : undefined);
    await put(denied);
    stored.pop();
    const missing = keyOf({ account: 0, region: 0, day: 0, number: 301 });
    const message = { s3Bucket: service.id('LogBucket'), s3ObjectKey: [missing] };
    const misrouted = { s3Bucket: 'another-bucket', s3ObjectKey: [missing] };
    for (const body of [JSON.stringify(message), JSON.stringify(misrouted), 'garbage'])
      await sqs.send(new SendMessageCommand({ QueueUrl: service.id('NormaliseQueue'), MessageBody: body }));
    await put(fileOf(302));
    await until('four dead letters', deadLetters, (count) => count === 4);
    await drained();
    expect(await breachesOf(lake, stored, s3VersionOf)).toEqual([]);
    const { Messages: letters = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: service.id('NormaliseDeadLetters'), MaxNumberOfMessages: 10 }),
    );
    const bodies = letters.map(({ Body }) => Body ?? '').join('\n');
    for (const part of [denied.key, missing, 'another-bucket', 'garbage']) expect(bodies).toContain(part);
  });
});

describe('the log of an invocation', () => {
  it('is structured, names the invocation, the file and the reason, and holds nothing of a record', async () => {
    breaks = () => undefined;
    const files = [
      fileOf(400),
      logFileOf(keyOf({ account: 0, region: 0, day: 0, number: 401 }), ['{"eventID":"x"}']),
    ];
    for (const file of files) await put(file);
    await drained();
    const missing = keyOf({ account: 0, region: 0, day: 0, number: 402 });
    const event = {
      s3Bucket: service.id('LogBucket'),
      s3ObjectKey: [...files.map(({ key }) => key), missing],
    };
    const answer = await new LambdaClient({}).send(
      new InvokeCommand({ FunctionName: FUNCTION, Payload: JSON.stringify(event), LogType: 'Tail' }),
    );
    // Called directly, a failure is the invocation's.
    expect(answer.FunctionError).toBeDefined();
    const log = Buffer.from(answer.LogResult ?? '', 'base64').toString();
    const lines = log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        service: 'normalise',
        correlation_id: expect.stringMatching(/.+/) as string,
        logFile: missing,
        failure: expect.objectContaining({ name: 'SourceError', code: 'missing' }) as unknown,
      }),
    );
    const metrics = lines.find((line) => '_aws' in line);
    expect(metrics).toMatchObject({
      service: 'normalise',
      LogFiles: 0,
      LogFilesPresent: 2,
      DeliveriesFailed: 1,
    });
    for (const content of ['GetObject', 'bucketName', 's3.amazonaws.com', 'eventID'])
      expect(log).not.toContain(content);
  });
});

type Line = Readonly<Record<string, unknown>>;
