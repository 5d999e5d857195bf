import * as z from 'zod';
import { isoTime } from '../iso-time.ts';
import { sha256Hex } from '../sha256.ts';
import type { AlertGroup } from './alert-group.ts';
import { groupPrefix } from './alert-keys.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { factsOf } from './event-facts.ts';
import type { RecordView } from './record-view.ts';
import { redacted } from './redact.ts';
import { SEVERITIES } from './rule-format.ts';

/**
 * What subscribers are sent, as JSON. `docs/rules.md` says what each part means; programs may rely on it: parts are added, none is renamed.
 */
const ALERT = z.strictObject({
  trailseal: z.literal(1),
  /** The same for every copy of this message, and for no other: what a subscriber that wants none twice goes by. */
  alertId: z.string(),
  /** `alert`: the first of its group. `more`: how many more there were, once the window is over. */
  kind: z.enum(['alert', 'more']),
  rule: z.strictObject({
    id: z.string(),
    title: z.string(),
    severity: z.enum(SEVERITIES),
    attack: z.array(z.string()),
    cis: z.array(z.string()),
    owner: z.string(),
  }),
  /** What happened, by whom, where and when. */
  event: z.strictObject({
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
  group: z.strictObject({
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
  links: z.strictObject({ console: z.string(), lookup: z.string() }),
  /** The log file that delivered the event. */
  logFile: z.string(),
  /** The record without secrets; fields that were too long for a message say so. */
  record: z.record(z.string(), z.unknown()),
  /** Names of the fields that were too long. */
  cut: z.array(z.string()),
});

export type Alert = z.infer<typeof ALERT>;

/** Bytes of an alert's JSON at most. SNS takes 256 KiB with the text for people and the attributes, and JSON within JSON grows. */
export const MAX_ALERT_BYTES = 96 * 1024;

export interface AlertEvent {
  readonly record: RecordView;
  /** When it happened, as the group was found by. */
  readonly time: number;
  readonly logFile: string;
}

/** The first message of a group. `events` is how many are known by now; `redact` names fields to leave out besides (see `redact.ts`). */
export function alertOf(
  { definition }: CompiledRule,
  group: AlertGroup,
  { record, time, logFile }: AlertEvent,
  events: number,
  redact: ReadonlySet<string>,
): Alert {
  const facts = factsOf(record);
  const { account = 'unknown', region = 'unknown' } = facts;
  const { id, title, severity, attack, cis, owner, why, runbook, falsePositives } = definition;
  const event = {
    eventId: facts.eventId,
    eventTime: isoTime(time),
    eventSource: facts.source ?? 'unknown',
    eventName: facts.name ?? 'unknown',
    ...optional({ errorCode: facts.errorCode, errorMessage: facts.errorMessage }),
    principal: facts.principal ?? 'unknown',
    ...optional({ principalType: facts.principalType, accessKeyId: facts.accessKeyId }),
    account,
    region,
    ...optional({ sourceIp: facts.sourceIp, userAgent: facts.userAgent }),
  };
  return withinBytes({
    trailseal: 1,
    alertId: alertId(group),
    kind: 'alert',
    rule: { id, title, severity, attack, cis, owner },
    event,
    group: {
      by: group.by,
      from: isoTime(group.from),
      until: isoTime(group.until),
      events,
      ...(definition.threshold?.distinct !== undefined && { distinct: definition.threshold.distinct }),
      ...(group.beyond !== undefined && { beyond: group.beyond }),
    },
    why,
    runbook,
    falsePositives,
    links: { console: consoleLink(facts.eventId, region), lookup: lookupCommand(facts.eventId, time) },
    logFile,
    record: redacted(record.value, redact),
    cut: [],
  });
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

/** The first message of a group that came to be an alert by many events: of so many by now. */
export function alertOfMany(alert: Alert, events: number): Alert {
  return { ...alert, group: { ...alert.group, events } };
}

export function encodeAlert(alert: Alert): string {
  return JSON.stringify(alert);
}

/** Throws if it is no alert. */
export function decodeAlert(value: unknown): Alert {
  return ALERT.parse(value);
}

function alertId(group: AlertGroup): string {
  return sha256Hex(Buffer.from(groupPrefix(group))).slice(0, 32);
}

function optional<T extends Readonly<Record<string, string | undefined>>>(
  values: T,
): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
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

/** A command that finds the event in the lake, reading no more than its day. What it names is quoted for a shell. */
function lookupCommand(eventId: string, time: number): string {
  const id = /^[\w:-]+$/.test(eventId) ? eventId : `'${eventId.replaceAll("'", String.raw`'\''`)}'`;
  return `trailseal lookup --event-id ${id} --from ${isoTime(time - HOUR)} --to ${isoTime(time + HOUR)} --json`;
}

/** Leaves out the longest fields of the record until the rest fits, and then cuts what the event's own texts may have grown to. */
function withinBytes(alert: Alert): Alert {
  if (bytesOf(alert) <= MAX_ALERT_BYTES) return alert;
  const sizes = new Map(Object.entries(alert.record).map(([name, value]) => [name, bytesOf(value)]));
  const longestFirst = [...sizes].sort(([, a], [, b]) => b - a).map(([name]) => name);
  for (let most = 1; most <= longestFirst.length; most += 1) {
    const cut = longestFirst.slice(0, most);
    const said = cut.map((name) => [
      name,
      `[${sizes.get(name) ?? 0} bytes, too long for a message: see links.lookup]`,
    ]);
    const shorter = { ...alert, record: { ...alert.record, ...Object.fromEntries(said) }, cut };
    if (bytesOf(shorter) <= MAX_ALERT_BYTES) return shorter;
  }
  const { event, logFile } = alert;
  return { ...alert, event: shortened(event), record: {}, cut: ['record'], logFile: short(logFile) };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

const SHORT = 1000;

function shortened<T extends Readonly<Record<string, string | undefined>>>(texts: T): T {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, text === undefined ? text : short(text)]),
  ) as T;
}

function short(text: string): string {
  return text.length > SHORT ? `${text.slice(0, SHORT).toWellFormed()}…` : text;
}
