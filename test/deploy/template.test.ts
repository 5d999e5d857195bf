import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_MESSAGE_LOG_FILES } from '../../shared/core/queue-messages.ts';
import { packagedService, type Template } from '../support/packaged.ts';
import { findings } from './template-findings.ts';

let template: Template;
beforeAll(async () => {
  ({ template } = await packagedService());
});

type Properties = Record<string, unknown>;
type Change = (properties: (resource: string) => Properties, resources: Record<string, unknown>) => void;

/** The findings after somebody made this change to the template. */
function findingsAfter(change: Change): readonly string[] {
  const changed = structuredClone(template);
  const properties = (name: string): Properties => changed.Resources[name]?.Properties as Properties;
  change(properties, changed.Resources);
  return findings(changed);
}

function statements(role: Properties): Record<string, unknown>[] {
  const [policy] = role['Policies'] as { PolicyDocument: { Statement: Record<string, unknown>[] } }[];
  return policy?.PolicyDocument.Statement ?? [];
}

describe('the packaged template', () => {
  it('gives a reviewer nothing to object to', () => {
    expect(findings(template)).toEqual([]);
  });

  it('has a role, a queue, dead letters, a log group and four alarms of its own for each function of a queue', () => {
    for (const name of ['Normalise', 'Partitions']) {
      const own = [
        'LambdaFunction',
        'Role',
        'Queue',
        'DeadLetters',
        'Logs',
        'DeadLettersAlarm',
        'FailingAlarm',
      ].map((part) => `${name}${part}`);
      expect(Object.keys(template.Resources)).toEqual(expect.arrayContaining(own));
    }
  });

  it('keeps what cannot be made again: lake, log files, results, their key and the one that signs', () => {
    const kept = Object.entries(template.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy);
    expect(kept.map(([name]) => name)).toEqual(
      expect.arrayContaining(['LakeBucket', 'LogBucket', 'ResultsBucket', 'AuditKey', 'SealKey1']),
    );
  });

  it('waits six function timeouts and the largest batching window before a message is tried again', () => {
    expect(template.Resources['NormaliseQueue']?.Properties['VisibilityTimeout']).toBe(6 * 300 + 300);
    expect(template.Resources['PartitionsQueue']?.Properties['VisibilityTimeout']).toBe(6 * 60 + 300);
  });

  it('keeps dead letters for a week longer than messages, whose age they keep', () => {
    const days = (queue: string): number =>
      Number(template.Resources[queue]?.Properties['MessageRetentionPeriod']) / 86_400;
    for (const name of ['Normalise', 'Partitions']) {
      expect([days(`${name}Queue`), days(`${name}DeadLetters`)]).toEqual([7, 14]);
    }
  });

  it('changes the runtime with a deployment only, for Parquet bytes follow from its zstd', () => {
    for (const name of ['Normalise', 'Partitions', 'Seal', 'Verify']) {
      expect(template.Resources[`${name}LambdaFunction`]?.Properties).toMatchObject({
        Architectures: ['arm64'],
        RuntimeManagementConfig: { UpdateRuntimeOn: 'FunctionUpdate' },
      });
    }
  });

  it("gives no invocation more of a backfill's log files than it has time for", () => {
    const trigger = template.Resources['NormaliseEventSourceMappingSQSNormaliseQueue']?.Properties;
    expect(Number(trigger?.['BatchSize']) * MAX_MESSAGE_LOG_FILES).toBeLessThanOrEqual(10_000);
  });

  it.each([
    ['LogPrefix', ['', 'a', 'audit', 'audit/trail', 'ü x'], ['/a', 'a/', 'a*', '*', 'a\\b', '\\', 'a\\']],
    ['ScanLimitGb', ['1', '100', '999999', '1000000'], ['', '0', '007', '1.5', '-1', '1e3', '1000001', 'x']],
  ])('takes of %s what it can use, and nothing else', (name, good, bad) => {
    const pattern = new RegExp(String(template.Parameters[name]?.AllowedPattern));
    expect(good.filter((text) => !pattern.test(text))).toEqual([]);
    expect(bad.filter((text) => pattern.test(text))).toEqual([]);
  });
});

