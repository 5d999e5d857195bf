import { either, NOTHING, ref, type Value } from './template.ts';

/** The bucket that log files are read from: the stack's own, or the user's. */
export const LOG_BUCKET = either('MakesTrail', ref('LogBucket'), ref('ExistingLogBucket'));

/** What a role needs to read CloudTrail's log files and digests. */
export const READS_LOG_FILES: readonly Value[] = [
  {
    Sid: 'ReadsLogFiles',
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:GetObjectVersion'],
    // Every log file below the trail's prefix: their accounts, regions and days are what they are.
    Resource: either(
      'HasLogPrefix',
      { 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${Bucket}/${LogPrefix}/AWSLogs/*', { Bucket: LOG_BUCKET }] },
      { 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${Bucket}/AWSLogs/*', { Bucket: LOG_BUCKET }] },
    ),
  },
  either(
    'HasLogKey',
    {
      Sid: 'DecryptsLogFiles',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: ref('ExistingLogKeyArn'),
    },
    NOTHING,
  ),
];

/** The log bucket itself, to be listed. */
export const LOG_BUCKET_ARN: Value = {
  'Fn::Sub': ['arn:${AWS::Partition}:s3:::${Bucket}', { Bucket: LOG_BUCKET }],
};
