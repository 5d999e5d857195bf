import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type Limits } from '../../shared/core/limits.ts';
import { isRow, normaliseLogFile } from '../../shared/core/normalise-log-file.ts';
import { findRecords } from '../../shared/core/records.ts';
import { foundIn } from '../support/found-records.ts';

/** Containers of every kind, some with fields beside Records, several in one text. */
const small = fc.jsonValue({ maxDepth: 1, depthSize: 'xsmall' });
const value = small.map((value) => JSON.stringify(value));
const object = fc
  .dictionary(fc.string({ maxLength: 3 }), small, { maxKeys: 2 })
  .map((record) => JSON.stringify(record));
const elements = fc
  .array(fc.oneof({ weight: 4, arbitrary: object }, value), { maxLength: 3 })
  .map((elements) => `[${elements.join(', ')}]`);
const member = fc.oneof(
  { weight: 2, arbitrary: elements.map((elements) => `"Records":${elements}`) },
  value.map((value) => `"x": ${value}`),
);
const container = fc
  .array(member, { minLength: 1, maxLength: 3 })
  .map((members) => `{ ${members.join(' ,')} }`);
const text = fc
  .array(fc.oneof(container, elements, object), { minLength: 1, maxLength: 3 })
  .map((values) => values.join('\n'));

const edits = fc.array(
  fc.tuple(
    fc.nat(),
    fc.nat(3),
    fc.constantFrom('', '', '{', '}', '[', ']', '"', ',', ':', '\n', '\\', '0', '\0', ' '),
  ),
  { maxLength: 3 },
);

const damaged = fc.tuple(text, edits).map(([text, edits]) =>
  edits.reduce((text, [where, removed, inserted]) => {
    const at = where % (text.length + 1);
    return text.slice(0, at) + inserted + text.slice(at + removed);
  }, text),
);

const limits: fc.Arbitrary<Limits> = fc
  .record({ records: fc.integer({ min: 1, max: 9 }), unreadableRecords: fc.integer({ min: 1, max: 9 }) })
  .chain((few) =>
    fc.constantFrom<Limits[]>(
      DEFAULT_LIMITS,
      { ...DEFAULT_LIMITS, ...few },
      { ...DEFAULT_LIMITS, recordBytes: 12 },
    ),
  );

/** The text with everything found cut out; undefined if none of it could be read, for then the whole file is kept. */
function leftOver(text: string, limits: Limits): string | undefined {
  const bytes = Buffer.from(text);
  const left: string[] = [];
  let from = 0;
  try {
    for (const { start, end } of findRecords(bytes, limits)) {
      expect(start).toBeGreaterThanOrEqual(from);
      expect(end).toBeGreaterThanOrEqual(start);
      left.push(bytes.toString('utf8', from, start));
      from = end;
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'UnreadableLogFile') return undefined;
    throw error;
  }
  return left.join('') + bytes.toString('utf8', from);
}

describe('every byte of a log file', () => {
  it('is in a record or in quarantine, but for brackets, commas and the word Records', () => {
    fc.assert(
      fc.property(damaged, limits, (text, limits) => {
        expect((leftOver(text, limits) ?? '').replaceAll('"Records"', '')).toMatch(/^[\s{}[\],:]*$/);
      }),
      { numRuns: 4000 },
    );
  });

  it('is in a record or in quarantine if the fields are too many to be listed', () => {
    const text = '{"x":1,"Records":[{"a":1}],"y":2 , "z":[3] }';
    expect(foundIn(text, { recordBytes: 20 })).toEqual([
      '<stray-field> "x":1',
      '{"a":1}',
      '<stray-field> "y":2 , "z":[3] ',
    ]);
  });
});

describe('reading a log file', () => {
  it('never throws, whatever its bytes and its key are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((tail) => Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), tail])),
      damaged.map((text) => Buffer.from(text)),
      damaged.map((text) =>
        Buffer.from(`{"Records":[{"eventTime":"2026-11-21T00:00:00Z"},${text}`, 'utf16le'),
      ),
      fc.tuple(damaged, fc.nat(255)).map(([text, byte]) => Buffer.from(`[${text}   `).fill(byte, 1, 3)),
    );
    fc.assert(
      fc.property(bytes, fc.string({ unit: 'binary' }), (bytes, key) => {
        const items = [...normaliseLogFile(key, bytes, DEFAULT_LIMITS)];
        expect(items.every((item) => isRow(item) || item.code.length > 0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
