/**
 * Which OCSF class an event belongs to, and which of the class's activities it is (OCSF 1.5.0: Account Change 3001, Authentication 3002,
 * API Activity 6003). Told from event source and name alone, two columns that prune well. What neither list below has is API Activity,
 * so that every event is in exactly one class.
 */

/** An activity of a class: its number there, its caption, and the event names of it by event source. */
interface Activity {
  readonly id: number;
  readonly caption: string;
  readonly events: Readonly<Record<string, readonly string[]>>;
}

const IAM = 'iam.amazonaws.com';
const SIGN_IN = 'signin.amazonaws.com';
const STS = 'sts.amazonaws.com';
const SSO = 'sso.amazonaws.com';

/** What OCSF has no number for. */
const OTHER = { id: 99, caption: 'Other' } as const;

/** Changes of an IAM user or role. Groups and policies by themselves have no user, which the class demands: they are API Activity. */
const ACCOUNT_CHANGES: readonly Activity[] = [
  { id: 1, caption: 'Create', events: { [IAM]: ['CreateUser', 'CreateRole', 'CreateServiceLinkedRole'] } },
  {
    id: 3,
    caption: 'Password Change',
    events: { [IAM]: ['ChangePassword'], [SIGN_IN]: ['PasswordUpdated'] },
  },
  {
    id: 4,
    caption: 'Password Reset',
    events: { [IAM]: ['UpdateLoginProfile'], [SIGN_IN]: ['PasswordRecoveryCompleted'] },
  },
  { id: 6, caption: 'Delete', events: { [IAM]: ['DeleteUser', 'DeleteRole', 'DeleteServiceLinkedRole'] } },
  {
    id: 7,
    caption: 'Attach Policy',
    events: {
      [IAM]: [
        'AttachUserPolicy',
        'AttachRolePolicy',
        'PutUserPolicy',
        'PutRolePolicy',
        'PutUserPermissionsBoundary',
        'PutRolePermissionsBoundary',
        // As Security Lake has its counterpart below.
        'AddRoleToInstanceProfile',
      ],
    },
  },
  {
    id: 8,
    caption: 'Detach Policy',
    events: {
      [IAM]: [
        'DetachUserPolicy',
        'DetachRolePolicy',
        'DeleteUserPolicy',
        'DeleteRolePolicy',
        'DeleteUserPermissionsBoundary',
        'DeleteRolePermissionsBoundary',
        'RemoveRoleFromInstanceProfile',
      ],
    },
  },
  { id: 10, caption: 'MFA Factor Enable', events: { [IAM]: ['EnableMFADevice'] } },
  { id: 11, caption: 'MFA Factor Disable', events: { [IAM]: ['DeactivateMFADevice'] } },
  {
    ...OTHER,
    events: {
      [IAM]: [
        'AddUserToGroup',
        'CreateAccessKey',
        'CreateLoginProfile',
        'CreateServiceSpecificCredential',
        'DeleteAccessKey',
        'DeleteLoginProfile',
        'DeleteSSHPublicKey',
        'DeleteServiceSpecificCredential',
        'DeleteSigningCertificate',
        'RemoveUserFromGroup',
        'ResetServiceSpecificCredential',
        'ResyncMFADevice',
        'TagRole',
        'TagUser',
        'UntagRole',
        'UntagUser',
        'UpdateAccessKey',
        'UpdateAssumeRolePolicy',
        'UpdateRole',
        'UpdateRoleDescription',
        'UpdateSSHPublicKey',
        'UpdateServiceSpecificCredential',
        'UpdateSigningCertificate',
        'UpdateUser',
        'UploadSSHPublicKey',
        'UploadSigningCertificate',
      ],
    },
  },
];

/** Sign-ins and sessions begun. Of the sign-in service, what is not listed here or above is one too, as an activity without a number. */
const AUTHENTICATIONS: readonly Activity[] = [
  {
    id: 1,
    caption: 'Logon',
    events: {
      [SIGN_IN]: ['ConsoleLogin', 'SwitchRole'],
      [STS]: [
        'AssumeRole',
        'AssumeRoleWithSAML',
        'AssumeRoleWithWebIdentity',
        'AssumeRoot',
        'GetFederationToken',
        'GetSessionToken',
      ],
      [SSO]: ['Authenticate', 'Federate'],
      'rolesanywhere.amazonaws.com': ['CreateSession'],
    },
  },
  { id: 2, caption: 'Logoff', events: { [SIGN_IN]: ['ExitRole'], [SSO]: ['Logout'] } },
];

