import { countedAlarm, scheduleAlarms } from './alarms.ts';
import { LISTS_THE_LAKE, USES_THE_KEY } from './lake-access.ts';
import { roleAndLogs } from './role.ts';
import { newestSealKey, sealKeys } from './seal-keys.ts';
import { ref, sub, type Fragment, type Resource, type Value } from './template.ts';

/** All that stands around the function `seal`: the keys it signs with, what it may do, and what tells that it doesn't. */
export function seal(stage: string, generation: unknown): Fragment {
  return {
    Resources: {
      ...sealKeys(stage, generation).Resources,
      ...roleAndLogs('seal', stage, STATEMENTS),
      SealSigning: signing(newestSealKey(stage, generation)),
      ...scheduleAlarms('seal', stage, {
        metric: 'DigestsSealed',
        description:
          'No digest for two hours: what was processed meanwhile is not sealed yet. The log of seal says why.',
      }),
      ...countedAlarm(
        'seal',
        stage,
        'SealBehind',
        'For three hours seal has not come through all digests that are due: there is more to seal than it has time for.',
        { periods: [3, 3], periodSeconds: 60 * 60 },
      ),
    },
  };
}

/**
 * A policy of its own and not a part of the role: the role would then be made after the key, and the key's policy, which names the role,
 * can't be made before it.
 */
function signing(key: Value): Resource {
  return {
    Type: 'AWS::IAM::Policy',
    Properties: {
      PolicyName: 'signing',
      Roles: [ref('SealRole')],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'SignsWithTheNewestKey',
            Effect: 'Allow',
            Action: ['kms:Sign', 'kms:GetPublicKey'],
            Resource: key,
          },
        ],
      },
    },
  };
}

const STATEMENTS: readonly Value[] = [
  {
    Sid: 'WritesDigests',
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:GetObject'],
    // The chain's digests, and what says where they lie and with which keys they are signed.
    Resource: [sub('${LakeBucket.Arn}/AWSLogs/*'), sub('${LakeBucket.Arn}/seals/*')],
  },
  {
    Sid: 'ReadsReceipts',
    Effect: 'Allow',
    Action: 's3:GetObject',
    // Of batches and of generations.
    Resource: [sub('${LakeBucket.Arn}/receipts/*'), sub('${LakeBucket.Arn}/compactions/*')],
  },
  LISTS_THE_LAKE,
  USES_THE_KEY,
];
