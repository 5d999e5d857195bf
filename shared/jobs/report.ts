import type { QueryResult } from '../core/query-result.ts';
import { integrityOf, type IntegrityPorts } from './report-integrity.ts';
import type { ReportFigures, RulesFigures } from '../core/report/report-figures.ts';
import {
  readDeniedByCall,
  readDeniedByPrincipal,
  readNewAccess,
  readPrincipals,
  readSeries,
  readSignIns,
  readSignInsByUser,
  readTotals,
  type Rows,
} from '../core/report/read-answers.ts';
import type { ReportPeriod } from '../core/report/report-period.ts';
import {
  baselineSql,
  deniedByCallSql,
  deniedByPrincipalSql,
  newAccessSql,
  principalsSql,
  seriesSql,
  signInsByUserSql,
  signInsSql,
  totalsSql,
} from '../core/report/report-sql.ts';
import { countIn } from '../core/report/report-figures.ts';

export interface ReportPorts extends IntegrityPorts {
  /** Runs one SELECT in Athena's dialect over the lake. */
  readonly query: (sql: string) => Promise<QueryResult>;
  /** Holds rules against the period's events; undefined if none are to run. */
  readonly rules: (() => Promise<RulesFigures>) | undefined;
  /** Hears of progress: questions answered, of so many. */
  readonly onProgress?: (done: number, all: number) => void;
}

export interface ReportOptions {
  readonly period: ReportPeriod;
  readonly lake: ReportFigures['lake'];
  /** When the report is made. */
  readonly now: Date;
}

const QUESTIONS = 12;

/** Asks the lake what a report says of a period. The same lake, period and `now` give the same figures. Throws what the ports throw. */
export async function report(ports: ReportPorts, options: ReportOptions): Promise<ReportFigures> {
  const { period, lake, now } = options;
  const asker = new Asker(ports);
  const { from, to, baselineFrom } = period;
  // One at a time: each uses all cores on a laptop, and an account's share of Athena is small.
  return {
    made: now.toISOString(),
    lake,
    period: {
      from: from.toISOString(),
      to: to.toISOString(),
      baselineFrom: baselineFrom.toISOString(),
    },
    totals: await asker.ask(totalsSql(period), readTotals),
    byAccount: await asker.ask(seriesSql('account', period), (sql, rows) => readSeries(sql, rows, 'account')),
    byService: await asker.ask(seriesSql('service', period), (sql, rows) => readSeries(sql, rows, 'service')),
    principals: await asker.ask(principalsSql(period), readPrincipals),
    deniedByPrincipal: await asker.ask(deniedByPrincipalSql(period), readDeniedByPrincipal),
    deniedByCall: await asker.ask(deniedByCallSql(period), readDeniedByCall),
    signIns: await asker.ask(signInsSql(period), readSignIns),
    signInsByUser: await asker.ask(signInsByUserSql(period), readSignInsByUser),
    newAccess: await newAccess(asker, period),
    integrity: await asker.step(() => integrityOf(ports, now)),
    rules: await ports.rules?.(),
  };
}

/** What came up in the period is new only against something before it. */
async function newAccess(asker: Asker, period: ReportPeriod): Promise<ReportFigures['newAccess']> {
  const baseline = await asker.ask(baselineSql(period), (sql, [row = {}]) => ({
    sql,
    events: countIn(row, 'events'),
    days: countIn(row, 'days'),
  }));
  const sql = newAccessSql(period);
  if (baseline.events === 0) return { sql, baseline, kinds: [] };
  const kinds = await asker.ask(sql, (_sql, rows) => readNewAccess(rows));
  return { sql, baseline, kinds };
}

class Asker {
  readonly #ports: ReportPorts;
  #done = 0;

  constructor(ports: ReportPorts) {
    this.#ports = ports;
  }

  async ask<Figures>(sql: string, read: (sql: string, rows: Rows) => Figures): Promise<Figures> {
    return await this.step(async () => {
      const { columns, chunks } = await this.#ports.query(sql);
      const rows = (await Array.fromAsync(chunks)).flat();
      const named = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])));
      return read(sql, named);
    });
  }

  async step<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = await work();
    this.#done += 1;
    this.#ports.onProgress?.(this.#done, QUESTIONS);
    return result;
  }
}
