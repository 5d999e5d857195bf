import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePredicate } from '../../shared/core/rules/match.ts';
import { rulesOfFiles } from '../../shared/core/rules/rule-of-file.ts';
import {
  compareOpinions,
  pantherOpinions,
  reviewedDisagreements,
  type Reviewed,
  type SameIntent,
} from '../support/second-opinion.ts';
import { hasSharedData } from '../support/shared-data.ts';

const RULES = new URL('../../rules/', import.meta.url);

/** Rules with a plus between them share what one of theirs means. */
const PUBLIC_POLICIES = 's3-public-policy + resource-policy-public';

const SAME_INTENT: SameIntent = {
  'access-key-created-for-user': ['AWS.IAM.Backdoor.User.Keys'],
  'admin-policy-attached': ['AWS.IAM.AttachAdminRolePolicy', 'AWS.IAM.AttachAdminUserPolicy'],
  'attack-tool-user-agent': ['AWS.STS.GetCallerIdentity.TruffleHog'],
  'backups-deleted': ['AWS.RDS.AutomatedBackupDeleted'],
  'bedrock-logging-disabled': ['AWS.Bedrock.DeleteModelInvocationLoggingConfiguration'],
  'cis-4.03-root-used': ['AWS.Console.RootLogin', 'AWS.CloudTrail.RootPasswordChanged'],
  'cis-4.04-iam-policy-changed': ['AWS.IAM.PolicyModified'],
  'cis-4.05-trail-changed': ['AWS.CloudTrail.SecurityConfigurationChange'],
  'cis-4.06-console-login-failed': ['AWS.Console.RootLoginFailed', 'Standard.BruteForceByIP'],
  'cis-4.07-kms-key-disabled-or-deleted': ['AWS.KMS.CustomerManagedKeyLoss'],
  'cis-4.08-s3-bucket-policy-changed': ['AWS.S3.BucketPolicyModified'],
  'cis-4.09-config-changed': ['AWS.ConfigService.DisabledDeleted'],
  'cis-4.10-security-group-changed': ['AWS.EC2.SecurityGroupModified'],
  'cis-4.11-network-acl-changed': ['AWS.CloudTrail.NetworkACLPermissiveEntry'],
  'cis-4.13-route-table-changed': ['AWS.EC2.RouteTableModified'],
  'cis-4.15-organizations-changed': ['AWS.CloudTrail.AttemptToLeaveOrg'],
  'compromised-key-quarantined': [
    'AWS.CloudTrail.IAMCompromisedKeyQuarantine',
    'AWS.IAM.AccessKeyCompromised',
  ],
  'config-recording-stopped': ['AWS.ConfigService.DisabledDeleted'],
  'console-login-failures-burst': ['AWS.Console.RootLoginFailed', 'Standard.BruteForceByIP'],
  'console-session-from-credentials': ['AWS.Console.GetSigninToken.Abuse'],
  'data-exported-from-instance-or-database': ['AWS.RDS.SnapshotExport'],
  'detection-service-disabled': ['AWS.Macie.Evasion'],
  'instance-credentials-from-two-addresses': ['AWS.CloudTrail.IMDSCredentialExfiltration'],
  'kms-key-deletion-scheduled': ['AWS.KMS.CustomerManagedKeyLoss'],
  'login-profile-changed': ['AWS.User.Login.Profile.Modified'],
  'network-logs-deleted': ['AWS.CloudTrail.DNSLogsDeleted'],
  'organization-left': ['AWS.CloudTrail.AttemptToLeaveOrg'],
  'rds-instance-public': ['AWS.RDS.InstanceMadePublic'],
  'region-enabled': ['AWS.CloudTrail.EnableRegion'],
  'root-console-login': ['AWS.Console.RootLogin'],
  'root-credentials-changed': ['AWS.CloudTrail.RootPasswordChanged'],
  's3-bucket-protection-removed': [
    'AWS.S3.DeleteBucketEncryption',
    'AWS.S3.DeleteBucketReplication',
    'AWS.S3.DisableBucketLogging',
    'AWS.S3.DisableMfaDelete',
    'AWS.S3.SecurityControlDisabling',
    'AWS.S3.SuspendVersioning',
  ],
  's3-objects-encrypted-with-foreign-key': ['AWS.S3.CopyObject.CrossAccount.Encryption.KMS'],
  's3-objects-expire-soon': ['AWS.CloudTrail.ShortLifecycle'],
  [PUBLIC_POLICIES]: ['AWS.CloudTrail.ResourceMadePublic'],
  'secrets-enumerated': ['AWS.SecretsManager.RetrieveSecrets'],
  'snapshot-shared-with-account': ['AWS.RDS.SnapshotShared'],
  'snapshots-deleted-burst': ['AWS.RDS.SnapshotDeleted'],
  'ssm-parameters-decrypted': ['AWS.SSM.DecryptSSMParams'],
  'trail-reduced': ['AWS.CloudTrail.EventSelectorsDisabled'],
  'trail-stopped': ['AWS.CloudTrail.SecurityConfigurationChange'],
  'web-acl-removed': ['AWS.WAF.Disassociation'],
};

const FAILED =
  'The call failed. The benchmark’s condition doesn’t ask: nothing was changed, but somebody tried.';
const NO_MESSAGE =
  'Failed sign-ins have the message "Failed authentication", as all from other sources have; that of their test was made without it.';
