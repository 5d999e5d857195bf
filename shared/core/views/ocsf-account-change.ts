import { jsonText } from './json-map.ts';
import { ACCOUNT_CHANGE } from './ocsf-class.ts';
import { eventsOf, ocsfColumns } from './ocsf-common.ts';
import { anyKnown, row, varchar, when, type Expression, type View } from './view.ts';

const request = (path: string) => jsonText('requestparameters', path).sql;
const response = (path: string) => jsonText('responseelements', path).sql;

const REQUESTED = `coalesce(${request('$.userName')}, ${request('$.roleName')})`;

/** IAM takes a call without a name for one about who calls ("If you do not specify a user name, IAM determines the user name implicitly"). */
const OWN = `(eventname IN ('ChangePassword', 'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey', 'PasswordUpdated', 'PasswordRecoveryCompleted') AND ${REQUESTED} IS NULL)`;

const own = (field: string) => `CASE WHEN ${OWN} THEN useridentity.${field} END`;

const NAME = `coalesce(${response('$.user.userName')}, ${response('$.role.roleName')}, ${response('$.accessKey.userName')}, ${REQUESTED}, ${own('username')})`;
const ACCOUNT = `coalesce(recipientaccountid, useridentity.accountid)`;

/** Whom the change is about. IAM's users and roles are those of the account in which the call was made. */
const USER = row({
  name: varchar(`coalesce(${NAME}, CASE WHEN ${ACCOUNT} IS NULL THEN 'Unknown' END)`),
  uid: varchar(`coalesce(${response('$.user.arn')}, ${response('$.role.arn')}, ${own('arn')})`),
  uid_alt: varchar(
    `coalesce(${response('$.user.userId')}, ${response('$.role.roleId')}, ${own('principalid')})`,
  ),
  account: when(anyKnown(ACCOUNT), row({ uid: varchar(ACCOUNT) })),
});

const POLICY_UID = `coalesce(${request('$.policyArn')}, ${request('$.permissionsBoundary')})`;
const POLICY_NAME = request('$.policyName');

const POLICY = row({ uid: varchar(POLICY_UID), name: varchar(POLICY_NAME) });
const HAS_POLICY = anyKnown(POLICY_UID, POLICY_NAME);

const POLICIES: Expression = { sql: `ARRAY[${POLICY.sql}]`, type: { array: POLICY.type } };

export const OCSF_ACCOUNT_CHANGE: View = {
  name: 'ocsf_account_change',
  description:
    'OCSF Account Change (3001): IAM users and roles made, deleted, given and denied policies and keys',
  columns: ocsfColumns(ACCOUNT_CHANGE, {
    user: USER,
    // 1.5.0 has `policies` instead; queries written for 1.1 have `policy`.
    policy: when(HAS_POLICY, POLICY),
    policies: when(HAS_POLICY, POLICIES),
  }),
  from: eventsOf(ACCOUNT_CHANGE),
};
