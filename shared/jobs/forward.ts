import { classifyKey, logFileTime, type SkipReason } from '../core/log-file-key.ts';
import type { Limits } from '../core/limits.ts';
import { alertOf } from '../core/rules/alert.ts';
import { groupOf, type AlertGroup } from '../core/rules/alert-group.ts';
import { groupPrefix, seenName } from '../core/rules/alert-keys.ts';
import type { CompiledRule } from '../core/rules/compiled-rule.ts';
import { factsOf, fieldText } from '../core/rules/event-facts.ts';
import type { RecordView } from '../core/rules/record-view.ts';
import { recordViews } from '../core/rules/record-views.ts';
import type { RuleSet } from '../core/rules/rule-set.ts';
import { encodeSightings } from '../core/rules/sightings.ts';
import { sha256Hex } from '../core/sha256.ts';
import { countGroup, namedEvents } from './alert-counts.ts';
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
  /** Alerts that are known to have been sent: by their key. Kept between calls, it spares requests, and holds nothing up. */
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
  /** Alerts that are stored, but that a channel refused. */
  readonly unsent: readonly Error[];
}

const FILES_AT_ONCE = 8;
const GROUPS_AT_ONCE = 16;
/** Of a log file whose message doesn't say how large it is. */
const UNKNOWN_SIZE = 1024 * 1024;
/** More than that many remembered keys, and the oldest are forgotten. */
const MOST_KNOWN = 50_000;

/** What a log file holds of one group. */
interface Sighting {
  readonly rule: CompiledRule;
  readonly group: AlertGroup;
  /** Event id → what the rule counts. */
  readonly events: Map<string, string>;
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
  readonly #unsent: Error[] = [];
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
    const sightings = this.#sightingsIn(logFile);
    const file = sha256Hex(Buffer.from(`${logFile.key}\n${logFile.version}`));
    await Array.fromAsync(
      mapAhead(sightings, GROUPS_AT_ONCE, async (sighting) => {
        await this.#keep(delivery, logFile.key, file, sighting);
      }),
    );
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
    const rules = this.#ports.rules.matching(record);
    if (rules.length === 0) return;
    const { eventId, time: said } = factsOf(record);
    const time = this.#timeOf(said, logFile);
    for (const rule of rules) {
      const counts = this.#countsOf(rule.definition.id);
      if (rule.suppressions.some(({ until, matches }) => time < until && matches(record))) {
        counts.suppressed += 1;
      } else if (time < this.#ports.now() - this.#options.maxAgeMs) {
        counts.tooOld += 1;
      } else {
        addTo(sightings, rule, record, eventId, time);
      }
    }
  }

  /** When an event happened; one that doesn't say so, or can't have happened yet, when its log file was delivered. */
  #timeOf(said: number | undefined, logFile: string): number {
    const now = this.#ports.now();
    return said !== undefined && said <= now + HOUR ? said : (logFileTime(logFile) ?? now);
  }

  async #keep(delivery: D, logFile: string, file: string, sighting: Sighting): Promise<void> {
    const { rule, group, events, first } = sighting;
    const { store, known } = this.#ports;
    const prefix = groupPrefix(group);
    const bytes = encodeSightings(logFile, events);
    const isNew = (await store.putIfAbsent(`${prefix}${seenName(file, events.size)}`, bytes)) === 'stored';
    if (isNew) this.#countsOf(group.rule).matches += events.size;
    const key = `${prefix}alert`;
    if (known.has(key)) return;
    const told = await this.#enough(rule, prefix, events.size);
    if (told === undefined) return;
    const pending = this.#entries.get(key);
    if (pending !== undefined) {
      pending.deliveries.push(delivery);
      return;
    }
    const alert = alertOf(rule, group, { ...first, logFile }, told, this.#options.redact);
    this.#entries.set(key, { entry: { key, alert }, rule: group.rule, deliveries: [delivery] });
  }

  /** How many events of the group there are by now, if those are enough for an alert. */
  async #enough({ definition }: CompiledRule, prefix: string, own: number): Promise<number | undefined> {
    const { threshold } = definition;
    if (threshold === undefined) return own;
    const keys = await Array.fromAsync(this.#ports.store.list(prefix));
    if (namedEvents(keys) < threshold.events) return undefined;
    const { events, distinct } = await countGroup(keys, this.#ports.store);
    return (threshold.distinct === undefined ? events : distinct) >= threshold.events ? events : undefined;
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

const HOUR = 60 * 60_000;

function addTo(
  sightings: Map<string, Sighting>,
  rule: CompiledRule,
  record: RecordView,
  eventId: string,
  time: number,
): void {
  const group = groupOf(rule, record, time);
  const key = groupPrefix(group);
  const sighting = sightings.get(key) ?? {
    rule,
    group,
    events: new Map<string, string>(),
    first: { record, time },
  };
  sighting.events.set(eventId, countedOf(rule, record));
  if (time < sighting.first.time) sighting.first = { record, time };
  sightings.set(key, sighting);
}

/** A hash of the value that the rule counts; empty if it counts events. */
function countedOf({ definition: { threshold } }: CompiledRule, record: RecordView): string {
  if (threshold?.distinct === undefined) return '';
  return sha256Hex(Buffer.from(fieldText(record, threshold.distinct.split('.')))).slice(0, 20);
}
