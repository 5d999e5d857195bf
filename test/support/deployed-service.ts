import { readFile } from 'node:fs/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { sqsClient } from './emulated-queue.ts';
import { packagedService, type PackagedService, type Template, type TemplateResource } from './packaged.ts';

/** Kinds of resource that MiniStack's CloudFormation doesn't know. Glue's are made with its own API, from the same template. */
const UNKNOWN = /^AWS::(?:Glue|Athena|CloudTrail)::/;
const STACK = 'trailseal-test';

/** The packaged service, deployed to emulated AWS: the zips' own functions behind the template's queues, rules and buckets. */
export interface DeployedService {
  /** Physical id of a resource of the template: a bucket's name, a queue's URL. */
  readonly id: (logicalId: string) => string;
  readonly database: string;
}

export interface DeployOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whether new log files reach forward, too: it takes as much of the machine as normalise. */
  readonly forwards?: boolean;
  /** Changes to the template, such as a shorter timeout. */
  readonly change?: (resources: Record<string, TemplateResource>) => void;
}

/** Deploys to the account of the environment's credentials; each needs one of its own, because names follow from the stage. */
export async function deployService({
  parameters = {},
  forwards = false,
  change,
}: DeployOptions = {}): Promise<DeployedService> {
  const packaged = await packagedService();
  const template = withoutSchedules(await uploaded(packaged));
  if (!forwards) cutOff('forward', template);
  change?.(template.Resources);
  const cloudFormation = new CloudFormationClient({});
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: STACK,
      TemplateBody: JSON.stringify({ ...template, Resources: known(template.Resources), Outputs: {} }),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  await untilCreated(cloudFormation);
  const ids = new Map<string, string>();
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName: STACK })) {
    for (const one of page.StackResourceSummaries ?? [])
      ids.set(one.LogicalResourceId ?? '', one.PhysicalResourceId ?? '');
  }
  const id = (logicalId: string): string => {
    const found = ids.get(logicalId);
    if (found === undefined) throw new Error(`the stack has no ${logicalId}`);
    return found;
  };
  await connectDeadLetters(template, id);
  return { id, database: await createCatalogue(template, id) };
}

/** The template, its schedules off: a test calls a function of a schedule itself, and must not depend on the time of day. */
function withoutSchedules(template: Template): Template {
  const off = ([name, resource]: [string, TemplateResource]): [string, TemplateResource] => {
    const { ScheduleExpression: schedule } = resource.Properties;
    if (schedule === undefined) return [name, resource];
    return [name, { ...resource, Properties: { ...resource.Properties, State: 'DISABLED' } }];
  };
  return { ...template, Resources: Object.fromEntries(Object.entries(template.Resources).map(off)) };
}

/** Nothing tells the function of log files. */
function cutOff(name: string, { Resources: resources }: Template): void {
  const rule: Record<string, unknown> = resources['LogFileRule']?.Properties ?? {};
  rule['Targets'] = (rule['Targets'] as { Id: string }[]).filter(({ Id }) => Id !== name);
}

/** The template, its code in a bucket of this account. */
async function uploaded({ template, zips }: PackagedService): Promise<Template> {
  const s3 = new S3Client({ forcePathStyle: true });
  const bucket = `deployment-${process.env['AWS_ACCESS_KEY_ID']}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const copy = withNames(template, {
    Database: nameIn(template, 'Database', 'DatabaseInput'),
    EventsTable: nameIn(template, 'EventsTable', 'TableInput'),
  });
  for (const [name, zip] of Object.entries(zips)) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${name}.zip`, Body: await readFile(zip) }));
    const logicalId = `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;
    Object.assign(copy.Resources[logicalId]?.Properties ?? {}, {
      Code: { S3Bucket: bucket, S3Key: `${name}.zip` },
    });
  }
  return copy;
}

/** The template, references to resources that the emulator won't make replaced by the names they would have. */
function withNames(template: Template, names: Readonly<Record<string, string>>): Template {
  const text = JSON.stringify(template).replaceAll(/\{"Ref":"(\w+)"\}/g, (ref, logicalId: string) =>
    names[logicalId] === undefined ? ref : JSON.stringify(names[logicalId]),
  );
  return JSON.parse(text) as Template;
}

function nameIn(template: Template, logicalId: string, input: string): string {
  const { Name } = (template.Resources[logicalId]?.Properties[input] ?? {}) as { readonly Name?: unknown };
  if (typeof Name !== 'string') throw new Error(`${logicalId} has no name of its own`);
  return Name;
}

function known(resources: Template['Resources']): Record<string, TemplateResource> {
  return Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => !UNKNOWN.test(Type)));
}

async function untilCreated(client: CloudFormationClient): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
    if (stack?.StackStatus === 'CREATE_COMPLETE') return;
    if (stack?.StackStatus !== 'CREATE_IN_PROGRESS')
      throw new Error(`the stack is ${stack?.StackStatus}: ${stack?.StackStatusReason}`);
    await sleep(100);
  }
  throw new Error('the stack took more than 30 s');
}

/** MiniStack's CloudFormation leaves out redrive policies. */
async function connectDeadLetters(template: Template, id: (logicalId: string) => string): Promise<void> {
  const sqs = sqsClient();
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    const policy = Properties['RedrivePolicy'] as RedrivePolicy | undefined;
    if (Type !== 'AWS::SQS::Queue' || policy === undefined) continue;
    const [deadLetters = ''] = policy.deadLetterTargetArn['Fn::GetAtt'];
    const { Attributes: found = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: id(deadLetters), AttributeNames: ['QueueArn'] }),
    );
    const RedrivePolicy = JSON.stringify({ ...policy, deadLetterTargetArn: found['QueueArn'] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: id(logicalId), Attributes: { RedrivePolicy } }));
  }
}

interface RedrivePolicy {
  readonly deadLetterTargetArn: { readonly 'Fn::GetAtt': readonly string[] };
  readonly maxReceiveCount: number;
}

async function createCatalogue(template: Template, id: (logicalId: string) => string): Promise<string> {
  const glue = new GlueClient({});
  const properties = (logicalId: string): Record<string, unknown> =>
    resolve(template.Resources[logicalId]?.Properties ?? {}, id) as Record<string, unknown>;
  const { Name: database = '' } = properties('Database')['DatabaseInput'] as { Name?: string };
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  for (const table of ['EventsTable', 'ReceiptsTable', 'PlansTable']) {
    const TableInput = properties(table)['TableInput'] as TableInput;
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  }
  return database;
}

/** `Ref` and `Fn::Sub` of resources, all that the catalogue's part of the template uses. */
function resolve(value: unknown, id: (logicalId: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, id));
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value && typeof value.Ref === 'string')
    return value.Ref.startsWith('AWS::') ? '' : id(value.Ref);
  if ('Fn::Sub' in value && typeof value['Fn::Sub'] === 'string')
    return value['Fn::Sub'].replaceAll(/\$\{(\w+)\}/g, (_, name: string) => id(name));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, id)]));
}
