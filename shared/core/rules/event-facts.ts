import { parseEventTime } from '../event-time.ts';
import { logFileTime } from '../log-file-key.ts';
import { sha256Hex } from '../sha256.ts';
import type { JsonValue } from '../query-result.ts';
import type { RecordView } from './record-view.ts';

/** What a person wants to know first of an event, whatever record it comes in; what a record doesn't say is undefined. */
export interface EventFacts {
  /** CloudTrail's, or for records without one (version 1.0), or with one that can't be, `sha256:` and the hash of the record. */
  readonly eventId: string;
  /** Milliseconds since 1970. */
  readonly time: number | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly source: string | undefined;
  readonly name: string | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  readonly principal: string | undefined;
  readonly principalType: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
}

export function factsOf(record: RecordView): EventFacts {
  const text = (...path: readonly string[]): string | undefined => scalarText(record, path);
  const time = text('eventTime');
  return {
    eventId: idOf(record, text('eventID') ?? text('eventId')),
    time: time === undefined ? undefined : parseEventTime(time),
    account: text('recipientAccountId') ?? text('accountId') ?? text('userIdentity', 'accountId'),
    region: text('awsRegion'),
    source: text('eventSource'),
    name: text('eventName') ?? text('insightDetails', 'eventName'),
    errorCode: text('errorCode'),
    errorMessage: text('errorMessage'),
    principal:
      text('userIdentity', 'arn') ??
      text('userIdentity', 'userName') ??
      text('userIdentity', 'principalId') ??
      text('userIdentity', 'invokedBy') ??
      text('userIdentity', 'type'),
    principalType: text('userIdentity', 'type'),
    accessKeyId: text('userIdentity', 'accessKeyId'),
    sourceIp: text('sourceIPAddress'),
    userAgent: text('userAgent'),
  };
}

/** Archives put a day's records into one file; nothing comes from further ahead. */
const AHEAD = 24 * 60 * 60_000;

/**
 * When an event happened, in milliseconds since 1970; of one that doesn't say so, or says a time long after its delivery, when its log file was
 * delivered. `now` is only for log files whose name doesn't say that.
 */
export function happenedAt(said: number | undefined, logFile: string, now: number): number {
  const delivered = logFileTime(logFile) ?? now;
  return said !== undefined && said <= delivered + AHEAD ? said : delivered;
}

/** The text of what stands at a path, as groups go by: a scalar's own, anything else's JSON; empty if there is nothing. */
export function fieldText(record: RecordView, path: readonly string[]): string {
  const value = valueAt(record, path);
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function scalarText(record: RecordView, path: readonly string[]): string | undefined {
  const value = valueAt(record, path);
  if (value === undefined || value === null || typeof value === 'object' || value === '') return undefined;
  return String(value);
}

function valueAt(record: RecordView, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = record.value;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, JsonValue>>)[name];
  }
  return value;
}

/** CloudTrail's are UUIDs. Another stands in links, commands and names of objects, too. */
const POSSIBLE_ID = /^[\w:.-]{1,200}$/;

function idOf(record: RecordView, said: string | undefined): string {
  if (said !== undefined && POSSIBLE_ID.test(said)) return said;
  return `sha256:${sha256Hex(Buffer.from(JSON.stringify(record.value))).slice(0, 32)}`;
}
