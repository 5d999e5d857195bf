import { beforeAll, describe, expect, it } from 'vitest';
import { allSealKeys, listOfSealKeys, newestSealKey, sealKeys } from '../../deploy/seal-keys.ts';
import { seal } from '../../deploy/seal.ts';
import type { Resource } from '../../deploy/template.ts';
import { verify } from '../../deploy/verify.ts';
import { SUPERSEDED_TAG } from '../../shared/adapters/s3-expiry.ts';
import { CHAIN_KEY, sealKeyKey } from '../../shared/core/seal-format.ts';
import { packagedService, type Template } from '../support/packaged.ts';

/** Who may write, sign and delete what proves something. No emulator enforces a policy: what the template says is what is tested. */

let template: Template;
beforeAll(async () => {
  ({ template } = await packagedService());
});

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

type Either = Statement | { readonly 'Fn::If': readonly [string, Statement, unknown] };

function properties(name: string): Readonly<Record<string, unknown>> {
  return template.Resources[name]?.Properties ?? {};
}

/** Statements of a document, those under a condition too. */
function statementsOf(document: unknown): readonly Statement[] {
  const { Statement: all } = document as { Statement: readonly Either[] };
  return all.map((one) => ('Fn::If' in one ? one['Fn::If'][1] : one));
}

/** What a role may: `action resource` of its own statements, `Lake/x/*` for what lies in the lake bucket. */
function grantsOf(role: string): readonly string[] {
  const [policy] = properties(role)['Policies'] as { PolicyDocument: unknown }[];
  return statementsOf(policy?.PolicyDocument).flatMap(grants).sort();
}

function grants({ Action: action, Resource: resource }: Statement): string[] {
  const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
  const resources = isList(resource) ? resource : [resource];
  return [action].flat().flatMap((one) => resources.map((of) => `${one} ${said(of)}`));
}

function said(resource: unknown): string {
  const text = JSON.stringify(resource);
  const lake = /^\{"Fn::Sub":"\$\{LakeBucket\.Arn\}\/(.*)"\}$/.exec(text)?.[1];
  if (lake !== undefined) return `Lake/${lake}`;
  const arn = /^\{"Fn::GetAtt":\["(\w+)","Arn"\]\}$|^\{"Ref":"(\w+)"\}$/.exec(text);
  if (arn !== null) return arn[1] ?? arn[2] ?? '';
  if (text.includes('ExistingLogBucket')) return text.includes('AWSLogs/*') ? 'Log/AWSLogs/*' : 'Log';
  return text.replaceAll('"', '');
}

/** Of neither forward nor followup. */
const OF_BOTH = {
  ArnNotEquals: {
    'aws:PrincipalArn': [{ 'Fn::GetAtt': ['ForwardRole', 'Arn'] }, { 'Fn::GetAtt': ['FollowupRole', 'Arn'] }],
  },
};

describe("seal's role", () => {
  it('writes digests, reads receipts, and nothing else', () => {
    expect(grantsOf('SealRole')).toEqual([
      'kms:Decrypt AuditKey',
      'kms:GenerateDataKey AuditKey',
      'logs:CreateLogStream SealLogs',
      'logs:PutLogEvents SealLogs',
      's3:GetObject Lake/AWSLogs/*',
      's3:GetObject Lake/compactions/*',
      's3:GetObject Lake/receipts/*',
      's3:GetObject Lake/seals/*',
      's3:ListBucket LakeBucket',
      's3:PutObject Lake/AWSLogs/*',
      's3:PutObject Lake/seals/*',
    ]);
    expect([CHAIN_KEY, sealKeyKey('f')].every((key) => key.startsWith('seals/'))).toBe(true);
  });

  it('alone signs, by a policy of its own: a part of the role could not name a key whose policy names the role', () => {
    const { Roles, PolicyDocument } = properties('SealSigning');
    expect(Roles).toEqual([{ Ref: 'SealRole' }]);
    expect(statementsOf(PolicyDocument).flatMap(grants)).toEqual([
      'kms:Sign SealKey1',
      'kms:GetPublicKey SealKey1',
    ]);
    const signing = Object.entries(template.Resources).filter(
      ([, { Type, Properties }]) =>
        Type.startsWith('AWS::IAM::') && JSON.stringify(Properties).includes('kms:Sign'),
    );
    expect(signing.map(([name]) => name)).toEqual(['SealSigning']);
    expect(JSON.stringify(properties('SealRole'))).not.toContain('SealKey');
  });
});

