import { classifyKey, type SkipReason } from '../core/log-file-key.ts';
import type { Limits } from '../core/limits.ts';
import { alertBeyond, alertOfMany, decodeAlert, type Alert } from '../core/rules/alert.ts';
import { BEYOND, groupPrefix, prefixBeyond, seenName } from '../core/rules/alert-keys.ts';
import {
  sightingsIn,
  type LogFileSightings,
  type Sighting,
  type Undecided,
} from '../core/rules/log-file-sightings.ts';
import type { RuleSet } from '../core/rules/rule-set.ts';
import { encodeSightings } from '../core/rules/sightings.ts';
import { sha256Hex } from '../core/sha256.ts';
import { sendOnce, type OutboxEntry, type OutboxPorts, type Sent } from './alert-outbox.ts';
import { AlertPlaces } from './alert-places.ts';
import type { Delivery, LogFileFetcher } from './delivery.ts';
import { forgetOldest } from './forget-oldest.ts';
import { mapAhead } from './map-ahead.ts';
import { OutOfTimeError } from './out-of-time.ts';
import type { FetchedLogFile } from './ports.ts';
import type { WeightedGate } from './weighted-gate.ts';

/**
 * Matches the records of delivered log files against all rules, and sees to it that people are told once.
 *
 * For each group of events (`alert-group.ts`) that a log file holds, first which events they are is stored, then the alert, then it is sent
 * (`alert-outbox.ts`). All of it follows from the log file and the rules, and nothing is stored over anything: doubled deliveries,
 * retries and other containers meet what is there. A log file is done when its alerts are stored; one that a channel refused is sent by `follow-up.ts`.
 */
export interface ForwardPorts extends OutboxPorts {
  readonly source: Pick<LogFileFetcher, 'fetch'>;
  readonly rules: RuleSet;
  readonly known: KnownAlerts;
  /** Bytes of log files, as stored, that may be in memory at once. */
  readonly gate: WeightedGate;
  readonly hasTime: () => boolean;
}

/** What a container remembers between calls. It spares requests; nothing depends on it. */
export interface KnownAlerts {
  /** Keys of alerts that were sent, and of values that were counted. */
  readonly done: Set<string>;
  readonly places: Map<string, string>;
}

export function nothingKnown(): KnownAlerts {
  return { done: new Set(), places: new Map() };
}

export interface ForwardOptions {
  readonly limits: Limits;
  /** Events that happened longer ago don't alert: whoever copies a year of log files into the bucket isn't told of each. */
  readonly maxAgeMs: number;
  /** Fields of the record that messages leave out besides those known for secrets (`redact.ts`). */
  readonly redact: ReadonlySet<string>;
}

