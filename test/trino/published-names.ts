import { tokenize } from '../../shared/core/sql-tokens.ts';
import { PUBLISHED_TABLES } from '../support/published-tables.ts';
import type { TrinoClient } from './client.ts';
import { LOGS } from './glue-lake.ts';

/**
 * Makes the databases and the table names that queries use, as views of `cloudtrail_logs`: what `--as` is on a laptop. A name that isn't
 * the lake's own has the projected partition column of Athena's guide too.
 */
export async function giveNames(
  trino: TrinoClient,
  database: string,
  queries: readonly string[],
): Promise<void> {
  const events = `"${database}".${LOGS}`;
  for (const name of PUBLISHED_TABLES)
    await trino.query(`CREATE VIEW "${database}"."${name}" AS SELECT *, ${PROJECTED} FROM ${events}`);
  for (const [schema, tables] of qualifiedNames(queries)) {
    await trino.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    for (const table of tables)
      await trino.query(
        `CREATE OR REPLACE VIEW "${schema}"."${table}" AS SELECT *${table === LOGS ? '' : `, ${PROJECTED}`} FROM ${events}`,
      );
  }
}

const PROJECTED = `year || '/' || month || '/' || day AS "timestamp"`;

/** Database → its tables, of all that stand as `database.table`. */
function qualifiedNames(queries: readonly string[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const sql of queries) {
    const words = tokenize(sql).tokens.map(({ text }) => text.replaceAll('"', '').toLowerCase());
    for (const [index, table] of words.entries()) {
      const schema = words[index - 2] ?? '';
      if (words[index - 1] !== '.' || !['from', 'join'].includes(words[index - 3] ?? '')) continue;
      names.set(schema, (names.get(schema) ?? new Set()).add(table));
    }
  }
  return names;
}
