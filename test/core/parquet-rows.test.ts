import * as fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { objectOfRows } from '../support/object-of-rows.ts';
import { parquetRows, type RowsWanted } from '../../shared/core/parquet-rows.ts';
import type { Row, Struct } from '../../shared/core/record-row.ts';
import { anyMembers } from '../support/hostile-record.ts';
import { rowOfRecord, TIME } from '../support/rows-of-text.ts';

async function read(file: Uint8Array, wanted?: RowsWanted): Promise<Struct[]> {
  return await parquetRows(new Uint8Array(file).buffer, wanted);
}

/** A file, and the file made of the rows read from it. */
async function writtenTwice(rows: readonly Row[]): Promise<{ first: Uint8Array; second: Uint8Array }> {
  const first = objectOfRows(rows);
  const [template] = rows;
  if (template === undefined) throw new Error('no rows');
  const { partition, time } = template;
  const again = (await read(first)).map((values) => ({ values, partition, time }));
  return { first, second: objectOfRows(again) };
}

function row(members: string): Row {
  return rowOfRecord(`{${TIME}${members === '' ? '' : ','}${members}}`);
}

function attributes(map: string): string {
  return `"userIdentity":{"sessionContext":{"webIdFederationData":{"attributes":${map}}}}`;
}

describe('rows read from a Parquet file', () => {
  it('make the same file again, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMembers, { minLength: 1, maxLength: 6 }), async (rows) => {
        const { first, second } = await writtenTwice(rows.map((members) => row(members.slice(1))));
        expect(Buffer.compare(first, second)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['NULLs and empty strings', ['"userAgent":""', '"userAgent":null', '']],
    ['a row of nothing but NULLs', ['']],
    ['structs that are empty, NULL and of NULLs', ['"userIdentity":{}', '', '"userIdentity":{"arn":null}']],
    [
      'structs in structs, empty at each level',
      ['{}', '{"sessionContext":{}}', '{"sessionContext":{"webIdFederationData":{}}}'].map(
        (identity) => `"userIdentity":${identity}`,
      ),
    ],
    [
      'lists',
      ['[]', '[null]', '[{}]', '[{"ARN":"a"},null,{},{"type":""}]'].map((list) => `"resources":${list}`),
    ],
    [
      'maps',
      ['{}', '{"a":null}', '{"a":""}', 'null', '{"b":"c","":"d"}', '{"__proto__":"p","10":"ten"}'].map(
        attributes,
      ),
    ],
    ['a map’s key __proto__ without a value', [attributes('{"__proto__":null}')]],
    ['a byte order mark', ['"userAgent":"\ufeffcurl"', '"requestParameters":{"a":"\ufeff"}']],
    ['NUL and U+FFFD', ['"userAgent":"\\u0000a\\u0000"', '"userAgent":"\ufffd\uffff"']],
    ['characters beyond ASCII beside it', ['"userAgent":"é😀"', '"userAgent":"e"', '"userAgent":"ÿ"']],
    ['integers above 2^53', ['"requestParameters":{"a":9007199254740993}', '"apiVersion":9007199254740993']],
    [
      'text over several pages',
      [1, 2, 3].map((n) => `"requestParameters":{"a":"${`é${n}`.repeat(200_000)}"}`),
    ],
  ])('keep %s', async (_, members) => {
    const { first, second } = await writtenTwice(members.map(row));
    expect(Buffer.compare(first, second)).toBe(0);
    expect(await read(second)).toEqual(await read(first));
  });

  it('keep times before 1970 and far ahead', async () => {
    const times = ['0001-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'];
    const rows = times.map((time) => rowOfRecord(`{"eventTime":"${time}"}`));
    const found = await read(objectOfRows(rows));
    expect(found.map((values) => values['event_ts'])).toEqual(rows.map(({ time }) => time));
  });

  it('have a value for each column, NULL if there is none', async () => {
    const rows = ['"userIdentity":{"type":"Root"}', '"resources":[{"ARN":"a"},null]'].map(row);
    const [one, other] = await read(objectOfRows(rows));
    expect(one).toMatchObject({
      useridentity: { type: 'Root', arn: null },
      resources: null,
      otherdeliveries: null,
    });
    expect(other).toMatchObject({
      useridentity: null,
      resources: [{ arn: 'a', accountid: null, type: null }, null],
    });
  });

  describe('of many row groups', () => {
    const template = row('"eventName":"A","userIdentity":{"type":"Root"}');
    const file = objectOfRows(
      Array.from({ length: 50_010 }, (_, recordindex) => ({
        ...template,
        values: { ...template.values, recordindex },
      })),
    );

    it.each([
      [{ from: 49_998, to: 50_003 }, [49_998, 49_999, 50_000, 50_001, 50_002]],
      [{ from: 50_008 }, [50_008, 50_009]],
      [{ to: 2 }, [0, 1]],
      [{ from: 60_000 }, []],
    ])('are those of the range %j', async (range, expected) => {
      const rows = await read(file, { ...range, columns: ['recordindex'] });
      expect(rows).toEqual(expected.map((recordindex) => ({ recordindex })));
    });

    it('fetch no more than the columns asked for', async () => {
      let fetched = 0;
      const buffer = new Uint8Array(file).buffer;
      const counting = {
        byteLength: buffer.byteLength,
        slice: (start: number, end?: number) => {
          fetched += (end ?? buffer.byteLength) - start;
          return buffer.slice(start, end);
        },
      };
      const rows = await parquetRows(counting, {
        columns: ['eventname', 'otherdeliveries'],
        metadata: parquetMetadata(buffer),
      });
      expect(rows[50_009]).toEqual({ eventname: 'A', otherdeliveries: null });
      expect(fetched).toBeLessThan(1000);
    });
  });
});
