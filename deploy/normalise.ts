import { countedAlarm, queueAlarms, silenceAlarm } from './alarms.ts';
import { LISTS_THE_LAKE, USES_THE_KEY } from './lake-access.ts';
import { LOG_BUCKET, READS_LOG_FILES } from './log-files.ts';
import { queueWithDeadLetters, type Sender } from './queue.ts';
import { roleAndLogs, takesMessages } from './role.ts';
import { arnOf, either, sub, type Fragment, type Resource, type Value } from './template.ts';

/** All that stands around the function `normalise`: what feeds it, what it may do, and what tells that it can't. */
export function normalise(stage: string): Fragment {
  return {
    Resources: {
      LogFileRule: logFileRule(),
      ...queueWithDeadLetters({
        name: 'normalise',
        stage,
        timeout: 300,
        tries: 10,
        sender: FROM_THE_RULE,
        undeliverable: FROM_THE_RULE,
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

const FROM_THE_RULE: Sender = {
  service: 'events.amazonaws.com',
  condition: { ArnEquals: { 'aws:SourceArn': arnOf('LogFileRule') } },
};

/**
 * `Object Created` of CloudTrail's folders. One pattern with two wildcards, and not one for each folder: EventBridge has no
 * published limit, but was seen to refuse eight wildcards as too complex (vals-ai/Valkyrie#278). So it lets digests through,
 * which the function skips: one for some twelve log files.
 */
function logFileRule(): Resource {
  const key = either('HasLogPrefix', sub('${LogPrefix}/AWSLogs/*/CloudTrail*'), 'AWSLogs/*/CloudTrail*');
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Description: 'New log files of CloudTrail',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [LOG_BUCKET] }, object: { key: [{ wildcard: key }] } },
      },
      Targets: [
        {
          Id: 'normalise',
          Arn: arnOf('NormaliseQueue'),
          // What the queue wouldn't take, for a whole day or for want of permission, is a dead letter too, not lost.
          DeadLetterConfig: { Arn: arnOf('NormaliseDeadLetters') },
        },
      ],
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
