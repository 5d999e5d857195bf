import { parseEventTime } from '../core/event-time.ts';
import type { EventsWhere } from '../core/events-view.ts';
import { isoTime } from '../core/iso-time.ts';
import type { JsonValue, QueryResult } from '../core/query-result.ts';
import { BacktestChanges, type RuleChange } from '../core/rules/backtest-changes.ts';
import { backtestDaysSql, backtestRowsSql, type Period } from '../core/rules/backtest-sql.ts';
import {
  BacktestTally,
  type AlertsADay,
  type RuleTally,
  type TallyOptions,
} from '../core/rules/backtest-tally.ts';
import type { CompiledRule } from '../core/rules/compiled-rule.ts';
import { eventNamesOf } from '../core/rules/rule-cost.ts';
import type { RecordView } from '../core/rules/record-view.ts';
import { recordViewOfRow } from '../core/rules/row-record.ts';

/** What rules would have alerted over a lake's history, and what they did before they were changed. */
export interface BacktestPorts {
  /** Runs one SELECT in Athena's dialect over the lake. */
  readonly query: (sql: string) => Promise<QueryResult>;
  /** The engine's way to show events once. */
  readonly eventsWhere: EventsWhere;
  /** Hears of progress: events, of all there are in the period. */
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
  /** Of those, how many one of the rules can't be held against, because they go over a limit. */
  readonly undecided: number;
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
  readonly changes: readonly RuleChange[];
}

const DAY_MS = 24 * 60 * 60_000;

/** Throws what the lake throws, and `DuplicateRuleError`. */
export async function backtest(ports: BacktestPorts, options: BacktestOptions): Promise<BacktestReport> {
  const days = await daysOf(ports, options);
  const run = new Backtest(options);
  const names = eventNamesOf(
    [...options.rules, ...(options.against ?? [])].map(({ predicate }) => predicate),
  );
  const all = days.reduce((sum, { events }) => sum + events, 0);
  let before = 0;
  for (const { day, events } of days) {
    const { columns, chunks } = await ports.query(backtestRowsSql(day, options, names, ports.eventsWhere));
    let seen = 0;
    for await (const chunk of chunks) {
      for (const row of chunk) run.take(columns, row);
      seen += chunk.length;
      ports.onProgress?.(before + seen, all);
    }
    run.endDay();
    before += events;
    ports.onProgress?.(before, all);
  }
  return run.report(days);
}

interface Day {
  readonly day: string;
  readonly events: number;
  /** `eventTime` of the first and the last event. */
  readonly from: string;
  readonly to: string;
}

async function daysOf({ query, eventsWhere }: BacktestPorts, period: Period): Promise<Day[]> {
  const { chunks } = await query(backtestDaysSql(period, eventsWhere));
  const rows = (await Array.fromAsync(chunks)).flat() as [string, number | string, string, string][];
  return rows.map(([day, events, from, to]) => ({ day, events: Number(events), from, to }));
}

/** From the first to the last event; those that say they are from a time to come aside. */
function spanOf(days: readonly Day[], now: number): readonly [from: number, to: number] | undefined {
  const times = days
    .flatMap(({ from, to }) => [parseEventTime(from), parseEventTime(to)])
    .filter((time) => time !== undefined && time <= now) as number[];
  return times.length === 0 ? undefined : [Math.min(...times), Math.max(...times)];
}

class Backtest {
  readonly #options: BacktestOptions;
  readonly #tally: BacktestTally;
  readonly #old: BacktestTally | undefined;
  readonly #changes: BacktestChanges;

  constructor(options: BacktestOptions) {
    const { onGroup: _onGroup, onMatch: _onMatch, ...quietly } = options;
    this.#options = options;
    this.#changes = new BacktestChanges(options.samples);
    this.#tally = new BacktestTally(options.rules, options);
    this.#old = options.against && new BacktestTally(options.against, quietly);
  }

  take(columns: readonly string[], row: readonly JsonValue[]): void {
    // A plain loop: this is done for each event of the lake.
    const cells: Record<string, JsonValue> = {};
    for (const [i, name] of columns.entries()) cells[name] = row[i] ?? null;
    this.#judge(recordViewOfRow(cells), cells['logfile'] as string);
  }

  endDay(): void {
    this.#tally.endDay();
    this.#old?.endDay();
  }

  report(all: readonly Day[]): BacktestReport {
    const [from, to] = spanOf(all, this.#options.now) ?? [];
    const days = from === undefined || to === undefined ? 1 : Math.max(1, (to - from) / DAY_MS);
    return {
      events: all.reduce((sum, { events }) => sum + events, 0),
      undecided: this.#tally.undecided,
      from: from === undefined ? null : isoTime(from),
      to: to === undefined ? null : isoTime(to),
      days,
      rules: this.#tally.rules(days),
      total: this.#tally.total(days),
      ...(this.#old !== undefined && { against: this.#comparison(this.#old, days) }),
    };
  }

  #judge(record: RecordView, logFile: string): void {
    const now = this.#tally.add(record, logFile);
    if (this.#old === undefined) return;
    const before = this.#old.add(record, logFile);
    this.#changes.add(now, before, record);
  }

  #comparison(old: BacktestTally, days: number): BacktestComparison {
    const { rules, against = [] } = this.#options;
    const changes = this.#changes.report(idsOf(rules), idsOf(against));
    return { rules: old.rules(days), total: old.total(days), changes };
  }
}

function idsOf(rules: readonly CompiledRule[]): ReadonlySet<string> {
  return new Set(rules.map(({ definition }) => definition.id));
}
