import * as z from 'zod';
import { isoTime } from '../iso-time.ts';
import { sha256Hex } from '../sha256.ts';
import { shownValue, type AlertGroup } from './alert-group.ts';
import { groupPrefix } from './alert-keys.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { factsOf, fieldText } from './event-facts.ts';
import { recordViewOfValue, type JsonObject, type RecordView } from './record-view.ts';
import { redacted } from './redact.ts';
import { SEVERITIES } from './rule-format.ts';

/**
 * What subscribers are sent, as JSON. `docs/rules.md` says what each part means; programs may rely on it: parts are added, none is renamed. So parts
 * that aren't known here, of a later version, are kept.
 */
const ALERT = z.looseObject({
  trailseal: z.literal(1),
  /** The same for every copy of this message, and for no other: what a subscriber that wants none twice goes by. */
  alertId: z.string(),
  /** `alert`: the first of its group. `more`: how many more there were, once the window is over. */
  kind: z.enum(['alert', 'more']),
  rule: z.looseObject({
    id: z.string(),
    title: z.string(),
    severity: z.enum(SEVERITIES),
    attack: z.array(z.string()),
    cis: z.array(z.string()),
    owner: z.string(),
  }),
  /** What happened, by whom, where and when. */
  event: z.looseObject({
    eventId: z.string(),
    eventTime: z.string(),
    eventSource: z.string(),
    eventName: z.string(),
    errorCode: z.string().optional(),
    errorMessage: z.string().optional(),
    principal: z.string(),
    principalType: z.string().optional(),
    accessKeyId: z.string().optional(),
    account: z.string(),
    region: z.string(),
    sourceIp: z.string().optional(),
    userAgent: z.string().optional(),
  }),
  /** The events that are this alert: what they have in common, the window, and how many there are as far as is known. */
  group: z.looseObject({
    by: z.record(z.string(), z.string()),
    from: z.string(),
    until: z.string(),
    events: z.int(),
    /** It is not events that are counted, but different values of this field. */
    distinct: z.string().optional(),
    /** The message is about all groups of the window beyond so many, which are not told of one by one. */
    beyond: z.int().optional(),
    /** In a message of kind `more`: how many of them came after what was told before. */
    more: z.int().optional(),
  }),
  why: z.string(),
  runbook: z.string(),
  falsePositives: z.array(z.string()),
  links: z.looseObject({ console: z.string(), lookup: z.string() }),
  /** The log file that delivered the event. */
  logFile: z.string(),
  /** The record without secrets; fields that were too long for a message say so. */
  record: z.record(z.string(), z.unknown()),
  /** Names of the fields that were too long. */
  cut: z.array(z.string()),
});

export type Alert = z.infer<typeof ALERT>;

/** Bytes of a record in an alert, and of an alert's JSON, at most. SNS takes 256 KiB with the text for people and the attributes, and JSON within JSON grows. */
const MAX_RECORD_BYTES = 64 * 1024;
export const MAX_ALERT_BYTES = 100 * 1024;

/** What messages say of an event, whichever rule selects it: the part that takes time to make. */
export type EventPart = Pick<Alert, 'event' | 'links' | 'logFile' | 'record' | 'cut'> & {
  /** Without secrets, for what groups show of it. */
  readonly shown: RecordView;
};

/** `time`: when it happened, as its groups are found by. `redact` names fields to leave out besides (see `redact.ts`). */
export function eventPart(
  record: RecordView,
  time: number,
  logFile: string,
  redact: ReadonlySet<string>,
): EventPart {
  const shown = recordViewOfValue(redacted(record.value, redact));
  const { eventId } = factsOf(record);
  const facts = factsOf(shown);
  const { account = 'unknown', region = 'unknown' } = facts;
  const event = {
    eventId,
    eventTime: isoTime(time),
    eventSource: short(facts.source ?? 'unknown'),
    eventName: short(facts.name ?? 'unknown'),
    ...optional({ errorCode: facts.errorCode, errorMessage: facts.errorMessage }),
    principal: short(facts.principal ?? 'unknown'),
    ...optional({ principalType: facts.principalType, accessKeyId: facts.accessKeyId }),
    account: short(account),
    region: short(region),
    ...optional({ sourceIp: facts.sourceIp, userAgent: facts.userAgent }),
  };
  const links = { console: consoleLink(eventId, region), lookup: lookupCommand(eventId, time) };
  return { event, links, logFile: short(logFile), ...withinBytes(shown.value), shown };
}

