/**
 * What all three OCSF classes have. The mapping is Security Lake's (ocsf/examples, "AWS/v1.5.0/CloudTrail"), with the fields of its
 * version 1.1 beside those of 1.5.0; docs/views.md says where it differs. What isn't known is NULL, but for what OCSF requires: an
 * object of which nothing is known has the name `Unknown`.
 */
import { PARTITIONS } from './by-day.ts';
import { knownMap, prefixedJsonMap } from './json-map.ts';
import type { OcsfClass } from './ocsf-class.ts';
import {
  anyKnown,
  boolean,
  column,
  integer,
  row,
  timeOfText,
  timestamp,
  varchar,
  when,
  type Expression,
} from './view.ts';

export const OCSF_VERSION = '1.5.0';

const text = (value: string) => varchar(`CAST('${value}' AS varchar)`);

const METADATA = row({
  version: text(OCSF_VERSION),
  product: row({
    name: text('CloudTrail'),
    vendor_name: text('AWS'),
    version: varchar('eventversion'),
    feature: when(anyKnown('eventcategory'), row({ name: varchar('eventcategory') })),
  }),
  event_code: varchar('eventtype'),
  uid: varchar('eventid'),
  profiles: { sql: `CAST(ARRAY['cloud', 'datetime'] AS array(varchar))`, type: { array: 'varchar' } },
});

const CLOUD = row({
  provider: text('AWS'),
  region: varchar('awsregion'),
  account: when(anyKnown('recipientaccountid'), row({ uid: varchar('recipientaccountid') })),
});

/** Of an Insight event, the name of the calls that it is about; an aggregated event is about calls of many names. */
const OPERATION = `coalesce(eventname, json_extract_scalar(insightdetails, '$.eventName'), 'Unknown')`;

const API = row({
  operation: varchar(OPERATION),
  version: varchar('apiversion'),
  service: when(anyKnown('eventsource'), row({ name: varchar('eventsource') })),
  request: row({
    uid: varchar('requestid'),
    // OCSF wants no request without its identifier.
    data: varchar('CASE WHEN requestid IS NOT NULL THEN requestparameters END'),
  }),
  response: row({
    error: varchar('errorcode'),
    message: varchar('errormessage'),
    data: varchar('responseelements'),
  }),
});

const WHO = ['useridentity.arn', 'useridentity.accountid', 'useridentity.username'] as const;
const SOMEBODY = anyKnown(...WHO, 'useridentity.principalid', 'useridentity.onbehalfof.userid');
const SESSION = 'useridentity.sessioncontext';

/** Who called, if it was somebody; a user has an account, a name or a uid, so a principal's id alone is its uid. */
const USER = row({
  type: varchar(`CASE WHEN ${SOMEBODY} THEN useridentity.type END`),
  name: varchar('useridentity.username'),
  uid: varchar(
    `CASE WHEN ${anyKnown(...WHO)} THEN useridentity.arn ELSE coalesce(useridentity.principalid, useridentity.onbehalfof.userid) END`,
  ),
  uid_alt: varchar('coalesce(useridentity.principalid, useridentity.onbehalfof.userid)'),
  account: when(anyKnown('useridentity.accountid'), row({ uid: varchar('useridentity.accountid') })),
  credential_uid: varchar(`CASE WHEN ${SOMEBODY} THEN coalesce(useridentity.accesskeyid, credentialid) END`),
});

const SESSION_ROW = row({
  created_time_dt: timeOfText(`${SESSION}.attributes.creationdate`),
  is_mfa: boolean(
    `CASE ${SESSION}.attributes.mfaauthenticated WHEN 'true' THEN true WHEN 'false' THEN false END`,
  ),
  issuer: varchar(`${SESSION}.sessionissuer.arn`),
});

const ACTOR = row({
  user: USER,
  session: SESSION_ROW,
  invoked_by: varchar('useridentity.invokedby'),
  // A service's own event is the service's own doing.
  app_name: varchar(
    `coalesce(useridentity.invokedby, CASE WHEN ${SOMEBODY} THEN NULL WHEN eventtype = 'AwsServiceEvent' THEN coalesce(eventsource, 'Unknown') ELSE 'Unknown' END)`,
  ),
  idp: row({
    name: varchar(`coalesce(identityprovider, ${SESSION}.webidfederationdata.federatedprovider)`),
    uid: varchar('useridentity.onbehalfof.identitystorearn'),
  }),
});

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const IPV4 = `(${OCTET}[.]){3}${OCTET}`;

/** An IPv4 or IPv6 address, near enough for OCSF's own pattern; the field also holds names of services and what was blanked out. */
const IS_ADDRESS = `regexp_like(sourceipaddress, '^${IPV4}$|^([0-9A-Fa-f]{0,4}:){2,7}([0-9A-Fa-f]{0,4}|${IPV4})$')`;

const ADDRESS = `CASE WHEN ${IS_ADDRESS} THEN sourceipaddress END`;

const SRC_ENDPOINT = row({
  ip: varchar(ADDRESS),
  domain: varchar(`CASE WHEN NOT ${IS_ADDRESS} THEN sourceipaddress END`),
  uid: varchar('vpcendpointid'),
  name: varchar(
    `CASE WHEN coalesce(sourceipaddress, vpcendpointid) IS NULL THEN CAST('Unknown' AS varchar) END`,
  ),
});

const OBSERVABLE = (name: string, value: string, type: string, id: number): Expression =>
  row({
    name: text(name),
    value: varchar(value),
    type: text(type),
    type_id: integer(`${id}`),
  });

