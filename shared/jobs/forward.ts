import { classifyKey, type SkipReason } from '../core/log-file-key.ts';
import type { Limits } from '../core/limits.ts';
import { alertOf, type Alert } from '../core/rules/alert.ts';
import { groupBeyond, groupOf, type AlertGroup } from '../core/rules/alert-group.ts';
import { groupPrefix, seenName, slotName } from '../core/rules/alert-keys.ts';
import type { CompiledRule } from '../core/rules/compiled-rule.ts';
import { factsOf, fieldText, happenedAt } from '../core/rules/event-facts.ts';
import type { RecordView } from '../core/rules/record-view.ts';
import { recordViews } from '../core/rules/record-views.ts';
import type { RuleSet } from '../core/rules/rule-set.ts';
import { encodeSightings } from '../core/rules/sightings.ts';
import { suppressionOf } from '../core/rules/suppression-of.ts';
import { sha256Hex } from '../core/sha256.ts';
import { sendOnce, type OutboxEntry, type OutboxPorts, type Sent } from './alert-outbox.ts';
import type { Delivery, LogFileFetcher } from './delivery.ts';
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
  /** Keys of what is known to be stored, and of alerts to have been sent. Kept between calls, it spares requests; nothing depends on it. */
  readonly known: Set<string>;
  /** Bytes of log files, as stored, that may be in memory at once. */
  readonly gate: WeightedGate;
  readonly hasTime: () => boolean;
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

/** Of one rule, in one call. Events of a log file that was met before count as `again`, and in nothing else. */
export interface RuleCounts {
  /** Events that the rule selects and no suppression takes out. */
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
  /** Rules that could not be held against a record, which goes over a limit that the error names. */
  readonly undecided: readonly Undecided[];
  /** Alerts that are stored, but that a channel refused. */
  readonly unsent: readonly Error[];
}

export interface Undecided {
  readonly rule: string;
  readonly logFile: string;
  readonly error: Error;
}

const FILES_AT_ONCE = 8;
const GROUPS_AT_ONCE = 16;
/** Of a log file whose message doesn't say how large it is. */
const UNKNOWN_SIZE = 1024 * 1024;
/** More than that many remembered keys, and the oldest are forgotten. */
const MOST_KNOWN = 50_000;

interface LogFileName {
  readonly key: string;
  /** Of the key and what the log file's version is. */
  readonly hash: string;
}

/** What a log file holds of one group. */
interface Sighting {
  readonly rule: CompiledRule;
  readonly group: AlertGroup;
  readonly events: Set<string>;
  /** What the rule counts: ids of events, or hashes of the values of its `distinct` field. */
  readonly counted: Set<string>;
  /** The earliest, which the alert shows. */
  first: { readonly record: RecordView; readonly time: number };
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
  readonly #outcomes = new Map<D, ForwardOutcome>();
  readonly #rules = new Map<string, RuleCounts>();
  readonly #entries = new Map<string, { entry: OutboxEntry; rule: string; deliveries: D[] }>();
  readonly #undecided: Undecided[] = [];
  readonly #unsent: Error[] = [];
  /** By alert, whether it is told of by itself. */
  readonly #rooms = new Map<string, Promise<boolean>>();
  #records = 0;
  readonly #unreadable = { records: 0, logFiles: 0 };

