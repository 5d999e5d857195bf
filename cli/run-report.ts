import { resolve } from 'node:path';
import { athenaEventsWhere } from '../shared/adapters/athena-once-each.ts';
import type { AthenaPlace } from '../shared/adapters/athena-error.ts';
import { DirectoryStore } from '../shared/adapters/directory-store.ts';
import { DuckdbLake } from '../shared/adapters/duckdb-lake.ts';
import { duckdbEventsWhere } from '../shared/adapters/duckdb-once-each.ts';
import { s3Options } from '../shared/adapters/s3-options.ts';
import type { EventsWhere } from '../shared/core/events-view.ts';
import type { QueryResult } from '../shared/core/query-result.ts';
import type { CompiledRule } from '../shared/core/rules/compiled-rule.ts';
import type { VerifiedNow } from '../shared/core/report/integrity.ts';
import type { ReportFigures, RulesFigures } from '../shared/core/report/report-figures.ts';
import type { ObjectStore } from '../shared/jobs/ports.ts';
import { report, type ReportOptions } from '../shared/jobs/report.ts';
import { rulesFigures } from '../shared/jobs/report-rules.ts';
import { CountingBar } from './output/counting-bar.ts';
import { withAthena } from './workgroup.ts';

export interface RunReportOptions extends ReportOptions {
  /** Undefined to run none. */
  readonly rules: readonly CompiledRule[] | undefined;
  readonly verify: (() => Promise<VerifiedNow>) | undefined;
}

/** Over a lake on this machine or, with `place`, the deployed one. Bars on a terminal. Undefined if it was interrupted. */
export async function runReport(
  lakeRoot: string,
  place: AthenaPlace | undefined,
  options: RunReportOptions,
): Promise<ReportFigures | undefined> {
  if (place === undefined) {
    using lake = await DuckdbLake.open(lakeRoot);
    const query = (sql: string): Promise<QueryResult> => lake.query(sql);
    return await figuresOf(query, duckdbEventsWhere, new DirectoryStore(resolve(lakeRoot)), options);
  }
  const [{ lakeBucket }, { S3Store }] = await Promise.all([
    import('../shared/adapters/deployed-lake.ts'),
    import('../shared/adapters/s3-store.ts'),
  ]);
  const store = new S3Store(await lakeBucket(place), s3Options());
  let figures: ReportFigures | undefined;
  await withAthena(place, async (athena) => {
    figures = await figuresOf((sql) => athena.query(sql), athenaEventsWhere, store, options);
  });
  return figures;
}

async function figuresOf(
  query: (sql: string) => Promise<QueryResult>,
  eventsWhere: EventsWhere,
  lake: ObjectStore,
  { rules, verify, ...options }: RunReportOptions,
): Promise<ReportFigures> {
  const [questions, events] = [new CountingBar('questions'), new CountingBar('events')];
  const onProgress = (done: number, all: number): void => {
    events.show(done, all);
  };
  const held =
    rules &&
    (async (): Promise<RulesFigures> => {
      questions.stop();
      return await rulesFigures({ query, eventsWhere, onProgress }, rules, options);
    });
  try {
    const ports = {
      query,
      lake,
      verify,
      rules: held,
      onProgress: (done: number, all: number): void => {
        questions.show(done, all);
      },
    };
    return await report(ports, options);
  } finally {
    questions.stop();
    events.stop();
  }
}
