import * as fc from 'fast-check';
import type { Encoding } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { COLUMNS, COMPACTED_COLUMNS } from '../../shared/core/columns.ts';
import { LAYOUT } from '../../shared/core/compacted-file.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { isRow, normaliseLogFile } from '../../shared/core/normalise-log-file.ts';
import { layOut, type LeafLayout, type ParquetLayout } from '../../shared/core/parquet-layout.ts';
import type { Row, Struct } from '../../shared/core/record-row.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { sha256Hex } from '../../shared/core/sha256.ts';
import { anyMembers } from '../support/hostile-record.ts';
import { laidOutByHyparquet } from '../support/hyparquet-files.ts';
import { rowOfRecord, TIME } from '../support/rows-of-text.ts';

/**
 * Objects are named by what they hold: a file whose bytes differ is another file. hyparquet-writer, which wrote all of them before, is
 * the oracle.
 */

const SAMPLE = sampleRows(1500);

const SAMPLE_VALUES = SAMPLE.map(({ values }) => values);

function sampleRows(atLeast: number): Row[] {
  const rows: Row[] = [];
  for (const { key, body } of sampleLogFiles(DEFAULT_SAMPLE_OPTIONS)) {
    if (rows.length >= atLeast) break;
    for (const item of normaliseLogFile(key, body, DEFAULT_LIMITS)) if (isRow(item)) rows.push(item.row);
  }
  return rows;
}

function rowsOf(members: readonly string[]): Row[] {
  return members.map((text, recordindex) => {
    const row = rowOfRecord(`{${TIME}${text === '' ? '' : `,${text}`}}`);
    return { ...row, values: { ...row.values, recordindex } };
  });
}

interface Written {
  readonly ours: readonly string[];
  readonly oracle: readonly string[];
}

function bothWays(rows: readonly Row[], layout: ParquetLayout = LAYOUT): Written {
  return layouts(
    rows.map((row) => row.values),
    layout,
  );
}

function layouts(rows: readonly Struct[], layout: ParquetLayout, columns = COMPACTED_COLUMNS): Written {
  return {
    ours: [named(layOut(rows, columns, layout))],
    oracle: [named(laidOutByHyparquet(rows, columns, layout))],
  };
}

/** A file that differs is not worth a megabyte of message. */
function named(file: Uint8Array): string {
  return `${file.length} bytes, SHA-256 ${sha256Hex(file)}`;
}

/** At a zstd level that doesn't take long: both writers have the same compressor. */
function withLeaves(change: Partial<LeafLayout>): ParquetLayout {
  return { ...LAYOUT, leaf: (path) => ({ ...LAYOUT.leaf(path), ...change, zstdLevel: 1 }) };
}

const LONG = ['a', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}', '\0', '\x7f'];

function agents(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [
    `"userAgent":${JSON.stringify(text)}`,
    `"userIdentity":{"arn":${JSON.stringify(text)}}`,
  ]);
}

function attributes(map: string): string {
  return `"userIdentity":{"sessionContext":{"webIdFederationData":{"attributes":${map}}}}`;
}