describe("verify's role", () => {
  it('reads everything, writes what it found, and nothing else', () => {
    expect(grantsOf('VerifyRole')).toEqual([
      'cloudtrail:ListPublicKeys *',
      'kms:Decrypt AuditKey',
      'kms:Decrypt ExistingLogKeyArn',
      'kms:GenerateDataKey AuditKey',
      'kms:GetPublicKey SealKey1',
      'logs:CreateLogStream VerifyLogs',
      'logs:PutLogEvents VerifyLogs',
      's3:GetObject Lake/*',
      's3:GetObject Log/AWSLogs/*',
      's3:GetObjectVersion Log/AWSLogs/*',
      's3:ListBucket LakeBucket',
      's3:ListBucket Log',
      's3:PutObject Lake/findings/*',
      's3:PutObject Lake/keys/*',
      's3:PutObject Lake/verification/*',
      'sns:Publish FindingsTopic',
    ]);
  });

  it('is the only one the findings topic takes anything from', () => {
    expect(statementsOf(properties('FindingsTopicPolicy')['PolicyDocument'])).toContainEqual({
      Sid: 'OnlyVerifyPublishes',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: { Ref: 'FindingsTopic' },
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['VerifyRole', 'Arn'] } } },
    });
  });
});

describe("compact's role", () => {
  it('reads rows and what accounts for them, writes generations, announces them, gives up what they replaced, moves partitions, and nothing else', () => {
    const ofLake = grantsOf('CompactRole').filter((grant) => grant.startsWith('s3:'));
    expect(ofLake).toEqual([
      's3:GetObject Lake/compacted/*',
      's3:GetObject Lake/compactions/*',
      's3:GetObject Lake/events/*',
      's3:GetObject Lake/receipts/*',
      's3:ListBucket LakeBucket',
      's3:PutObject Lake/compacted/*',
      's3:PutObject Lake/compactions/*',
      's3:PutObject Lake/sealing/*',
      's3:PutObjectTagging Lake/compacted/*',
      's3:PutObjectTagging Lake/events/*',
    ]);
    const others = grantsOf('CompactRole').map((grant) => grant.split(' ', 1)[0] ?? '');
    expect([...new Set(others)].filter((action) => !action.startsWith('s3:'))).toEqual([
      'glue:BatchCreatePartition',
      'glue:BatchGetPartition',
      'glue:BatchUpdatePartition',
      'glue:GetTable',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });
});

describe('the roles of forward and followup', () => {
  const telling = [
    'events:PutEvents AlertEventBusArn',
    'kms:Decrypt AuditKey',
    'kms:GenerateDataKey AuditKey',
    's3:GetObject Lake/alerts/*',
    's3:ListBucket LakeBucket',
    's3:PutObject Lake/alerts/*',
    'securityhub:BatchImportFindings {Fn::Sub:arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:product/${AWS::AccountId}/default}',
    'sns:Publish AlertsTopic',
  ];
  const logs = (prefix: string): string[] => [
    `logs:CreateLogStream ${prefix}Logs`,
    `logs:PutLogEvents ${prefix}Logs`,
  ];

  it('keep alerts and send them; forward reads log files besides; and nothing else', () => {
    expect(grantsOf('FollowupRole')).toEqual([...telling, ...logs('Followup')].sort());
    expect(grantsOf('ForwardRole')).toEqual(
      [
        ...telling,
        ...logs('Forward'),
        'kms:Decrypt ExistingLogKeyArn',
        's3:GetObject Log/AWSLogs/*',
        's3:GetObjectVersion Log/AWSLogs/*',
        'sqs:DeleteMessage ForwardQueue',
        'sqs:GetQueueAttributes ForwardQueue',
        'sqs:ReceiveMessage ForwardQueue',
      ].sort(),
    );
  });

  it('are the only ones the alerts topic takes anything from', () => {
    const [only] = statementsOf(properties('AlertsTopicPolicy')['PolicyDocument']);
    expect(only).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Condition: OF_BOTH });
  });

  it('may use the event bus and Security Hub only where they are switched on', () => {
    const [policy] = properties('ForwardRole')['Policies'] as { PolicyDocument: { Statement: Either[] } }[];
    const conditions = policy?.PolicyDocument.Statement.flatMap((one) =>
      'Fn::If' in one ? [[one['Fn::If'][0], one['Fn::If'][1].Sid]] : [],
    );
    expect(conditions).toContainEqual(['HasAlertEventBus', 'PutsAlertsOnTheBus']);
    expect(conditions).toContainEqual(['UsesSecurityHub', 'ImportsFindings']);
  });
});

