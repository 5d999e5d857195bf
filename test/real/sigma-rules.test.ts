import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compilePredicate } from '../../shared/core/rules/match.ts';
import { SigmaError } from '../../shared/core/rules/sigma-error.ts';
import { sigmaMetadata } from '../../shared/core/rules/sigma-metadata.ts';
import { compileSigma } from '../../shared/core/rules/sigma-rule.ts';
import {
  compareOpinions,
  pantherOpinions,
  reviewedDisagreements,
  type Reviewed,
  type SameIntent,
} from '../support/second-opinion.ts';
import { hasSharedData, SHARED_DATA } from '../support/shared-data.ts';

const FOLDER = join(SHARED_DATA, 'sigma');

/** Files that don't compile as they are, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'aws_cloudtrail_console_login_success_from_susp_locations.yml':
    'detection.filter_main_country.src_country|expand: the placeholder %Legitimate_Countries% has no values: give it some',
};

const PLACEHOLDERS = { Legitimate_Countries: ['NZ'], Legitimate_IP_Ranges: ['192.0.2.*'] };

/** Fields that the rules name and that CloudTrail's records never have: what a rule asks of them is never so. */
const UNKNOWN_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'aws_cloudtrail_console_login_success_from_susp_locations.yml': ['src_country', 'src_ip'],
  'aws_delete_saml_provider.yml': ['status'],
};

const SAME_INTENT: SameIntent = {
  aws_cloudtrail_console_login_failed_authentication: [
    'AWS.Console.RootLoginFailed',
    'Standard.BruteForceByIP',
  ],
  aws_cloudtrail_disable_logging: ['AWS.CloudTrail.SecurityConfigurationChange'],
  aws_cloudtrail_imds_malicious_usage: ['AWS.CloudTrail.IMDSCredentialExfiltration'],
  aws_cloudtrail_new_acl_entries: ['AWS.CloudTrail.NetworkACLPermissiveEntry'],
  aws_cloudtrail_new_route_added: ['AWS.EC2.RouteTableModified'],
  aws_cloudtrail_region_enabled: ['AWS.CloudTrail.EnableRegion'],
  aws_cloudtrail_security_group_change_ingress_egress: ['AWS.EC2.SecurityGroupModified'],
  aws_cloudtrail_ssm_malicious_usage: ['AWS.SSM.DistributedCommand'],
  aws_config_disable_recording: ['AWS.ConfigService.DisabledDeleted'],
  aws_disable_bucket_versioning: ['AWS.S3.SuspendVersioning'],
  aws_ec2_startup_script_change: ['AWS.EC2.Startup.Script.Change'],
  aws_new_lambda_layer_attached: ['AWS.Lambda.UpdateFunctionConfiguration'],
  aws_root_account_usage: ['AWS.Console.RootLogin', 'AWS.CloudTrail.RootPasswordChanged'],
  aws_s3_data_management_tampering: ['AWS.S3.DisableBucketLogging'],
  aws_securityhub_finding_evasion: ['AWS.SecurityHub.Finding.Evasion'],
  aws_sts_getcalleridentity_trufflehog: ['AWS.STS.GetCallerIdentity.TruffleHog'],
  aws_update_login_profile: ['AWS.User.Login.Profile.Modified'],
};

const FAILED = 'The call failed, and the Sigma rule doesn’t ask: nothing was changed, but somebody tried.';
const NO_MESSAGE =
  'Failed sign-ins have the message "Failed authentication", as all from other sources have; that of their test was made without it.';
const LAYERS =
  'The layers are in the response, which lists those that the function had before, too; the Sigma rule looks for them in the request.';

