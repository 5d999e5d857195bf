/**
 * CloudTrail Lake's event data store. Names, order and types: CloudTrail user guide, "Supported SQL schemas for event data stores".
 * Where that page and AWS's own sample queries disagree, the samples have it: `sessioncredentialfromconsole` is a boolean.
 */
import { PARTITIONS } from './by-day.ts';
import { jsonMap, jsonText, knownMap } from './json-map.ts';
import {
  anyKnown,
  boolean,
  column,
  row,
  timeOfText,
  timestamp,
  unknown,
  varchar,
  when,
  type Expression,
  type View,
} from './view.ts';
import type { ViewType } from './view-type.ts';

const isTrue = (sql: string): Expression =>
  boolean(`CASE lower(${sql}) WHEN 'true' THEN true WHEN 'false' THEN false END`);

/** A struct of the lake's that Lake has too, with the same fields in the same order. */
const same = (struct: string, ...names: readonly string[]): Expression =>
  column(struct, { row: Object.fromEntries(names.map((name) => [name, 'varchar'])) });

const fieldsOf = (struct: string, ...names: readonly string[]): Record<string, Expression> =>
  Object.fromEntries(names.map((name) => [name, varchar(`${struct}.${name}`)]));

const SESSION = 'useridentity.sessioncontext';

const SESSION_CONTEXT = row({
  attributes: row({
    creationdate: timeOfText(`${SESSION}.attributes.creationdate`),
    mfaauthenticated: varchar(`${SESSION}.attributes.mfaauthenticated`),
  }),
  sessionissuer: same(`${SESSION}.sessionissuer`, 'type', 'principalid', 'arn', 'accountid', 'username'),
  webidfederationdata: column(`${SESSION}.webidfederationdata`, {
    row: { federatedprovider: 'varchar', attributes: { map: 'varchar' } },
  }),
  sourceidentity: varchar('sourceidentity'),
  ec2roledelivery: varchar(`${SESSION}.ec2roledelivery`),
  ec2issuedinvpc: jsonText('unmapped', '$["userIdentity.sessionContext.ec2IssuedInVpc"]'),
});

const USER_IDENTITY = row({
  ...fieldsOf('useridentity', 'type', 'principalid', 'arn', 'accountid', 'accesskeyid', 'username'),
  sessioncontext: SESSION_CONTEXT,
  onbehalfof: same('useridentity.onbehalfof', 'userid', 'identitystorearn'),
  inscopeof: row({
    sourcearn: jsonText('inscopeof', '$.sourceArn'),
    sourceaccount: jsonText('inscopeof', '$.sourceAccount'),
    issuertype: jsonText('inscopeof', '$.issuerType'),
    // Lake's page spells it so.
    credentiaisissuedto: jsonText('inscopeof', '$.credentialsIssuedTo'),
  }),
  invokedby: varchar('useridentity.invokedby'),
  identityprovider: varchar('identityprovider'),
});

const RESOURCE = row({
  ...fieldsOf('r', 'accountid', 'type', 'arn'),
  arnprefix: unknown(),
});

const RESOURCES: Expression = {
  sql: `transform(resources, r -> ${RESOURCE.sql})`,
  type: { array: RESOURCE.type } satisfies ViewType,
};

const columns = (eventtime: Expression): Readonly<Record<string, Expression>> => ({
  eventversion: column('eventversion'),
  useridentity: USER_IDENTITY,
  eventtime,
  eventsource: column('eventsource'),
  eventname: column('eventname'),
  awsregion: column('awsregion'),
  sourceipaddress: column('sourceipaddress'),
  useragent: column('useragent'),
  errorcode: column('errorcode'),
  errormessage: column('errormessage'),
  requestparameters: jsonMap('requestparameters'),
  responseelements: jsonMap('responseelements'),
  additionaleventdata: jsonMap('additionaleventdata'),
  requestid: column('requestid'),
  eventid: column('eventid'),
  readonly: isTrue('readonly'),
  resources: RESOURCES,
  eventtype: column('eventtype'),
  apiversion: column('apiversion'),
  managementevent: isTrue('managementevent'),
  recipientaccountid: column('recipientaccountid'),
  sharedeventid: column('sharedeventid'),
  annotation: jsonText('unmapped', '$.annotation'),
  vpcendpointid: column('vpcendpointid'),
  vpcendpointaccountid: column('vpcendpointaccountid'),
  serviceeventdetails: jsonMap('serviceeventdetails'),
  addendum: when(
    anyKnown('addendum'),
    knownMap({
      reason: 'addendum.reason',
      updatedFields: 'addendum.updatedfields',
      originalRequestID: 'addendum.originalrequestid',
      originalEventID: 'addendum.originaleventid',
    }),
  ),
  edgedevicedetails: jsonMap('edgedevicedetails'),
  insightdetails: jsonMap('insightdetails'),
  eventcategory: column('eventcategory'),
  tlsdetails: same('tlsdetails', 'tlsversion', 'ciphersuite', 'clientprovidedhostheader'),
  sessioncredentialfromconsole: isTrue('sessioncredentialfromconsole'),
  // The lake has the record in columns, not its text.
  eventjson: unknown(),
  eventjsonchecksum: unknown(),
  ...PARTITIONS,
});

export const CLOUDTRAIL_LAKE: View = {
  name: 'cloudtrail_lake',
  description: 'The columns and types of an event data store of CloudTrail Lake',
  columns: columns(timestamp('event_ts')),
};

/**
 * Lake compares `eventTime` with text, as most of its samples do; Trino, and so Athena, compares a timestamp with nothing but
 * timestamps. The text sorts as the time does.
 */
export const CLOUDTRAIL_LAKE_TEXT: View = {
  name: 'cloudtrail_lake_text',
  description:
    "cloudtrail_lake with eventtime as text: for queries that compare it with '2026-11-21 00:00:00'",
  columns: columns(varchar(`date_format(event_ts, '%Y-%m-%d %H:%i:%s')`)),
};
