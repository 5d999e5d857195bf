import type { Template, TemplateResource } from '../support/packaged.ts';

/**
 * What a security review of the packaged template would object to, one line each: the template is all that AWS is told, so what it
 * lacks nothing else makes up for.
 */
export function findings(template: Template): readonly string[] {
  const resources = Object.entries(template.Resources);
  return resources.flatMap(([name, resource]) =>
    (CHECKS[resource.Type] ?? []).flatMap((check) =>
      check(name, resource, template).map((finding) => `${name}: ${finding}`),
    ),
  );
}

type Check = (name: string, resource: TemplateResource, template: Template) => readonly string[];
type Tree = Readonly<Record<string, unknown>>;

const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  'AWS::IAM::Role': [leastPrivilege],
  'AWS::IAM::Policy': [leastPrivilege],
  'AWS::IAM::ManagedPolicy': [leastPrivilege],
  'AWS::S3::Bucket': [encryptedBucket, privateBucket, tlsOnlyBucket],
  'AWS::S3::BucketPolicy': [noPublicGrant],
  'AWS::SQS::Queue': [encryptedBy('SqsManagedSseEnabled', 'KmsMasterKeyId'), tlsOnlyQueue],
  'AWS::SQS::QueuePolicy': [noPublicGrant],
  'AWS::SNS::Topic': [encryptedBy('KmsMasterKeyId'), tlsOnlyTopic],
  'AWS::SNS::TopicPolicy': [noPublicGrant],
  'AWS::Logs::LogGroup': [encryptedBy('KmsKeyId'), forgets],
  'AWS::CloudTrail::Trail': [encryptedBy('KMSKeyId')],
  'AWS::KMS::Key': [rotatedOrSigning, noPublicGrant],
  'AWS::Events::Rule': [somethingHappens],
  'AWS::Athena::WorkGroup': [encryptedResults],
  'AWS::Lambda::Function': [ownRole, triggered, alarms],
  'AWS::Lambda::Url': [() => ['a function is reachable by its own address']],
};

function leastPrivilege(_: string, { Properties }: TemplateResource): string[] {
  const own = statementsOf(Properties['PolicyDocument']);
  const inline = listOf(Properties['Policies']).flatMap((policy) => statementsOf(policy['PolicyDocument']));
  const broad = [...own, ...inline].flatMap(tooBroad);
  return Properties['ManagedPolicyArns'] === undefined ? broad : broad.concat('may what AWS decides');
}

/** Actions that know no resource-level permissions: a policy can say nothing but `*` (Service Authorization Reference). */
const WITHOUT_RESOURCES = new Set(['cloudtrail:ListPublicKeys']);

/** A resource may end in a wildcard below a bucket, not be one. */
function tooBroad(statement: Tree): string[] {
  const actions = strings(statement['Action']).filter((action) => action.includes('*'));
  const everywhere = strings(statement['Action']).every((action) => WITHOUT_RESOURCES.has(action));
  const resources = strings(statement['Resource']).filter(
    (text) => /^(?:\*|arn:[^/]*\*)$/.test(text) && !(everywhere && text === '*'),
  );
  const negative = ['NotAction', 'NotResource'].filter((key) => statement[key] !== undefined);
  return actions
    .map((action) => `may ${action}`)
    .concat(
      resources.map((resource) => `may act on ${resource}`),
      negative.map((key) => `says what it may by ${key}`),
    );
}

function encryptedBucket(_: string, { Properties }: TemplateResource): string[] {
  return Properties['BucketEncryption'] === undefined ? ['is not encrypted'] : [];
}

function privateBucket(_: string, { Properties }: TemplateResource): string[] {
  const block = (Properties['PublicAccessBlockConfiguration'] ?? {}) as Tree;
  const open = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].filter(
    (flag) => block[flag] !== true,
  );
  return open.map((flag) => `may become public: ${flag} is off`);
}

function tlsOnlyBucket(name: string, _: TemplateResource, template: Template): string[] {
  return tlsOnly(template, 'AWS::S3::BucketPolicy', 'Bucket', name);
}

function tlsOnlyQueue(name: string, _: TemplateResource, template: Template): string[] {
  return tlsOnly(template, 'AWS::SQS::QueuePolicy', 'Queues', name);
}

function tlsOnlyTopic(name: string, _: TemplateResource, template: Template): string[] {
  return tlsOnly(template, 'AWS::SNS::TopicPolicy', 'Topics', name);
}

function tlsOnly(template: Template, type: string, property: string, name: string): string[] {
  const policies = Object.values(template.Resources).filter(
    ({ Type, Properties }) => Type === type && refersTo(Properties[property], name),
  );
  const denies = policies
    .flatMap(({ Properties }) => statementsOf(Properties['PolicyDocument']))
    .some(
      (statement) =>
        statement['Effect'] === 'Deny' &&
        /"aws:SecureTransport":"?false/.test(JSON.stringify(statement['Condition'])),
    );
  return denies ? [] : ['is open to connections without TLS'];
}

function noPublicGrant(_: string, { Properties }: TemplateResource): string[] {
  return statementsOf(Properties['PolicyDocument'] ?? Properties['KeyPolicy'])
    .filter(({ Effect, Principal }) => Effect === 'Allow' && strings(Principal).includes('*'))
    .map(() => 'lets anybody in');
}

function encryptedBy(...properties: readonly string[]): Check {
  return (_, { Properties }) =>
    properties.some((property) => Properties[property] !== undefined && Properties[property] !== false)
      ? []
      : [`lacks ${properties.join(' or ')}`];
}