const REVIEWED: readonly Reviewed[] = [
  ['aws_cloudtrail_console_login_failed_authentication', 36, 'ours', NO_MESSAGE],
  ['aws_cloudtrail_console_login_failed_authentication', 269, 'ours', NO_MESSAGE],
  ['aws_cloudtrail_disable_logging', 230, 'each', FAILED],
  [
    'aws_cloudtrail_imds_malicious_usage',
    101,
    'theirs',
    'The Sigma rule knows the instance’s own identity alone (a role called aws:…) and misses credentials of its profile’s role.',
  ],
  ['aws_cloudtrail_imds_malicious_usage', 110, 'theirs', 'As in line 101.'],
  [
    'aws_cloudtrail_new_acl_entries',
    127,
    'each',
    'Sigma selects every new entry, they select those that let in everybody.',
  ],
  ['aws_cloudtrail_new_acl_entries', 128, 'each', FAILED],
  ['aws_cloudtrail_new_route_added', 50, 'each', FAILED],
  [
    'aws_cloudtrail_region_enabled',
    14,
    'ours',
    'EnableRegion is a call of account.amazonaws.com; the record of their test names CloudTrail as its source.',
  ],
  ['aws_cloudtrail_security_group_change_ingress_egress', 53, 'each', FAILED],
  [
    'aws_cloudtrail_ssm_malicious_usage',
    242,
    'each',
    'Sigma selects every command, they select one sent to many instances.',
  ],
  ['aws_config_disable_recording', 28, 'each', FAILED],
  [
    'aws_disable_bucket_versioning',
    221,
    'ours',
    'Versioning is Enabled or Suspended: S3 knows no status Disabled, and a call with it fails.',
  ],
  ['aws_disable_bucket_versioning', 222, 'each', FAILED],
  [
    'aws_ec2_startup_script_change',
    54,
    'theirs',
    'The request may name the attribute (attribute: userData) or set it (userData: …): the Sigma rule knows the first alone.',
  ],
  ['aws_new_lambda_layer_attached', 3, 'ours', LAYERS],
  ['aws_new_lambda_layer_attached', 5, 'ours', LAYERS],
  ['aws_new_lambda_layer_attached', 6, 'ours', LAYERS],
  ['aws_root_account_usage', 184, 'each', 'The password was not changed, but root was used.'],
  ['aws_s3_data_management_tampering', 201, 'each', FAILED],
  [
    'aws_s3_data_management_tampering',
    202,
    'theirs',
    'Logging was switched on: the Sigma rule selects every PutBucketLogging.',
  ],
  [
    'aws_s3_data_management_tampering',
    203,
    'each',
    'The record doesn’t say whether logging was switched on or off: the Sigma rule selects every PutBucketLogging.',
  ],
  [
    'aws_update_login_profile',
    254,
    'theirs',
    'The user changed their own password: the Sigma rule’s filter compares an ARN with a user name, which are never the same.',
  ],
  [
    'aws_update_login_profile',
    256,
    'ours',
    'Whoever set the password knows it until the user changes it, so that a change that is asked for makes it no safer.',
  ],
];

function documents(): Map<string, unknown> {
  const files = hasSharedData ? readdirSync(FOLDER) : [];
  return new Map(files.map((file) => [file, parse(readFileSync(join(FOLDER, file), 'utf8')) as unknown]));
}

/** The fields of a predicate, by the first name of their path. */
function fieldsOf(predicate: ReturnType<typeof compileSigma>): readonly string[] {
  if (predicate.kind === 'not') return fieldsOf(predicate.of);
  if (predicate.kind !== 'fields') return predicate.of.flatMap(fieldsOf);
  return predicate.conditions.map(({ path: [first = ''] }) => first);
}

const RECORD_FIELDS = new Set(
  (
    'eventSource eventName eventType errorCode errorMessage userAgent userIdentity sourceIPAddress ' +
    'requestParameters responseElements additionalEventData'
  ).split(' '),
);

// The rules are licensed data that is not in the repository.
describe.skipIf(!hasSharedData)(
  'the public Sigma rules for CloudTrail (skipped without ../shared/data)',
  () => {
    const rules = documents();

    it('are all there', () => {
      expect(rules.size).toBe(44);
    });

    it('compile, unmodified, but for those listed with the reason', () => {
      const refused = [...rules].flatMap(([file, document]) => {
        try {
          compileSigma(document);
          return [];
        } catch (error) {
          return [[file, error instanceof SigmaError ? error.message : error]];
        }
      });
      expect(Object.fromEntries(refused)).toEqual(REFUSED);
    });

    it('all compile when their placeholders have values', () => {
      for (const [file, document] of rules)
        expect(() => compileSigma(document, PLACEHOLDERS), file).not.toThrow();
    });

    it('say what they are: a title, a UUID, a level, techniques, false positives', () => {
      const metadata = [...rules.values()].map(sigmaMetadata);
      for (const { id, author, description } of metadata) {
        expect(id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
        expect(author).toBeDefined();
        expect(description).toBeDefined();
      }
      const levels = Object.groupBy(metadata, ({ severity }) => severity);
      expect({
        low: levels.low?.length,
        medium: levels.medium?.length,
        high: levels.high?.length,
      }).toEqual({
        low: 10,
        medium: 20,
        high: 14,
      });
      expect(metadata.filter(({ attack }) => attack.length > 0).length).toBeGreaterThan(30);
    });

    it('name fields that records have, but for those listed', () => {
      const unknown = [...rules].flatMap(([file, document]) => {
        const fields = fieldsOf(compileSigma(document, PLACEHOLDERS));
        const strange = [...new Set(fields)].filter((field) => !RECORD_FIELDS.has(field));
        return strange.length === 0 ? [] : [[file, strange]];
      });
      expect(Object.fromEntries(unknown)).toEqual(UNKNOWN_FIELDS);
    });

    it('differ from Panther’s rules of the same intent only where somebody looked who is right', () => {
      const selectors = new Map(
        [...rules].map(([file, document]) => [file, compilePredicate(compileSigma(document, PLACEHOLDERS))]),
      );
      const opinions = pantherOpinions();
      const { compared, disagreements } = compareOpinions(opinions, SAME_INTENT, (ours, record) => {
        const selects = selectors.get(`${ours}.yml`);
        if (selects === undefined) throw new Error(`there is no rule ${ours}`);
        return selects(record);
      });
      expect(disagreements).toEqual(reviewedDisagreements(opinions, SAME_INTENT, REVIEWED));
      expect(compared).toBe(68);
    });
  },
);
