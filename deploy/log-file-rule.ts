import { LOG_BUCKET } from './log-files.ts';
import type { Sender } from './queue.ts';
import { arnOf, capitalised, either, sub, type Fragment, type Value } from './template.ts';

/** What the queues of log files take messages from, and nothing else. */
export const FROM_LOG_FILE_RULE: Sender = {
  service: 'events.amazonaws.com',
  condition: { ArnEquals: { 'aws:SourceArn': arnOf('LogFileRule') } },
};

/**
 * `Object Created` of CloudTrail's folders, to each function that reads log files. One pattern with two wildcards, and not one for each folder:
 * EventBridge has no published limit, but was seen to refuse eight wildcards as too complex (vals-ai/Valkyrie#278). So it lets digests
 * through, which the functions skip: one for some twelve log files.
 */
export function logFileRule(): Fragment {
  const key = either('HasLogPrefix', sub('${LogPrefix}/AWSLogs/*/CloudTrail*'), 'AWSLogs/*/CloudTrail*');
  return {
    Resources: {
      LogFileRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Description: 'New log files of CloudTrail',
          EventPattern: {
            source: ['aws.s3'],
            'detail-type': ['Object Created'],
            detail: { bucket: { name: [LOG_BUCKET] }, object: { key: [{ wildcard: key }] } },
          },
          Targets: ['normalise', 'forward'].map(target),
        },
      },
    },
  };
}

function target(name: string): Value {
  return {
    Id: name,
    Arn: arnOf(`${capitalised(name)}Queue`),
    // What the queue wouldn't take, for a whole day or for want of permission, is a dead letter too, not lost.
    DeadLetterConfig: { Arn: arnOf(`${capitalised(name)}DeadLetters`) },
  };
}
