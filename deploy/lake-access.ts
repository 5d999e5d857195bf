import { arnOf, sub, type Value } from './template.ts';

/** What several roles may do with the lake. */

/**
 * To list it, and to be told that an object is missing: who may not list is told "access denied". No condition on the prefix: who gets an
 * object names none.
 */
export const LISTS_THE_LAKE: Value = {
  Sid: 'ListsTheLake',
  Effect: 'Allow',
  Action: 's3:ListBucket',
  Resource: arnOf('LakeBucket'),
};

/** The lake's objects are encrypted with it, and so are the log files of a trail made here and the messages of our topics. */
export const USES_THE_KEY: Value = {
  Sid: 'UsesTheKey',
  Effect: 'Allow',
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: arnOf('AuditKey'),
};

/** To do something with partitions of the table of events. A new or moved partition takes its columns and format from the table. */
export function onEventsTable(sid: string, actions: readonly string[]): Value {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions,
    // Glue checks a call on a table against the catalogue and the database as well.
    Resource: [
      sub('arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:catalog'),
      sub('arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:database/${Database}'),
      sub('arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:table/${Database}/${EventsTable}'),
    ],
  };
}
