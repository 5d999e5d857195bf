import { apiCall, type ApiCall } from './api-calls.ts';
import {
  accessKey,
  documentationAddress,
  principalId,
  type Account,
  type Organisation,
  type User,
} from './organisation.ts';
import type { Entry } from './personas.ts';
import type { Random } from './random.ts';
import type { Actor } from './record-text.ts';
import type { Issued } from './draw.ts';
import {
  BROWSERS,
  COMMAND_LINES,
  GITHUB,
  LAMBDA_AGENTS,
  SCANNER,
  SSM_AGENT,
  TASK_AGENTS,
  TERRAFORM,
} from './user-agents.ts';
import * as identity from './user-identity.ts';

/** How each kind of caller comes in, and what the trail shows of it. One story, so longer than most files here. */

/** A call made on the way in, by whoever made it: an AssumeRole by the role's user, a sign-in at the console. */
export interface Opening {
  readonly call: ApiCall;
  readonly actor: Actor;
  readonly account: Account;
  readonly sharedEventId?: string;
  readonly failure?: 'sign-in';
  readonly additional?: string;
}

export interface Entering {
  readonly random: Random;
  readonly organisation: Organisation;
  readonly account: Account;
  readonly now: number;
  readonly issued: Issued;
}

export interface Entered {
  readonly actor: Actor;
  readonly openings: Opening[];
}

/** Service-linked roles and the services that use them. */
export const LINKED: Readonly<Record<string, string>> = {
  AWSServiceRoleForConfig: 'config.amazonaws.com',
  AWSServiceRoleForAutoScaling: 'autoscaling.amazonaws.com',
  AWSServiceRoleForECS: 'ecs.amazonaws.com',
  AWSServiceRoleForAmazonInspector2: 'inspector2.amazonaws.com',
};
const SERVICES = ['cloudtrail', 'delivery.logs', 's3', 'dynamodb', 'lambda', 'events', 'rds', 'ebs'];

export const ENTRIES: Readonly<Record<Entry, (entering: Entering) => Entered>> = {
  lambda: (entering) => assumedBy('lambda.amazonaws.com', entering, entering.random.pick(LAMBDA_AGENTS)),
  task: (entering) => assumedBy('ecs-tasks.amazonaws.com', entering, entering.random.pick(TASK_AGENTS)),
  instance: (entering) => {
    const context = ',"ec2RoleDelivery":"2.0"';
    return assumedBy('ec2.amazonaws.com', entering, SSM_AGENT, { context });
  },
  'service-linked': (entering) => {
    const service = LINKED[entering.issued.role] ?? 'config.amazonaws.com';
    const actor = asRole(
      entering,
      { ip: service, agent: service, viaService: true },
      { path: `/aws-service-role/${service}/`, more: `,"invokedBy":"${service}"` },
    );
    return { actor, openings: [] };
  },
  service: ({ random }) => ({ actor: service(`${random.pickSkewed(SERVICES)}.amazonaws.com`), openings: [] }),
  github: (entering) => {
    const { account, random } = entering;
    const ip = documentationAddress(random);
    const subject = `repo:example-org/${random.pickSkewed(account.resources['repo'] ?? [])}:ref:refs/heads/main`;
    const web: Actor = {
      identity: identity.webIdentityUser(account.id, subject),
      arn: subject,
      ip,
      agent: GITHUB,
    };
    const opening = { call: apiCall('sts:AssumeRoleWithWebIdentity'), actor: web, account };
    return { actor: asRole(entering, { ip, agent: GITHUB }), openings: [opening] };
  },
  terraform: (entering) => {
    const user = machineUser(entering);
    const opening = {
      call: apiCall('sts:AssumeRole'),
      actor: asUser(entering, user, TERRAFORM),
      account: entering.account,
    };
    return { actor: asRole(entering, { ip: user.ip, agent: TERRAFORM }), openings: [opening] };
  },
  'access-key': (entering) => {
    const user = machineUser(entering);
    return {
      actor: asUser(
        entering,
        user,
        COMMAND_LINES[entering.account.users.indexOf(user) % COMMAND_LINES.length] ?? '',
      ),
      openings: [],
    };
  },
  console: (entering) => consoleUser(entering),
  'identity-center': (entering) => identityCenter(entering),
  'cross-account': (entering) => crossAccount(entering),
  audit: (entering) => crossAccount(entering),
  federated: (entering) => {
    const { account, issued, now, random } = entering;
    const user = machineUser(entering);
    const agent = random.pick(COMMAND_LINES);
    const opening = {
      call: apiCall('sts:GetFederationToken'),
      actor: asUser(entering, user, agent),
      account,
    };
    const name = issued.sessionName;
    const actor = {
      identity: identity.federatedUser(account.id, user, name, issued.accessKey, now),
      arn: `arn:aws:sts::${account.id}:federated-user/${name}`,
      ip: user.ip,
      agent,
    };
    return { actor, openings: [opening] };
  },
  root: (entering) => {
    const { account, issued, now, random } = entering;
    const from = {
      arn: `arn:aws:iam::${account.id}:root`,
      ip: documentationAddress(random),
      agent: random.pick(BROWSERS),
    };
    const actor = { ...from, identity: identity.root(account.id, issued.accessKey, now), console: true };
    return { actor, openings: [signIn(account, { ...from, identity: identity.root(account.id) })] };
  },
};

