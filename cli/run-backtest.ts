import { athenaEventsWhere } from '../shared/adapters/athena-once-each.ts';
import { DuckdbLake } from '../shared/adapters/duckdb-lake.ts';
import { duckdbEventsWhere } from '../shared/adapters/duckdb-once-each.ts';
import type { AthenaPlace } from '../shared/adapters/athena-error.ts';
import { backtest, type BacktestOptions, type BacktestReport } from '../shared/jobs/backtest.ts';
import { CountingBar } from './output/counting-bar.ts';
import { withAthena } from './workgroup.ts';

/** Over a lake on this machine or, with `place`, the deployed one. A bar on a terminal. */
export async function runBacktest(
  lakeRoot: string,
  place: AthenaPlace | undefined,
  options: BacktestOptions,
): Promise<BacktestReport | undefined> {
  const bar = new CountingBar('events');
  const onProgress = (done: number, all: number): void => {
    bar.show(done, all);
  };
  try {
    if (place !== undefined) return await ofDeployed(place, options, onProgress);
    using lake = await DuckdbLake.open(lakeRoot);
    const query = (sql: string): ReturnType<DuckdbLake['query']> => lake.query(sql);
    return await backtest({ query, eventsWhere: duckdbEventsWhere, onProgress }, options);
  } finally {
    bar.stop();
  }
}

/** Undefined if it was interrupted. */
async function ofDeployed(
  place: AthenaPlace,
  options: BacktestOptions,
  onProgress: (done: number, all: number) => void,
): Promise<BacktestReport | undefined> {
  let report: BacktestReport | undefined;
  await withAthena(place, async (athena) => {
    const query = (sql: string): ReturnType<typeof athena.query> => athena.query(sql);
    const ports = { query, eventsWhere: athenaEventsWhere, onProgress };
    report = await backtest(ports, options);
  });
  return report;
}
