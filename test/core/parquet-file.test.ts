import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLUMNS, type ColumnType } from '../../shared/core/columns.ts';
import { objectOfRows } from '../support/object-of-rows.ts';
import type { Row, Struct, Value } from '../../shared/core/record-row.ts';
import { anyMembers } from '../support/hostile-record.ts';
import { metadataOf, readParquet } from '../support/read-parquet.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { rowOfRecord, TIME } from '../support/rows-of-text.ts';

/** What a reader must find in a column: absent leaves are NULL, times are dates. */
function stored(type: ColumnType, value: Value | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'timestamp') return new Date(Number(value));
  if (typeof type === 'string' || value instanceof Uint8Array) return value;
  if ('array' in type) return (value as Value[]).map((element) => stored(type.array, element));
  if ('map' in type) return value;
  const struct = Object.entries(type.struct).map(([name, field]) => [
    name,
    stored(field, (value as Struct)[name]),
  ]);
  return Object.fromEntries(struct) as unknown;
}

/** What was stored, and what another implementation reads. */
async function bothWays(rows: readonly Row[]): Promise<{ read: unknown; expected: unknown }> {
  const found = await readParquet(objectOfRows(rows));
  const expected = rows.map(({ values }) => COLUMNS.map(({ name, type }) => stored(type, values[name])));
  const read = found.map((row) => COLUMNS.map(({ name }) => plain(row[name])));
  return { read, expected };
}

/** Absent and NULL are one to the reader used here. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function row(members: string): Row {
  return rowOfRecord(`{${TIME}${members === '' ? '' : ','}${members}}`);
}

describe('a Parquet file', () => {
  it('of the same rows is the same bytes', () => {
    const [one, two] = [1, 2].map(() =>
      objectOfRows(['"eventName":"A"', '"resources":[{"ARN":"a"}]', ''].map(row)),
    );
    expect(one).toEqual(two);
  });

  it('is read back as the rows it was made of, whatever they hold', async () => {
    // A reader that builds objects can't show this key; DuckDB does, below.
    const rows = fc.array(anyMembers, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, async (rows) => {
        fc.pre(!rows.some((members) => members.includes('__proto__')));
        const { read, expected } = await bothWays(rows.map((members) => row(members.slice(1))));
        expect(read).toEqual(expected);
      }),
      { numRuns: 120 },
    );
  });

  it.each([
    ['empty strings and NULLs', ['"userAgent":""', '"userAgent":null', '']],
    ['structs that are empty and that are not', ['"userIdentity":{}', '', '"userIdentity":{"type":""}']],
    [
      'lists that are empty, of NULL and of empty structs',
      ['"resources":[]', '"resources":[null]', '"resources":[{}]', ''],
    ],
    ['lists of many', [`"resources":[{"ARN":"a"},null,{},{"type":""}]`, '"resources":[7]', '']],
    [
      'maps that are empty, of NULL and absent',
      ['{}', '{"a":null}', '{"a":""}', 'null', '{"b":"c","":"d"}'].map(attributes),
    ],
    ['a single row of nothing but NULLs', ['']],
    ['text of 300 kB', [`"requestParameters":{"a":"${'é'.repeat(150_000)}"}`]],
    [
      'NUL and characters beyond the basic plane',
      ['"userAgent":"\\u0000a\\u0000"', '"userAgent":"😀\uffff"'],
    ],
  ])('tells apart %s', async (_, members) => {
    const { read, expected } = await bothWays(members.map(row));
    expect(read).toEqual(expected);
  });

  it('keeps times to the millisecond, before 1970 and far ahead', async () => {
    const times = [
      '0001-01-01T00:00:00Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999Z',
    ];
    const { read, expected } = await bothWays(times.map((time) => rowOfRecord(`{"eventTime":"${time}"}`)));
    expect(read).toEqual(expected);
  });

  it('keeps a map’s keys that are names of JavaScript’s own', async () => {
    const file = join(await scratchFolder(), 'x.parquet');
    await writeFile(file, objectOfRows([row(attributes('{"__proto__":"p","constructor":"c","10":"ten"}'))]));
    const connection = await DuckDBConnection.create();
    const map = 'useridentity.sessioncontext.webidfederationdata.attributes';
    const sql = `SELECT unnest(map_keys(${map})) AS k, unnest(map_values(${map})) AS v FROM '${file}' ORDER BY k`;
    const rows = (await connection.runAndReadAll(sql)).getRows();
    connection.closeSync();
    expect(rows).toEqual([
      ['10', 'ten'],
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
  });

  it('of as many rows as a part can have is one row group, and loses none', async () => {
    const template = row('"eventName":"A"');
    const rows = Array.from({ length: 65_536 }, (_, recordindex): Row => ({
      ...template,
      values: { ...template.values, recordindex },
    }));
    const file = objectOfRows(rows);
    expect(metadataOf(file).row_groups.map(({ num_rows }) => num_rows)).toEqual([65_536n]);
    const read = await readParquet(file);
    expect(read.map((row) => row['recordindex'])).toEqual(rows.map((_, i) => i));
  });
});

function attributes(map: string): string {
  return `"userIdentity":{"sessionContext":{"webIdFederationData":{"attributes":${map}}}}`;
}