function assumedBy(by: string, entering: Entering, agent: string, more: { context?: string } = {}): Entered {
  const { account, random } = entering;
  const endpoint = random.chance(0.4)
    ? { endpoint: random.pickSkewed(account.resources['endpoint'] ?? []) }
    : {};
  const actor = asRole(entering, { ip: documentationAddress(random), agent, ...endpoint }, more);
  const opening = {
    call: apiCall('sts:AssumeRole'),
    actor: service(by),
    account,
    sharedEventId: random.uuid(),
  };
  return { actor, openings: [opening] };
}

function consoleUser(entering: Entering): Entered {
  const { account, issued, now, random } = entering;
  const user = person(entering);
  const from = {
    arn: `arn:aws:iam::${account.id}:user/${user.name}`,
    ip: user.ip,
    agent: random.pick(BROWSERS),
  };
  const actor = {
    ...from,
    identity: identity.iamUser(account.id, user, issued.accessKey, now),
    console: true,
  };
  const openings = [
    signIn(account, { ...from, identity: identity.signingInUser(account.id, user) }, random.chance(0.12)),
  ];
  if (random.chance(0.15)) {
    // A mistyped password comes before the right one.
    openings.unshift({
      ...signIn(account, { ...from, identity: identity.hiddenUser(account.id) }),
      failure: 'sign-in',
    });
  }
  return { actor, openings };
}

function identityCenter(entering: Entering): Entered {
  const { account, issued, random } = entering;
  const from = { ip: person(entering).ip, agent: random.pick(BROWSERS) };
  const portal = {
    ...from,
    identity: identity.identityCenterUser(account.id, random.uuid(), random.uuid()),
    arn: issued.sessionName,
    viaService: true,
  };
  const openings = ['sso:ListAccounts', 'sso:Federate', 'sso:GetRoleCredentials'].map((name) => ({
    call: apiCall(name),
    actor: portal,
    account,
  }));
  return { actor: asRole(entering, { ...from, console: true }), openings };
}

/** The account that owns the role and the one that calls each get the event, with their own eventID and one sharedEventID. */
function crossAccount(entering: Entering): Entered {
  const { account, issued, now, organisation, random } = entering;
  const from = { ip: documentationAddress(random), agent: SCANNER };
  const home = random.pick(organisation.accounts);
  const call = apiCall('sts:AssumeRole');
  const sharedEventId = random.uuid();
  const caller = {
    role: 'inventory-runner',
    roleId: principalId(random, 'AROA'),
    sessionName: issued.sessionName,
  };
  const away: Actor = {
    ...from,
    identity: identity.awsAccount(home.id, `${caller.roleId}:${caller.sessionName}`),
    arn: home.id,
  };
  const openings: Opening[] = [{ call, actor: away, account, sharedEventId }];
  if (home !== account) {
    const own = { ...caller, account: home.id, accessKey: accessKey(random, 'ASIA'), created: now };
    const actor = { ...from, identity: identity.assumedRole(own), arn: identity.roleArn(own) };
    openings.push({ call, actor, account: home, sharedEventId });
  }
  return { actor: asRole(entering, from), openings };
}

function signIn(account: Account, actor: Actor, withoutMfa = false): Opening {
  const call = apiCall('signin:ConsoleLogin');
  return withoutMfa ? { call, actor, account, additional: NO_MFA } : { call, actor, account };
}

/** `additionalEventData` of a sign-in with a password alone. */
export const NO_MFA =
  '"additionalEventData":{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"No"},';

export function asUser(entering: { readonly account: Account }, user: User, agent: string): Actor {
  const arn = `arn:aws:iam::${entering.account.id}:user/${user.name}`;
  return { identity: identity.iamUser(entering.account.id, user, user.accessKey), arn, ip: user.ip, agent };
}

function asRole(
  entering: Entering,
  from: Omit<Actor, 'identity' | 'arn'>,
  more: Partial<identity.RoleSession> = {},
): Actor {
  const { account, issued, now } = entering;
  const session = { ...issued, account: account.id, created: now, mfa: from.console ?? false, ...more };
  return { ...from, identity: identity.assumedRole(session), arn: identity.roleArn(session) };
}

function service(name: string): Actor {
  return { identity: identity.awsService(name), arn: name, ip: name, agent: name, viaService: true };
}

function machineUser({ account, random }: Entering): User {
  return random.pick(account.users.slice(-4));
}

function person({ account, random }: Entering): User {
  return random.pickSkewed(account.users.slice(0, -4));
}
