import { EarliestEvents, type EventSample } from './earliest-events.ts';
import { factsOf } from './event-facts.ts';
import type { RecordView } from './record-view.ts';

/** What a rule that was changed selects otherwise than it did. */
export interface RuleChange {
  readonly rule: string;
  /** `added`: the old rules don't have it; `removed`: the new ones don't. */
  readonly kind: 'added' | 'removed' | 'kept';
  /** Events that alert now and didn't before, and the other way round. */
  readonly gained: EventChange;
  readonly lost: EventChange;
}

export interface EventChange {
  readonly events: number;
  readonly samples: readonly EventSample[];
}

interface Counting {
  events: number;
  readonly samples: EarliestEvents;
}

/** Events that new rules and old ones judge otherwise, by rule. */
export class BacktestChanges {
  readonly #samples: number;
  readonly #gained = new Map<string, Counting>();
  readonly #lost = new Map<string, Counting>();

  /** `samples`: events shown of each kind. */
  constructor(samples: number) {
    this.#samples = samples;
  }

  /** `now` and `before`: ids of the rules by which the event alerts, or did. */
  add(now: readonly string[], before: readonly string[], record: RecordView): void {
    for (const rule of now) if (!before.includes(rule)) this.#count(this.#gained, rule, record);
    for (const rule of before) if (!now.includes(rule)) this.#count(this.#lost, rule, record);
  }

  /** Of every rule, new or old, in the order of their ids. */
  report(now: ReadonlySet<string>, before: ReadonlySet<string>): readonly RuleChange[] {
    return [...now.union(before)].sort().map((rule) => ({
      rule,
      kind: !before.has(rule) ? 'added' : now.has(rule) ? 'kept' : 'removed',
      gained: changeOf(this.#gained.get(rule)),
      lost: changeOf(this.#lost.get(rule)),
    }));
  }

  #count(changes: Map<string, Counting>, rule: string, record: RecordView): void {
    const change = changes.get(rule) ?? { events: 0, samples: new EarliestEvents(this.#samples) };
    const facts = factsOf(record);
    change.events += 1;
    change.samples.add(facts, facts.time ?? 0);
    changes.set(rule, change);
  }
}

function changeOf(counting: Counting | undefined): EventChange {
  return { events: counting?.events ?? 0, samples: counting?.samples.list() ?? [] };
}