  constructor(ports: ForwardPorts, options: ForwardOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  result(): ForwardResult<D> {
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
    const entries = [...this.#entries.values()].map(({ entry }) => entry);
    for (const [key, sent] of await sendOnce(entries, this.#ports)) this.#settle(key, sent);
  }

  #settle(key: string, sent: Sent): void {
    const pending = this.#entries.get(key);
    if (pending === undefined) return;
    const { rule, deliveries } = pending;
    if (sent.kind === 'failed') {
      for (const delivery of deliveries) this.#outcomes.set(delivery, { kind: 'failed', error: sent.error });
    } else if (sent.kind === 'unsent') {
      this.#unsent.push(sent.error);
    } else if (sent.kind === 'sent') {
      this.#remember(key);
      if (!sent.again) this.#countsOf(rule).alerts += 1;
    }
  }

  async #match(delivery: D, logFile: FetchedLogFile): Promise<void> {
    const file = { key: logFile.key, hash: sha256Hex(Buffer.from(`${logFile.key}\n${logFile.version}`)) };
    const beyond = new Map<string, Sighting>();
    const keep = async (sighting: Sighting): Promise<void> => {
      if (await this.#keep(delivery, file, sighting)) return;
      addGroup(beyond, { ...sighting, group: groupBeyond(sighting.rule, sighting.group) });
    };
    await Array.fromAsync(mapAhead(this.#sightingsIn(logFile), GROUPS_AT_ONCE, keep));
    for (const sighting of beyond.values()) await this.#keep(delivery, file, sighting);
  }

  /** The groups of events in a log file, without a request. */
  #sightingsIn({ key, bytes }: FetchedLogFile): Iterable<Sighting> {
    const sightings = new Map<string, Sighting>();
    if (bytes === undefined) {
      this.#unreadable.logFiles += 1;
      return [];
    }
    const records = recordViews(bytes, this.#options.limits);
    for (;;) {
      const { value, done } = records.next();
      if (done === true) {
        this.#unreadable.records += value.records;
        this.#unreadable.logFiles += Number(value.wholeFile);
        return sightings.values();
      }
      this.#records += 1;
      this.#judge(value, key, sightings);
    }
  }

  #judge(record: RecordView, logFile: string, sightings: Map<string, Sighting>): void {
    const undecided = ({ definition }: CompiledRule, error: Error): void => {
      this.#undecided.push({ rule: definition.id, logFile, error });
    };
    const rules = this.#ports.rules.matching(record, undecided);
    if (rules.length === 0) return;
    const { eventId, time: said } = factsOf(record);
    const time = happenedAt(said, logFile, this.#ports.now());
    for (const rule of rules) {
      const counts = this.#countsOf(rule.definition.id);
      if (suppressionOf(rule, record, time) !== undefined) {
        counts.suppressed += 1;
      } else if (time < this.#ports.now() - this.#options.maxAgeMs) {
        counts.tooOld += 1;
      } else {
        addTo(sightings, rule, record, eventId, time);
      }
    }
  }

  /** Keeps what a log file holds of a group, and its alert. False if the group is one too many, which others are told of with. */
  async #keep(delivery: D, file: LogFileName, sighting: Sighting): Promise<boolean> {
    const { rule, group, events, counted, first } = sighting;
    const prefix = groupPrefix(group);
    const key = `${prefix}alert`;
    const needed = group.beyond === undefined ? (rule.definition.threshold?.events ?? 1) : 1;
    const alert = alertOf(rule, group, { ...first, logFile: file.key }, counted.size, this.#options.redact);
    const isNew = await this.#keepSeen(prefix, file, sighting, needed > 1 ? { needed, alert } : undefined);
    if (isNew && group.beyond === undefined) this.#countsOf(group.rule).matches += events.size;
    // Whether those of several log files are enough is seen by followup: to list them each time would cost more than all the rest.
    if (counted.size < needed || this.#ports.known.has(key)) return true;
    if (!(await this.#hasRoom(rule, group, key))) return false;
    const pending = this.#entries.get(key);
    if (pending === undefined)
      this.#entries.set(key, { entry: { key, alert }, rule: group.rule, deliveries: [delivery] });
    else pending.deliveries.push(delivery);
    return true;
  }

  /** Whether it is the first time, as far as is known. */
  async #keepSeen(
    prefix: string,
    file: LogFileName,
    { rule, counted }: Sighting,
    many: { readonly needed: number; readonly alert: Alert } | undefined,
  ): Promise<boolean> {
    const { store, known } = this.#ports;
    // A value that was counted counts no more, in whichever log file it stands.
    const values = rule.definition.threshold?.distinct === undefined ? [] : [...counted];
    const remembered = values.map((value) => prefix + value);
    if (values.length > 0 && remembered.every((value) => known.has(value))) return true;
    const name = seenName(file.hash, counted.size, many?.needed);
    const bytes = encodeSightings({ logFile: file.key, counted: [...counted], alert: many?.alert });
    const outcome = await store.putIfAbsent(prefix + name, bytes);
    for (const value of remembered) this.#remember(value);
    return outcome === 'stored';
  }

  /** Whether the group is one of the rule's window that are told of one by one: it is already, or there are not as many yet. */
  async #hasRoom(rule: CompiledRule, group: AlertGroup, key: string): Promise<boolean> {
    if (rule.definition.group.by.length === 0 || group.beyond !== undefined) return true;
    // Log files at hand at once may hold the same group: it takes one slot.
    const found = this.#rooms.get(key) ?? this.#findRoom(rule, group, key);
    this.#rooms.set(key, found);
    return await found;
  }

  async #findRoom(rule: CompiledRule, group: AlertGroup, key: string): Promise<boolean> {
    const { most } = rule.definition.group;
    const { store, known } = this.#ports;
    if ((await store.get(key)) !== undefined) return true;
    const slots = groupPrefix(groupBeyond(rule, group));
    for (let number = 1; number <= most; number += 1) {
      const slot = slots + slotName(number);
      if (known.has(slot)) continue;
      this.#remember(slot);
      const document = Buffer.from(`${JSON.stringify({ format: 1, alert: key })}\n`);
      if ((await store.putIfAbsent(slot, document)) === 'stored') return true;
    }
    return false;
  }

  #remember(key: string): void {
    const { known } = this.#ports;
    known.add(key);
    if (known.size <= MOST_KNOWN) return;
    const [oldest = key] = known;
    known.delete(oldest);
  }

  #countsOf(rule: string): RuleCounts {
    const counts = this.#rules.get(rule) ?? { matches: 0, alerts: 0, suppressed: 0, tooOld: 0 };
    this.#rules.set(rule, counts);
    return counts;
  }
}

function addTo(
  sightings: Map<string, Sighting>,
  rule: CompiledRule,
  record: RecordView,
  eventId: string,
  time: number,
): void {
  addGroup(sightings, {
    rule,
    group: groupOf(rule, record, time),
    events: new Set([eventId]),
    counted: new Set([countedOf(rule, record) ?? eventId]),
    first: { record, time },
  });
}

function addGroup(sightings: Map<string, Sighting>, one: Sighting): void {
  const key = groupPrefix(one.group);
  const before = sightings.get(key);
  if (before === undefined) {
    sightings.set(key, { ...one, events: new Set(one.events), counted: new Set(one.counted) });
    return;
  }
  for (const eventId of one.events) before.events.add(eventId);
  for (const counted of one.counted) before.counted.add(counted);
  if (one.first.time < before.first.time) before.first = one.first;
}

/** A hash of the value that the rule counts; undefined if it counts events. */
function countedOf({ definition: { threshold } }: CompiledRule, record: RecordView): string | undefined {
  if (threshold?.distinct === undefined) return undefined;
  return sha256Hex(Buffer.from(fieldText(record, threshold.distinct.split('.')))).slice(0, 20);
}