const OBSERVED = [
  OBSERVABLE('src_endpoint.ip', ADDRESS, 'IP Address', 2),
  OBSERVABLE('actor.user.name', 'useridentity.username', 'User Name', 4),
] as const;

const OBSERVABLES: Expression = {
  sql: `filter(ARRAY[${OBSERVED.map(({ sql }) => sql).join(', ')}], o -> o.value IS NOT NULL)`,
  type: { array: OBSERVED[0].type },
};

/** By the paths that Security Lake gives them. What is nested deeper stands under its first name, as JSON text. */
const UNMAPPED: Expression = {
  sql: `map_concat(${[
    knownMap({
      recipientAccountId: 'recipientaccountid',
      readOnly: 'readonly',
      managementEvent: 'managementevent',
      sharedEventId: 'sharedeventid',
      vpcEndpointAccountId: 'vpcendpointaccountid',
      sessionCredentialFromConsole: 'sessioncredentialfromconsole',
      edgeDeviceDetails: 'edgedevicedetails',
      'userIdentity.sessionContext.sessionIssuer.type': `${SESSION}.sessionissuer.type`,
      'userIdentity.sessionContext.sessionIssuer.principalId': `${SESSION}.sessionissuer.principalid`,
      'userIdentity.sessionContext.sessionIssuer.accountId': `${SESSION}.sessionissuer.accountid`,
      'userIdentity.sessionContext.sessionIssuer.userName': `${SESSION}.sessionissuer.username`,
      'userIdentity.sessionContext.sourceIdentity': 'sourceidentity',
      'userIdentity.sessionContext.assumedRoot': 'assumedroot',
      'userIdentity.sessionContext.ec2RoleDelivery': `${SESSION}.ec2roledelivery`,
      'tlsDetails.tlsVersion': 'tlsdetails.tlsversion',
      'tlsDetails.cipherSuite': 'tlsdetails.ciphersuite',
      'tlsDetails.clientProvidedHostHeader': 'tlsdetails.clientprovidedhostheader',
      'tlsDetails.keyExchange': 'keyexchange',
      'addendum.reason': 'addendum.reason',
      'addendum.updatedFields': 'addendum.updatedfields',
      'addendum.originalRequestID': 'addendum.originalrequestid',
      'addendum.originalEventID': 'addendum.originaleventid',
    }),
    prefixedJsonMap('requestParameters.', 'requestparameters'),
    prefixedJsonMap('responseElements.', 'responseelements'),
    prefixedJsonMap('additionalEventData.', 'additionaleventdata'),
    prefixedJsonMap('serviceEventDetails.', 'serviceeventdetails'),
    prefixedJsonMap('insightDetails.', 'insightdetails'),
    prefixedJsonMap('eventContext.', 'eventcontext'),
    prefixedJsonMap('timeWindow.', 'timewindow'),
    prefixedJsonMap('summary.', 'summary'),
    prefixedJsonMap('userIdentity.inScopeOf.', 'inscopeof'),
    prefixedJsonMap('userIdentity.invokedByDelegate.', 'invokedbydelegate'),
    prefixedJsonMap('', 'unmapped'),
  ]
    .map(({ sql }) => sql)
    .join(', ')})`,
  type: { map: 'varchar' },
};

/** The name that `from` gives to the number of the activity. */
const ACTIVITY = 'ocsf_activity';

/** The events of a class, with their activity. */
export function eventsOf({ condition, activityId }: OcsfClass): string {
  return `(\n  SELECT *, ${activityId} AS ${ACTIVITY}\n  FROM cloudtrail_logs\n  WHERE ${condition}\n) AS events`;
}

const captionOr = ({ captions }: OcsfClass, otherwise: string) =>
  `CASE ${ACTIVITY} ${Object.entries(captions)
    .map(([id, caption]) => `WHEN ${id} THEN '${caption}'`)
    .join(' ')} ELSE ${otherwise} END`;

/** Whether the call succeeded, as the record itself says. */
export const FAILED = 'errorcode IS NOT NULL OR errormessage IS NOT NULL';

/** A view's columns for a class, around those that only the class has. */
export function ocsfColumns(
  of: OcsfClass,
  own: Readonly<Record<string, Expression>>,
  failed = FAILED,
): Readonly<Record<string, Expression>> {
  return {
    metadata: METADATA,
    time: { sql: 'CAST(to_unixtime(event_ts) * 1000 AS bigint)', type: 'bigint' },
    time_dt: timestamp('event_ts'),
    cloud: CLOUD,
    api: API,
    actor: ACTOR,
    http_request: when(anyKnown('useragent'), row({ user_agent: varchar('useragent') })),
    src_endpoint: SRC_ENDPOINT,
    ...own,
    class_name: text(of.name),
    class_uid: integer(`${of.uid}`),
    category_name: text(of.category.name),
    category_uid: integer(`${of.category.uid}`),
    severity_id: integer('1'),
    severity: text('Informational'),
    status: varchar(`CASE WHEN ${failed} THEN CAST('Failure' AS varchar) ELSE 'Success' END`),
    status_id: integer(`CASE WHEN ${failed} THEN 2 ELSE 1 END`),
    activity_name: varchar(captionOr(of, OPERATION)),
    activity_id: integer(ACTIVITY),
    type_uid: { sql: `CAST(${of.uid} * 100 + ${ACTIVITY} AS bigint)`, type: 'bigint' },
    type_name: varchar(`'${of.name}: ' || ${captionOr(of, `'Other'`)}`),
    unmapped: UNMAPPED,
    observables: OBSERVABLES,
    accountid: column('account'),
    ...PARTITIONS,
    eventday: varchar('year || month || day'),
  };
}
