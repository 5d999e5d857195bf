import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { findRecords } from '../../shared/core/records.ts';
import { foundIn } from '../support/found-records.ts';

const A = '{"eventTime":"2026-11-21T00:00:00Z","eventName":"A","requestParameters":{"x":[1, {}]}}';
const B = '{"eventName":"B","userAgent":"é\\ud83d\\ude00"}';
const ENVELOPE = `{"version":"0","detail-type":"AWS API Call via CloudTrail","detail":${A}}`;

describe('the records of a log file are found in', () => {
  it.each([
    ['a container as CloudTrail writes it', `{"Records":[${A},${B}]}`, [A, B]],
    ['a container with a newline at the end', `{"Records":[${A},${B}]}\n`, [A, B]],
    ['a pretty-printed container', `{\r\n  "Records" : [\r\n    ${A} ,\r\n\t${B}\r\n  ]\r\n}\r\n`, [A, B]],
    ['a container behind a byte order mark', `\ufeff{"Records":[${A}]}`, [A]],
    ['a container behind a screen of blanks', `${' '.repeat(500)}{${'\n'.repeat(500)}"Records":[${A}]}`, [A]],
    ['a container whose key is written with escapes', `{"\\u0052ecords":[${A}]}`, [A]],
    ['an empty container', '{"Records":[]}', []],
    ['an empty, pretty-printed container', '{ "Records" : [ \n ] }', []],
    ['a bare array', `[${A},${B}]`, [A, B]],
    ['an empty array', '[]', []],
    ['lines', `${A}\n${B}\n`, [A, B]],
    ['lines that end like those of Windows, some of them blank', `${A}\r\n\r\n${B}\r\n`, [A, B]],
    ['lines behind a byte order mark', `\ufeff${A}\n${B}`, [A, B]],
    ['a container a line', `{"Records":[${A}]}\n{"Records":[]}\n{"Records":[${B}]}`, [A, B]],
    ['an array a line', `[${A}]\n[${B}]\n`, [A, B]],
    ['containers, arrays and records mixed', `${A}\n{"Records":[${B}]}\n[${A}]`, [A, B, A]],
    ['containers with nothing between them', `{"Records":[${A}]}{"Records":[${B}]}`, [A, B]],
    ['a single record', A, [A]],
    ['two containers in one', `{"Records":[${A}],"Records":[${B}]}`, [A, B]],
    ['a container with two Records found late', `{ "\\u0052ecords":[${A}],"Records":[${B}]}`, [A, B]],
    ['an EventBridge event', ENVELOPE, [ENVELOPE]],
    ['EventBridge events, one a line', `${ENVELOPE}\n${ENVELOPE}\n`, [ENVELOPE, ENVELOPE]],
    ['an array of EventBridge events', `[${ENVELOPE},${ENVELOPE}]`, [ENVELOPE, ENVELOPE]],
  ])('%s', (_, text, records) => {
    expect(foundIn(text)).toEqual(records);
  });

  it('any array of objects, however it is laid out, with their own text', () => {
    const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(records, fc.nat(3), fc.boolean(), (records, space, bare) => {
        const text = JSON.stringify(bare ? records : { Records: records }, null, space);
        expect(foundIn(text).map((record) => JSON.parse(record) as unknown)).toEqual(
          JSON.parse(JSON.stringify(records)),
        );
      }),
    );
  });

  it('with positions from 0, offsets in bytes, members and depth', () => {
    const text = `{"Records":[${B},7,${A}]}`;
    const found = [...findRecords(Buffer.from(text), DEFAULT_LIMITS)];
    const end = Buffer.byteLength(text) - 2;
    expect(found).toMatchObject([
      { kind: 'record', index: 0, start: 12, end: 12 + Buffer.byteLength(B), depth: 1 },
      { kind: 'unreadable', index: 1, code: 'not-an-object' },
      { kind: 'record', index: 2, start: end - A.length, end, depth: 4 },
    ]);
    expect(found[2]).toHaveProperty(
      'members',
      expect.arrayContaining([expect.objectContaining({ key: 'eventName' })]),
    );
  });
});

describe('kept where somebody sees it is', () => {
  it.each([
    [
      'an element that is no object',
      `[${A},null,"{}",[{}]]`,
      [A, '<not-an-object> null', '<not-an-object> "{}"', '<not-an-object> [{}]'],
    ],
    ['a field behind Records', `{"Records":[${A}],"x":1}`, [A, '<stray-field> "x":1']],
    ['a field before Records', `{"x":{},"Records":[${A}]}`, ['<stray-field> "x":{}', A]],
    ['a second Records that is no array', `{"Records":[${A}],"Records":7}`, [A, '<stray-field> "Records":7']],
    ['Records that is no array on a later line', `${A}\n{"Records":7}`, [A, '<records-not-array> 7']],
    ['an object with no field of a record beside records', `${A}\n{}\n{"x":1}`, [A, '{}', '{"x":1}']],
    ['a digest behind a record', `${A}\n{"digestS3Object":""}`, [A, '{"digestS3Object":""}']],
    ['a record behind a digest', `{"digestS3Object":""}\n${A}`, ['{"digestS3Object":""}', A]],
    [
      'a record that says it is a digest',
      '{"eventName":"A","digestS3Object":""}',
      ['{"eventName":"A","digestS3Object":""}'],
    ],
  ])('%s', (_, text, found) => {
    expect(foundIn(text)).toEqual(found);
  });
});

describe('nothing is read at all', () => {
  it.each([
    ['from nothing', '', 'empty'],
    ['from a byte order mark alone', '\ufeff \n', 'empty'],
    ['from prose', 'When, what\n', 'not-json'],
    ['from a JSON string', '"Records"', 'not-json'],
    ['from UTF-16', Buffer.from(`\ufeff[${A}]`, 'utf16le'), 'not-json'],
    ['from a break before the first record', `{"Records":[{"eventName":`, 'not-json'],
    ['from an object without Records', '{"records":[]}', 'records-missing'],
    ['from an empty object', '{}', 'records-missing'],
    ['from Records that is an object', `{"Records":${A}}`, 'records-not-array'],
    ['from Records that is null', '{"Records":null}', 'records-not-array'],
  ])('%s', (_, text, code) => {
    expect(() => foundIn(text)).toThrow(expect.objectContaining({ name: 'UnreadableLogFile', code }));
  });

  it('from a digest file under another name, which is said to be one', () => {
    expect(() => foundIn('{"awsAccountId":"1","digestS3Object":"x","logFiles":[]}')).toThrow(
      expect.objectContaining({ name: 'DigestFileFound' }),
    );
  });
});
