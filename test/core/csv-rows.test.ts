import { CsvError as TheirError, parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellBytes, CsvError, CsvScanner } from '../../shared/core/csv-rows.ts';

function ours(text: string): string[][] {
  const bytes = Buffer.from(text);
  const scanner = new CsvScanner(bytes);
  const rows: string[][] = [];
  for (let row = scanner.row(100); row !== undefined; row = scanner.row(100))
    rows.push(row.cells.map((cell) => cellBytes(bytes, cell).toString()));
  return rows;
}

function theirs(text: string): string[][] {
  return parse(text, { relax_column_count: true, record_delimiter: ['\n', '\r\n'] });
}

/** What a reader makes of a text: rows, or that it is no CSV. */
function readBy(read: (text: string) => string[][], text: string): string[][] | 'no CSV' {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof CsvError || error instanceof TheirError) return 'no CSV';
    throw error;
  }
}

describe('rows of CSV', () => {
  it('are those that csv-parse finds, and broken is what it finds broken', () => {
    const pieces = fc.constantFrom('"', '"a"', '""', ',', '\n', '\r\n', 'a', 'é', '"x""y"', '","');
    const seen = { rows: 0, broken: 0 };
    fc.assert(
      fc.property(fc.array(pieces), (pieces) => {
        const text = pieces.join('');
        const rows = readBy(ours, text);
        seen[rows === 'no CSV' ? 'broken' : 'rows'] += 1;
        expect(rows).toEqual(readBy(theirs, text));
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.rows, seen.broken)).toBeGreaterThan(50);
  });

  it('have no more cells than they may', () => {
    expect(() => new CsvScanner(Buffer.from(','.repeat(9))).row(9)).toThrow(/more than 9 cells at byte 9/);
  });
});
