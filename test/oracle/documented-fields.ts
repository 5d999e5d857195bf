/**
 * The fields of a record under AWS's own spelling, and what docs/lake.md makes of each. Written from the document,
 * not from `columns.ts`: that both name the same columns is a test. A column is its field's name in lower case,
 * unless `column` names it.
 */

export type Field =
  | 'text'
  | 'json'
  | 'map'
  | { readonly struct: Fields }
  | { readonly listOf: Fields }
  /** Lands in a column of its own, wherever in the record it stands. */
  | { readonly column: string; readonly as: 'text' | 'json' };

export type Fields = Readonly<Record<string, Field>>;

const SESSION_ISSUER: Fields = {
  type: 'text',
  principalId: 'text',
  arn: 'text',
  accountId: 'text',
  userName: 'text',
};

const SESSION_CONTEXT: Fields = {
  attributes: { struct: { mfaAuthenticated: 'text', creationDate: 'text' } },
  sessionIssuer: { struct: SESSION_ISSUER },
  ec2RoleDelivery: 'text',
  webIdFederationData: { struct: { federatedProvider: 'text', attributes: 'map' } },
  sourceIdentity: { column: 'sourceidentity', as: 'text' },
  assumedRoot: { column: 'assumedroot', as: 'text' },
};

const USER_IDENTITY: Fields = {
  type: 'text',
  principalId: 'text',
  arn: 'text',
  accountId: 'text',
  invokedBy: 'text',
  accessKeyId: 'text',
  userName: 'text',
  onBehalfOf: { struct: { userId: 'text', identityStoreArn: 'text' } },
  sessionContext: { struct: SESSION_CONTEXT },
  identityProvider: { column: 'identityprovider', as: 'text' },
  credentialId: { column: 'credentialid', as: 'text' },
  inScopeOf: { column: 'inscopeof', as: 'json' },
  invokedByDelegate: { column: 'invokedbydelegate', as: 'json' },
};

const TLS_DETAILS: Fields = {
  tlsVersion: 'text',
  cipherSuite: 'text',
  clientProvidedHostHeader: 'text',
  keyExchange: { column: 'keyexchange', as: 'text' },
};

export const RECORD_FIELDS: Fields = {
  eventVersion: 'text',
  userIdentity: { struct: USER_IDENTITY },
  eventTime: 'text',
  eventSource: 'text',
  eventName: 'text',
  awsRegion: 'text',
  sourceIPAddress: 'text',
  userAgent: 'text',
  errorCode: 'text',
  errorMessage: 'text',
  requestParameters: 'json',
  responseElements: 'json',
  additionalEventData: 'json',
  requestID: 'text',
  eventID: 'text',
  readOnly: 'text',
  resources: { listOf: { ARN: 'text', arn: 'text', accountId: 'text', type: 'text' } },
  eventType: 'text',
  apiVersion: 'text',
  recipientAccountId: 'text',
  serviceEventDetails: 'json',
  sharedEventID: 'text',
  vpcEndpointId: 'text',
  vpcEndpointAccountId: 'text',
  eventCategory: 'text',
  addendum: {
    struct: { reason: 'text', updatedFields: 'text', originalRequestID: 'text', originalEventID: 'text' },
  },
  sessionCredentialFromConsole: 'text',
  edgeDeviceDetails: 'text',
  tlsDetails: { struct: TLS_DETAILS },
  managementEvent: 'text',
  eventContext: 'json',
  insightDetails: 'json',
  timeWindow: 'json',
  summary: 'json',
};

/** What an aggregated record spells otherwise. */
export const AGGREGATED_RECORD_FIELDS: Fields = {
  ...RECORD_FIELDS,
  eventId: { column: 'eventid', as: 'text' },
  accountId: { column: 'recipientaccountid', as: 'text' },
};