const CHANGES: readonly (readonly [what: string, change: Change, finding: string])[] = [
  [
    'a wildcard action',
    (of) => statements(of('NormaliseRole')).push({ Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:x' }),
    'NormaliseRole: may s3:Get*',
  ],
  [
    'a wildcard resource',
    (of) =>
      statements(of('PartitionsRole')).push({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: ['*'] }),
    'PartitionsRole: may act on *',
  ],
  [
    'a wildcard under a condition',
    (of) =>
      statements(of('NormaliseRole')).push({
        'Fn::If': ['HasLogKey', { Effect: 'Allow', Action: 'kms:*', Resource: 'arn:x' }, {}],
      }),
    'NormaliseRole: may kms:*',
  ],
  [
    "a policy of AWS's",
    (of) => (of('NormaliseRole')['ManagedPolicyArns'] = ['arn:aws:iam::aws:policy/AdministratorAccess']),
    'NormaliseRole: may what AWS decides',
  ],
  [
    'an unencrypted bucket',
    (of) => delete of('LakeBucket')['BucketEncryption'],
    'LakeBucket: is not encrypted',
  ],
  [
    'an unencrypted queue',
    (of) => (of('NormaliseQueue')['SqsManagedSseEnabled'] = false),
    'NormaliseQueue: lacks SqsManagedSseEnabled or KmsMasterKeyId',
  ],
  [
    'an unencrypted topic',
    (of) => delete of('AlarmTopic')['KmsMasterKeyId'],
    'AlarmTopic: lacks KmsMasterKeyId',
  ],
  ['an unencrypted log', (of) => delete of('NormaliseLogs')['KmsKeyId'], 'NormaliseLogs: lacks KmsKeyId'],
  ['an unencrypted trail', (of) => delete of('LogTrail')['KMSKeyId'], 'LogTrail: lacks KMSKeyId'],
  [
    'a workgroup that anybody may override',
    (of) =>
      ((of('Workgroup')['WorkGroupConfiguration'] as Properties)['EnforceWorkGroupConfiguration'] = false),
    'Workgroup: leaves results unencrypted',
  ],
  [
    'a bucket that may become public',
    (of) => ((of('LogBucket')['PublicAccessBlockConfiguration'] as Properties)['BlockPublicPolicy'] = false),
    'LogBucket: may become public: BlockPublicPolicy is off',
  ],
  [
    'a bucket for anybody',
    (of) =>
      (of('LakeBucketPolicy')['PolicyDocument'] as { Statement: unknown[] }).Statement.push({
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 's3:GetObject',
        Resource: 'arn:x',
      }),
    'LakeBucketPolicy: lets anybody in',
  ],
  [
    'a bucket without its policy',
    (_, resources) => delete resources['ResultsBucketPolicy'],
    'ResultsBucket: is open to connections without TLS',
  ],
  [
    'a queue without its policy',
    (_, resources) => delete resources['PartitionsQueuePolicy'],
    'PartitionsQueue: is open to connections without TLS',
  ],
  [
    'a shared role',
    (of) => (of('PartitionsLambdaFunction')['Role'] = of('NormaliseLambdaFunction')['Role']),
    'PartitionsLambdaFunction: shares its role with NormaliseLambdaFunction',
  ],
  [
    'a role from elsewhere',
    (of) => (of('NormaliseLambdaFunction')['Role'] = 'arn:aws:iam::111122223333:role/lambda'),
    'NormaliseLambdaFunction: has a role that is not made here',
  ],
  [
    'a queue without dead letters',
    (of) => delete of('PartitionsQueue')['RedrivePolicy'],
    'PartitionsLambdaFunction: has no dead-letter queue',
  ],
  [
    'a function without a trigger',
    (_, resources) => delete resources['NormaliseEventSourceMappingSQSNormaliseQueue'],
    'NormaliseLambdaFunction: is not triggered',
  ],
  [
    'a function that fails whole batches',
    (of) => delete of('NormaliseEventSourceMappingSQSNormaliseQueue')['FunctionResponseTypes'],
    'NormaliseLambdaFunction: fails whole batches',
  ],
  [
    'no alarm on dead letters',
    (_, resources) => delete resources['PartitionsDeadLettersAlarm'],
    'PartitionsLambdaFunction: has no alarm on ApproximateNumberOfMessagesVisible',
  ],
  [
    'a function whose schedule is gone',
    (_, resources) => delete resources['SealEventsRuleSchedule1'],
    'SealLambdaFunction: is not triggered',
  ],
  [
    'a schedule that is off',
    (of) => (of('VerifyEventsRuleSchedule1')['State'] = 'DISABLED'),
    'VerifyEventsRuleSchedule1: is off',
  ],
  [
    'no alarm on a schedule that does nothing',
    (_, resources) => delete resources['SealSilenceAlarm'],
    'SealLambdaFunction: has no alarm on breaching',
  ],
  [
    'a key that is never rotated',
    (of) => (of('AuditKey')['EnableKeyRotation'] = false),
    'AuditKey: is never rotated',
  ],
  [
    'a key that signs for whoever may',
    (of) => (of('SealKey1')['KeyPolicy'] as { Statement: unknown[] }).Statement.pop(),
    'SealKey1: signs for more than one',
  ],
  [
    'a topic without its policy',
    (_, resources) => delete resources['FindingsTopicPolicy'],
    'FindingsTopic: is open to connections without TLS',
  ],
  [
    'no alarm on deliveries that fail',
    (_, resources) => delete resources['NormaliseFailingAlarm'],
    'NormaliseLambdaFunction: has no alarm on DeliveriesFailed',
  ],
  [
    'an alarm that nobody hears',
    (of) => (of('NormaliseErrorsAlarm')['AlarmActions'] = []),
    'NormaliseLambdaFunction: has no alarm on Errors',
  ],
];

describe('a reviewer objects to', () => {
  it.each(CHANGES)('%s', (_, change, finding) => {
    expect(findingsAfter(change)).toContain(finding);
  });
});
