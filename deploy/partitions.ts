import { countedAlarm, queueAlarms } from './alarms.ts';
import { onEventsTable } from './lake-access.ts';
import { queueWithDeadLetters, type Sender } from './queue.ts';
import { roleAndLogs, takesMessages } from './role.ts';
import { ref, sub, type Fragment, type Value } from './template.ts';

/** All that stands around the function `partitions`: what feeds it, what it may do, and what tells that it can't. */
export function partitions(stage: string): Fragment {
  return {
    Resources: {
      ...queueWithDeadLetters({
        name: 'partitions',
        stage,
        timeout: 60,
        tries: 10,
        sender: fromTheLake(stage),
      }),
      ...roleAndLogs('partitions', stage, [...STATEMENTS, takesMessages('partitions')]),
      ...queueAlarms('partitions', stage),
      ...countedAlarm(
        'partitions',
        stage,
        'PartitionConflicts',
        'A partition stands in the catalogue with another location than its objects have: queries miss them.',
      ),
    },
  };
}

/** By the bucket's name, for the bucket can't exist before its queue lets it send. */
function fromTheLake(stage: string): Sender {
  return {
    service: 's3.amazonaws.com',
    condition: {
      StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
      ArnEquals: {
        'aws:SourceArn': sub(
          `arn:\${AWS::Partition}:s3:::trailseal-${stage}-lake-\${AWS::AccountId}-\${AWS::Region}`,
        ),
      },
    },
  };
}

const STATEMENTS: readonly Value[] = [
  onEventsTable('RegistersPartitions', [
    'glue:GetTable',
    'glue:BatchGetPartition',
    'glue:BatchCreatePartition',
  ]),
];