function forgets(_: string, { Properties }: TemplateResource): string[] {
  return Properties['RetentionInDays'] === undefined ? ['keeps logs for ever'] : [];
}

function encryptedResults(_: string, { Properties }: TemplateResource): string[] {
  const text = JSON.stringify(Properties);
  const enforced = text.includes('"EnforceWorkGroupConfiguration":true');
  return [
    ...(text.includes('"EncryptionOption":"SSE_KMS"') && enforced ? [] : ['leaves results unencrypted']),
    ...(text.includes('"BytesScannedCutoffPerQuery"') && enforced ? [] : ['lets a query read without limit']),
  ];
}

function ownRole(name: string, { Properties }: TemplateResource, template: Template): string[] {
  const role = JSON.stringify(Properties['Role']);
  const sharing = functionsOf(template).filter(
    ([other, { Properties }]) => other !== name && JSON.stringify(Properties['Role']) === role,
  );
  const roles = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const made = roles.some(([roleName]) => role?.includes(`"\${${roleName}.Arn}"`));
  return [
    ...sharing.map(([other]) => `shares its role with ${other}`),
    ...(made ? [] : ['has a role that is not made here']),
  ];
}

/** KMS rotates no key that signs; what matters of one is who may. */
function rotatedOrSigning(_: string, { Properties }: TemplateResource): string[] {
  const rotated = Properties['EnableKeyRotation'] === true;
  if (Properties['KeyUsage'] !== 'SIGN_VERIFY') return rotated ? [] : ['is never rotated'];
  const denied = statementsOf(Properties['KeyPolicy']).some(
    ({ Effect, Action, Principal, Condition }) =>
      Effect === 'Deny' &&
      Action === 'kms:Sign' &&
      Principal === '*' &&
      JSON.stringify(Condition).includes('"ArnNotEquals":{"aws:PrincipalArn":'),
  );
  return denied ? [] : ['signs for more than one'];
}

function somethingHappens(_: string, { Properties }: TemplateResource): string[] {
  return Properties['State'] === 'DISABLED' ? ['is off'] : [];
}

/** By a queue, which keeps what failed; or by a schedule, whose next run makes up for it. */
function triggered(name: string, _: TemplateResource, template: Template): string[] {
  const sources = sourcesOf(name, template);
  if (schedulesOf(name, template).length > 0) return [];
  if (sources.length === 0) return ['is not triggered'];
  return sources.flatMap((source) => {
    const queue = Object.entries(template.Resources).find(
      ([queueName, { Type }]) =>
        Type === 'AWS::SQS::Queue' && refersTo(source.Properties['EventSourceArn'], queueName),
    );
    const lacks = [];
    if (queue?.[1].Properties['RedrivePolicy'] === undefined) lacks.push('has no dead-letter queue');
    const reports = strings(source.Properties['FunctionResponseTypes']).includes('ReportBatchItemFailures');
    if (!reports) lacks.push('fails whole batches');
    return lacks;
  });
}

const WATCHED_OF_QUEUE = [
  'ApproximateNumberOfMessagesVisible',
  'Errors',
  'ApproximateAgeOfOldestMessage',
  'DeliveriesFailed',
];
/** The second: nothing but no data tells of a schedule that is off. */
const WATCHED_OF_SCHEDULE = ['Errors', 'breaching'];

function alarms(name: string, _: TemplateResource, template: Template): string[] {
  const prefix = name.replace('LambdaFunction', '');
  const heard = Object.values(template.Resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::CloudWatch::Alarm' &&
      listOf(Properties['AlarmActions']).length > 0 &&
      // Its own counts go by the function's name, other metrics by the names of resources.
      strings(Properties['Dimensions']).some(
        (text) => text.startsWith(prefix) || text === prefix.toLowerCase(),
      ),
  );
  const watched = new Set(
    heard.flatMap(({ Properties }) => [Properties['MetricName'], Properties['TreatMissingData']]),
  );
  const needed = schedulesOf(name, template).length > 0 ? WATCHED_OF_SCHEDULE : WATCHED_OF_QUEUE;
  return needed.filter((metric) => !watched.has(metric)).map((metric) => `has no alarm on ${metric}`);
}

function schedulesOf(name: string, template: Template): TemplateResource[] {
  return Object.values(template.Resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::Events::Rule' &&
      Properties['ScheduleExpression'] !== undefined &&
      refersTo(Properties['Targets'], name),
  );
}

function functionsOf(template: Template): [string, TemplateResource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
}

function sourcesOf(name: string, template: Template): TemplateResource[] {
  return Object.values(template.Resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::EventSourceMapping' && refersTo(Properties['FunctionName'], name),
  );
}

/** Whether a value mentions a resource by `Ref` or `Fn::GetAtt`. */
function refersTo(value: unknown, name: string): boolean {
  const text = JSON.stringify(value) ?? '';
  return text.includes(`{"Ref":"${name}"}`) || text.includes(`{"Fn::GetAtt":["${name}",`);
}

/** Statements of a policy, those that stand under a condition too. */
function statementsOf(document: unknown): Tree[] {
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return [];
  return listOf(document.Statement).flatMap((statement) => {
    const branches = statement['Fn::If'];
    return branches === undefined
      ? [statement]
      : listOf(branches).filter((branch) => branch['Effect'] !== undefined);
  });
}

function listOf(value: unknown): Tree[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Tree[];
}

/** Every string in a value, at any depth. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}
