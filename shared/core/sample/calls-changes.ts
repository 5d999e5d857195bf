import { read, service, write, type ServiceSpec } from './api-call.ts';

/**
 * Calls that change who may do what, what is watched and what can be reached: rare in traffic, and most of what an investigation asks
 * about. A table of its own, because `traffic.ts` draws from all others.
 */

const S3_BUCKET = '[{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]';
const OTHER_ACCOUNT = '999988887777';
const returned = '{"requestId":"<uuid>","_return":true}';
const bucket = { resources: S3_BUCKET };

export const CHANGE_CALLS: readonly ServiceSpec[] = [
  service('iam', '1.10', { apiVersion: '2010-05-08', global: true, host: 'iam.amazonaws.com' }, [
    write(
      'CreateUser',
      '{"userName":"<user>"}',
      '{"user":{"path":"/","userName":"<user>","userId":"<userid>","arn":"arn:aws:iam::<account>:user/<user>","createDate":"<date>"}}',
    ),
    write(
      'CreateLoginProfile',
      '{"userName":"<user>","passwordResetRequired":false}',
      '{"loginProfile":{"userName":"<user>","createDate":"<date>","passwordResetRequired":false}}',
    ),
    write(
      'AttachUserPolicy',
      '{"userName":"<user>","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}',
    ),
    write(
      'PutUserPolicy',
      '{"userName":"<user>","policyName":"everything","policyDocument":"{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Action\\":\\"*\\",\\"Resource\\":\\"*\\"}]}"}',
    ),
    write(
      'CreatePolicyVersion',
      '{"policyArn":"arn:aws:iam::<account>:policy/<policy>","policyDocument":"{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Action\\":[\\"iam:PassRole\\"],\\"Resource\\":\\"*\\"}]}","setAsDefault":true}',
      '{"policyVersion":{"versionId":"v2","isDefaultVersion":true,"createDate":"<date>"}}',
    ),
    write(
      'UpdateAssumeRolePolicy',
      `{"roleName":"<role>","policyDocument":"{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Principal\\":{\\"AWS\\":\\"arn:aws:iam::${OTHER_ACCOUNT}:root\\"},\\"Action\\":\\"sts:AssumeRole\\"}]}"}`,
    ),
    write('DeactivateMFADevice', '{"userName":"<user>","serialNumber":"arn:aws:iam::<account>:mfa/<user>"}'),
    write(
      'CreateSAMLProvider',
      '{"name":"partner-sso","sAMLMetadataDocument":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
      '{"sAMLProviderArn":"arn:aws:iam::<account>:saml-provider/partner-sso"}',
    ),
  ]),
  service('cloudtrail', '1.11', {}, [
    write('StopLogging', '{"name":"arn:aws:cloudtrail:<region>:<account>:trail/dev-trail"}'),
    write(
      'UpdateTrail',
      '{"name":"dev-trail","isMultiRegionTrail":false,"includeGlobalServiceEvents":false}',
      '{"name":"dev-trail","trailARN":"arn:aws:cloudtrail:<region>:<account>:trail/dev-trail","isMultiRegionTrail":false}',
    ),
  ]),
  service('config', '1.08', {}, [
    write('StopConfigurationRecorder', '{"configurationRecorderName":"default"}'),
    write('DeleteDeliveryChannel', '{"deliveryChannelName":"default"}'),
  ]),
  service('guardduty', '1.09', {}, [
    write('UpdateDetector', '{"detectorId":"<etag>","enable":false}'),
    write('CreateFilter', '{"detectorId":"<etag>","name":"quiet","action":"ARCHIVE","findingCriteria":{}}'),
  ]),
  service('kms', '1.11', {}, [
    write('DisableKey', '{"keyId":"<key>"}'),
    write(
      'ScheduleKeyDeletion',
      '{"keyId":"<key>","pendingWindowInDays":7}',
      '{"keyId":"arn:aws:kms:<region>:<account>:key/<key>","keyState":"PendingDeletion"}',
    ),
  ]),
  service('s3', '1.11', { shortRequestId: true }, [
    write(
      'DeleteBucketPublicAccessBlock',
      '{"bucketName":"<bucket>","publicAccessBlock":""}',
      'null',
      bucket,
    ),
    write(
      'PutBucketPolicy',
      '{"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Sid":"Public","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::<bucket>/*"}]},"bucketName":"<bucket>","policy":""}',
      'null',
      bucket,
    ),
    write(
      'PutBucketReplication',
      `{"bucketName":"<bucket>","ReplicationConfiguration":{"Rule":{"Status":"Enabled","Destination":{"Account":"${OTHER_ACCOUNT}","Bucket":"arn:aws:s3:::partner-copies"}}},"replication":""}`,
      'null',
      bucket,
    ),
    write('DeleteBucket', '{"bucketName":"<bucket>"}', 'null', bucket),
  ]),
  service('ec2', '1.10', {}, [
    write(
      'AuthorizeSecurityGroupIngress',
      '{"groupId":"<sg>","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"groups":{},"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}',
      '{"requestId":"<uuid>","_return":true,"securityGroupRuleSet":{"items":[{"groupOwnerId":"<account>","groupId":"<sg>","securityGroupRuleId":"sgr-<hex>","isEgress":false,"ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIpv4":"0.0.0.0/0"}]}}',
    ),
    write(
      'CreateNetworkAclEntry',
      '{"networkAclId":"acl-<hex>","ruleNumber":90,"egress":false,"ruleAction":"allow","aclProtocol":"-1","cidrBlock":"0.0.0.0/0"}',
      returned,
    ),
    write('AttachInternetGateway', '{"internetGatewayId":"igw-<hex>","vpcId":"<vpc>"}', returned),
    write(
      'CreateRoute',
      '{"routeTableId":"rtb-<hex>","destinationCidrBlock":"0.0.0.0/0","gatewayId":"igw-<hex2>"}',
      returned,
    ),
    write(
      'CreateVpcPeeringConnection',
      `{"vpcId":"<vpc>","peerVpcId":"vpc-<hex>","peerOwnerId":"${OTHER_ACCOUNT}"}`,
      `{"requestId":"<uuid>","vpcPeeringConnection":{"vpcPeeringConnectionId":"pcx-<hex2>","accepterVpcInfo":{"ownerId":"${OTHER_ACCOUNT}"}}}`,
    ),
    write(
      'ModifySnapshotAttribute',
      `{"snapshotId":"<snapshot>","createVolumePermission":{"add":{"items":[{"userId":"${OTHER_ACCOUNT}"}]}},"attributeType":"CREATE_VOLUME_PERMISSION"}`,
      returned,
    ),
    write(
      'CreateInstanceExportTask',
      '{"instanceId":"<instance>","targetEnvironment":"vmware","exportToS3":{"s3Bucket":"<bucket>","s3Prefix":"image/"}}',
      '{"requestId":"<uuid>","exportTask":{"exportTaskId":"export-i-<hex>","state":"active"}}',
    ),
    read('GetPasswordData', '{"instanceId":"<instance>"}'),
    write(
      'ModifyInstanceAttribute',
      '{"instanceId":"<instance>","userData":{"value":"HIDDEN_DUE_TO_SECURITY_REASONS"}}',
      returned,
    ),
    write('StopInstances', '{"instancesSet":{"items":[{"instanceId":"<instance>"}]},"force":false}'),
    write('StartInstances', '{"instancesSet":{"items":[{"instanceId":"<instance>"}]}}'),
    write(
      'AssociateIamInstanceProfile',
      '{"AssociateIamInstanceProfileRequest":{"InstanceId":"<instance>","IamInstanceProfile":{"Name":"<role>"}}}',
      returned,
    ),
  ]),
  service('ec2-instance-connect', '1.08', {}, [
    write(
      'SendSSHPublicKey',
      '{"instanceId":"<instance>","instanceOSUser":"ec2-user","sSHPublicKey":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
      '{"requestId":"<uuid>","success":true}',
    ),
  ]),
  service('ssm', '1.08', {}, [
    write(
      'StartSession',
      '{"target":"<instance>"}',
      '{"sessionId":"session-<hex>","tokenValue":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
    ),
  ]),
  service('rds', '1.10', { apiVersion: '2014-10-31' }, [
    write('ModifyDBInstance', '{"dBInstanceIdentifier":"<db>","publiclyAccessible":true}'),
    write(
      'ModifyDBSnapshotAttribute',
      '{"dBSnapshotIdentifier":"<db>-1","attributeName":"restore","valuesToAdd":["all"]}',
    ),
    write(
      'StartExportTask',
      '{"exportTaskIdentifier":"<db>-export","sourceArn":"arn:aws:rds:<region>:<account>:snapshot:<db>-1","s3BucketName":"<bucket>"}',
    ),
  ]),
  service('lambda', '1.11', {}, [
    write(
      'AddPermission20150331v2',
      '{"functionName":"<function>","statementId":"public","action":"lambda:InvokeFunctionUrl","principal":"*","functionUrlAuthType":"NONE"}',
    ),
    write(
      'CreateFunctionUrlConfig',
      '{"functionName":"<function>","authType":"NONE"}',
      '{"functionUrl":"https://<etag>.lambda-url.<region>.on.aws/","authType":"NONE"}',
    ),
  ]),
  service('organizations', '1.08', { global: true }, [
    write(
      'MoveAccount',
      '{"accountId":"<account>","sourceParentId":"ou-ex00-sandbox1","destinationParentId":"r-ex00"}',
    ),
    write('DetachPolicy', '{"policyId":"p-examplescp","targetId":"ou-ex00-sandbox1"}'),
  ]),
];
