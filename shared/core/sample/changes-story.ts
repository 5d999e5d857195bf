import { apiCall, changeCall } from './api-calls.ts';
import { DENIED, SIGN_IN_FAILED } from './call-errors.ts';
import { accessKey, documentationAddress, principalId, type Account } from './organisation.ts';
import type { Random } from './random.ts';
import { recordText, type Actor, type Occurrence } from './record-text.ts';
import type { SampleRecord } from './sample-file.ts';
import { BROWSERS } from './user-agents.ts';
import { assumedRole, hiddenUser, roleArn, signingInUser } from './user-identity.ts';

/** In this order, seconds apart. The calls are in `calls-changes.ts`. */
const STEPS =
  `iam:CreateUser iam:CreateLoginProfile iam:AttachUserPolicy iam:PutUserPolicy iam:CreatePolicyVersion
  iam:UpdateAssumeRolePolicy iam:DeactivateMFADevice iam:CreateSAMLProvider cloudtrail:UpdateTrail cloudtrail:StopLogging
  config:StopConfigurationRecorder config:DeleteDeliveryChannel guardduty:UpdateDetector guardduty:CreateFilter kms:DisableKey
  kms:ScheduleKeyDeletion s3:DeleteBucketPublicAccessBlock s3:PutBucketPolicy s3:PutBucketReplication s3:DeleteBucket
  ec2:AuthorizeSecurityGroupIngress ec2:CreateNetworkAclEntry ec2:AttachInternetGateway ec2:CreateRoute
  ec2:CreateVpcPeeringConnection ec2:ModifySnapshotAttribute ec2:CreateInstanceExportTask ec2:GetPasswordData ec2:StopInstances
  ec2:ModifyInstanceAttribute ec2:AssociateIamInstanceProfile ec2:StartInstances ec2-instance-connect:SendSSHPublicKey
  ssm:StartSession rds:ModifyDBInstance rds:ModifyDBSnapshotAttribute rds:StartExportTask lambda:AddPermission20150331v2
  lambda:CreateFunctionUrlConfig organizations:MoveAccount organizations:DetachPolicy`.split(/\s+/);

/** Tried before it was allowed, as it is where somebody first has to widen a policy. */
const REFUSED_FIRST = new Set(['iam:AttachUserPolicy', 'organizations:MoveAccount']);
const BETWEEN_MS = 9000;
const NEW_USER = 'break-glass';

/**
 * An administrator's quarter of an hour at the console, in the first account's us-east-1: one of every change that an auditor wants
 * evidence of. Somebody with too many rights and no ticket looks the same.
 */
export function changesStory(
  random: Random,
  account: Account,
  region: string,
  start: number,
): readonly SampleRecord[] {
  const sessionName = 'hugo.martin@example.com';
  const issued = {
    accessKey: accessKey(random, 'ASIA'),
    role: 'AWSReservedSSO_AdministratorAccess_0123456789abcdef',
    roleId: principalId(random, 'AROA'),
    sessionName,
  };
  const session = { ...issued, account: account.id, created: start, mfa: true };
  const actor: Actor = {
    identity: assumedRole(session),
    arn: roleArn(session),
    ip: documentationAddress(random),
    agent: BROWSERS[0] ?? '',
    console: true,
  };
  const settled = settledFor(account);
  const texts = [
    ...STEPS.flatMap((step) => (REFUSED_FIRST.has(step) ? [denied(step), allowed(step)] : [allowed(step)])),
    ...signIns(account, actor),
  ];
  return texts.map((occurrence, index) => {
    const time = start + index * BETWEEN_MS;
    return {
      time,
      text: recordText(random, { actor, account, region, time, issued, settled, ...occurrence }),
    };
  });
}

type Step = Pick<Occurrence, 'call'> & Partial<Occurrence>;

function allowed(step: string): Step {
  return { call: changeCall(step) };
}

function denied(step: string): Step {
  return { call: changeCall(step), error: DENIED };
}

/** The new user's password, mistyped at first. */
function signIns(account: Account, { ip, agent }: Actor): Step[] {
  const user = { name: NEW_USER, id: 'AIDABREAKGLASSEXAMPLE' };
  const call = apiCall('signin:ConsoleLogin');
  const arn = `arn:aws:iam::${account.id}:user/${user.name}`;
  const failed: Step = {
    call,
    actor: { arn, ip, agent, identity: hiddenUser(account.id) },
    error: SIGN_IN_FAILED,
    response: '{"ConsoleLogin":"Failure"}',
  };
  return [failed, failed, { call, actor: { arn, ip, agent, identity: signingInUser(account.id, user) } }];
}

/** One instance, bucket, user and so on throughout, so that what happened to it makes a story. */
function settledFor({ resources }: Account): Readonly<Record<string, string>> {
  const kinds = ['instance', 'bucket', 'sg', 'role', 'db', 'function', 'vpc', 'snapshot'];
  return {
    ...Object.fromEntries(kinds.map((kind) => [kind, resources[kind]?.[0] ?? ''])),
    user: NEW_USER,
  };
}
