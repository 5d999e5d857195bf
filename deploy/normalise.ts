import { countedAlarm, queueAlarms, silenceAlarm } from './alarms.ts';
import { LISTS_THE_LAKE, USES_THE_KEY } from './lake-access.ts';
import { FROM_LOG_FILE_RULE } from './log-file-rule.ts';
import { READS_LOG_FILES } from './log-files.ts';
import { queueWithDeadLetters } from './queue.ts';
import { roleAndLogs, takesMessages } from './role.ts';
import { sub, type Fragment, type Value } from './template.ts';

/** All that stands around the function `normalise`: what feeds it, what it may do, and what tells that it can't. */
export function normalise(stage: string): Fragment {
  return {
    Resources: {
      ...queueWithDeadLetters({
        name: 'normalise',
        stage,
        timeout: 300,
        tries: 10,
        sender: FROM_LOG_FILE_RULE,
        undeliverable: FROM_LOG_FILE_RULE,
      }),
      ...roleAndLogs('normalise', stage, [...STATEMENTS, takesMessages('normalise')]),
      ...queueAlarms('normalise', stage),
      // CloudTrail's digests, which the rule lets through, come every hour, also where nobody does anything.
      ...silenceAlarm(
        'normalise',
        stage,
        'No news from the log bucket for three hours: somebody replaced its notification configuration, the rule is off, or the trail has stopped.',
      ),
      ...countedAlarm(
        'normalise',
        stage,
        'QuarantinedLogFiles',
        'A whole log file could not be read. It is kept in quarantine/ in the lake, with the reason beside it.',
      ),
      ...countedAlarm(
        'normalise',
        stage,
        'QuarantinedRecords',
        'Records could not become rows. They are kept in quarantine/ in the lake, with the reason beside them.',
      ),
    },
  };
}

const STATEMENTS: readonly Value[] = [
  ...READS_LOG_FILES,
  {
    Sid: 'WritesTheLake',
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:GetObject'],
    // The four parts of the lake it keeps (docs/lake.md); below them, names follow from the log files.
    Resource: [
      sub('${LakeBucket.Arn}/plans/*'),
      sub('${LakeBucket.Arn}/receipts/*'),
      sub('${LakeBucket.Arn}/events/*'),
      sub('${LakeBucket.Arn}/quarantine/*'),
    ],
  },
  {
    Sid: 'AnnouncesReceipts',
    Effect: 'Allow',
    Action: 's3:PutObject',
    // What seal is to look for, under the hour and the receipts' own key.
    Resource: sub('${LakeBucket.Arn}/sealing/*'),
  },
  LISTS_THE_LAKE,
  USES_THE_KEY,
];
