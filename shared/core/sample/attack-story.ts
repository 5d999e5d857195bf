import { apiCall } from './api-calls.ts';
import { DENIED, DENIED_BY_POLICY, UNAUTHORIZED, type CallError } from './call-errors.ts';
import type { PendingRecord } from './cell.ts';
import { accessKey, type Account, type User } from './organisation.ts';
import type { Random } from './random.ts';
import { recordText, type Actor } from './record-text.ts';
import { asUser, NO_MFA } from './session-entries.ts';
import { root } from './user-identity.ts';

/** The address nobody else in the sample uses. */
export const INTRUDER_ADDRESS = '203.0.113.251';
const AGENT =
  'aws-cli/2.15.30 md/Botocore#2.15.30 ua/2.1 os/linux#6.16.8+kali-amd64 md/arch#x86_64 lang/python#3.13.7';
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

interface Step {
  readonly call: string;
  /** Seconds after the step before. */
  readonly after: number;
  readonly error?: CallError;
  readonly settled?: Readonly<Record<string, string>>;
}

/** With the leaked key: look around, be refused, make a key that lasts. */
const BREAK_IN: readonly Step[] = [
  { call: 'sts:GetCallerIdentity', after: 0 },
  { call: 'iam:GetAccountAuthorizationDetails', after: 14, error: DENIED },
  { call: 'iam:ListUsers', after: 9, error: DENIED },
  { call: 'secretsmanager:ListSecrets', after: 11, error: DENIED },
  { call: 'ec2:DescribeInstances', after: 7, error: UNAUTHORIZED },
  { call: 'ssm:DescribeInstanceInformation', after: 12, error: DENIED },
  { call: 's3:ListBuckets', after: 21 },
];
/** With the new key: blind the watchers, which fails, and take the data. */
const THEFT: readonly Step[] = [
  { call: 'sts:GetCallerIdentity', after: 45 },
  { call: 'cloudtrail:DescribeTrails', after: 8 },
  { call: 'cloudtrail:StopLogging', after: 16, error: DENIED_BY_POLICY },
  { call: 's3:ListBuckets', after: 31 },
];
const STOLEN_OBJECTS = 60;

/**
 * Something for a demonstration to find: an IAM user's leaked access key in a stranger's hands, and later a root sign-in
 * without MFA. All in the first account's us-east-1, 27 minutes from `start` to the end.
 */
export function attackStory(
  random: Random,
  account: Account,
  region: string,
  start: number,
): PendingRecord[] {
  const records: PendingRecord[] = [];
  let time = start;
  const issued = { accessKey: '', role: '', roleId: '', sessionName: '' };
  const add = (actor: Actor, step: Step, more: { additional?: string } = {}): void => {
    time += step.after * 1000;
    const { error, settled = {} } = step;
    const text = recordText(random, {
      call: apiCall(step.call),
      actor,
      account,
      region,
      time,
      issued,
      error,
      settled,
      ...more,
    });
    records.push({ time, text, due: time + 60_000 });
  };
  const victim = named(account, 'deploy-legacy');
  const other = named(account, 'backup-operator');
  const stolen = { ...other, accessKey: accessKey(random, 'AKIA') };
  const intruder = asUser({ account }, { ...victim, ip: INTRUDER_ADDRESS }, AGENT);
  for (const step of BREAK_IN) add(intruder, step);
  add(intruder, {
    call: 'iam:CreateAccessKey',
    after: 38,
    settled: { user: other.name, userkey: stolen.accessKey },
  });
  const persistent = asUser({ account }, { ...stolen, ip: INTRUDER_ADDRESS }, AGENT);
  for (const step of THEFT) add(persistent, step);
  const bucket = account.resources['bucket']?.[0] ?? 'exports';
  for (let i = 0; i < STOLEN_OBJECTS; i++) {
    add(persistent, { call: 's3:GetObject', after: i % 3, settled: { bucket } });
  }
  const owner = { arn: `arn:aws:iam::${account.id}:root`, ip: '198.51.100.252', agent: BROWSER };
  add(
    { ...owner, identity: root(account.id) },
    { call: 'signin:ConsoleLogin', after: 1200 },
    { additional: NO_MFA },
  );
  return records;
}

function named(account: Account, name: string): User {
  const user = account.users.find((user) => user.name === name);
  if (user === undefined) throw new TypeError(`the sample's accounts have no user ${name}`);
  return user;
}
