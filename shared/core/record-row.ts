import { hash } from 'node:crypto';
import { parseEventTime } from './event-time.ts';
import { decodeString, JsonScanner, type Member } from './json-scan.ts';
import type { Partition } from './lake-keys.ts';
import type { TrailKey } from './log-file-key.ts';
import { AGGREGATED_RECORD, RECORD, type Field, type Shape } from './record-shape.ts';
import type { UnreadableCode } from './unreadable.ts';

/**
 * One record becomes one row. The rules are those of docs/lake.md, in its order; values are slices of the record's own bytes,
 * decoded only where a column holds decoded text.
 */

export type Value = string | number | Uint8Array | null | Struct | readonly (Value | null)[];
export interface Struct {
  [leaf: string]: Value;
}

export interface Row {
  /** By column name; an absent column is NULL. */
  readonly values: Struct;
  readonly partition: Partition;
  /** Milliseconds since the epoch: `event_ts`. */
  readonly time: number;
}

/** A record that can't become a row, and why. */
export interface Refused {
  readonly code: UnreadableCode;
  readonly detail: string;
}

/** Where the record was found: its log file's key, what that key says, and its position in the file. */
export interface Provenance {
  readonly logFile: string;
  readonly trail: TrailKey | undefined;
  readonly index: number;
}

/** First bytes of the record's SHA-256 that are kept: enough that two events can't be made to share one. */
const HASH_BYTES = 16;

/** Reads the record at `start` to `end` of `text`, whose members have been scanned. `text` must be valid UTF-8 there. */
export function rowOf(
  text: Buffer,
  record: { readonly start: number; readonly end: number; readonly members: readonly Member[] },
  provenance: Provenance,
): Row | Refused {
  const { start, end, members } = unwrapEnvelope(text, record);
  const window = members.findLast(({ key }) => key === 'timeWindow');
  const aggregated = window !== undefined && text[window.start] !== LETTER_N;
  const reader = new RecordReader(text);
  const values = reader.read(members, aggregated ? AGGREGATED_RECORD : RECORD, '');

  const time = timeOf(values['eventtime'], () => windowStart(text, window));
  if (typeof time !== 'number') return time;

  values['unmapped'] = reader.unmapped();
  values['event_ts'] = time;
  values['logfile'] = provenance.logFile;
  values['recordindex'] = provenance.index;
  const digest = hash('sha256', text.subarray(start, end), 'buffer');
  values['recordhash'] = new Uint8Array(digest.subarray(0, HASH_BYTES));
  return { values, partition: partitionOf(values, time, provenance.trail), time };
}

/**
 * EventBridge delivers a record as the `detail` of its own envelope; the record is what counts. Two details are no envelope:
 * one of them would be lost.
 */
export function unwrapEnvelope<
  R extends { readonly start: number; readonly end: number; readonly members: readonly Member[] },
