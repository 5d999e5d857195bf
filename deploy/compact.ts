import { countedAlarm, scheduleAlarms } from './alarms.ts';
import { LISTS_THE_LAKE, onEventsTable, USES_THE_KEY } from './lake-access.ts';
import { roleAndLogs } from './role.ts';
import { sub, type Fragment, type Value } from './template.ts';

const ONE_HOUR = 60 * 60;

/** All that stands around the function `compact`: what it may do, and what tells that it can't. */
export function compact(stage: string): Fragment {
  return {
    Resources: {
      ...roleAndLogs('compact', stage, STATEMENTS),
      ...scheduleAlarms('compact', stage, {
        metric: 'CompactionRuns',
        description:
          'No run of compact came through for two hours: queries read many small objects. Its log says why.',
      }),
      ...countedAlarm(
        'compact',
        stage,
        'DaysNotCompacted',
        'For a day some days could not be compacted: an object is not accounted for, or was changed. The log of compact names them.',
        { periods: [24, 24], periodSeconds: ONE_HOUR },
      ),
      ...countedAlarm(
        'compact',
        stage,
        'CompactBehind',
        'For a day compact has not come through all days that are closed: there is more than it has time for.',
        { periods: [24, 24], periodSeconds: ONE_HOUR },
      ),
    },
  };
}

const STATEMENTS: readonly Value[] = [
  {
    Sid: 'ReadsObjectsAndTheirReceipts',
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: [sub('${LakeBucket.Arn}/events/*'), sub('${LakeBucket.Arn}/receipts/*')],
  },
  {
    Sid: 'WritesGenerations',
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:GetObject'],
    // What they hold, and what says so.
    Resource: [sub('${LakeBucket.Arn}/compacted/*'), sub('${LakeBucket.Arn}/compactions/*')],
  },
  {
    Sid: 'AnnouncesThemToSeal',
    Effect: 'Allow',
    Action: 's3:PutObject',
    Resource: sub('${LakeBucket.Arn}/sealing/*'),
  },
  {
    Sid: 'GivesUpWhatTheyReplaced',
    Effect: 'Allow',
    // The bucket's lifecycle rule removes what has the tag; this role can't.
    Action: 's3:PutObjectTagging',
    Resource: [sub('${LakeBucket.Arn}/events/*'), sub('${LakeBucket.Arn}/compacted/*')],
  },
  onEventsTable('MovesPartitions', [
    'glue:GetTable',
    'glue:BatchGetPartition',
    'glue:BatchCreatePartition',
    'glue:BatchUpdatePartition',
  ]),
  LISTS_THE_LAKE,
  USES_THE_KEY,
];
