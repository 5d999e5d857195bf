import { read, service, write, type ServiceSpec } from './api-call.ts';

/** Object storage, databases, queues and streams. */

const S3_HOST = '<bucket>.s3.<region>.amazonaws.com';
const S3_OBJECT =
  '[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::<bucket>/<object>"},{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]';
const S3_BUCKET = '[{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]';
const S3_SENT =
  '{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0.0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"<amzid>","bytesTransferredOut":<bytes>}';
const S3_RECEIVED =
  '{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":<bytes>,"SSEApplied":"SSE_S3","AuthenticationMethod":"AuthHeader","x-amz-id-2":"<amzid>","bytesTransferredOut":0.0}';
const S3_MANAGED =
  '{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"<amzid>","bytesTransferredOut":<int>}';
const object = { data: true, resources: S3_OBJECT, additional: S3_SENT };
const received = { data: true, resources: S3_OBJECT, additional: S3_RECEIVED };
const bucket = { resources: S3_BUCKET, additional: S3_MANAGED };
const ofBucket = (flag: string): string => `{"bucketName":"<bucket>","Host":"${S3_HOST}","${flag}":""}`;
const ofObject = `{"bucketName":"<bucket>","Host":"${S3_HOST}","key":"<object>"}`;
const KMS_TABLE =
  '[{"accountId":"<account>","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:<region>:<account>:table/<table>"}]';

