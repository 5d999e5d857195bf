import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPACTED_COLUMNS } from '../../shared/core/columns.ts';
import { compactedFile, LAYOUT } from '../../shared/core/compacted-file.ts';
import { layOut } from '../../shared/core/parquet-layout.ts';
import { parquetRows } from '../../shared/core/parquet-rows.ts';
import type { Struct } from '../../shared/core/record-row.ts';
import { anyMembers } from '../support/hostile-record.ts';
import { readParquet } from '../support/read-parquet.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { rowOfRecord, TIME } from '../support/rows-of-text.ts';

async function read(file: Uint8Array): Promise<Struct[]> {
  return await parquetRows(new Uint8Array(file).buffer);
}

/** Rows of these records, no two from one place. */
function rowsOf(members: readonly string[]): Struct[] {
  return members.map((text, recordindex) => {
    const { values } = rowOfRecord(`{${TIME}${text === '' ? '' : `,${text}`}}`);
    return { ...values, recordindex };
  });
}

const DELIVERIES = [
  { logfile: 'AWSLogs/a.json.gz', recordindex: 3 },
  { logfile: 'AWSLogs/b.json.gz', recordindex: 0 },
];

describe('a compacted file', () => {
  it('is the same bytes whatever order the rows come in, and holds them all', async () => {
    const records = fc.array(anyMembers, { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(records, async (records) => {
        const rows = rowsOf(records.map((members) => members.slice(1)));
        const file = compactedFile(rows);
        expect(Buffer.compare(compactedFile(rows.toReversed()), file)).toBe(0);
        const found = await read(file);
        expect(Buffer.compare(compactedFile(found), file)).toBe(0);
        expect(new Set(found.map((row) => row['recordindex']))).toEqual(new Set(rows.keys()));
        expect(found).toHaveLength(rows.length);
      }),
      { numRuns: 30 },
    );
  });

  it('is sorted by service, event and time', async () => {
    const event = (source: string, name: string, second: number): string =>
      `{"eventTime":"2026-11-21T10:20:0${second}Z","eventSource":"${source}","eventName":"${name}"}`;
    const records = [event('s3', 'A', 1), event('iam', 'B', 3), event('iam', 'B', 2), event('iam', 'A', 4)];
    const found = await read(compactedFile(records.map((record) => rowOfRecord(record).values)));
    expect(found.map((row) => [row['eventsource'], row['eventname'], row['event_ts']])).toEqual(
      [
        ['iam', 'A', 4],
        ['iam', 'B', 2],
        ['iam', 'B', 3],
        ['s3', 'A', 1],
      ].map(([source, name, second]) => [source, name, Date.parse(`2026-11-21T10:20:0${second}Z`)]),
    );
  });

  it('keeps an event’s other deliveries', async () => {
    const [one = {}, other = {}] = rowsOf(['', '']);
    const file = compactedFile([{ ...one, otherdeliveries: DELIVERIES }, other]);
    expect((await read(file)).map((row) => row['otherdeliveries'])).toEqual([DELIVERIES, null]);
    expect((await readParquet(file)).map((row) => row['otherdeliveries'])).toEqual([DELIVERIES, undefined]);
  });

  it('is read by DuckDB, over many pages and row groups', async () => {
    const [template = {}] = rowsOf([
      '"eventName":"A","userIdentity":{"arn":"x"},"resources":[{"ARN":"r"},null]',
    ]);
    const rows = Array.from({ length: 3000 }, (_, recordindex): Struct => ({
      ...template,
      recordindex,
      eventid: `e${recordindex}`,
      ...(recordindex % 2 === 0 && { otherdeliveries: DELIVERIES }),
    }));
    const file = join(await scratchFolder(), 'x.parquet');
    await writeFile(file, layOut(rows, COMPACTED_COLUMNS, { ...LAYOUT, rowGroupRows: 2000 }));
    const connection = await DuckDBConnection.create();
    const ask = async (sql: string): Promise<unknown> =>
      (await connection.runAndReadAll(`SELECT ${sql}`)).getRowsJS();
    expect(
      await ask(
        `count(*)::INT, count(DISTINCT eventid)::INT, sum(recordindex)::INT, count(useridentity.arn)::INT,
          sum(len(otherdeliveries))::INT, count(resources[1].arn)::INT FROM '${file}'`,
      ),
    ).toEqual([[3000, 3000, 4_498_500, 3000, 3000, 3000]]);
    expect(await ask(`recordindex FROM '${file}' WHERE eventid = 'e2345'`)).toEqual([[2345]]);
    connection.closeSync();
  });
});
