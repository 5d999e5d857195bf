/**
 * Where each field of a CloudTrail record goes: the documented names (CloudTrail user guide, "Record contents"), spelled
 * exactly, and the column or struct leaf each fills. A field that has no place here ends up in `unmapped`.
 */
export type Shape = Readonly<Record<string, Field>>;

export type Field =
  /** A leaf of the struct being read, or at the top a column: text. */
  | { readonly as: 'text'; readonly to: string }
  /** A column that holds the value's own bytes. */
  | { readonly as: 'json'; readonly to: string }
  /** A text or JSON column filled from inside a struct. */
  | { readonly as: 'hoisted'; readonly kind: 'text' | 'json'; readonly to: string }
  | { readonly as: 'struct'; readonly to: string; readonly shape: Shape }
  | { readonly as: 'structs'; readonly to: string; readonly shape: Shape }
  | { readonly as: 'map'; readonly to: string };

function text(to: string): Field {
  return { as: 'text', to };
}

function json(to: string): Field {
  return { as: 'json', to };
}

function hoisted(kind: 'text' | 'json', to: string): Field {
  return { as: 'hoisted', kind, to };
}

function struct(to: string, shape: Shape): Field {
  return { as: 'struct', to, shape };
}

const USER_IDENTITY: Shape = {
  type: text('type'),
  principalId: text('principalid'),
  arn: text('arn'),
  accountId: text('accountid'),
  invokedBy: text('invokedby'),
  accessKeyId: text('accesskeyid'),
  userName: text('username'),
  onBehalfOf: struct('onbehalfof', {
    userId: text('userid'),
    identityStoreArn: text('identitystorearn'),
  }),
  sessionContext: struct('sessioncontext', {
    attributes: struct('attributes', {
      mfaAuthenticated: text('mfaauthenticated'),
      creationDate: text('creationdate'),
    }),
    sessionIssuer: struct('sessionissuer', {
      type: text('type'),
      principalId: text('principalid'),
      arn: text('arn'),
      accountId: text('accountid'),
      userName: text('username'),
    }),
    ec2RoleDelivery: text('ec2roledelivery'),
    webIdFederationData: struct('webidfederationdata', {
      federatedProvider: text('federatedprovider'),
      attributes: { as: 'map', to: 'attributes' },
    }),
    sourceIdentity: hoisted('text', 'sourceidentity'),
    assumedRoot: hoisted('text', 'assumedroot'),
  }),
  identityProvider: hoisted('text', 'identityprovider'),
  credentialId: hoisted('text', 'credentialid'),
  inScopeOf: hoisted('json', 'inscopeof'),
  invokedByDelegate: hoisted('json', 'invokedbydelegate'),
};

const RESOURCE: Shape = {
  ARN: text('arn'),
  // Some services write it in lower case.
  arn: text('arn'),
  accountId: text('accountid'),
  type: text('type'),
};

export const RECORD: Shape = {
  eventVersion: text('eventversion'),
  userIdentity: struct('useridentity', USER_IDENTITY),
  eventTime: text('eventtime'),
  eventSource: text('eventsource'),
  eventName: text('eventname'),
  awsRegion: text('awsregion'),
  sourceIPAddress: text('sourceipaddress'),
  userAgent: text('useragent'),
  errorCode: text('errorcode'),
  errorMessage: text('errormessage'),
  requestParameters: json('requestparameters'),
  responseElements: json('responseelements'),
  additionalEventData: json('additionaleventdata'),
  requestID: text('requestid'),
  eventID: text('eventid'),
  readOnly: text('readonly'),
  resources: { as: 'structs', to: 'resources', shape: RESOURCE },
  eventType: text('eventtype'),
  apiVersion: text('apiversion'),
  recipientAccountId: text('recipientaccountid'),
  serviceEventDetails: json('serviceeventdetails'),
  sharedEventID: text('sharedeventid'),
  vpcEndpointId: text('vpcendpointid'),
  vpcEndpointAccountId: text('vpcendpointaccountid'),
  eventCategory: text('eventcategory'),
  addendum: struct('addendum', {
    reason: text('reason'),
    updatedFields: text('updatedfields'),
    originalRequestID: text('originalrequestid'),
    originalEventID: text('originaleventid'),
  }),
  sessionCredentialFromConsole: text('sessioncredentialfromconsole'),
  edgeDeviceDetails: text('edgedevicedetails'),
  tlsDetails: struct('tlsdetails', {
    tlsVersion: text('tlsversion'),
    cipherSuite: text('ciphersuite'),
    clientProvidedHostHeader: text('clientprovidedhostheader'),
    keyExchange: hoisted('text', 'keyexchange'),
  }),
  managementEvent: text('managementevent'),
  eventContext: json('eventcontext'),
  insightDetails: json('insightdetails'),
  timeWindow: json('timewindow'),
  summary: json('summary'),
};

/** Aggregated records spell two fields differently (CloudTrail user guide, "Record contents for aggregated events"). */
export const AGGREGATED_RECORD: Shape = {
  ...RECORD,
  eventId: text('eventid'),
  accountId: text('recipientaccountid'),
};
