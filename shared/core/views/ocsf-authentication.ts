import { jsonText } from './json-map.ts';
import { AUTHENTICATION } from './ocsf-class.ts';
import { eventsOf, FAILED, ocsfColumns } from './ocsf-common.ts';
import { anyKnown, boolean, row, varchar, when, type View } from './view.ts';

const request = (path: string) => jsonText('requestparameters', path).sql;
const response = (path: string) => jsonText('responseelements', path).sql;
const additional = (path: string) => jsonText('additionaleventdata', path).sql;

const ROLE = request('$.roleArn');
const ACCOUNT = 'coalesce(useridentity.accountid, recipientaccountid)';
const ANYBODY = `coalesce(${ROLE}, ${request('$.roleSessionName')}, useridentity.arn, useridentity.username, ${ACCOUNT})`;

/** Who is signed in: the role's session where a role is assumed, else who called. */
const USER = row({
  name: varchar(
    `coalesce(${request('$.roleSessionName')}, CASE WHEN ${ROLE} IS NULL THEN useridentity.username END, CASE WHEN ${ANYBODY} IS NULL THEN 'Unknown' END)`,
  ),
  uid: varchar(`coalesce(${ROLE}, useridentity.arn)`),
  uid_alt: varchar(`CASE WHEN ${ROLE} IS NULL THEN useridentity.principalid END`),
  account: when(`${ROLE} IS NULL AND ${ACCOUNT} IS NOT NULL`, row({ uid: varchar(ACCOUNT) })),
});

const SESSION_UID = response('$.assumedRoleUser.arn');
const CREDENTIAL = response('$.credentials.accessKeyId');

const SESSION = when(
  anyKnown(SESSION_UID, CREDENTIAL),
  row({
    uid: varchar(SESSION_UID),
    uid_alt: varchar(response('$.assumedRoleUser.assumedRoleId')),
    credential_uid: varchar(CREDENTIAL),
    issuer: varchar(`coalesce(${response('$.provider')}, ${response('$.issuer')})`),
  }),
);

const LOGIN_TO = additional('$.LoginTo');

export const OCSF_AUTHENTICATION: View = {
  name: 'ocsf_authentication',
  description: 'OCSF Authentication (3002): sign-ins, sessions begun, roles assumed',
  columns: ocsfColumns(
    AUTHENTICATION,
    {
      user: USER,
      session: SESSION,
      service: when(anyKnown('eventsource'), row({ name: varchar('eventsource') })),
      dst_endpoint: when(anyKnown(LOGIN_TO), row({ svc_name: varchar(LOGIN_TO) })),
      is_mfa: boolean(`CASE ${additional('$.MFAUsed')} WHEN 'Yes' THEN true WHEN 'No' THEN false END`),
    },
    `${FAILED} OR coalesce(${response('$.ConsoleLogin')}, ${response('$.CheckMfa')}) = 'Failure'`,
  ),
  from: eventsOf(AUTHENTICATION),
};