/** Verbs with which event names begin. A read that CloudTrail itself calls one is one whatever its verb. */
const VERBS: readonly { readonly id: number; readonly caption: string; readonly verbs: string }[] = [
  {
    id: 1,
    caption: 'Create',
    verbs: 'Create|Run|Allocate|Register|Import|Generate|Provision|Launch|Copy|Clone|Request|Purchase',
  },
  {
    id: 2,
    caption: 'Read',
    verbs: 'Get|List|Describe|Head|Lookup|Search|Query|Scan|Select|BatchGet|View|Preview|Estimate|Discover',
  },
  {
    id: 3,
    caption: 'Update',
    verbs:
      'Update|Modify|Put|Set|Attach|Detach|Associate|Disassociate|Enable|Disable|Tag|Untag|Change|Reset|Authorize|Revoke|Add|Remove|Replace|Restore|Start|Stop|Reboot|Cancel|Assign|Unassign|Suspend|Resume|Rotate|Apply|BatchUpdate|BatchWrite',
  },
  {
    id: 4,
    caption: 'Delete',
    verbs: 'Delete|Terminate|Deregister|Release|Purge|Destroy|Drop|BatchDelete|ScheduleKeyDeletion',
  },
];

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

const named = (source: string, names: readonly string[]) =>
  `(eventsource = '${source}' AND eventname IN (${list(names)}))`;

const anyOf = (events: Activity['events']) =>
  Object.entries(events)
    .map(([source, names]) => named(source, names))
    .join(' OR ');

/** All event names of the activities, by event source. */
function eventsOf(activities: readonly Activity[]): Readonly<Record<string, readonly string[]>> {
  const pairs = activities.flatMap(({ events }) => Object.entries(events));
  const bySource = Map.groupBy(pairs, ([source]) => source);
  return Object.fromEntries(
    [...bySource].map(([source, found]) => [source, found.flatMap(([, names]) => names)]),
  );
}

const CHANGE_EVENTS = eventsOf(ACCOUNT_CHANGES);
const { [SIGN_IN]: _signIns, ...AUTHENTICATION_EVENTS } = eventsOf(AUTHENTICATIONS);
const CHANGED_AT_SIGN_IN = CHANGE_EVENTS[SIGN_IN] ?? [];

const isAccountChange = anyOf(CHANGE_EVENTS);
const isAuthentication = `${anyOf(AUTHENTICATION_EVENTS)} OR (eventsource = '${SIGN_IN}' AND coalesce(eventname NOT IN (${list(CHANGED_AT_SIGN_IN)}), true))`;

const activityOf = (activities: readonly Activity[]) =>
  activities
    .filter(({ id }) => id !== OTHER.id)
    .map(({ id, events }) => `WHEN ${anyOf(events)} THEN ${id}`)
    .join(' ');

/** One of the three classes, and the SQL that tells its events and their activity. */
export interface OcsfClass {
  readonly uid: number;
  readonly name: string;
  readonly category: { readonly uid: number; readonly name: string };
  /** The events of the class; true or false, or NULL for false. */
  readonly condition: string;
  /** The number of the activity; 99 where OCSF has none. */
  readonly activityId: string;
  /** OCSF's captions, by number. */
  readonly captions: Readonly<Record<number, string>>;
}

const captionsOf = (activities: readonly { readonly id: number; readonly caption: string }[]) =>
  Object.fromEntries(activities.filter(({ id }) => id !== OTHER.id).map(({ id, caption }) => [id, caption]));

const IDENTITY = { uid: 3, name: 'Identity & Access Management' } as const;

export const ACCOUNT_CHANGE: OcsfClass = {
  uid: 3001,
  name: 'Account Change',
  category: IDENTITY,
  condition: isAccountChange,
  activityId: `CASE ${activityOf(ACCOUNT_CHANGES)} ELSE ${OTHER.id} END`,
  captions: captionsOf(ACCOUNT_CHANGES),
};

export const AUTHENTICATION: OcsfClass = {
  uid: 3002,
  name: 'Authentication',
  category: IDENTITY,
  condition: isAuthentication,
  activityId: `CASE ${activityOf(AUTHENTICATIONS)} ELSE ${OTHER.id} END`,
  captions: captionsOf(AUTHENTICATIONS),
};

const verbCases = VERBS.map(
  ({ id, verbs }) => `WHEN regexp_like(eventname, '^(${verbs})([^a-z]|$)') THEN ${id}`,
);

export const API_ACTIVITY: OcsfClass = {
  uid: 6003,
  name: 'API Activity',
  category: { uid: 6, name: 'Application Activity' },
  condition: `NOT coalesce((${isAccountChange}) OR (${isAuthentication}), false)`,
  activityId: `CASE WHEN readonly = 'true' THEN 2 ${verbCases.join(' ')} ELSE ${OTHER.id} END`,
  captions: captionsOf(VERBS),
};
