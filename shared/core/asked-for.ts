/** Leaves that questions name, and readers can prune by: these have bounds, in all objects of the lake. */
export const ASKED_FOR: ReadonlySet<string> = new Set([
  'eventtime',
  'event_ts',
  'eventsource',
  'eventname',
  'errorcode',
  'readonly',
  'sourceipaddress',
  'useridentity.type',
  'useridentity.principalid',
  'useridentity.arn',
  'useridentity.accesskeyid',
  'useridentity.username',
  'useridentity.sessioncontext.sessionissuer.arn',
  'useridentity.sessioncontext.sessionissuer.username',
]);