>(text: Buffer, record: R): Pick<R, 'start' | 'end' | 'members'> {
  if (!record.members.some((member) => member.key === 'detail-type')) return record;
  const [detail, another] = record.members.filter((member) => member.key === 'detail');
  if (detail === undefined || another !== undefined || text[detail.start] !== OPEN_BRACE) return record;
  const members = new JsonScanner(text, detail.start, detail.end).members();
  return { ...record, start: detail.start, end: detail.end, members };
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const LETTER_N = 0x6e;

/** Fills structs from members by a shape; collects on the way what has no place in any column. */
class RecordReader {
  readonly #text: Buffer;
  readonly #hoisted: Struct = {};
  readonly #unmapped: string[] = [];

  constructor(text: Buffer) {
    this.#text = text;
  }

  /** The top of the record: like any struct, but what lies below may fill columns here. */
  read(members: readonly Member[], shape: Shape, path: string): Struct {
    return Object.assign(this.#struct(members, shape, path), this.#hoisted);
  }

  /** `{"path":raw,…}`, or null if every value found its place. */
  unmapped(): string | null {
    return this.#unmapped.length === 0 ? null : `{${this.#unmapped.join(',')}}`;
  }

  #struct(members: readonly Member[], shape: Shape, path: string): Struct {
    const struct: Struct = {};
    // As JSON.parse has it, the last one wins. Found out first: nothing inside an earlier one may fill a column.
    const winners = new Map<string, Member>();
    const fields = members.map((member) => {
      const field = Object.hasOwn(shape, member.key) ? shape[member.key] : undefined;
      if (field !== undefined) winners.set(field.to, member);
      return field;
    });
    for (const [i, member] of members.entries()) {
      const field = fields[i];
      if (field === undefined || winners.get(field.to) !== member) {
        this.#keep(path + member.key, member);
        continue;
      }
      const target = field.as === 'hoisted' ? this.#hoisted : struct;
      target[field.to] = this.#value(member, field, path + member.key);
    }
    return struct;
  }

  #value(member: Member, field: Field, path: string): Value {
    const first = this.#text[member.start];
    if (first === LETTER_N) return null;
    const kind = field.as === 'hoisted' ? field.kind : field.as;
    if (kind === 'text') return this.#textOf(member, path);
    if (kind === 'json') return this.#raw(member);
    if (first !== (field.as === 'structs' ? OPEN_BRACKET : OPEN_BRACE)) {
      this.#keep(path, member);
      return null;
    }
    if (field.as === 'structs') return this.#structs(member, field.shape, path);
    const members = new JsonScanner(this.#text, member.start, member.end).members();
    if (field.as === 'struct') return this.#struct(members, field.shape, `${path}.`);
    return this.#map(members, path);
  }

  #structs(array: Member, shape: Shape, path: string): (Struct | null)[] {
    const scanner = new JsonScanner(this.#text, array.start, array.end);
    const structs: (Struct | null)[] = [];
    for (let more = scanner.enterArray(); more; more = scanner.nextElement()) {
      const first = scanner.peek();
      const start = scanner.position;
      const elementPath = `${path}[${structs.length}]`;
      if (first === OPEN_BRACE) {
        structs.push(this.#struct(scanner.members(), shape, `${elementPath}.`));
      } else {
        scanner.skipValue();
        if (first !== LETTER_N) this.#keep(elementPath, { key: '', start, end: scanner.position });
        structs.push(null);
      }
    }
    return structs;
  }

  #map(members: readonly Member[], path: string): Struct {
    const map = new Map<string, Value>();
    const last = new Map(members.map((member) => [member.key, member]));
    for (const member of members) {
      const entryPath = `${path}.${member.key}`;
      // A key that UTF-8 can't write must not collide with another; its whole entry stays in `unmapped`, as an earlier one of the same key does.
      if (last.get(member.key) !== member || !member.key.isWellFormed()) this.#keep(entryPath, member);
      else
        map.set(member.key, this.#text[member.start] === LETTER_N ? null : this.#textOf(member, entryPath));
    }
    return Object.fromEntries(map);
  }

  #textOf(member: Member, path: string): string {
    if (this.#text[member.start] !== QUOTE) return this.#raw(member);
    const decoded = decodeString(this.#text, member.start, member.end);
    if (decoded.isWellFormed()) return decoded;
    this.#keep(path, member);
    return decoded.toWellFormed();
  }

  #raw(member: Member): string {
    return this.#text.toString('utf8', member.start, member.end);
  }

  #keep(path: string, member: Member): void {
    this.#unmapped.push(`${JSON.stringify(path)}:${this.#raw(member)}`);
  }
}

function timeOf(eventTime: Value | undefined, windowStart: () => string | undefined): number | Refused {
  const text = typeof eventTime === 'string' ? eventTime : windowStart();
  if (text === undefined) return { code: 'event-time-missing', detail: 'the record has no eventTime' };
  const time = parseEventTime(text);
  if (time !== undefined) return time;
  // The value itself is the record's content and stays out of messages and logs.
  return { code: 'event-time-malformed', detail: 'eventTime is not a time this format knows' };
}

function windowStart(text: Buffer, window: Member | undefined): string | undefined {
  if (window === undefined || text[window.start] !== OPEN_BRACE) return undefined;
  const members = new JsonScanner(text, window.start, window.end).members();
  const start = members.findLast((member) => member.key === 'windowStart');
  if (start === undefined || text[start.start] !== QUOTE) return undefined;
  return decodeString(text, start.start, start.end);
}

const ACCOUNT = /^\d{1,12}$/;
const REGION = /^[a-z0-9-]{2,40}$/;

function partitionOf(values: Struct, time: number, trail: TrailKey | undefined): Partition {
  const identity = values['useridentity'];
  return partitionFrom(
    {
      recipient: values['recipientaccountid'],
      identity: isStruct(identity) ? identity['accountid'] : undefined,
      region: values['awsregion'],
    },
    time,
    trail,
  );
}

/** What a record says of the place of its event. */
export interface Whereabouts {
  readonly recipient: Value | undefined;
  readonly identity: Value | undefined;
  readonly region: Value | undefined;
}

/** The event's own account, region and UTC day; the log file's key stands in where the record is silent. */
export function partitionFrom(
  { recipient, identity, region }: Whereabouts,
  time: number,
  trail: TrailKey | undefined,
): Partition {
  const day = new Date(time).toISOString();
  return {
    account: firstMatch(ACCOUNT, recipient, trail?.account, identity),
    region: firstMatch(REGION, region, trail?.region),
    year: day.slice(0, 4),
    month: day.slice(5, 7),
    day: day.slice(8, 10),
  };
}

function firstMatch(pattern: RegExp, ...candidates: (Value | undefined)[]): string {
  for (const value of candidates) {
    if (typeof value === 'string' && pattern.test(value)) return value;
  }
  return 'unknown';
}

export function isStruct(value: Value | undefined): value is Struct {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** What stands at a path of structs; NULL if one of them is. */
export function valueAt(values: Struct, path: readonly string[]): Value {
  let value: Value = values;
  for (const name of path) value = isStruct(value) ? (value[name] ?? null) : null;
  return value;
}

/** Of a federated identity: the only map there is. */
export const FEDERATED_ATTRIBUTES = ['useridentity', 'sessioncontext', 'webidfederationdata', 'attributes'];