it('normalise announces receipts, and neither reads nor writes anything that proves them', () => {
  const lake = grantsOf('NormaliseRole').filter((grant) => grant.includes(' Lake/'));
  expect(lake).toEqual([
    's3:GetObject Lake/events/*',
    's3:GetObject Lake/plans/*',
    's3:GetObject Lake/quarantine/*',
    's3:GetObject Lake/receipts/*',
    's3:PutObject Lake/events/*',
    's3:PutObject Lake/plans/*',
    's3:PutObject Lake/quarantine/*',
    's3:PutObject Lake/receipts/*',
    's3:PutObject Lake/sealing/*',
  ]);
});

describe("the lake's policy", () => {
  const denials = (): Map<string, Statement> =>
    new Map(statementsOf(properties('LakeBucketPolicy')['PolicyDocument']).map((one) => [one.Sid, one]));

  it('has alerts written by forward and followup alone', () => {
    const statement = denials().get('OnlyForwardWritesAlerts') as Statement;
    expect(statement).toMatchObject({ Effect: 'Deny', Principal: '*', Condition: OF_BOTH });
    expect(grants(statement)).toEqual(['s3:PutObject Lake/alerts/*', 's3:ReplicateObject Lake/alerts/*']);
  });

  it.each([
    ['OnlySealWritesDigests', 'SealRole', ['AWSLogs', 'seals']],
    ['OnlyVerifyWritesWhatItFound', 'VerifyRole', ['verification', 'findings', 'keys']],
    ['OnlyCompactWritesGenerations', 'CompactRole', ['compacted', 'compactions']],
  ])('%s: whatever others may, %s alone does', (sid, role, folders) => {
    const statement = denials().get(sid);
    expect(statement).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [role, 'Arn'] } } },
    });
    const written = folders.flatMap((folder) => [
      `s3:PutObject Lake/${folder}/*`,
      `s3:ReplicateObject Lake/${folder}/*`,
    ]);
    expect(grants(statement as Statement).sort()).toEqual(written.sort());
  });

  it('has nobody but compact tag what then expires', () => {
    const statement = denials().get('OnlyCompactTags') as Statement;
    expect(statement).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['CompactRole', 'Arn'] } } },
    });
    expect(grants(statement)).toEqual(['s3:PutObjectTagging Lake/*', 's3:PutObjectVersionTagging Lake/*']);
    const { Rules } = properties('LakeBucket')['LifecycleConfiguration'] as { Rules: { Id?: string }[] };
    expect(Rules.find(({ Id }) => Id === 'superseded')).toEqual({
      Id: 'superseded',
      Status: 'Enabled',
      TagFilters: [SUPERSEDED_TAG],
      ExpirationInDays: 1,
    });
  });

  it('lets nobody at all delete what proves something, as long as it stands', () => {
    const statement = denials().get('NobodyDeletesProof') as Statement;
    expect(statement).toMatchObject({ Effect: 'Deny', Principal: '*' });
    expect(statement.Condition).toBeUndefined();
    const folders = ['AWSLogs', 'alerts', 'findings', 'keys', 'seals', 'verification'];
    const actions = ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateDelete'];
    const denied = actions.flatMap((action) => folders.map((folder) => `${action} Lake/${folder}/*`));
    expect(grants(statement).sort()).toEqual(denied.sort());
  });

  it('can be changed by the account, which nobody is locked out of', () => {
    const denied = [...denials().values()].filter(({ Sid }) => Sid !== 'TlsOnly').flatMap(grants);
    expect(denied.filter((grant) => !grant.includes(' Lake/'))).toEqual([]);
  });

  it('expires announcements, and of what proves something nothing', () => {
    const { Rules } = properties('LakeBucket')['LifecycleConfiguration'] as { Rules: unknown[] };
    const prefixes = [...JSON.stringify(Rules).matchAll(/"Prefix":"([^"]*)","ExpirationInDays":([^,}]*)/g)];
    expect(prefixes.map(([, prefix, days]) => [prefix, days])).toEqual([
      ['sealing/', '90'],
      ['alerts/', '90'],
      ['events/', '{"Ref":"LakeRetentionDays"'],
      ['compacted/', '{"Ref":"LakeRetentionDays"'],
      ['quarantine/', '{"Ref":"LakeRetentionDays"'],
    ]);
  });
});

