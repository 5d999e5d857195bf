import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import type { JsonValue, QueryResult } from '../../shared/core/query-result.ts';
import { PUBLISHED_TABLES } from '../support/published-tables.ts';
import { TrinoClient } from './client.ts';
import { mountLake, type MountedLake } from './mount-lake.ts';
import { giveNames } from './published-names.ts';
import {
  allQueries,
  orderedBy,
  reportQueries,
  unnestedAsRows,
  withoutLimit,
  withValues,
  type BoundQuery,
} from './questions.ts';
import { canonical, canonicalOfTrino } from './same-rows.ts';

/** Queries of which no two engines need say the same, and why. */
const OWN_ANSWERS: Readonly<Record<string, string>> = {
  'mean-interval.sql':
    'a mean of decimals is rounded to the operands’ one digit on Trino (docs/athena-sql.md)',
  'secrets-harvested.sql': 'approx_distinct: each engine is wrong by its own hashes',
  'error-share.sql': 'a quotient of decimals has the operands’ one digit on Trino (docs/athena-sql.md)',
};

/** Published, and yet no SQL of Trino's: DuckDB is more lenient. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  // An alias in HAVING.
  'irp-ransomware-bulk-deletes.sql': /COLUMN_NOT_FOUND: .*call_count/,
  // A view has no such column, and `cloudtrail_logs` is one.
  'path-pseudo-column.sql': /COLUMN_NOT_FOUND: .*\$path/,
};

const QUERIES = await allQueries();

const stack = new AsyncDisposableStack();
let mounted: MountedLake;
let trino: TrinoClient;
let duckdb: DuckdbLake;

beforeAll(async () => {
  mounted = await mountLake(stack, process.env['TRAILSEAL_LAKE'], (text) => {
    console.error(text);
  });
  trino = new TrinoClient(mounted.trino.url, mounted.lake.database);
  duckdb = stack.use(await DuckdbLake.open(mounted.root, PUBLISHED_TABLES));
  await giveNames(
    trino,
    mounted.lake.database,
    QUERIES.map(({ sql }) => sql),
  );
});

afterAll(async () => {
  await stack.disposeAsync();
});

describe('Trino and DuckDB have the same rows for', () => {
  it.each(QUERIES.filter(({ name }) => !(name in OWN_ANSWERS) && !(name in REFUSED)))(
    '$name',
    async (query) => {
      const both = await askBoth(query);
      if (both.theirs.join('\n') === both.ours.join('\n')) return;
      // Rows that are ordered alike stand in any order, and a limit cuts any of them off.
      expect(both.theirs.length).toBe(both.ours.length);
      expect(both.ours.map((row) => keysOf(row, both.keys))).toEqual(
        both.theirs.map((row) => keysOf(row, both.keys)),
      );
      const all = await askBoth({ ...query, sql: withoutLimit(query.sql) });
      expect(all.ours.toSorted()).toEqual(all.theirs.toSorted());
    },
  );
});

describe('Trino and DuckDB have the same rows, some at least, for', () => {
  it.each(reportQueries())('$name', async (query) => {
    const { theirs, ours } = await askBoth(query);
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.toSorted()).toEqual(theirs.toSorted());
  });
});

describe('Trino refuses', () => {
  it.each(QUERIES.filter(({ name }) => name in REFUSED))('$name', async ({ name, sql, values }) => {
    await expect(trino.query(sql, values)).rejects.toThrow(REFUSED[name] ?? '');
  });
});

describe('every column of every row is the same in', () => {
  it.each(['cloudtrail_deliveries', 'cloudtrail_logs'])('%s', async (table) => {
    const both = await inAllColumns(table);
    expect(both.ours.length).toBeGreaterThan(1000);
    expect(both.ours.toSorted()).toEqual(both.theirs.toSorted());
  });

  it('each of the views', async () => {
    for (const view of mounted.lake.views) {
      const both = await inAllColumns(view);
      expect(both.ours.length, view).toBeGreaterThan(0);
      expect(both.ours.toSorted(), view).toEqual(both.theirs.toSorted());
    }
  });
});

async function inAllColumns(table: string): Promise<Both> {
  const { columns } = await trino.query(`SELECT * FROM ${table} LIMIT 0`);
  const names = columns.map(({ name }) => `"${name}"`);
  const asJson = columns.map(({ name, type }) =>
    /^(?:row|array|map)\(/.test(type) ? `CAST("${name}" AS JSON)` : `"${name}"`,
  );
  return await compare(
    `SELECT ${asJson.join(', ')} FROM ${table}`,
    `SELECT ${names.join(', ')} FROM ${table}`,
  );
}

/** Each row as JSON. */
interface Both {
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  /** Columns that order the rows. */
  readonly keys: readonly number[];
}

async function askBoth(query: BoundQuery): Promise<Both> {
  return await compare(unnestedAsRows(query.sql), withValues(query), query.values);
}

async function compare(onTrino: string, onDuckdb: string, values: BoundQuery['values'] = []): Promise<Both> {
  const [{ columns, rows }, ours] = await Promise.all([
    trino.query(onTrino, values),
    duckdb.query(onDuckdb).then(rowsOf),
  ]);
  const typeOf = (place: number): string => columns[place]?.type ?? '';
  const keys = orderedBy(
    onTrino,
    columns.map(({ name }) => name),
  );
  return {
    theirs: rows.map((row) =>
      JSON.stringify(row.map((value, place) => canonicalOfTrino(value, typeOf(place)))),
    ),
    ours: ours.map((row) => JSON.stringify(row.map((value, place) => canonical(value, typeOf(place))))),
    keys,
  };
}

async function rowsOf({ chunks }: QueryResult): Promise<(readonly JsonValue[])[]> {
  const rows: (readonly JsonValue[])[] = [];
  for await (const chunk of chunks) rows.push(...chunk);
  return rows;
}

function keysOf(row: string, keys: readonly number[]): JsonValue[] {
  const values = JSON.parse(row) as JsonValue[];
  return keys.map((key) => values[key] ?? null);
}
