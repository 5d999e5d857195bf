import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlString, sqlTimestamp } from '../../shared/core/sql-text.ts';

/** What Trino's grammar takes for one string literal: `'\''' ( ~'\'' | '\'\'' )* '\'''`. */
const LITERAL = /^'(?:[^']|'')*'$/;

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom("'", '\\', '"', '\0', '\n', '-', '%', '🙂', '\ud83d') }),
);

describe('text in SQL', () => {
  let connection: DuckDBConnection;

  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
  });

  afterAll(() => {
    connection.closeSync();
  });

  it('is one literal, or literals joined by NULs, whatever it says', () => {
    fc.assert(
      fc.property(text, (text) => {
        const parts = sqlString(text)
          .replace(/^\((.*)\)$/s, '$1')
          .split(' || chr(0) || ');
        // The text itself may say `' || chr(0) || '`, its quotes doubled: then nothing is to be split.
        const literals = text.includes('\0') ? parts : [sqlString(text)];
        for (const literal of literals) expect(literal).toMatch(LITERAL);
      }),
      { numRuns: 1000 },
    );
  });

  it('is read back by an engine as it was, lone surrogates as U+FFFD', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        const reader = await connection.runAndReadAll(`SELECT ${sqlString(text)} AS a, 'end' AS b`);
        expect(reader.getRowsJS()).toEqual([[text.toWellFormed(), 'end']]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["o'brien", "'o''brien'"],
    ['', "''"],
    [String.raw`a\'b`, String.raw`'a\''b'`],
    ["' OR 1=1 --", "''' OR 1=1 --'"],
    ['a\0b', "('a' || chr(0) || 'b')"],
  ])('%j is %s', (text, sql) => {
    expect(sqlString(text)).toBe(sql);
  });

  it('has instants in UTC, to the millisecond', () => {
    expect(sqlTimestamp(new Date('2026-11-21T10:00:00.5+01:00'))).toBe("TIMESTAMP '2026-11-21 09:00:00.500'");
  });
});
