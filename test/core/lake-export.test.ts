import * as fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { isRow, normaliseLogFile } from '../../shared/core/normalise-log-file.ts';
import { foundIn } from '../support/found-records.ts';
import { exportedCsv, QUERY, resultCsv } from '../support/lake-export.ts';

const A = '{"eventTime":"2026-11-21T00:00:00Z","eventName":"A","requestParameters":{"x":[1, 500.0]}}';
const B = '{"eventName":"B","userAgent":"é\\ud83d\\ude00 \\"quoted\\", with a comma\\n"}';

/** As GetQueryResults answers: a list of rows, a row a list of columns. */
function answer(rows: readonly (readonly Record<string, string>[])[], more = {}): string {
  return JSON.stringify({ QueryStatus: 'FINISHED', QueryResultRows: rows, ...more }, null, 4);
}

describe('whole records are found in', () => {
  it.each([
    ['a saved query result', exportedCsv([A, B]), [A, B]],
    ['one with lines as Windows ends them', resultCsv(['eventJson'], [[A], [B]], '\r\n'), [A, B]],
    ['one without the line of its time', `"eventJson"\n"${A.replaceAll('"', '""')}"`, [A]],
    ['one behind a byte order mark', `\ufeff${exportedCsv([A])}`, [A]],
    ['one without rows', exportedCsv([]), []],
    ['one whose column is written otherwise', resultCsv([' EVENTJSON'], [[A]]), [A]],
    ['one with other columns around it', resultCsv(['eventID', 'eventjson', 'x'], [['1', A, '"\n,']]), [A]],
    ['one with blanks around a record', resultCsv(['eventJson'], [[`  ${A}\n`]]), [A]],
    ['one with blank lines', `${exportedCsv([A])}\n\r\n`, [A]],
    ['an answer of GetQueryResults', answer([[{ eventJson: A }], [{ eventJson: B }]]), [A, B]],
    ['one with other columns', answer([[{ eventID: '1' }, { EVENTJSON: A }]], { NextToken: 'x' }), [A]],
    ['one without rows', answer([]), []],
  ])('%s', (_, text, records) => {
    expect(foundIn(text)).toEqual(records);
  });

  it('any records, byte for byte, whatever they say', () => {
    const objects = fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), { maxLength: 4 });
    fc.assert(
      fc.property(objects, fc.nat(2), (objects, space) => {
        const records = objects.map((object) => JSON.stringify(object, null, space));
        expect(foundIn(exportedCsv(records))).toEqual(records);
        expect(foundIn(answer(records.map((eventJson) => [{ eventJson }])))).toEqual(records);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what a cell says never passes for rows:', () => {
  it('any text in any cell stays within its own row', () => {
    const hostile = fc.string({ unit: fc.constantFrom('"', '""', ',', '\n', '\r', '{', '}', 'x') });
    fc.assert(
      fc.property(hostile, hostile, (before, after) => {
        const text = resultCsv(
          ['a', 'eventJson', 'b'],
          [
            [before, A, after],
            [after, B, before],
          ],
        );
        expect(foundIn(text)).toEqual([A, B]);
      }),
    );
  });

  it('any bytes at all are read to their end without an error but its own, and nothing of them is left out', () => {
    const rows = fc.array(
      fc.constantFrom('"', '""', ',', '\n', '\r\n', '{}', `"${A.replaceAll('"', '""')}"`),
    );
    fc.assert(
      fc.property(rows, (pieces) => {
        const rest = pieces.join('');
        const items = [...normaliseLogFile('x.csv', Buffer.from(`eventJson\n${rest}`), DEFAULT_LIMITS)];
        const kept = items.map((item) => (isRow(item) ? A : Buffer.from(item.bytes).toString()));
        const seen = kept
          .join('')
          .replaceAll(/[\r\n]|""/g, '')
          .replaceAll('"', '');
        expect(seen).toBe(rest.replaceAll(/[\r\n]|""/g, '').replaceAll('"', ''));
      }),
    );
  });
});

describe('kept where somebody sees it is', () => {
  const row = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  it.each([
    ['a cell that is no object', exportedCsv([A, '[1]', B]), [A, '<not-an-object> "[1]"', B]],
    ['an empty cell', exportedCsv([A, '']), [A, '<not-an-object> ""']],
    ['JSON that breaks off, and only it', exportedCsv(['{"a":', B]), [`<broken-json> ${row('{"a":')}`, B]],
    ['two values in a cell', exportedCsv([`${A}{}`]), [`<broken-json> ${row(`${A}{}`)}`]],
    ['all behind a broken quote', `${exportedCsv([A])}"{}"x\n"{}"\n`, [A, '<broken-csv> "{}"x\n"{}"\n']],
    ['a cell that does not end', `${exportedCsv([A])}"{}\n`, [A, '<broken-csv> "{}\n']],
    ['a row with a cell too many', `${exportedCsv([A])}"{}",1\n`, [A, '<broken-csv> "{}",1\n']],
    ['a row with a cell too few', `eventJson,x\n"{}"\n`, ['<broken-csv> "{}"\n']],
    ['an answer’s row without it', answer([[{ eventJson: A }], []]), [A, '<event-json-missing> []']],
    [
      'an answer’s text that is no text',
      '{"QueryResultRows":[[{"eventJson":"\\ud800{}"}]]}',
      ['<invalid-utf8> [{"eventJson":"\\ud800{}"}]'],
    ],
  ])('%s', (_, text, found) => {
    expect(foundIn(text)).toEqual(found);
  });

  it('what is beyond a limit', () => {
    const text = exportedCsv([A, A, A]);
    expect(foundIn(text, { records: 2 }).at(-1)).toMatch(/^<too-many-records> "/);
    expect(foundIn(text, { recordBytes: 20 })[0]).toMatch(/^<record-too-large> "/);
    expect(foundIn(exportedCsv(['', '', '']), { unreadableRecords: 2 })).toHaveLength(3);
    const rows = JSON.stringify({ QueryResultRows: [[{ eventJson: A }], [{ eventJson: A }]] });
    expect(foundIn(rows, { records: 1 }).at(-1)).toMatch(/^<too-many-records> \[/);
    expect(foundIn(rows, { recordBytes: 30 })[0]).toMatch(/^<record-too-large> \[/);
  });
});

describe('refused, with the query to run instead, is', () => {
  it.each([
    ['a result of columns', resultCsv(['eventID', 'requestParameters'], [['1', '{bucketName=x}']])],
    ['a result of anything else', resultCsv(['n'], [['1']])],
    ['a result with two of them', resultCsv(['eventJson', 'eventjson'], [[A, B]])],
    ['an answer of columns', answer([[{ eventID: '1' }]])],
  ])('%s', (_, text) => {
    expect(() => foundIn(text)).toThrow(
      expect.objectContaining({
        code: 'event-json-missing',
        message: expect.stringContaining('SELECT eventJson FROM') as string,
      }),
    );
  });

  it('but a CSV of something else is not said to be CloudTrail Lake’s', () => {
    for (const text of ['When, what\n', 'x'.repeat(100_000), '\0\0\0'])
      expect(() => foundIn(text)).toThrow(expect.objectContaining({ code: 'not-json' }));
  });
});

describe('a row of the lake', () => {
  it('is the same, its hash too, from an export and from a log file', () => {
    const rowsOf = (key: string, text: string): unknown[] =>
      [...normaliseLogFile(key, gzipSync(text), DEFAULT_LIMITS)].filter(isRow).map((item) => {
        item.row.values['logfile'] = '';
        return item;
      });
    const record = A.replace('{', '{"recipientAccountId":"444455556666","awsRegion":"eu-west-1",');
    const fromLogFile = rowsOf('x.json.gz', `{"Records":[${record}]}`);
    expect(fromLogFile).toHaveLength(1);
    expect(rowsOf(`${QUERY}/result_1.csv.gz`, exportedCsv([record]))).toEqual(fromLogFile);
    expect(rowsOf('page.json', answer([[{ eventJson: record }]]))).toEqual(fromLogFile);
  });
});
