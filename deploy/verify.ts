import { countedAlarm, scheduleAlarms } from './alarms.ts';
import { USES_THE_KEY } from './lake-access.ts';
import { LOG_BUCKET_ARN, READS_LOG_FILES } from './log-files.ts';
import { roleAndLogs } from './role.ts';
import { allSealKeys } from './seal-keys.ts';
import { arnOf, ref, sub, type Fragment, type Value } from './template.ts';

const FOR_THREE_HOURS = { periods: [3, 3], periodSeconds: 60 * 60 } as const;

/** All that stands around the function `verify`: what it may do, and what tells of its findings or that there can't be any. */
export function verify(stage: string, generation: unknown): Fragment {
  return {
    Resources: {
      ...roleAndLogs('verify', stage, statements(allSealKeys(stage, generation))),
      ...scheduleAlarms('verify', stage, {
        metric: 'VerifyRuns',
        description: 'No verification came through for two hours. The log of verify says why.',
      }),
      ...countedAlarm(
        'verify',
        stage,
        'NewFindings',
        'Something was changed, removed, forged or lost. The findings topic and findings/ in the lake say what.',
      ),
      ...countedAlarm(
        'verify',
        stage,
        'RegionsWaiting',
        "For three hours CloudTrail's public keys of a region could not be had: its digests are not verified. The log of verify says of which.",
        FOR_THREE_HOURS,
      ),
      ...countedAlarm(
        'verify',
        stage,
        'VerifyBehind',
        'For three hours verify has not come through all that there is to verify: there is more than it has time for.',
        FOR_THREE_HOURS,
      ),
    },
  };
}

function statements(sealKeyArns: readonly Value[]): readonly Value[] {
  return [
    ...READS_LOG_FILES,
    {
      Sid: 'ReadsTheLake',
      Effect: 'Allow',
      Action: 's3:GetObject',
      // All of it: what is there that should not be is for verify to say.
      Resource: sub('${LakeBucket.Arn}/*'),
    },
    {
      Sid: 'WritesWhatItFound',
      Effect: 'Allow',
      Action: 's3:PutObject',
      // How far it is, what it found, and CloudTrail's public keys, which AWS gives out for a while only.
      Resource: [
        sub('${LakeBucket.Arn}/verification/*'),
        sub('${LakeBucket.Arn}/findings/*'),
        sub('${LakeBucket.Arn}/keys/*'),
      ],
    },
    {
      // No condition on the prefix: who gets an object names none, and would be told "access denied" of a log file that was removed.
      // That is a finding, and the other an error.
      Sid: 'ListsBothBuckets',
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: [LOG_BUCKET_ARN, arnOf('LakeBucket')],
    },
    {
      Sid: 'GetsCloudTrailsPublicKeys',
      Effect: 'Allow',
      Action: 'cloudtrail:ListPublicKeys',
      // It knows no resource (Service Authorization Reference, CloudTrail), and what it gives out is public.
      Resource: '*',
    },
    {
      Sid: 'GetsOurPublicKeys',
      Effect: 'Allow',
      Action: 'kms:GetPublicKey',
      Resource: sealKeyArns,
    },
    {
      Sid: 'TellsOfFindings',
      Effect: 'Allow',
      Action: 'sns:Publish',
      Resource: ref('FindingsTopic'),
    },
    USES_THE_KEY,
  ];
}