/** The first message of a group. `events` is how many are known by now. */
export function alertOf(
  { definition }: CompiledRule,
  group: AlertGroup,
  part: EventPart,
  events: number,
): Alert {
  const { id, title, severity, attack, cis, owner, why, runbook, falsePositives, threshold } = definition;
  const { shown, event, links, logFile, record, cut } = part;
  return {
    trailseal: 1,
    alertId: alertId(groupPrefix(group)),
    kind: 'alert',
    rule: { id, title, severity, attack, cis, owner },
    event,
    group: {
      by: Object.fromEntries(
        Object.keys(group.by).map((field) => [field, shownValue(fieldText(shown, field.split('.')))]),
      ),
      from: isoTime(group.from),
      until: isoTime(group.until),
      events,
      ...(threshold?.distinct !== undefined && { distinct: threshold.distinct }),
    },
    why,
    runbook,
    falsePositives,
    links,
    logFile,
    record,
    cut,
  };
}

/** The message that follows when more of a group has come: the `turn`-th of them, from 1. `events` is how many there are in all. */
export function moreOf(first: Alert, turn: number, events: number, told: number): Alert {
  return {
    ...first,
    alertId: `${first.alertId}-${turn}`,
    kind: 'more',
    group: { ...first.group, events, more: events - told },
  };
}

/**
 * The first message about the groups of a window beyond the `most` that are told of one by one, from the alert that one of them would be. `prefix`: of
 * the objects of all of them together.
 */
export function alertBeyond(alert: Alert, prefix: string, most: number): Alert {
  const { from, until, events } = alert.group;
  return { ...alert, alertId: alertId(prefix), group: { by: {}, from, until, events, beyond: most } };
}

/** The first message of a group that came to be an alert by many events: of so many by now. */
export function alertOfMany(alert: Alert, events: number): Alert {
  return { ...alert, group: { ...alert.group, events } };
}

/** JSON in characters that every queue takes: XML, which SNS and SQS think in, knows no U+FFFE and U+FFFF. */
export function encodeAlert(alert: Alert): string {
  return JSON.stringify(alert).replaceAll(
    /[\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

/** Throws if it is no alert. */
export function decodeAlert(value: unknown): Alert {
  return ALERT.parse(value);
}

/** `prefix`: of the group's objects. */
function alertId(prefix: string): string {
  return sha256Hex(Buffer.from(prefix)).slice(0, 32);
}

/** Those that there are, none too long. */
function optional<T extends Readonly<Record<string, string | undefined>>>(
  values: T,
): { [K in keyof T]?: string } {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, short(value)]])),
  ) as { [K in keyof T]?: string };
}

/** The event in the CloudTrail console of its region (and of its partition: China's and GovCloud's have other names). */
function consoleLink(eventId: string, region: string): string {
  if (!/^[a-z0-9-]{1,40}$/.test(region)) return '';
  const domain = region.startsWith('cn-')
    ? 'console.amazonaws.cn'
    : region.startsWith('us-gov-')
      ? 'console.amazonaws-us-gov.com'
      : 'console.aws.amazon.com';
  return `https://${region}.${domain}/cloudtrailv2/home?region=${region}#/events/${encodeURIComponent(eventId)}`;
}

const HOUR = 60 * 60_000;

/** A command that finds the event in the lake, reading no more than its day. Event ids hold nothing that a shell minds (event-facts.ts). */
function lookupCommand(eventId: string, time: number): string {
  return `trailseal lookup --event-id ${eventId} --from ${isoTime(time - HOUR)} --to ${isoTime(time + HOUR)} --json`;
}

/** Leaves out the longest fields of the record until the rest fits. */
function withinBytes(record: JsonObject): { record: JsonObject; cut: string[] } {
  const sizes = Object.entries(record).map(
    ([name, value]) => [name, bytesOf(name) + bytesOf(value) + 2] as const,
  );
  let bytes = sizes.reduce((sum, [, size]) => sum + size, 2);
  if (bytes <= MAX_RECORD_BYTES) return { record, cut: [] };
  const kept = new Map(Object.entries(record));
  const cut: string[] = [];
  for (const [name, size] of sizes.toSorted(([, a], [, b]) => b - a)) {
    if (bytes <= MAX_RECORD_BYTES) break;
    const instead = `[${size} bytes, too long for a message: see links.lookup]`;
    bytes -= size;
    kept.delete(name);
    if (cut.length < MOST_NAMED && name.length < instead.length) {
      kept.set(name, instead);
      cut.push(name);
      bytes += bytesOf(name) + bytesOf(instead) + 2;
    }
  }
  const unnamed = Object.keys(record).length - kept.size;
  return { record: Object.fromEntries(kept), cut: unnamed === 0 ? cut : [...cut, `and ${unnamed} more`] };
}

/** Of a field that is left out: named, as long as that is worth it. */
const MOST_NAMED = 50;

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

const SHORT = 1000;

function short(text: string): string {
  return text.length > SHORT ? `${text.slice(0, SHORT)}…`.toWellFormed() : text;
}
