import { alertBeyond, alertOfMany, moreOf } from '../core/rules/alert.ts';
import {
  ALERTS,
  BEYOND,
  countedName,
  countedUpTo,
  parseAlertKey,
  parseTry,
  prefixBeyond,
  seenName,
  windowsFrom,
} from '../core/rules/alert-keys.ts';
import { encodeSightings } from '../core/rules/sightings.ts';
import { sha256Hex } from '../core/sha256.ts';
import { countGroup, namedEvents, type CountedGroup } from './alert-counts.ts';
import { sendOnce, sentKey, storedAlert, type OutboxEntry, type OutboxPorts } from './alert-outbox.ts';
import { AlertPlaces } from './alert-places.ts';
import type { ObjectStore } from './ports.ts';

/**
 * What remains to be done about alerts, looked for every few minutes: those that were stored and not sent are sent; a group that is an alert by
 * many events, in several log files, is found to have enough of them; and when a group's window is over, people are told how many more there
 * were. Log files that come later still are counted by a later run, which tells of them again.
 */
export interface FollowUpPorts extends OutboxPorts {
  readonly hasTime: () => boolean;
}

export interface FollowUpOptions {
  /** How long after its window a group is counted: log files are delivered late. */
  readonly graceMs: number;
  /** How long after its window a group is looked at. Not less than how old an event may be that alerts. */
  readonly lookBackMs: number;
  /**
   * How often this is run. Windows that ended long ago are not looked at in each run, for listing them all is what costs: those of two hours are,
   * those of a day once an hour, and the rest once a day. Undefined: all of them.
   */
  readonly everyMs?: number;
}

export interface FollowedUp {
  /** Messages that this run sent: of kind `more`, and alerts that nobody had sent, or that took several log files. */
  readonly more: number;
  readonly late: number;
  /** Alerts that are stored and still not sent, and why. */
  readonly unsent: readonly Error[];
  /** Groups that are to be told of by now and couldn't be looked at. */
  readonly failed: ReadonlyMap<string, unknown>;
  /** Whether there was more to do than time. */
  readonly behind: boolean;
}

/** Messages that are sent together. */
const MESSAGES_AT_ONCE = 50;

/** Throws what listing the store throws. */
export async function followUp(ports: FollowUpPorts, options: FollowUpOptions): Promise<FollowedUp> {
  const run = new FollowUp(ports, options);
  let behind = false;
  for (const { from, until } of periods(ports.now(), options)) {
    for await (const group of groupsIn(ports.store, windowsFrom(from), windowsFrom(until))) {
      behind = !ports.hasTime();
      if (behind) break;
      await run.take(group);
    }
    if (behind) break;
  }
  if (!behind) await run.send();
  return { ...run.result(), behind };
}

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** No window is longer than a day: later than that none ends. */
const END = 2 * DAY;

/** When windows end that this run looks at, the latest first: what is new is told of before what is old. */
function periods(
  now: number,
  { lookBackMs, everyMs }: FollowUpOptions,
): { readonly from: number; readonly until: number }[] {
  const oldest = now - lookBackMs;
  const isFirstOf = (period: number): boolean => everyMs === undefined || now % period < everyMs;
  const edges = [now + END, now - 2 * HOUR];
  if (isFirstOf(HOUR)) edges.push(now - 2 * HOUR - DAY);
  if (isFirstOf(HOUR) && isFirstOf(DAY)) edges.push(oldest);
  return edges
    .slice(1)
    .map((from, i) => ({ from: Math.max(from, oldest), until: edges[i] ?? now }))
    .filter(({ from, until }) => from < until);
}

interface Group {
  /** With the slash at its end. */
  readonly prefix: string;
  readonly until: number;
  readonly keys: readonly string[];
  readonly names: ReadonlySet<string>;
}

/** A message and, if it is of kind `more`, up to how many events it is about. */
interface Due {
  readonly entry: OutboxEntry;
  readonly counted?: { readonly prefix: string; readonly named: number };
}

class FollowUp {
  readonly #ports: FollowUpPorts;
  readonly #options: FollowUpOptions;
  readonly #places: AlertPlaces;
  readonly #failed = new Map<string, unknown>();
  #due: Due[] = [];
  #more = 0;
  #late = 0;
  readonly #unsent: Error[] = [];

  constructor(ports: FollowUpPorts, options: FollowUpOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#places = new AlertPlaces(ports.store, new Map());
  }