const NOT_CONDITIONS =
  'Everybody may, but under conditions that leave an organisation or some roles: a pattern can’t weigh the conditions of a policy.';
const NO_STATUS =
  'Versioning is Enabled or Suspended: S3 knows no status Disabled, and a call with it fails.';
const ENCRYPTION =
  'The bucket’s encryption was deleted, which our rule selects and another one of theirs does.';
const NO_TEXT =
  'The policy is an object in the record of their test; the request holds it as text, and so do records.';

const REVIEWED: readonly Reviewed[] = [
  [
    'access-key-created-for-user',
    96,
    'theirs',
    'A user made a key for themselves, by name; an event pattern can’t compare two fields of a record.',
  ],
  ['attack-tool-user-agent', 247, 'each', 'The tool called something else: ours selects all of its calls.'],
  ['cis-4.03-root-used', 184, 'each', 'The password was not changed, but root was used.'],
  ['cis-4.04-iam-policy-changed', 95, 'each', FAILED],
  ['cis-4.05-trail-changed', 230, 'each', FAILED],
  ['cis-4.06-console-login-failed', 36, 'ours', NO_MESSAGE],
  ['cis-4.06-console-login-failed', 269, 'ours', NO_MESSAGE],
  ['cis-4.07-kms-key-disabled-or-deleted', 117, 'each', FAILED],
  ['cis-4.08-s3-bucket-policy-changed', 186, 'each', FAILED],
  ['cis-4.09-config-changed', 26, 'each', 'The benchmark asks for new delivery channels, too.'],
  ['cis-4.09-config-changed', 28, 'each', FAILED],
  ['cis-4.10-security-group-changed', 53, 'each', FAILED],
  [
    'cis-4.11-network-acl-changed',
    127,
    'each',
    'The benchmark asks for every entry, they for those that let in all.',
  ],
  ['cis-4.11-network-acl-changed', 128, 'each', FAILED],
  ['cis-4.13-route-table-changed', 50, 'each', FAILED],
  [
    'detection-service-disabled',
    119,
    'each',
    'Macie was told to publish findings less often; ours selects it when it is paused or disabled.',
  ],
  ['detection-service-disabled', 120, 'each', 'As in line 119, and by the first Macie, which is no more.'],
  [
    'instance-credentials-from-two-addresses',
    103,
    'ours',
    'The record of their test was made without invokedBy, which calls have that a service makes for somebody.',
  ],
  [
    'instance-credentials-from-two-addresses',
    107,
    'each',
    'Ours counts addresses and alerts at the second; the agent’s connections come from the first, the instance’s own.',
  ],
  [
    'kms-key-deletion-scheduled',
    113,
    'each',
    'The key was disabled, which cis-4.07-kms-key-disabled-or-deleted selects.',
  ],
  [
    'login-profile-changed',
    254,
    'theirs',
    'The user changed their own password; an event pattern can’t compare two fields of a record.',
  ],
  [
    'login-profile-changed',
    256,
    'ours',
    'Whoever set the password knows it until the user changes it, so that a change that is asked for makes it no safer.',
  ],
  [
    's3-bucket-protection-removed',
    203,
    'each',
    'The record doesn’t say where logs go: ours reads it as nowhere, they read nothing from it.',
  ],
  ['s3-bucket-protection-removed', 207, 'each', ENCRYPTION],
  ['s3-bucket-protection-removed', 212, 'ours', NO_STATUS],
  ['s3-bucket-protection-removed', 221, 'ours', NO_STATUS],
  ['s3-bucket-protection-removed', 224, 'each', ENCRYPTION],
  [
    's3-objects-encrypted-with-foreign-key',
    188,
    'theirs',
    'A KMS key of another account locks objects as well as a customer’s key does; ours selects the latter alone.',
  ],
  [PUBLIC_POLICIES, 177, 'ours', NO_TEXT],
  [PUBLIC_POLICIES, 178, 'ours', NO_TEXT],
  [PUBLIC_POLICIES, 179, 'ours', NO_TEXT],
  [PUBLIC_POLICIES, 180, 'theirs', NOT_CONDITIONS],
  [PUBLIC_POLICIES, 182, 'theirs', NOT_CONDITIONS],
  [
    'secrets-enumerated',
    226,
    'each',
    'The secret was not read; ours counts secrets that were, and denied-calls-burst the refusals.',
  ],
];

// The verdicts are licensed data that is not in the repository.
describe.skipIf(!hasSharedData)('our rules beside Panther’s (skipped without ../shared/data)', () => {
  it('differ in what they select only where somebody looked who is right', () => {
    const paths = readdirSync(RULES).filter((name) => name.endsWith('.yml'));
    const { rules } = rulesOfFiles(
      paths.map((path) => ({ path, text: readFileSync(new URL(path, RULES), 'utf8') })),
    );
    const selectors = new Map(
      rules.map(({ rule }) => [rule.definition.id, compilePredicate(rule.predicate)]),
    );
    const opinions = pantherOpinions();
    const { compared, disagreements } = compareOpinions(opinions, SAME_INTENT, (ours, record) =>
      ours.split(' + ').some((id) => {
        const selects = selectors.get(id);
        if (selects === undefined) throw new Error(`there is no rule ${id}`);
        return selects(record);
      }),
    );
    expect(disagreements).toEqual(reviewedDisagreements(opinions, SAME_INTENT, REVIEWED));
    expect(compared).toBe(187);
  });
});
