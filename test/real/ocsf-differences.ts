/** A field in which our OCSF differs from what Security Lake made of the same record, and why. */
export interface Difference {
  /** The field's path; of a map, the key follows. */
  readonly field: string | RegExp;
  readonly why: string;
  /** Pairs that have it, where not any may. */
  readonly only?: readonly string[];
}

const OLD_EVENTS = [
  'api_activity__CreateLoadBalancer',
  'api_activity__DeleteLoadBalancer',
  'api_activity__DescribeDirectConnectGateways',
];

const ROLE_BY_WEB = ['authentication__AssumeRoleWithWebIdentity'];

const SIGN_INS = [
  'authentication__CheckMfa',
  'authentication__ConsoleLogin',
  'authentication__ConsoleLogin-mfa',
  'authentication__ConsoleLogin-mfa-failure',
];

const ANY_VERSION: readonly Difference[] = [
  { field: 'metadata.version', why: 'ours is 1.5.0' },
  {
    field: 'metadata.product.feature.name',
    why: 'the record has no eventCategory, and so none is said',
    only: OLD_EVENTS,
  },
  { field: 'cloud.account.uid', why: 'as of 1.5.0 the place of recipientAccountId' },
  { field: 'api.request.data', why: 'as of 1.5.0 the place of requestParameters' },
  { field: 'api.response.data', why: 'as of 1.5.0 the place of responseElements' },
  { field: 'api.request.uid', why: "no request id is none, not the text ''", only: SIGN_INS },
  { field: 'actor.app_name', why: 'what 1.5.0 has instead of invoked_by' },
  { field: 'user.account.uid', why: 'known, and told' },
  { field: 'user.name', why: 'known, and told', only: SIGN_INS },
  { field: 'service.name', why: '1.5.0 wants a service or a destination' },
  {
    field: 'status',
    why: 'a call without an error has succeeded; Security Lake looks at responseElements.ConsoleLogin alone',
    only: [...ROLE_BY_WEB, 'authentication__CheckMfa'],
  },
  {
    field: 'activity_name',
    why: 'the name of an activity without a number is the event’s own, as in Security Lake’s 1.5.0',
    only: ['authentication__CheckMfa'],
  },
  {
    field: /^unmapped\.(requestParameters|responseElements|additionalEventData)\..+$/,
    why: 'ours has every parameter, mapped elsewhere or not, and what is nested under its first name as JSON text',
  },
  {
    field: /^unmapped\.resources\[\]\..+$/,
    why: 'only API Activity has resources in OCSF',
    only: ROLE_BY_WEB,
  },
  { field: /^observables\.\d\..+$/, why: 'Security Lake has them as of 1.5.0' },
];

/** By the version of what Security Lake wrote. */
export const DIFFERENCES: Readonly<Record<string, readonly Difference[]>> = {
  '1.1.0': [
    ...ANY_VERSION,
    {
      field: 'policies.0.uid',
      why: 'what 1.5.0 has instead of policy',
      only: ['account_change__AttachRolePolicy'],
    },
    { field: 'status_id', why: 'the number of the status' },
  ],
  '1.0.0-rc.2': [
    ...ANY_VERSION,
    { field: 'metadata.event_code', why: 'unmapped.eventType in rc.2' },
    { field: 'unmapped.eventType', why: 'metadata.event_code as of 1.1' },
    { field: 'metadata.profiles.1', why: 'rc.2 has no times in text' },
    { field: 'time_dt', why: 'rc.2 has no times in text' },
    { field: 'actor.user.uid', why: 'uid and uuid of rc.2 are uid_alt and uid as of 1.1' },
    { field: 'actor.user.uuid', why: 'uid and uuid of rc.2 are uid_alt and uid as of 1.1' },
    { field: 'actor.user.uid_alt', why: 'uid and uuid of rc.2 are uid_alt and uid as of 1.1' },
    { field: 'user.uid', why: 'uid and uuid of rc.2 are uid_alt and uid as of 1.1' },
    { field: 'user.uuid', why: 'uid and uuid of rc.2 are uid_alt and uid as of 1.1' },
    { field: 'user.uid_alt', why: 'uid and uuid of rc.2 are uid_alt and uid as of 1.1' },
    { field: 'actor.user.account_uid', why: 'account.uid as of 1.1' },
    { field: 'actor.user.account.uid', why: 'account_uid in rc.2' },
    { field: 'actor.session.created_time', why: 'created_time_dt as of 1.1' },
    { field: 'actor.session.created_time_dt', why: 'created_time in rc.2' },
    { field: 'actor.session.mfa', why: 'is_mfa as of 1.1' },
    { field: 'actor.session.is_mfa', why: 'mfa in rc.2' },
    { field: 'mfa', why: 'is_mfa as of 1.1' },
    { field: 'is_mfa', why: 'mfa in rc.2' },
    { field: 'category_name', why: 'Audit Activity in rc.2' },
    { field: 'category_uid', why: 'API Activity was 3005 in rc.2', only: OLD_EVENTS },
    { field: 'class_uid', why: 'API Activity was 3005 in rc.2', only: OLD_EVENTS },
    { field: 'type_uid', why: 'API Activity was 3005 in rc.2', only: OLD_EVENTS },
    { field: 'status_id', why: 'status Other', only: [...ROLE_BY_WEB, 'authentication__CheckMfa'] },
    { field: /^session\..+$/, why: 'unmapped.responseElements in rc.2', only: ROLE_BY_WEB },
    { field: /^polic(y|ies)\..+$/, why: 'there is none in rc.2', only: ['account_change__AttachRolePolicy'] },
  ],
};