  result(): Omit<FollowedUp, 'behind'> {
    return { more: this.#more, late: this.#late, unsent: this.#unsent, failed: this.#failed };
  }

  async take(group: Group): Promise<void> {
    try {
      const slots = [...group.names].filter((name) => /^(?:alert|more-\d+)$/.test(name));
      for (const slot of slots) this.#sendIfUnsent(group, slot);
      if (!slots.includes('alert')) await this.#alertOfMany(group);
      // "More" means nothing to somebody who wasn't told of the first.
      const isTold = [...group.names].some((name) => name.startsWith('alert.sent.'));
      if (isTold && group.until + this.#options.graceMs <= this.#ports.now())
        await this.#count(group, slots.length);
    } catch (error) {
      this.#failed.set(group.prefix, error);
    }
    if (this.#due.length >= MESSAGES_AT_ONCE) await this.send();
  }

  async send(): Promise<void> {
    const due = this.#due;
    this.#due = [];
    const outcomes = await sendOnce(
      due.map(({ entry }) => entry),
      this.#ports,
    );
    for (const { entry, counted } of due) {
      const sent = outcomes.get(entry.key);
      if (sent?.kind === 'failed') this.#failed.set(entry.key, sent.error);
      if (sent?.kind === 'unsent') this.#unsent.push(sent.error);
      if (sent?.kind !== 'sent' || sent.again) continue;
      if (counted === undefined) this.#late += 1;
      else await this.#told(counted.prefix, counted.named);
    }
  }

  async #told(prefix: string, named: number): Promise<void> {
    this.#more += 1;
    await this.#markCounted(prefix, named).catch((error: unknown) => {
      this.#failed.set(prefix, error);
    });
  }

  /** That a channel switched on later has none of the alerts from before is for the outbox to see. */
  #sendIfUnsent({ prefix, names }: Group, slot: string): void {
    if (this.#ports.channels.every(({ name }) => names.has(sentKey(slot, name)))) return;
    const turns = [...names].map(parseTry).filter((one) => one?.slot === slot);
    const tries = Math.max(0, ...turns.map((one) => one?.tries ?? 0));
    this.#due.push({ entry: { key: prefix + slot, tries } });
  }

  /** A group that no log file alone makes an alert of. */
  async #alertOfMany({ prefix, keys, names }: Group): Promise<void> {
    const { events: named, needed } = namedEvents(keys);
    // A group that takes one event has its alert from forward, or is told of with others.
    if (needed === 1 || named < needed || names.has(BEYOND) || isCounted(names, named)) return;
    const group = await countGroup(keys, this.#ports.store);
    const { events, alert, most } = group;
    if (alert === undefined) return;
    if (events < needed) await this.#markCounted(prefix, named);
    else if (most === undefined || (await this.#places.has(prefix, most)))
      this.#due.push({ entry: { key: `${prefix}alert`, alert: () => alertOfMany(alert, events) } });
    else await this.#tellTogether(prefix, group, most);
  }

  /** The group is one too many: its events are counted with those of all others beyond the `most`. */
  async #tellTogether(prefix: string, { counted, alert }: CountedGroup, most: number): Promise<void> {
    if (alert === undefined) return;
    const { store } = this.#ports;
    const others = prefixBeyond(prefix);
    const hash = sha256Hex(Buffer.from(prefix));
    const bytes = encodeSightings({ logFile: alert.logFile, counted: [...counted] });
    await store.putIfAbsent(others + seenName(hash, counted.size), bytes);
    const told = alertBeyond(alertOfMany(alert, counted.size), others, most);
    this.#due.push({ entry: { key: `${others}alert`, alert: () => told } });
    await store.putIfAbsent(prefix + BEYOND, Buffer.from('{}\n'));
  }

  async #markCounted(prefix: string, named: number): Promise<void> {
    await this.#ports.store.putIfAbsent(prefix + countedName(named), Buffer.from('{}\n'));
  }

  /** How many events the group has is known by now: what hasn't been told of yet is. */
  async #count({ prefix, keys, names }: Group, slots: number): Promise<void> {
    const { store } = this.#ports;
    const { events: named } = namedEvents(keys);
    if (isCounted(names, named)) return;
    const { events } = await countGroup(keys, store);
    const first = await storedAlert(`${prefix}alert`, store);
    const last = slots === 1 ? first : await storedAlert(`${prefix}more-${slots - 1}`, store);
    if (first === undefined || last === undefined) return;
    const told = last.group.events;
    if (events <= told) await this.#markCounted(prefix, named);
    else
      this.#due.push({
        entry: { key: `${prefix}more-${slots}`, alert: () => moreOf(first, slots, events, told) },
        counted: { prefix, named },
      });
  }
}

/** Whether what so many events are named by has been counted already. */
function isCounted(names: ReadonlySet<string>, named: number): boolean {
  return [...names].some((name) => (countedUpTo(name) ?? 0) >= named);
}

/** Keys come in order, those of a group together. */
async function* groupsIn(store: ObjectStore, from: string, until: string): AsyncGenerator<Group> {
  let group: (Group & { readonly keys: string[]; readonly names: Set<string> }) | undefined;
  for await (const key of store.list(ALERTS, from)) {
    if (key >= until) break;
    const parsed = parseAlertKey(key);
    if (parsed === undefined) continue;
    const { prefix, name } = parsed;
    if (group !== undefined && group.prefix !== prefix) {
      yield group;
      group = undefined;
    }
    group ??= { prefix, until: parsed.until, keys: [], names: new Set() };
    group.keys.push(key);
    group.names.add(name);
  }
  if (group !== undefined) yield group;
}