export type ForwardOutcome =
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  | { readonly kind: 'matched' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Of one rule, in one call. */
export interface RuleCounts {
  /**
   * Events that the rule selects and no suppression takes out, of log files that were not met before; of a rule that counts values, of those with
   * new ones. Never less than `alerts`.
   */
  matches: number;
  alerts: number;
  suppressed: number;
  /** Selected, but from too long ago. */
  tooOld: number;
}

export interface ForwardResult<D> {
  readonly outcomes: ReadonlyMap<D, ForwardOutcome>;
  readonly records: number;
  /** Records and whole log files that could not be read: the lake has them in quarantine. */
  readonly unreadable: { readonly records: number; readonly logFiles: number };
  readonly rules: ReadonlyMap<string, Readonly<RuleCounts>>;
  readonly undecided: readonly Undecided[];
  /** Alerts that are stored, but that a channel refused. */
  readonly unsent: readonly Error[];
}

const FILES_AT_ONCE = 8;
const GROUPS_AT_ONCE = 16;
/** Alerts that are stored and sent before the clock is looked at again. */
const ALERTS_AT_ONCE = 50;
/** Of a log file whose message doesn't say how large it is. */
const UNKNOWN_SIZE = 1024 * 1024;

interface LogFileName {
  readonly key: string;
  /** Of the key and what the log file's version is. */
  readonly hash: string;
}

interface Pending<D> {
  readonly entry: OutboxEntry;
  readonly rule: string;
  readonly deliveries: Set<D>;
}

/** Doesn't throw for anything that a log file, the source, the store or a channel can do. */
export async function forward<D extends Delivery>(
  deliveries: readonly D[],
  ports: ForwardPorts,
  options: ForwardOptions,
): Promise<ForwardResult<D>> {
  const run = new Forwarding<D>(ports, options);
  await Array.fromAsync(
    mapAhead(deliveries, FILES_AT_ONCE, async (delivery) => {
      await run.take(delivery);
    }),
  );
  await run.send();
  return run.result();
}

class Forwarding<D extends Delivery> {
  readonly #ports: ForwardPorts;
  readonly #options: ForwardOptions;
  readonly #places: AlertPlaces;
  readonly #outcomes = new Map<D, ForwardOutcome>();
  readonly #rules = new Map<string, RuleCounts>();
  readonly #pending = new Map<string, Pending<D>>();
  readonly #undecided: Undecided[] = [];
  readonly #unsent: Error[] = [];
  #records = 0;
  readonly #unreadable = { records: 0, logFiles: 0 };

  constructor(ports: ForwardPorts, options: ForwardOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#places = new AlertPlaces(ports.store, ports.known.places);
  }

  result(): ForwardResult<D> {
    // An alert is of an event, whatever became of the answer that would have said so.
    for (const counts of this.#rules.values()) counts.matches = Math.max(counts.matches, counts.alerts);
    return {
      outcomes: this.#outcomes,
      records: this.#records,
      unreadable: this.#unreadable,
      rules: this.#rules,
      undecided: this.#undecided,
      unsent: this.#unsent,
    };
  }

  async take(delivery: D): Promise<void> {
    const found = classifyKey(delivery.key);
    if (!found.take) {
      this.#outcomes.set(delivery, { kind: 'skipped', reason: found.reason });
      return;
    }
    try {
      await this.#ports.gate.run(delivery.size ?? UNKNOWN_SIZE, async () => {
        if (!this.#ports.hasTime()) throw new OutOfTimeError();
        const { storedBytes } = this.#options.limits;
        const { key, versionId } = delivery;
        await this.#match(delivery, await this.#ports.source.fetch(key, versionId, storedBytes));
      });
      this.#outcomes.set(delivery, { kind: 'matched' });
    } catch (error) {
      this.#outcomes.set(delivery, { kind: 'failed', error });
    }
  }

  /** Sends what the log files gave rise to. One that couldn't even be stored fails the log files it came from. */
  async send(): Promise<void> {
    const all = [...this.#pending.values()];
    for (let from = 0; from < all.length; from += ALERTS_AT_ONCE) {
      const some = all.slice(from, from + ALERTS_AT_ONCE);
      if (!this.#ports.hasTime()) {
        for (const { deliveries } of some) this.#fail(deliveries, new OutOfTimeError());
        continue;
      }
      const entries = some.map(({ entry }) => entry);
      for (const [key, sent] of await sendOnce(entries, this.#ports)) this.#settle(key, sent);
    }
  }

  #settle(key: string, sent: Sent): void {
    const { rule, deliveries } = this.#pending.get(key) ?? { rule: '', deliveries: new Set<D>() };
    if (sent.kind === 'failed') this.#fail(deliveries, sent.error);
    if (sent.kind === 'unsent') this.#unsent.push(sent.error);
    if (sent.kind === 'sent') {
      this.#remember(key);
      if (!sent.again) this.#countsOf(rule).alerts += 1;
    }
  }

  #fail(deliveries: Iterable<D>, error: Error): void {
    for (const delivery of deliveries) this.#outcomes.set(delivery, { kind: 'failed', error });
  }

  async #match(delivery: D, logFile: FetchedLogFile): Promise<void> {
    const file = { key: logFile.key, hash: sha256Hex(Buffer.from(`${logFile.key}\n${logFile.version}`)) };
    const { rules } = this.#ports;
    const found = sightingsIn(logFile, { ...this.#options, rules, now: this.#ports.now() });
    this.#count(found);
    /** By prefix: what this log file holds of the groups that are told of together. */
    const together = new Map<string, { counted: Set<string>; alert: Alert; rule: string }>();
    const keep = async (sighting: Sighting): Promise<void> => {
      const beyond = await this.#keep(delivery, file, sighting);
      if (beyond === undefined) return;
      const rule = sighting.rule.definition.id;
      const before = together.get(beyond.prefix) ?? { counted: new Set(), alert: beyond.alert, rule };
      for (const one of sighting.counted) before.counted.add(one);
      together.set(beyond.prefix, before);
    };
    await Array.fromAsync(mapAhead(found.sightings.values(), GROUPS_AT_ONCE, keep));
    for (const [prefix, { counted, alert, rule }] of together) {
      const bytes = encodeSightings({ logFile: file.key, counted: [...counted] });
      await this.#ports.store.putIfAbsent(prefix + seenName(file.hash, counted.size), bytes);
      this.#toSend(`${prefix}alert`, rule, delivery, () => alertOfMany(alert, counted.size));
    }
  }

  #count({ records, unreadable, undecided, suppressed, tooOld }: LogFileSightings): void {
    this.#records += records;
    this.#unreadable.records += unreadable.records;
    this.#unreadable.logFiles += Number(unreadable.wholeFile);
    this.#undecided.push(...undecided);
    for (const [rule, count] of suppressed) this.#countsOf(rule).suppressed += count;
    for (const [rule, count] of tooOld) this.#countsOf(rule).tooOld += count;
  }

  /** Keeps what a log file holds of a group, and its alert. Returns where it is told of with others, if the group is one too many. */
  async #keep(
    delivery: D,
    file: LogFileName,
    sighting: Sighting,
  ): Promise<{ prefix: string; alert: Alert } | undefined> {
    const { rule, group, events, counted, alert } = sighting;
    const { by, most } = rule.definition.group;
    const needed = rule.definition.threshold?.events ?? 1;
    const prefix = groupPrefix(group);
    const key = `${prefix}alert`;
    if (await this.#keepSeen(prefix, file, sighting, needed))
      this.#countsOf(group.rule).matches += events.size;
    // Whether those of several log files are enough is seen by followup: to list them each time would cost more than all the rest.
    if (counted.size < needed || this.#ports.known.done.has(key)) return undefined;
    const decoded = (): Alert => alertOfMany(decodeAlert(JSON.parse(alert)), counted.size);
    if (by.length === 0 || (await this.#places.has(prefix, most))) {
      this.#toSend(key, group.rule, delivery, decoded);
      return undefined;
    }
    if (needed > 1) await this.#ports.store.putIfAbsent(prefix + BEYOND, Buffer.from('{}\n'));
    const others = prefixBeyond(prefix);
    return { prefix: others, alert: alertBeyond(decoded(), others, most) };
  }

  #toSend(key: string, rule: string, delivery: D, alert: () => Alert): void {
    const pending = this.#pending.get(key);
    if (pending === undefined)
      this.#pending.set(key, { entry: { key, alert }, rule, deliveries: new Set([delivery]) });
    else pending.deliveries.add(delivery);
  }

  /** Whether it is the first time, as far as is known. */
  async #keepSeen(
    prefix: string,
    file: LogFileName,
    { rule, counted, alert }: Sighting,
    needed: number,
  ): Promise<boolean> {
    const { store, known } = this.#ports;
    const { threshold, group } = rule.definition;
    // A value that was counted counts no more, in whichever log file it stands.
    const values = threshold?.distinct === undefined ? [] : [...counted].map((value) => prefix + value);
    if (values.length > 0 && values.every((value) => known.done.has(value))) return false;
    const bytes = encodeSightings({
      logFile: file.key,
      counted: [...counted],
      ...(needed > 1 && {
        alert: decodeAlert(JSON.parse(alert)),
        most: group.by.length === 0 ? undefined : group.most,
      }),
    });
    const name = seenName(file.hash, counted.size, needed > 1 ? needed : undefined);
    const outcome = await store.putIfAbsent(prefix + name, bytes);
    for (const value of values) this.#remember(value);
    return outcome === 'stored';
  }

  #remember(key: string): void {
    const { done } = this.#ports.known;
    done.add(key);
    forgetOldest(done);
  }

  #countsOf(rule: string): RuleCounts {
    const counts = this.#rules.get(rule) ?? { matches: 0, alerts: 0, suppressed: 0, tooOld: 0 };
    this.#rules.set(rule, counts);
    return counts;
  }
}