export const STORAGE_CALLS: readonly ServiceSpec[] = [
  service('s3', '1.11', { host: S3_HOST, shortRequestId: true }, [
    read('GetObject', ofObject, object),
    write(
      'PutObject',
      `{"bucketName":"<bucket>","Host":"${S3_HOST}","x-amz-storage-class":"STANDARD","key":"<object>"}`,
      '{"x-amz-server-side-encryption":"AES256","x-amz-expiration":"expiry-date=\\"Fri, 01 Jan 2027 00:00:00 GMT\\""}',
      received,
    ),
    read('HeadObject', ofObject, object),
    read(
      'ListObjects',
      `{"list-type":"2","bucketName":"<bucket>","Host":"${S3_HOST}","prefix":"exports/","max-keys":"1000"}`,
      { data: true, resources: S3_BUCKET, additional: S3_SENT },
    ),
    write('DeleteObject', ofObject, 'null', object),
    write(
      'CompleteMultipartUpload',
      `{"uploadId":"<etag>","bucketName":"<bucket>","Host":"${S3_HOST}","key":"<object>"}`,
      '{"x-amz-server-side-encryption":"aws:kms"}',
      received,
    ),
    read('GetBucketAcl', ofBucket('acl'), bucket),
    read('GetBucketLocation', ofBucket('location'), bucket),
    read('GetBucketVersioning', ofBucket('versioning'), bucket),
    read('GetBucketPolicy', ofBucket('policy'), bucket),
    read('GetBucketEncryption', ofBucket('encryption'), bucket),
    read('GetBucketTagging', ofBucket('tagging'), bucket),
    read('GetBucketPublicAccessBlock', ofBucket('publicAccessBlock'), bucket),
    read('ListBuckets', '{"Host":"s3.amazonaws.com"}', { additional: S3_MANAGED, host: 's3.amazonaws.com' }),
    write(
      'CreateBucket',
      `{"CreateBucketConfiguration":{"LocationConstraint":"<region>","xmlns":"http://s3.amazonaws.com/doc/2006-03-01/"},"bucketName":"<bucket>","Host":"${S3_HOST}"}`,
      'null',
      bucket,
    ),
    write(
      'PutBucketPolicy',
      '{"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Sid":"DenyInsecure","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::<bucket>","arn:aws:s3:::<bucket>/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]},"bucketName":"<bucket>","policy":""}',
      'null',
      bucket,
    ),
    write(
      'PutBucketTagging',
      '{"bucketName":"<bucket>","Tagging":{"TagSet":{"Tag":[{"Key":"team","Value":"<tag>"}]}},"tagging":""}',
      'null',
      bucket,
    ),
    write(
      'PutBucketLifecycle',
      '{"bucketName":"<bucket>","LifecycleConfiguration":{"Rule":{"ID":"expire","Status":"Enabled","Expiration":{"Days":<int>}}},"lifecycle":""}',
      'null',
      bucket,
    ),
  ]),
  service('dynamodb', '1.11', { apiVersion: '2012-08-10' }, [
    read('GetItem', '{"tableName":"<table>","key":{"pk":"<uuid>"},"consistentRead":false}', {
      data: true,
      resources: KMS_TABLE,
    }),
    read('Query', '{"tableName":"<table>","keyConditionExpression":"pk = :p","limit":<int>}', {
      data: true,
      resources: KMS_TABLE,
    }),
    write('PutItem', '{"tableName":"<table>","key":{"pk":"<uuid>"}}', 'null', {
      data: true,
      resources: KMS_TABLE,
    }),
    read('DescribeTable', '{"tableName":"<table>"}', { resources: KMS_TABLE }),
    read('ListTables', '{"limit":100}'),
    read('DescribeContinuousBackups', '{"tableName":"<table>"}', { resources: KMS_TABLE }),
    write(
      'UpdateTable',
      '{"tableName":"<table>","provisionedThroughput":{"readCapacityUnits":<int>,"writeCapacityUnits":<int>}}',
      '{"tableDescription":{"tableName":"<table>","tableStatus":"UPDATING","itemCount":<big>,"tableSizeBytes":<big2>,"tableArn":"arn:aws:dynamodb:<region>:<account>:table/<table>"}}',
      { resources: KMS_TABLE },
    ),
  ]),
  service('rds', '1.10', { apiVersion: '2014-10-31' }, [
    read('DescribeDBInstances', '{"dBInstanceIdentifier":"<db>"}'),
    read('DescribeDBClusters', '{"dBClusterIdentifier":"<db>"}'),
    read('DescribeDBSnapshots', '{"maxRecords":100,"dBInstanceIdentifier":"<db>"}'),
    read('ListTagsForResource', '{"resourceName":"arn:aws:rds:<region>:<account>:db:<db>"}'),
    write(
      'CreateDBSnapshot',
      '{"dBSnapshotIdentifier":"<db>-<int>","dBInstanceIdentifier":"<db>"}',
      '{"engine":"postgres","status":"creating","allocatedStorage":<int>,"percentProgress":0,"dBSnapshotArn":"arn:aws:rds:<region>:<account>:snapshot:<db>-<int>","masterUsername":"app","encrypted":true,"kmsKeyId":"arn:aws:kms:<region>:<account>:key/<key>"}',
    ),
    write(
      'ModifyDBInstance',
      '{"dBInstanceIdentifier":"<db>","allocatedStorage":<int>,"applyImmediately":true,"masterUserPassword":"****"}',
      '{"dBInstanceIdentifier":"<db>","dBInstanceStatus":"available","engine":"postgres","engineVersion":"17.2","storageEncrypted":true}',
    ),
  ]),
  service('sqs', '1.11', { apiVersion: '2012-11-05' }, [
    read(
      'ReceiveMessage',
      '{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>","maxNumberOfMessages":10,"waitTimeSeconds":20}',
      {
        data: true,
        resources:
          '[{"accountId":"<account>","type":"AWS::SQS::Queue","ARN":"arn:aws:sqs:<region>:<account>:<queue>"}]',
      },
    ),
    read(
      'GetQueueAttributes',
      '{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>","attributeNames":["All"]}',
    ),
    read('ListQueues', '{"queueNamePrefix":"<queue>"}'),
    write(
      'SetQueueAttributes',
      '{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>","attributes":{"VisibilityTimeout":"<int>"}}',
    ),
    write(
      'CreateQueue',
      '{"queueName":"<queue>","attributes":{"KmsMasterKeyId":"alias/aws/sqs"}}',
      '{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>"}',
    ),
  ]),
  service('sns', '1.08', { apiVersion: '2010-03-31' }, [
    read('ListTopics'),
    read('GetTopicAttributes', '{"topicArn":"arn:aws:sns:<region>:<account>:<topic>"}'),
    write(
      'Publish',
      '{"topicArn":"arn:aws:sns:<region>:<account>:<topic>","message":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
      '{"messageId":"<uuid>"}',
      {
        data: true,
        resources:
          '[{"accountId":"<account>","type":"AWS::SNS::Topic","ARN":"arn:aws:sns:<region>:<account>:<topic>"}]',
      },
    ),
    write(
      'Subscribe',
      '{"topicArn":"arn:aws:sns:<region>:<account>:<topic>","protocol":"sqs","endpoint":"HIDDEN_DUE_TO_SECURITY_REASONS","returnSubscriptionArn":true}',
      '{"subscriptionArn":"arn:aws:sns:<region>:<account>:<topic>:<uuid>"}',
    ),
  ]),
  service('kinesis', '1.08', { apiVersion: '2013-12-02' }, [
    read('DescribeStreamSummary', '{"streamName":"<stream>"}'),
    read('ListShards', '{"streamName":"<stream>","maxResults":100}'),
    write(
      'UpdateShardCount',
      '{"streamName":"<stream>","targetShardCount":<int>,"scalingType":"UNIFORM_SCALING"}',
      '{"streamName":"<stream>","currentShardCount":<int2>,"targetShardCount":<int>}',
    ),
  ]),
  service('firehose', '1.08', { apiVersion: '2015-08-04' }, [
    read('DescribeDeliveryStream', '{"deliveryStreamName":"<stream>"}'),
    read('ListDeliveryStreams', '{"limit":10}'),
  ]),
  service('elasticache', '1.08', { apiVersion: '2015-02-02' }, [
    read('DescribeCacheClusters', '{"maxRecords":100,"showCacheNodeInfo":true}'),
    read('DescribeReplicationGroups', '{"maxRecords":100}'),
  ]),
  service('elasticfilesystem', '1.08', { apiVersion: '2015-02-01' }, [
    read('DescribeFileSystems', '{"fileSystemId":"<fs>"}'),
    read('DescribeMountTargets', '{"fileSystemId":"<fs>"}'),
  ]),
  service('redshift', '1.08', { apiVersion: '2012-12-01' }, [
    read('DescribeClusters', '{"maxRecords":100}'),
    read('DescribeLoggingStatus', '{"clusterIdentifier":"<cluster>"}'),
  ]),
  service('backup', '1.09', { apiVersion: '2018-11-15' }, [
    read('ListBackupJobs', '{"maxResults":50}'),
    read('ListRecoveryPointsByBackupVault', '{"backupVaultName":"Default","maxResults":100}'),
    write(
      'StartBackupJob',
      '{"backupVaultName":"Default","resourceArn":"arn:aws:dynamodb:<region>:<account>:table/<table>","iamRoleArn":"arn:aws:iam::<account>:role/<role>","idempotencyToken":"<uuid>"}',
      '{"backupJobId":"<uuid2>","creationDate":"<date>","isParent":false,"backupSizeInBytes":<big>}',
    ),
  ]),
];
