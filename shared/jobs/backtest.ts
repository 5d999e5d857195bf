import type { EventsWhere } from '../core/events-view.ts';
import { isoTime } from '../core/iso-time.ts';
import type { JsonValue, QueryResult } from '../core/query-result.ts';
import { backtestDaysSql, backtestRowsSql, type Period } from '../core/rules/backtest-sql.ts';
import {
  BacktestTally,
  sampleOf,
  type AlertsADay,
  type EventSample,
  type RuleTally,
  type TallyOptions,
} from '../core/rules/backtest-tally.ts';
import type { CompiledRule } from '../core/rules/compiled-rule.ts';
import { factsOf } from '../core/rules/event-facts.ts';
import { RecordError } from '../core/rules/match-path.ts';
import type { RecordView } from '../core/rules/record-view.ts';
import { recordViewOfRow } from '../core/rules/row-record.ts';

/** What rules would have alerted over a lake's history, and what they did before they were changed. */
export interface BacktestPorts {
  /** Runs one SELECT in Athena's dialect over the lake. */
  readonly query: (sql: string) => Promise<QueryResult>;
  /** The table of deliveries, and the engine's way to show events once. */
  readonly deliveries: string;
  readonly eventsWhere: EventsWhere;
  /** Hears of progress: deliveries, of all there are in the period. */
  readonly onProgress?: (done: number, all: number) => void;
}

export interface BacktestOptions extends TallyOptions, Period {
  readonly rules: readonly CompiledRule[];
  /** The rules as they were, to compare with. */
  readonly against?: readonly CompiledRule[] | undefined;
}

export interface BacktestReport {
  /** Events that were looked at, each once. */
  readonly events: number;
  /** Of those, how many can't be held against rules, because they are nested too deep. */
  readonly unreadable: number;
  /** The first and the last of them. */
  readonly from: string | null;
  readonly to: string | null;
  /** How long that is, in days, at least one: what "a day" is worked out by. */
  readonly days: number;
  readonly rules: readonly RuleTally[];
  readonly total: AlertsADay & { readonly alerts: number };
  readonly against?: BacktestComparison;
}

export interface BacktestComparison {
  readonly rules: readonly RuleTally[];
  readonly total: AlertsADay & { readonly alerts: number };
  /** Of every rule, new or old, in the order of their ids. */
  readonly changes: readonly RuleChange[];
}

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

const DAY_MS = 24 * 60 * 60_000;

/** Throws what the lake throws, and `DuplicateRuleError`. */
export async function backtest(ports: BacktestPorts, options: BacktestOptions): Promise<BacktestReport> {
  const run = new Backtest(options);
  const days = await daysOf(ports, options);
  const all = days.reduce((sum, { deliveries }) => sum + deliveries, 0);
  let before = 0;
  for (const { day, deliveries } of days) {
    const { columns, chunks } = await ports.query(backtestRowsSql(day, options, ports.eventsWhere));
    let events = 0;
    for await (const chunk of chunks) {
      for (const row of chunk) run.take(columns, row);
      events += chunk.length;
      ports.onProgress?.(before + Math.min(events, deliveries), all);
    }
    run.endDay();
    before += deliveries;
    ports.onProgress?.(before, all);
  }
  return run.report();
}

async function daysOf(
  { query, deliveries }: BacktestPorts,
  period: Period,
): Promise<{ day: string; deliveries: number }[]> {
  const { chunks } = await query(backtestDaysSql(period, deliveries));
  const rows = (await Array.fromAsync(chunks)).flat();
  return rows.map(([day, n]) => ({ day: String(day), deliveries: Number(n) }));
}

interface Change {
  gained: { events: number; samples: EventSample[] };
  lost: { events: number; samples: EventSample[] };
}

class Backtest {
  readonly #options: BacktestOptions;
  readonly #tally: BacktestTally;
  readonly #old: BacktestTally | undefined;
  readonly #changes = new Map<string, Change>();
  #events = 0;
  #unreadable = 0;
  #from = Infinity;
  #to = -Infinity;

  constructor(options: BacktestOptions) {
    const { onGroup: _onGroup, ...quietly } = options;
    this.#options = options;
    this.#tally = new BacktestTally(options.rules, options);
    this.#old = options.against && new BacktestTally(options.against, quietly);
  }

  take(columns: readonly string[], row: readonly JsonValue[]): void {
    const cells = Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null]));
    const record = recordViewOfRow(cells);
    this.#events += 1;
    this.#span(record);
    try {
      this.#judge(record, String(cells['logfile']));
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      this.#unreadable += 1;
    }
  }

  endDay(): void {
    this.#tally.endDay();
    this.#old?.endDay();
  }

  report(): BacktestReport {
    const hasEvents = this.#from <= this.#to;
    const days = hasEvents ? Math.max(1, (this.#to - this.#from) / DAY_MS) : 1;
    return {
      events: this.#events,
      unreadable: this.#unreadable,
      from: hasEvents ? isoTime(this.#from) : null,
      to: hasEvents ? isoTime(this.#to) : null,
      days,
      rules: this.#tally.rules(days),
      total: this.#tally.total(days),
      ...(this.#old !== undefined && { against: this.#comparison(this.#old, days) }),
    };
  }

  #span(record: RecordView): void {
    const { time } = factsOf(record);
    if (time === undefined || time > this.#options.now) return;
    this.#from = Math.min(this.#from, time);
    this.#to = Math.max(this.#to, time);
  }

  #judge(record: RecordView, logFile: string): void {
    const now = this.#tally.add(record, logFile);
    if (this.#old === undefined) return;
    const before = this.#old.add(record, logFile);
    for (const rule of now) if (!before.includes(rule)) this.#changed(rule, 'gained', record);
    for (const rule of before) if (!now.includes(rule)) this.#changed(rule, 'lost', record);
  }

  #changed(rule: string, which: keyof Change, record: RecordView): void {
    const change = this.#changes.get(rule) ?? noChange();
    this.#changes.set(rule, change);
    change[which].events += 1;
    if (change[which].samples.length < this.#options.samples)
      change[which].samples.push(sampleOf(factsOf(record)));
  }

  #comparison(old: BacktestTally, days: number): BacktestComparison {
    const [isNow, was] = [this.#options.rules, this.#options.against ?? []].map(
      (rules) => new Set(rules.map(({ definition }) => definition.id)),
    ) as [Set<string>, Set<string>];
    const changes = [...isNow.union(was)].sort().map((rule) => ({
      rule,
      kind: was.has(rule) ? (isNow.has(rule) ? ('kept' as const) : ('removed' as const)) : ('added' as const),
      ...(this.#changes.get(rule) ?? noChange()),
    }));
    return { rules: old.rules(days), total: old.total(days), changes };
  }
}

function noChange(): Change {
  return { gained: { events: 0, samples: [] }, lost: { events: 0, samples: [] } };
}