describe('the bytes of a Parquet file', () => {
  it('are hyparquet-writer’s, whatever the rows hold', () => {
    fc.assert(
      fc.property(fc.array(anyMembers, { minLength: 1, maxLength: 12 }), (records) => {
        const { ours, oracle } = bothWays(rowsOf(records.map((members) => members.slice(1))));
        expect(ours).toEqual(oracle);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a row of nothing but NULLs', ['']],
    ['eight of them, a run', Array.from({ length: 8 }, () => '')],
    ['empty strings and NULLs', ['"userAgent":""', '"userAgent":null', '']],
    ['structs in structs', ['{}', '{"sessionContext":{}}', '{"type":""}'].map((u) => `"userIdentity":${u}`)],
    ['lists', ['[]', '[null]', '[{}]', '[{"ARN":"a"},null,{},{"type":""}]'].map((l) => `"resources":${l}`)],
    ['maps', ['{}', '{"a":null}', '{"a":""}', 'null', '{"b":"c","__proto__":"d"}'].map(attributes)],
    ['text of 300 kB', [`"requestParameters":{"a":"${'é'.repeat(150_000)}"}`]],
    ['bounds that are cut', LONG.flatMap((text) => agents([text.repeat(254), `${text.repeat(255)}zz`]))],
    ['text that UTF-16 sorts otherwise', agents(['\u{10000}', '\uffff', '\ue000', 'a', 'a'])],
    ['surrogates alone', ['"userAgent":"\\ud800"', '"userAgent":"\\udfff"', '"userAgent":"\ufffd"']],
  ])('are so for %s', (_, members) => {
    const { ours, oracle } = bothWays(rowsOf(members));
    expect(ours).toEqual(oracle);
  });

  it('are so for times before 1970 and far ahead', () => {
    const times = ['0001-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'];
    const { ours, oracle } = bothWays(times.map((time) => rowOfRecord(`{"eventTime":"${time}"}`)));
    expect(ours).toEqual(oracle);
  });

  it.each([1, 7, 12, 300])('are so for a sample’s first %i rows', (rows) => {
    const { ours, oracle } = bothWays(SAMPLE.slice(0, rows));
    expect(ours).toEqual(oracle);
  });

  it('are so over many pages and row groups', () => {
    const { ours, oracle } = bothWays(SAMPLE, { ...LAYOUT, rowGroupRows: 600 });
    expect(ours).toEqual(oracle);
  });

  it('are so where rows weigh more than an ingested file’s pages hold', () => {
    const long = [1, 2, 3].map((n) => `"requestParameters":{"a":"${`é${n}`.repeat(300_000)}"}`);
    const { ours, oracle } = bothWays(rowsOf(['', ...long, '', ...long, '']));
    expect(ours).toEqual(oracle);
  });

  it('are so for rows that were delivered again', () => {
    const otherdeliveries = [
      { logfile: 'AWSLogs/a.json.gz', recordindex: 3 },
      { logfile: 'AWSLogs/b.json.gz', recordindex: 0 },
    ];
    const rows = SAMPLE_VALUES.map((values, i) => (i % 3 === 0 ? { ...values, otherdeliveries } : values));
    const { ours, oracle } = layouts(rows, withLeaves({ pageBytes: 1000 }));
    expect(ours).toEqual(oracle);
  });

  it('are so for bytes of which some are NULL', () => {
    const rows = SAMPLE_VALUES.map((values, i) => (i % 3 === 0 ? { ...values, recordhash: null } : values));
    const layout = withLeaves({ statistics: 'bounds', columnIndex: true, pageBytes: 1000 });
    const { ours, oracle } = layouts(rows, layout);
    expect(ours).toEqual(oracle);
  });

  it.each<[string, Partial<LeafLayout>]>([
    ['with bounds everywhere', { statistics: 'bounds', columnIndex: true, pageBytes: 2000 }],
    ['with bounds of pages alone', { statistics: 'nulls', columnIndex: true, pageBytes: 500 }],
    ['with a bloom filter for each leaf', { bloomFilter: { fpp: 0.01 } }],
    ['with a dictionary everywhere', { encoding: 'RLE_DICTIONARY', pageBytes: 3000 }],
  ])('are so %s', (_, change) => {
    const { ours, oracle } = layouts(SAMPLE_VALUES, withLeaves(change));
    expect(ours).toEqual(oracle);
  });

  it('are so where bounds are cut short', () => {
    const { ours, oracle } = layouts(SAMPLE_VALUES, { ...withLeaves({}), boundBytes: 10 });
    expect(ours).toEqual(oracle);
  });

  it.each<[Encoding, string[]]>([
    ['DELTA_BYTE_ARRAY', ['eventid', 'recordhash', 'errorcode', 'requestparameters']],
    ['DELTA_LENGTH_BYTE_ARRAY', ['eventid', 'recordhash', 'errorcode', 'requestparameters']],
    ['DELTA_BINARY_PACKED', ['event_ts', 'recordindex']],
    ['BYTE_STREAM_SPLIT', ['event_ts', 'recordindex']],
  ])('are so for values as %s', (encoding, names) => {
    const columns = COLUMNS.filter(({ name }) => names.includes(name));
    const layout = withLeaves({ encoding, bloomFilter: false, pageBytes: 5000 });
    const { ours, oracle } = layouts(SAMPLE_VALUES, layout, columns);
    expect(ours).toEqual(oracle);
  });
});
