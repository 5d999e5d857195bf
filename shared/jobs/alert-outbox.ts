import * as z from 'zod';
import { asError } from '../core/as-error.ts';
import { decodeAlert, type Alert } from '../core/rules/alert.ts';
import type { AlertChannel } from './alert-channel.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

/**
 * Sends each alert once, with nothing but a store of immutable objects: the alert is stored before it is sent, by whoever is first, with the time
 * until which that one is at it; that it was sent is stored after. Somebody else who meets it stored and not sent leaves it alone until
 * that time is over, and then takes it over, again for a time, again only if first.
 *
 * So what was refused is sent later and what was sent isn't sent again, whoever dies where, but for one gap that no sender to a standard
 * topic can close: one that dies (or loses the answer) after the service took the message and before that is stored. Then the same message, with the
 * same id, comes twice. The other order would lose it.
 */
export interface OutboxPorts {
  readonly store: ObjectStore;
  readonly channels: readonly AlertChannel[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** For how long an alert is the caller's: longer than the caller can live. */
  readonly leaseMs: number;
  /** Who is calling, like nobody else ever: whose own write is taken for somebody else's when the answer to it was lost. */
  readonly caller: string;
}

/** A place of one alert: its key in the store, and what it says if nobody has been there. */
export interface OutboxEntry {
  readonly key: string;
  /** Undefined: only what is stored already is sent. */
  readonly alert?: () => Alert;
  /** How often it was taken over already, as far as a listing showed: no request is made to learn that. */
  readonly tries?: number;
}

export type Sent =
  /** By this call, or earlier (`again`). */
  | { readonly kind: 'sent'; readonly again: boolean }
  /** Somebody else is at it; whoever looks when their time is over will see to it. */
  | { readonly kind: 'taken' }
  /** Nothing was stored there, and there was nothing to store. */
  | { readonly kind: 'nothing' }
  /** It is stored, but a channel refused it: whoever looks later sends it. */
  | { readonly kind: 'unsent'; readonly error: Error }
  /** The store failed: the alert may not even be kept. */
  | { readonly kind: 'failed'; readonly error: Error };

const HOLDER = { format: z.literal(1), caller: z.string(), until: z.number() };
const STORED = z.strictObject({ ...HOLDER, channels: z.array(z.string()), alert: z.unknown() });
const TAKEN_OVER = z.strictObject(HOLDER);

const AT_ONCE = 16;

interface Holder {
  readonly caller: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

interface InHand {
  readonly key: string;
  readonly alert: Alert;
  /** The channels that don't have it yet. */
  readonly due: ReadonlySet<string>;
}

/** What became of each entry, by key. Doesn't throw for what the store or a channel does. */
export async function sendOnce(
  entries: readonly OutboxEntry[],
  ports: OutboxPorts,
): Promise<ReadonlyMap<string, Sent>> {
  const outcomes = new Map<string, Sent>();
  const inHand: InHand[] = [];
  const unique = new Map(entries.map((entry) => [entry.key, entry]));
  const take = async (entry: OutboxEntry): Promise<void> => {
    const found = await claim(entry, ports).catch((error: unknown): Sent => ({
      kind: 'failed',
      error: asError(error),
    }));
    if ('due' in found) inHand.push(found);
    else outcomes.set(entry.key, found);
  };
  await Array.fromAsync(mapAhead(unique.values(), AT_ONCE, take));
  for (const { key } of inHand) outcomes.set(key, { kind: 'sent', again: false });
  for (const channel of ports.channels) {
    for (const [key, error] of await sendThrough(channel, inHand, ports.store))
      outcomes.set(key, { kind: 'unsent', error });
  }
  return outcomes;
}

/** `…/alert.sent.sns`: that the alert at `key` was sent through that channel. */
export function sentKey(key: string, channel: string): string {
  return `${key}.sent.${channel}`;
}

/** What was stored at `key`, sent or not; undefined if nothing was. Throws what the store throws, and for bytes that are no alert. */
export async function storedAlert(key: string, store: ObjectStore): Promise<Alert | undefined> {
  const bytes = await store.get(key);
  return bytes === undefined ? undefined : decodeAlert(decode(key, bytes).alert);
}

/** The alert, if it is this caller's to send now. */
async function claim(
  { key, alert: made, tries = 0 }: OutboxEntry,
  ports: OutboxPorts,
): Promise<InHand | Sent> {
  const { store, now, leaseMs, caller } = ports;
  const channels = ports.channels.map(({ name }) => name);
  if (made !== undefined) {
    const alert = made();
    const document = { format: 1, caller, until: now() + leaseMs, channels, alert };
    if ((await store.putIfAbsent(key, encode(document))) === 'stored')
      return { key, alert, due: new Set(channels) };
  }
  const bytes = await store.get(key);
  if (bytes === undefined) return { kind: 'nothing' };
  const stored = decode(key, bytes);
  const wanted = channels.filter((name) => stored.channels.includes(name));
  if ((await notSent(key, wanted, store)).size === 0) return { kind: 'sent', again: true };
  if (!(await isNowOurs(key, stored, tries, ports))) return { kind: 'taken' };
  // Between the first look and the taking over, whoever had it may have come to its end.
  const due = await notSent(key, wanted, store);
  return due.size === 0 ? { kind: 'sent', again: true } : { key, alert: decodeAlert(stored.alert), due };
}

/** Nobody tries oftener than that what has been refused many times. */
const LONGEST_LEASE_MS = 60 * 60_000;

/**
 * Whether the alert is this caller's: it was all along, or its holder's time was over and nobody else was quicker. Each turn is twice as long as the
 * one before: what refuses is left alone longer and longer, up to an hour.
 */
async function isNowOurs(
  key: string,
  first: Holder,
  tries: number,
  { store, now, leaseMs, caller }: OutboxPorts,
): Promise<boolean> {
  const read = async (turn: number): Promise<Holder | undefined> => {
    const bytes = await store.get(`${key}.try-${turn}`);
    return bytes === undefined ? undefined : TAKEN_OVER.parse(JSON.parse(Buffer.from(bytes).toString()));
  };
  let turn = tries + 1;
  let holder = tries === 0 ? first : ((await read(turn)) ?? first);
  while (holder.caller !== caller) {
    if (holder.until > now()) return false;
    turn += 1;
    const lease = Math.min(leaseMs * 2 ** (turn - 2), Math.max(leaseMs, LONGEST_LEASE_MS));
    const document = encode({ format: 1, caller, until: now() + lease });
    if ((await store.putIfAbsent(`${key}.try-${turn}`, document)) === 'stored') return true;
    const next = await read(turn);
    if (next === undefined) return false;
    holder = next;
  }
  return true;
}

async function notSent(key: string, channels: readonly string[], store: ObjectStore): Promise<Set<string>> {
  const due = new Set<string>();
  for (const name of channels) if ((await store.get(sentKey(key, name))) === undefined) due.add(name);
  return due;
}

/** Those that couldn't be sent, or of which it couldn't be stored. */
async function sendThrough(
  channel: AlertChannel,
  all: readonly InHand[],
  store: ObjectStore,
): Promise<[string, Error][]> {
  const some = all.filter(({ due }) => due.has(channel.name));
  if (some.length === 0) return [];
  const failures = await channel.send(some.map(({ alert }) => alert));
  const failed: [string, Error][] = [];
  const remember = async ([i, { key }]: [number, InHand]): Promise<void> => {
    const failure = failures[i] ?? (await storeSent(sentKey(key, channel.name), store));
    if (failure !== undefined) failed.push([key, failure]);
  };
  await Array.fromAsync(mapAhead(some.entries(), AT_ONCE, remember));
  return failed;
}

async function storeSent(key: string, store: ObjectStore): Promise<Error | undefined> {
  return await store.putIfAbsent(key, encode({ format: 1 })).then(() => undefined, asError);
}

function decode(key: string, bytes: Uint8Array): z.infer<typeof STORED> {
  try {
    return STORED.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch (cause) {
    throw new Error(`${key} is no alert as forward stores it: was it changed?`, { cause });
  }
}

function encode(document: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(document)}\n`);
}
