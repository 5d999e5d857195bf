import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { DuckDBConnection } from '@duckdb/node-api';
import { toDuckdbSql } from '../shared/adapters/athena-sql/trino-dialect.ts';
import { viewSql } from '../shared/core/views/view.ts';
import { CATALOGUE, catalogue, nameOf, textsBelow, type Entry } from './support/published/catalogue.ts';
import { PAGE, pageOf } from './support/published/page.ts';
import { PUBLISHED_VIEWS, publishedLake } from './support/published/published-lake.ts';
import { trinoAt } from './support/published/trino-client.ts';
import { trinoSample } from './support/published/trino-sample.ts';
import { verdictOf, type Ask } from './support/published/verdicts.ts';

/**
 * `npm run test:published -- --texts DIR`: AWS's published queries, untouched, on DuckDB and, with `--trino URL/CATALOG/SCHEMA`, on a
 * Trino, in a schema of its own where the sample and the views are made. Writes the verdicts to test/fixtures and the table to docs.
 * Without Trino its column stays as it was.
 */

const { values: flags } = parseArgs({
  options: { texts: { type: 'string', default: '../shared/data/published' }, trino: { type: 'string' } },
});

async function main(): Promise<void> {
  const texts = textsBelow(flags.texts);
  if (texts.length === 0) throw new Error(`${flags.texts} has none of the texts that ${PAGE.pathname} names`);
  const known = new Map(catalogue().map((entry) => [nameOf(entry), entry]));
  const lake = await publishedLake();
  const duckdb: Ask = async (sql) => await lake.runAndReadAll(toDuckdbSql(sql));
  const trino = flags.trino === undefined ? undefined : await trinoWithSample(flags.trino, lake);
  const entries: Entry[] = [];
  for (const { source, query } of texts) {
    const { file, position, sha256 } = query;
    const place = { source: source.folder, file, position };
    const recorded = known.get(nameOf(place))?.trino;
    entries.push({
      ...place,
      sha256,
      duckdb: await verdictOf(query, source, duckdb),
      trino: trino === undefined ? recorded : await verdictOf(query, source, trino),
    });
    process.stdout.write(`${nameOf(place)} ${JSON.stringify(entries.at(-1))}\n`);
  }
  writeFileSync(CATALOGUE, `${JSON.stringify(entries, undefined, 2)}\n`);
  writeFileSync(PAGE, pageOf(entries));
}

async function trinoWithSample(where: string, lake: DuckDBConnection): Promise<Ask> {
  const ask = trinoAt(where);
  await ask(`CREATE OR REPLACE VIEW cloudtrail_logs AS ${await trinoSample(lake)}`);
  for (const view of PUBLISHED_VIEWS) await ask(`CREATE OR REPLACE VIEW ${view.name} AS ${viewSql(view)}`);
  return ask;
}

await main();