describe('the signing keys', () => {
  it('are what the AWS CLI can verify, sign for seal alone, and outlive the stack', () => {
    expect(template.Resources['SealKey1']).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
    });
    const [administered, signs, ...others] = statementsOf(properties('SealKey1')['KeyPolicy']);
    expect(administered).toMatchObject({
      Effect: 'Allow',
      Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
    });
    expect(signs).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:Sign',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['SealRole', 'Arn'] } } },
    });
    expect(others).toEqual([]);
  });

  const arn = (name: string): unknown => ({ 'Fn::GetAtt': [name, 'Arn'] });

  it('of a second generation: the new one signs, the first stays as it was and is still verified with', () => {
    const first = seal('test', 1).Resources;
    // As a parameter on the command line comes.
    const second = seal('test', '2').Resources;
    expect(second['SealKey1']).toEqual(first['SealKey1']);
    expect(second['SealKey2']).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
    expect(second['SealKeyAlias']?.Properties['TargetKeyId']).toEqual(arn('SealKey2'));
    const [signing] = statementsOf(second['SealSigning']?.Properties['PolicyDocument']);
    expect(signing?.Resource).toEqual(arn('SealKey2'));
    expect(newestSealKey('test', 2)).toEqual(arn('SealKey2'));
    expect(allSealKeys('test', 2)).toEqual([arn('SealKey2'), arn('SealKey1')]);
    expect(listOfSealKeys('test', 2)).toEqual({ 'Fn::Join': [',', [arn('SealKey2'), arn('SealKey1')]] });
    const { Properties: role } = verify('test', 2).Resources['VerifyRole'] as Resource;
    const [policy] = role['Policies'] as unknown as { PolicyDocument: unknown }[];
    const got = statementsOf(policy?.PolicyDocument).find(({ Sid }) => Sid === 'GetsOurPublicKeys');
    expect(got?.Resource).toEqual([arn('SealKey2'), arn('SealKey1')]);
  });

  it.each(['', '0', '01', '1.5', '-1', 'two', '51', undefined])('are not of generation %j', (generation) => {
    expect(() => sealKeys('test', generation)).toThrow(
      'The parameter sealKeyGeneration must be a whole number from 1 to 50',
    );
  });
});

describe.each([
  ['Seal', [4, 24, 44], 300],
  ['Verify', [34, 54], 900],
])('%s', (name, minutes, timeout) => {
  it(`runs at minutes ${minutes.join(', ')} of every hour, and is not tried again in between`, () => {
    const { ScheduleExpression, State } = properties(`${name}EventsRuleSchedule1`);
    expect([ScheduleExpression, State]).toEqual([`cron(${minutes.join(',')} * * * ? *)`, 'ENABLED']);
    expect(properties(`${name}LambdaEvConf`)).toMatchObject({ MaximumRetryAttempts: 0 });
  });

  it('has ended before its next run starts', () => {
    const gaps = minutes.map((minute, i) => ((minutes[i + 1] ?? (minutes[0] ?? 0) + 60) - minute) * 60);
    expect(properties(`${name}LambdaFunction`)['Timeout']).toBe(timeout);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(timeout);
  });
});

it('verify is told where log files lie, with a prefix or without', () => {
  const { Variables } = properties('VerifyLambdaFunction')['Environment'] as {
    Variables: Record<string, unknown>;
  };
  expect(Variables['LOG_ROOT']).toEqual({
    'Fn::If': ['HasLogPrefix', { 'Fn::Sub': '${LogPrefix}/AWSLogs/' }, 'AWSLogs/'],
  });
});
