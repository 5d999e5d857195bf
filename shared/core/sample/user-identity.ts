import { isoTime } from '../iso-time.ts';

/** The JSON text of `userIdentity`, in the field order CloudTrail writes. Names here hold nothing that JSON must escape. */

export interface RoleSession {
  readonly account: string;
  readonly role: string;
  /** Starts and ends with a slash: `/`, `/aws-service-role/…/`. */
  readonly path?: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly accessKey: string;
  readonly created: number;
  readonly mfa?: boolean;
  /** Further members of `sessionContext`, starting with a comma. */
  readonly context?: string;
  /** Further members of `userIdentity`, starting with a comma. */
  readonly more?: string;
}

export function assumedRole(session: RoleSession): string {
  const {
    account,
    role,
    roleId,
    sessionName,
    accessKey,
    created,
    path = '/',
    context = '',
    more = '',
  } = session;
  const issuer = `{"type":"Role","principalId":"${roleId}","arn":"arn:aws:iam::${account}:role${path}${role}","accountId":"${account}","userName":"${role}"}`;
  const attributes = sessionAttributes(created, session.mfa ?? false);
  return `{"type":"AssumedRole","principalId":"${roleId}:${sessionName}","arn":"${roleArn(session)}","accountId":"${account}","accessKeyId":"${accessKey}","sessionContext":{"sessionIssuer":${issuer},${attributes}${context}}${more}}`;
}

export function roleArn(session: Pick<RoleSession, 'account' | 'role' | 'sessionName'>): string {
  return `arn:aws:sts::${session.account}:assumed-role/${session.role}/${session.sessionName}`;
}

export function iamUser(
  account: string,
  user: { name: string; id: string },
  key: string,
  signedIn?: number,
): string {
  const context = signedIn === undefined ? '' : `,"sessionContext":{${sessionAttributes(signedIn, true)}}`;
  return `{"type":"IAMUser","principalId":"${user.id}","arn":"arn:aws:iam::${account}:user/${user.name}","accountId":"${account}","accessKeyId":"${key}","userName":"${user.name}"${context}}`;
}

/** In sign-in events a user has no access key yet. */
export function signingInUser(account: string, user: { name: string; id: string }): string {
  return `{"type":"IAMUser","principalId":"${user.id}","arn":"arn:aws:iam::${account}:user/${user.name}","accountId":"${account}","userName":"${user.name}"}`;
}

/** After a wrong password AWS hides the name that was typed, in case it was the password. */
export function hiddenUser(account: string): string {
  return `{"type":"IAMUser","accountId":"${account}","accessKeyId":"","userName":"HIDDEN_DUE_TO_SECURITY_REASONS"}`;
}

export function root(account: string, key?: string, signedIn = 0): string {
  const session = key === undefined ? '' : `,"sessionContext":{${sessionAttributes(signedIn, true)}}`;
  return `{"type":"Root","principalId":"${account}","arn":"arn:aws:iam::${account}:root","accountId":"${account}","accessKeyId":"${key ?? ''}"${session}}`;
}

export function awsService(service: string): string {
  return `{"type":"AWSService","invokedBy":"${service}"}`;
}

export function awsAccount(account: string, principalId: string): string {
  return `{"type":"AWSAccount","principalId":"${principalId}","accountId":"${account}"}`;
}

export function federatedUser(
  account: string,
  issuer: { name: string; id: string },
  name: string,
  key: string,
  created: number,
): string {
  const session = `{"type":"IAMUser","principalId":"${issuer.id}","arn":"arn:aws:iam::${account}:user/${issuer.name}","accountId":"${account}","userName":"${issuer.name}"}`;
  return `{"type":"FederatedUser","principalId":"${account}:${name}","arn":"arn:aws:sts::${account}:federated-user/${name}","accountId":"${account}","accessKeyId":"${key}","sessionContext":{"sessionIssuer":${session},${sessionAttributes(created, false)}}}`;
}

export function identityCenterUser(account: string, userId: string, credentialId: string): string {
  return `{"type":"IdentityCenterUser","accountId":"${account}","onBehalfOf":{"userId":"${userId}","identityStoreArn":"arn:aws:identitystore::${account}:identitystore/d-9067EXAMPLE"},"credentialId":"${credentialId}"}`;
}

export function webIdentityUser(account: string, subject: string): string {
  const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
  return `{"type":"WebIdentityUser","principalId":"${provider}:sts.amazonaws.com:${subject}","userName":"${subject}","identityProvider":"${provider}"}`;
}

function sessionAttributes(created: number, mfa: boolean): string {
  return `"attributes":{"creationDate":"${isoTime(created)}","mfaAuthenticated":"${mfa}"}`;
}
