import type { TrailFolder } from '../log-file-key.ts';
import type { Cell } from './cell.ts';
import { isoTime } from '../iso-time.ts';
import type { Random } from './random.ts';
import type { SampleRecord } from './sample-file.ts';

/** What a trail writes beside its log files: Insights, denied calls through VPC endpoints, five-minute aggregates. */
export interface SideFile {
  readonly folder: TrailFolder;
  readonly records: readonly SampleRecord[];
}

export const DELIVERY_INTERVAL = 300_000;

/** For the five minutes that end at `at`. `all` asks for one of each, so that the smallest sample has them too. */
export function sideFiles(random: Random, cell: Cell, at: number, all: boolean): SideFile[] {
  const files: SideFile[] = [];
  if (all || random.chance(0.003))
    files.push({ folder: 'CloudTrail-Insight', records: insight(random, cell, at) });
  if (all || random.chance(0.02)) {
    const records = Array.from({ length: random.between(1, 5) }, () => networkActivity(random, cell, at));
    files.push({ folder: 'CloudTrail-NetworkActivity', records });
  }
  if (all || random.chance(0.06)) {
    files.push({ folder: 'CloudTrail-Aggregated', records: [aggregated(random, cell, at)] });
  }
  return files;
}

/** Start and end of one unusual stretch, which share their `sharedEventID`. */
function insight(random: Random, cell: Cell, at: number): SampleRecord[] {
  const shared = random.uuid();
  const [service, name] = random.pick(INSIGHT_CALLS);
  const rate = `${random.between(2, 90)}.${random.int(10)}`;
  const role = `arn:aws:sts::${cell.account.id}:assumed-role/${random.pick(cell.account.resources['role'] ?? [])}`;
  // An exponent on purpose: it is how CloudTrail's own baselines look when they are small.
  const baseline = `${random.between(1, 9)}.${random.between(100, 999)}E-4`;
  const attributions = `[{"attribute":"userIdentityArn","insight":[{"value":"${role}","average":${rate}}],"baseline":[{"value":"${role}","average":${baseline}}]},{"attribute":"errorCode","insight":[{"value":"null","average":${rate}}],"baseline":[{"value":"null","average":${baseline}}]}]`;
  return (['Start', 'End'] as const).map((state, index) => {
    const time = at - DELIVERY_INTERVAL + index * 120_000;
    const duration = state === 'End' ? ',"insightDuration":2' : '';
    const text = `{"eventVersion":"1.09","eventTime":"${isoTime(time)}","awsRegion":"${cell.region}","eventID":"${random.uuid()}","eventType":"AwsCloudTrailInsight","recipientAccountId":"${cell.account.id}","sharedEventID":"${shared}","insightDetails":{"state":"${state}","eventSource":"${service}.amazonaws.com","eventName":"${name}","insightType":"ApiCallRateInsight","insightContext":{"statistics":{"baseline":{"average":${baseline}},"insight":{"average":${rate}}${duration},"baselineDuration":11340},"attributions":${attributions}}},"eventCategory":"Insight"}`;
    return { time, text };
  });
}

const INSIGHT_CALLS = [
  ['autoscaling', 'CompleteLifecycleAction'],
  ['ec2', 'RunInstances'],
  ['iam', 'AttachRolePolicy'],
  ['ssm', 'UpdateInstanceInformation'],
] as const;

function networkActivity(random: Random, cell: Cell, at: number): SampleRecord {
  const time = at - 30_000 - random.int(DELIVERY_INTERVAL - 30_000);
  const [service, name] = random.pick(ENDPOINT_CALLS);
  const endpoint = random.pick(cell.account.resources['endpoint'] ?? []);
  const principal = `AROA${random.base32(10)}EXAMPLE:session-${random.int(1000)}`;
  const text = `{"eventVersion":"1.09","userIdentity":{"type":"AWSAccount","principalId":"${principal}","accountId":"123456789012"},"eventTime":"${isoTime(time)}","eventSource":"${service}.amazonaws.com","eventName":"${name}","awsRegion":"${cell.region}","sourceIPAddress":"10.0.${random.int(255)}.${random.between(4, 250)}","errorCode":"VpceAccessDenied","errorMessage":"The request was denied due to a VPC endpoint policy","requestID":"${random.uuid()}","eventID":"${random.uuid()}","eventType":"AwsVpceEvent","recipientAccountId":"${cell.account.id}","sharedEventID":"${random.uuid()}","vpcEndpointId":"${endpoint}","vpcEndpointAccountId":"${cell.account.id}","eventCategory":"NetworkActivity"}`;
  return { time, text };
}

const ENDPOINT_CALLS = [
  ['s3', 'GetObject'],
  ['kms', 'Decrypt'],
  ['secretsmanager', 'GetSecretValue'],
  ['cloudtrail', 'LookupEvents'],
] as const;

/** Another shape altogether: no `eventTime`, `eventId` instead of `eventID`. */
function aggregated(random: Random, cell: Cell, at: number): SampleRecord {
  const start = at - DELIVERY_INTERVAL;
  const gets = random.between(20, 4000);
  const puts = random.between(5, 900);
  const roles = (cell.account.resources['role'] ?? []).slice(0, 2);
  const callers = roles.map(
    (role, index) =>
      `{"name":"arn:aws:iam::${cell.account.id}:role/${role}","value":${index === 0 ? gets : puts}}`,
  );
  const text = `{"eventVersion":"1.0","accountId":"${cell.account.id}","eventId":"${random.uuid()}","eventCategory":"Aggregated","eventType":"AwsAggregatedEvent","awsRegion":"${cell.region}","eventSource":"s3.amazonaws.com","timeWindow":{"windowStart":"${isoTime(start)}","windowEnd":"${isoTime(at)}","windowSize":"PT5M"},"summary":{"primaryDimension":{"dimension":"eventName","statistics":[{"name":"GetObject","value":${gets}},{"name":"PutObject","value":${puts}}]},"details":[{"dimension":"userIdentity","statistics":[${callers.join(',')}]},{"dimension":"errorCode","statistics":[{"name":"AccessDenied","value":${random.int(9)}}]}]}}`;
  return { time: start, text };
}
