import { read, service, write, type ServiceSpec } from './api-call.ts';

/** Identity, keys, secrets, and the services that watch. */

const KMS_KEY =
  '[{"accountId":"<account>","type":"AWS::KMS::Key","ARN":"arn:aws:kms:<region>:<account>:key/<key>"}]';
const ROLE =
  '[{"accountId":"<account>","type":"AWS::IAM::Role","ARN":"arn:aws:iam::<account>:role/<issuedrole>"}]';
const CREDENTIALS =
  '"credentials":{"accessKeyId":"<issuedkey>","sessionToken":"<token>","expiration":"<later>"}';
const ASSUMED =
  '"assumedRoleUser":{"assumedRoleId":"<issuedroleid>:<issuedsession>","arn":"arn:aws:sts::<account>:assumed-role/<issuedrole>/<issuedsession>"}';
const ASSUME =
  '{"roleArn":"arn:aws:iam::<account>:role/<issuedrole>","roleSessionName":"<issuedsession>","durationSeconds":3600}';
const user = '{"userName":"<user>"}';
const role = '{"roleName":"<role>"}';

export const SECURITY_CALLS: readonly ServiceSpec[] = [
  service('sts', '1.08', {}, [
    { ...read('AssumeRole', ASSUME, { resources: ROLE }), response: `{${CREDENTIALS},${ASSUMED}}` },
    {
      ...read('AssumeRoleWithWebIdentity', ASSUME, { resources: ROLE }),
      response: `{${CREDENTIALS},${ASSUMED}}`,
    },
    {
      ...read('GetFederationToken', '{"name":"<issuedsession>","durationSeconds":3600}'),
      response: `{${CREDENTIALS}}`,
    },
    { ...read('GetSessionToken', '{"durationSeconds":43200}'), response: `{${CREDENTIALS}}` },
    read('GetCallerIdentity'),
  ]),
  service('signin', '1.08', { global: true, host: 'signin.aws.amazon.com' }, [
    write('ConsoleLogin', 'null', '{"ConsoleLogin":"Success"}', {
      eventType: 'AwsConsoleSignIn',
      additional:
        '{"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_<region>_<etag>","MobileVersion":"No","MFAUsed":"Yes"}',
    }),
  ]),
  service('sso', '1.08', {}, [
    write('Federate', 'null', 'null', { eventType: 'AwsServiceEvent' }),
    read('ListAccounts', '{"accessToken":"HIDDEN_DUE_TO_SECURITY_REASONS"}'),
    read(
      'GetRoleCredentials',
      '{"roleName":"<role>","accountId":"<account>","accessToken":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
    ),
    read('ListAccountRoles', '{"accountId":"<account>","accessToken":"HIDDEN_DUE_TO_SECURITY_REASONS"}'),
  ]),
  service('iam', '1.10', { apiVersion: '2010-05-08', global: true, host: 'iam.amazonaws.com' }, [
    read('GetRole', role),
    read('ListRoles', '{"maxItems":1000}'),
    read('GetUser', user),
    read('ListUsers', '{"maxItems":100}'),
    read('ListAttachedRolePolicies', role),
    read('ListRolePolicies', role),
    read('GetRolePolicy', '{"roleName":"<role>","policyName":"<policy>"}'),
    read('GetPolicy', '{"policyArn":"arn:aws:iam::<account>:policy/<policy>"}'),
    read('GetPolicyVersion', '{"policyArn":"arn:aws:iam::<account>:policy/<policy>","versionId":"v<int>"}'),
    read('ListAccessKeys', user),
    read('ListMFADevices', user),
    read('GetAccountSummary'),
    read('GetAccountPasswordPolicy'),
    read('GetAccountAuthorizationDetails', '{"maxItems":1000}'),
    read('GenerateCredentialReport'),
    read('ListInstanceProfiles', '{"maxItems":1000}'),
    write(
      'CreateAccessKey',
      user,
      '{"accessKey":{"accessKeyId":"<userkey>","status":"Active","userName":"<user>","createDate":"<date>"}}',
    ),
    write('DeleteAccessKey', '{"userName":"<user>","accessKeyId":"<userkey>"}'),
    write(
      'CreateUser',
      '{"userName":"<user>","tags":[{"key":"team","value":"<tag>"}]}',
      '{"user":{"path":"/","userName":"<user>","userId":"<userid>","arn":"arn:aws:iam::<account>:user/<user>","createDate":"<date>"}}',
    ),
    write(
      'CreateRole',
      '{"roleName":"<role>","assumeRolePolicyDocument":"{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Principal\\":{\\"Service\\":\\"lambda.amazonaws.com\\"},\\"Action\\":\\"sts:AssumeRole\\"}]}"}',
      '{"role":{"path":"/","roleName":"<role>","roleId":"<roleid>","arn":"arn:aws:iam::<account>:role/<role>","createDate":"<date>","assumeRolePolicyDocument":"%7B%22Version%22%3A%222012-10-17%22%7D"}}',
    ),
    write('AttachRolePolicy', '{"roleName":"<role>","policyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}'),
    write(
      'PutRolePolicy',
      '{"roleName":"<role>","policyName":"<policy>","policyDocument":"{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Action\\":[\\"s3:GetObject\\"],\\"Resource\\":\\"arn:aws:s3:::<bucket>/*\\"}]}"}',
    ),
    write('UpdateLoginProfile', '{"userName":"<user>","passwordResetRequired":true}'),
    write('TagRole', '{"roleName":"<role>","tags":[{"key":"team","value":"<tag>"}]}'),
  ]),
  service('kms', '1.11', {}, [
    read(
      'Decrypt',
      '{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:lambda:FunctionArn":"arn:aws:lambda:<region>:<account>:function:<function>"}}',
      { resources: KMS_KEY, additional: '{"keyMaterialId":"<sha>"}' },
    ),
    read(
      'GenerateDataKey',
      '{"keyId":"arn:aws:kms:<region>:<account>:key/<key>","keySpec":"AES_256","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::<bucket>"}}',
      { resources: KMS_KEY, additional: '{"keyMaterialId":"<sha>"}' },
    ),
    read(
      'Encrypt',
      '{"keyId":"arn:aws:kms:<region>:<account>:key/<key>","encryptionAlgorithm":"SYMMETRIC_DEFAULT"}',
      { resources: KMS_KEY },
    ),
    read('DescribeKey', '{"keyId":"<key>"}', { resources: KMS_KEY }),
    read('ListAliases', '{"limit":100}'),
    read('ListKeys', '{"limit":1000}'),
    read('GetKeyPolicy', '{"keyId":"<key>","policyName":"default"}', { resources: KMS_KEY }),
    read('GetKeyRotationStatus', '{"keyId":"<key>"}', { resources: KMS_KEY }),
    write(
      'CreateGrant',
      '{"keyId":"arn:aws:kms:<region>:<account>:key/<key>","granteePrincipal":"arn:aws:iam::<account>:role/<role>","operations":["Decrypt","GenerateDataKeyWithoutPlaintext","CreateGrant"],"retiringPrincipal":"ec2.<region>.amazonaws.com","constraints":{"encryptionContextSubset":{"aws:ebs:id":"<volume>"}}}',
      '{"grantId":"<sha>","keyId":"arn:aws:kms:<region>:<account>:key/<key>"}',
      { resources: KMS_KEY },
    ),
    write('RetireGrant', '{"grantId":"<sha>","keyId":"arn:aws:kms:<region>:<account>:key/<key>"}', 'null', {
      resources: KMS_KEY,
    }),
  ]),
  service('secretsmanager', '1.08', {}, [
    read('GetSecretValue', '{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}'),
    read('DescribeSecret', '{"secretId":"<secret>"}'),
    read('ListSecrets', '{"maxResults":100}'),
    write(
      'PutSecretValue',
      '{"clientRequestToken":"<uuid>","secretId":"<secret>"}',
      '{"arn":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}',
    ),
    write(
      'RotateSecret',
      '{"clientRequestToken":"<uuid>","secretId":"<secret>"}',
      '{"arn":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>"}',
    ),
  ]),
  service('cloudtrail', '1.11', {}, [
    read('LookupEvents', '{"maxResults":50,"startTime":"<date>"}'),
    read('DescribeTrails', '{"includeShadowTrails":true}'),
    read('GetTrailStatus', '{"name":"arn:aws:cloudtrail:<region>:<account>:trail/org-audit"}'),
    read('GetEventSelectors', '{"trailName":"org-audit"}'),
    write('StopLogging', '{"name":"org-audit"}'),
    write(
      'PutEventSelectors',
      '{"trailName":"org-audit","advancedEventSelectors":[{"name":"s3","fieldSelectors":[{"field":"eventCategory","equals":["Data"]},{"field":"resources.type","equals":["AWS::S3::Object"]}]}]}',
      '{"trailARN":"arn:aws:cloudtrail:<region>:<account>:trail/org-audit"}',
    ),
  ]),
  service('guardduty', '1.09', {}, [
    read('ListDetectors'),
    read('GetFindings', '{"detectorId":"<etag>","findingIds":["<etag2>"]}'),
    read('ListFindings', '{"detectorId":"<etag>","maxResults":50}'),
  ]),
  service('securityhub', '1.08', {}, [
    read(
      'GetFindings',
      '{"Filters":{"RecordState":[{"Value":"ACTIVE","Comparison":"EQUALS"}]},"MaxResults":100}',
    ),
    read('GetEnabledStandards', '{}'),
    write(
      'BatchImportFindings',
      '{"Findings":[{"SchemaVersion":"2018-10-08","Id":"<uuid>","ProductArn":"arn:aws:securityhub:<region>::product/aws/inspector","Severity":{"Label":"LOW","Normalized":<int>},"Confidence":9.05E1}]}',
      '{"FailedCount":0,"SuccessCount":1,"FailedFindings":[]}',
    ),
  ]),
  service('config', '1.08', {}, [
    write(
      'PutEvaluations',
      '{"evaluations":[{"complianceResourceType":"AWS::S3::Bucket","complianceResourceId":"<bucket>","complianceType":"COMPLIANT","orderingTimestamp":"<date>"}],"resultToken":"HIDDEN_DUE_TO_SECURITY_REASONS","testMode":false}',
      '{"failedEvaluations":[]}',
    ),
    read('DescribeConfigurationRecorderStatus'),
    read('DescribeConfigRules', '{"configRuleNames":["<rule>"]}'),
    read('GetComplianceDetailsByConfigRule', '{"configRuleName":"<rule>","limit":100}'),
    read(
      'SelectResourceConfig',
      '{"expression":"SELECT resourceId WHERE resourceType = \'AWS::EC2::Instance\'","limit":100}',
    ),
  ]),
  service('inspector2', '1.08', {}, [
    read('ListCoverage', '{"maxResults":200}'),
    read('ListFindings', '{"maxResults":100,"sortCriteria":{"field":"SEVERITY","sortOrder":"DESC"}}'),
  ]),
  service('access-analyzer', '1.08', {}, [
    read('ListAnalyzers', '{"type":"ACCOUNT"}'),
    read('ListFindingsV2', '{"analyzerArn":"arn:aws:access-analyzer:<region>:<account>:analyzer/<rule>"}'),
    read('ListPolicyGenerations', '{"maxResults":"20"}'),
  ]),
  service('wafv2', '1.09', { apiVersion: '2019-04-23' }, [
    read('GetWebACL', '{"name":"<rule>","scope":"REGIONAL","id":"<uuid>"}'),
    read('ListWebACLs', '{"scope":"REGIONAL","limit":100}'),
    write(
      'UpdateIPSet',
      '{"name":"<rule>","scope":"REGIONAL","id":"<uuid>","addresses":["<private>/32"],"lockToken":"<uuid2>"}',
      '{"nextLockToken":"<uuid3>"}',
    ),
  ]),
  service('acm', '1.08', { apiVersion: '2015-12-08' }, [
    read('ListCertificates', '{"maxItems":100}'),
    read('DescribeCertificate', '{"certificateArn":"arn:aws:acm:<region>:<account>:certificate/<uuid>"}'),
  ]),
  service('organizations', '1.08', { global: true }, [
    read('DescribeOrganization'),
    read('ListAccounts', '{"maxResults":20}'),
    read('DescribeAccount', '{"accountId":"<account>"}'),
    read('ListPolicies', '{"filter":"SERVICE_CONTROL_POLICY"}'),
  ]),
  service('cognito-idp', '1.08', { apiVersion: '2016-04-18' }, [
    read('ListUserPools', '{"maxResults":60}'),
    write(
      'AdminInitiateAuth',
      '{"userPoolId":"<region>_EXAMPLE00","clientId":"<etag>","authFlow":"ADMIN_USER_PASSWORD_AUTH"}',
      'null',
    ),
  ]),
];
