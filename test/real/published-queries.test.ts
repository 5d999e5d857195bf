import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toDuckdbSql } from '../../shared/adapters/athena-sql/trino-dialect.ts';
import { catalogue, nameOf, textsBelow } from '../support/published/catalogue.ts';
import { publishedLake } from '../support/published/published-lake.ts';
import { verdictOf } from '../support/published/verdicts.ts';
import { SHARED_DATA } from '../support/shared-data.ts';

/** AWS's texts as docs/published-queries.md says how to place them. */
const TEXTS = process.env['PUBLISHED'] ?? join(SHARED_DATA, 'published');

describe.skipIf(!existsSync(TEXTS))('AWS’s published queries, untouched,', () => {
  it('run, or are refused, as docs/published-queries.md says', async () => {
    const lake = await publishedLake();
    const found: Record<string, unknown> = {};
    for (const { source, query } of textsBelow(TEXTS)) {
      const duckdb = await verdictOf(
        query,
        source,
        async (sql) => await lake.runAndReadAll(toDuckdbSql(sql)),
      );
      found[nameOf({ ...query, source: source.folder })] = { sha256: query.sha256, duckdb };
    }
    lake.closeSync();
    const recorded = catalogue().map((entry) => [
      nameOf(entry),
      { sha256: entry.sha256, duckdb: entry.duckdb },
    ]);
    expect(found).toEqual(Object.fromEntries(recorded));
  });
});
