import type { QueryResult } from '../core/query-result.ts';
import type { RulesFigures } from '../core/report/report-figures.ts';
import { bucketOf, unitOf, type ReportPeriod } from '../core/report/report-period.ts';
import type { CompiledRule } from '../core/rules/compiled-rule.ts';
import { backtest, type BacktestPorts } from './backtest.ts';

/** Holds rules against the events of a period, as `rules backtest` does, and keeps when they matched. Throws what `backtest` throws. */
export async function rulesFigures(
  ports: BacktestPorts,
  rules: readonly CompiledRule[],
  { period, now }: { readonly period: ReportPeriod; readonly now: Date },
): Promise<RulesFigures> {
  const unit = unitOf(period);
  const over: Record<string, Record<string, number>> = {};
  const sql: string[] = [];
  const query = async (text: string): Promise<QueryResult> => {
    sql.push(text);
    return await ports.query(text);
  };
  const found = await backtest(
    { ...ports, query },
    {
      rules,
      from: period.from,
      to: period.to,
      samples: 0,
      now: now.getTime(),
      onMatch: (rule, time) => {
        const bucket = bucketOf(new Date(time), unit);
        const counts = (over[rule] ??= {});
        counts[bucket] = (counts[bucket] ?? 0) + 1;
      },
    },
  );
  return { events: found.events, undecided: found.undecided, rules: found.rules, over, sql };
}
