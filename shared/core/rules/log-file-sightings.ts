import type { Limits } from '../limits.ts';
import { sha256Hex } from '../sha256.ts';
import { alertOf, encodeAlert, eventPart, type EventPart } from './alert.ts';
import { groupOf, type AlertGroup } from './alert-group.ts';
import { groupPrefix } from './alert-keys.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { factsOf, fieldText, happenedAt } from './event-facts.ts';
import type { RecordView } from './record-view.ts';
import { recordViews } from './record-views.ts';
import type { RuleSet } from './rule-set.ts';
import { suppressionOf } from './suppression-of.ts';

/** What one log file holds of one group. */
export interface Sighting {
  readonly rule: CompiledRule;
  readonly group: AlertGroup;
  readonly events: Set<string>;
  /** What the rule counts: ids of events, or hashes of the values of its `distinct` field. */
  readonly counted: Set<string>;
  /** Of the earliest event. */
  time: number;
  /** The alert that it is, encoded: what is kept of a record until all of the log file is read. */
  alert: string;
}

export interface SightingOptions {
  readonly rules: RuleSet;
  readonly limits: Limits;
  /** Events that happened longer ago don't alert. */
  readonly maxAgeMs: number;
  /** Fields of the record that messages leave out besides those known for secrets (`redact.ts`). */
  readonly redact: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A rule that could not be held against a record, which goes over a limit that the error names. */
export interface Undecided {
  readonly rule: string;
  readonly logFile: string;
  readonly error: Error;
}

export interface LogFileSightings {
  readonly sightings: ReadonlyMap<string, Sighting>;
  readonly records: number;
  /** What the lake has in quarantine. */
  readonly unreadable: { readonly records: number; readonly wholeFile: boolean };
  readonly undecided: readonly Undecided[];
  /** Events that a rule selects and that are no alert, by rule. */
  readonly suppressed: ReadonlyMap<string, number>;
  readonly tooOld: ReadonlyMap<string, number>;
}

/** The groups of events in a log file as stored (`bytes`; undefined for one that is too large). Never throws for bad input. */
export function sightingsIn(
  logFile: { readonly key: string; readonly bytes: Uint8Array | undefined },
  options: SightingOptions,
): LogFileSightings {
  const { key, bytes } = logFile;
  const file = new FileReading(key, options);
  if (bytes === undefined) return file.result({ records: 0, wholeFile: true });
  const records = recordViews(bytes, options.limits);
  for (;;) {
    const { value, done } = records.next();
    if (done === true) return file.result(value);
    file.judge(value);
  }
}

class FileReading {
  readonly #logFile: string;
  readonly #options: SightingOptions;
  readonly #sightings = new Map<string, Sighting>();
  readonly #undecided: Undecided[] = [];
  readonly #suppressed = new Map<string, number>();
  readonly #tooOld = new Map<string, number>();
  #records = 0;

  constructor(logFile: string, options: SightingOptions) {
    this.#logFile = logFile;
    this.#options = options;
  }

  result(unreadable: LogFileSightings['unreadable']): LogFileSightings {
    return {
      sightings: this.#sightings,
      records: this.#records,
      unreadable,
      undecided: this.#undecided,
      suppressed: this.#suppressed,
      tooOld: this.#tooOld,
    };
  }

  judge(record: RecordView): void {
    this.#records += 1;
    const { rules, now, maxAgeMs, redact } = this.#options;
    const selecting = rules.matching(record, ({ definition }, error) => {
      this.#undecided.push({ rule: definition.id, logFile: this.#logFile, error });
    });
    if (selecting.length === 0) return;
    const { eventId, time: said } = factsOf(record);
    const time = happenedAt(said, this.#logFile, now);
    let made: EventPart | undefined;
    // Only where an alert is made of it, and then once for all rules.
    const part = (): EventPart => (made ??= eventPart(record, time, this.#logFile, redact));
    for (const rule of selecting) {
      const { id } = rule.definition;
      if (suppressionOf(rule, record, time) !== undefined) addOne(this.#suppressed, id);
      else if (time < now - maxAgeMs) addOne(this.#tooOld, id);
      else this.#see(rule, record, { eventId, time, part });
    }
  }

  #see(
    rule: CompiledRule,
    record: RecordView,
    { eventId, time, part }: { eventId: string; time: number; part: () => EventPart },
  ): void {
    const group = groupOf(rule, record, time);
    const prefix = groupPrefix(group);
    const encoded = (): string => encodeAlert(alertOf(rule, group, part(), 1));
    let sighting = this.#sightings.get(prefix);
    if (sighting === undefined) {
      sighting = { rule, group, events: new Set(), counted: new Set(), time, alert: encoded() };
      this.#sightings.set(prefix, sighting);
    } else if (time < sighting.time) {
      Object.assign(sighting, { time, alert: encoded() });
    }
    sighting.events.add(eventId);
    sighting.counted.add(countedOf(rule, record) ?? eventId);
  }
}

/** A hash of the value that the rule counts; undefined if it counts events. */
function countedOf({ definition: { threshold } }: CompiledRule, record: RecordView): string | undefined {
  if (threshold?.distinct === undefined) return undefined;
  return sha256Hex(Buffer.from(fieldText(record, threshold.distinct.split('.')))).slice(0, 20);
}

function addOne(counts: Map<string, number>, rule: string): void {
  counts.set(rule, (counts.get(rule) ?? 0) + 1);
}
