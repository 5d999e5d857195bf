import type { AlertGroup } from './alert-group.ts';

/**
 * Where alerts are kept in the lake, by the end of their window, so that listing from a time on finds what may still have to be done:
 *
 *     alerts/20261121T1500Z/<rule>/<group>/seen-<hash>-<n>   n events of the group that one log file holds; `-of-<m>` behind it: the rule
 *                                                            takes m of them for an alert
 *     alerts/20261121T1500Z/<rule>/<group>/alert             the alert as it is sent: whoever stores it first decides what it says
 *     alerts/20261121T1500Z/<rule>/<group>/alert.sent.sns    that it was sent there
 *     alerts/20261121T1500Z/<rule>/<group>/alert.try-2       that somebody else has taken it over (what it says was stored by the first)
 *     alerts/20261121T1500Z/<rule>/<group>/more-1…           how many more there were, kept and sent alike
 *     alerts/20261121T1500Z/<rule>/<group>/counted-<n>       that what stands under `seen` up to n events is told of
 *     alerts/20261121T1500Z/<rule>/00000000000000000000/…    the group of all groups beyond the most that are told of one by one, and
 *                                                            slot-<n>: which group is the n-th of those
 *     alerts/20261121T1500Z/<rule>/<group>/beyond            that a group that takes many events is one of those
 */
export const ALERTS = 'alerts/';

const KEY = /^alerts\/(\d{8}T\d{4}Z)\/([a-z0-9.-]+)\/([0-9a-f]{20})\/(.+)$/;
const SEEN = /^seen-[0-9a-f]{20}-(\d+)(?:-of-(\d+))?$/;
const COUNTED = /^counted-(\d+)$/;

/** Of a group, with the slash at its end. */
export function groupPrefix({ rule, until, hash }: AlertGroup): string {
  return `${ALERTS}${stamp(until)}/${rule}/${hash}/`;
}

/** From which key on windows that end at `time` or later are listed. */
export function windowsFrom(time: number): string {
  return `${ALERTS}${stamp(Math.max(time, 0))}`;
}

/** `needed`: how many it takes for an alert, if more than one. */
export function seenName(logFileHash: string, events: number, needed?: number): string {
  const name = `seen-${logFileHash.slice(0, 20)}-${events}`;
  return needed === undefined ? name : `${name}-of-${needed}`;
}

export interface Seen {
  readonly events: number;
  /** How many it takes for an alert. */
  readonly needed: number;
}

/** What an object of this name says of the events it holds; undefined for other names. */
export function parseSeen(name: string): Seen | undefined {
  const match = SEEN.exec(name);
  return match === null ? undefined : { events: Number(match[1]), needed: Number(match[2] ?? 1) };
}

export function slotName(number: number): string {
  return `slot-${number}`;
}

/** Of the group of all groups beyond the most, from the prefix of one of them. */
export function prefixBeyond(prefix: string): string {
  return `${prefix.slice(0, prefix.lastIndexOf('/', prefix.length - 2) + 1)}${NO_HASH}/`;
}

/** That a group is beyond the most, and told of with the others. */
export const BEYOND = 'beyond';

export const NO_HASH = '0'.repeat(20);

export function countedName(events: number): string {
  return `counted-${events}`;
}

export function countedUpTo(name: string): number | undefined {
  const match = COUNTED.exec(name);
  return match === null ? undefined : Number(match[1]);
}

const TRY = /^(.+)\.try-(\d+)$/;

/** Of the name of an object that says that an alert was taken over: which, and for which time (the first is 1). */
export function parseTry(name: string): { readonly slot: string; readonly tries: number } | undefined {
  const match = TRY.exec(name);
  return match === null ? undefined : { slot: match[1] ?? '', tries: Number(match[2]) - 1 };
}

export interface AlertKey {
  /** Of the group, with the slash at its end. */
  readonly prefix: string;
  readonly rule: string;
  /** Milliseconds since 1970: the end of the group's window. */
  readonly until: number;
  /** What stands behind the prefix. */
  readonly name: string;
}

/** Undefined for a key that no alert has. */
export function parseAlertKey(key: string): AlertKey | undefined {
  const match = KEY.exec(key);
  if (match === null) return undefined;
  const [, end = '', rule = '', , name = ''] = match;
  const until = Date.parse(
    `${end.slice(0, 4)}-${end.slice(4, 6)}-${end.slice(6, 11)}:${end.slice(11, 13)}:00Z`,
  );
  return Number.isNaN(until)
    ? undefined
    : { prefix: key.slice(0, key.length - name.length), rule, until, name };
}

/** `20261121T1500Z`: windows start and end on the minute. */
function stamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
}
