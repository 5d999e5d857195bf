import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMoto, type Emulator } from '../support/aws-emulator.ts';
import { copyOfService, FUNCTIONS, serverless } from '../support/packaged.ts';

/**
 * osls' own commands against moto's CloudFormation. The life of a stack, told in order: each test stands on the one before. moto has no
 * trails (LogBucket stands for both), and removes what the template says to keep.
 */

const ACCOUNT = '123456789012';
const LAKE = `trailseal-test-lake-${ACCOUNT}-us-east-1`;

let moto: Emulator;
let service: string;

beforeAll(async () => {
  [moto, service] = await Promise.all([startMoto(), copyOfService()]);
  // One rule has an alarm as any other, and moto takes its time over each resource.
  for (const file of await readdir(join(service, 'rules')))
    if (file.endsWith('.yml') && !file.startsWith('cis-4.05')) await rm(join(service, 'rules', file));
  // moto runs no function. Bundling the real ones takes longer than the rest of a deployment; package.test.ts does it, twice.
  for (const name of FUNCTIONS)
    await writeFile(join(service, 'functions', `${name}.ts`), `export const handler = () => '${name}';\n`);
  Object.assign(process.env, moto.env);
});

afterAll(async () => {
  await moto[Symbol.asyncDispose]();
  await rm(service, { recursive: true });
});

/** What osls printed, failed or not. `SLS_AWS_MONITORING_FREQUENCY`: ms between its looks at a stack's events. */
async function osls(command: string, ...params: readonly string[]): Promise<string> {
  const args = [...command.split(' '), '--stage', 'test', ...params.flatMap((param) => ['--param', param])];
  const env = { ...moto.env, SLS_AWS_MONITORING_FREQUENCY: '200' };
  return await serverless(service, args, env).catch(
    (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
  );
}

async function parameter(name: string): Promise<string | undefined> {
  const { Stacks } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: 'trailseal-test' }),
  );
  return Stacks?.[0]?.Parameters?.find(({ ParameterKey }) => ParameterKey === name)?.ParameterValue;
}

/** Newest first. */
async function sealKeyArns(): Promise<readonly string[]> {
  const { Stacks } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: 'trailseal-test' }),
  );
  const output = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'SealKeyArns');
  return output?.OutputValue?.split(',') ?? [];
}

async function resources(): Promise<readonly string[]> {
  const { StackResourceSummaries = [] } = await new CloudFormationClient().send(
    new ListStackResourcesCommand({ StackName: 'trailseal-test' }),
  );
  return StackResourceSummaries.map(({ LogicalResourceId = '' }) => LogicalResourceId);
}

describe('serverless', () => {
  it('deploy makes a trail, its bucket, the lake, the functions and their alarms', async () => {
    expect(await osls('deploy')).toContain('Service deployed to stack trailseal-test');
    expect(await resources()).toEqual(
      expect.arrayContaining([
        'LogBucket',
        'LakeBucket',
        'NormaliseLambdaFunction',
        'ForwardLambdaFunction',
        'AlertsTopic',
        'SealEventsRuleSchedule1',
        'SealKey1',
        'Dashboard',
      ]),
    );
  });

  it('deploy again changes nothing', async () => {
    expect(await osls('deploy')).toContain('No changes to deploy');
  });

  it('deploy with another parameter changes that, and a second signing key comes beside the first', async () => {
    const [first] = await sealKeyArns();
    expect(await osls('deploy', 'scanLimitGb=7', 'sealKeyGeneration=2')).toContain('Service deployed');
    expect(await parameter('ScanLimitGb')).toBe('7');
    expect(await sealKeyArns()).toEqual([expect.not.stringMatching(first ?? ''), first]);
  });

  it('deploy that forgets the second key would sign with the first, and does not', async () => {
    expect(await osls('deploy')).toContain('Repeat --param sealKeyGeneration=2');
  });

  it('deploy with a log bucket would remove the trail, and does not', async () => {
    expect(await osls('deploy', 'logBucket=logs-of-mine')).toContain('add --param logBucketMayChange=yes');
    expect(await resources()).toContain('LogBucket');
  });

  it('info says where to look', async () => {
    const said = await osls('info --verbose');
    expect(said).toContain(`LakeBucketName: ${LAKE}`);
    expect(said).toMatch(/DashboardUrl: .*#dashboards:name=trailseal-test/);
    expect(said).toMatch(/NormaliseQueueUrl: .*trailseal-test-normalise/);
  });

  it('remove takes all but what was kept', async () => {
    const said = await osls('remove');
    expect(said).toContain('Kept, with all they hold: the lake, results and log buckets');
    expect(said).toContain('has been successfully removed');
    await expect(parameter('ScanLimitGb')).rejects.toThrow('does not exist');
  });
});

describe('serverless, attached to a log bucket', () => {
  const BUCKET = 'logs-of-mine';
  const s3 = (): S3Client => new S3Client({ forcePathStyle: true });
  const THEIRS = {
    Id: 'theirs',
    QueueArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:theirs`,
    Events: ['s3:ObjectCreated:*' as const],
  };

  it('says which bucket is missing before it makes anything', async () => {
    expect(await osls('deploy', `logBucket=${BUCKET}`)).toContain(
      `The log bucket "${BUCKET}" can't be read (NoSuchBucket`,
    );
    await expect(parameter('ExistingLogBucket')).rejects.toThrow('does not exist');
  });

  it('keeps the notification that is there, and makes no trail', async () => {
    await s3().send(new CreateBucketCommand({ Bucket: BUCKET }));
    await new SQSClient().send(new CreateQueueCommand({ QueueName: 'theirs' }));
    await s3().send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: BUCKET,
        NotificationConfiguration: { QueueConfigurations: [THEIRS] },
      }),
    );
    const said = await osls('deploy', `logBucket=${BUCKET}`);
    expect(said).toContain(`Switched on: ${BUCKET} tells EventBridge of new objects`);
    expect(said).toContain(`No object under ${BUCKET}/AWSLogs/ yet`);
    expect(await resources()).not.toContain('LogBucket');
    const { QueueConfigurations } = await s3().send(
      new GetBucketNotificationConfigurationCommand({ Bucket: BUCKET }),
    );
    expect(QueueConfigurations).toEqual([expect.objectContaining(THEIRS)]);
  });

  it('remove leaves EventBridge on, and says so', async () => {
    expect(await osls('remove')).toContain(`Left on: ${BUCKET} tells EventBridge of new objects`);
  });
});
