import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foundIn } from '../support/found-records.ts';

const A = '{"eventTime":"2026-11-21T00:00:00Z","eventName":"A"}';
const B = '{"eventTime":"2026-11-21T00:00:01Z","eventName":"B"}';
const C = '{"eventTime":"2026-11-21T00:00:02Z","eventName":"C"}';
/** What somebody wants to see in the lake who may choose a request parameter. */
const FORGED = '{"eventTime":"2026-11-21T00:00:03Z","eventName":"Forged"}';

function recordsIn(text: string): string[] {
  return foundIn(text).filter((found) => !found.startsWith('<'));
}

describe('a break in a container', () => {
  it.each([
    ['in the middle of a record', `{"Records":[${A},{"eventName":!},${B}]}`, `{"eventName":!},${B}]}`],
    ['between records', `{"Records":[${A} ${B}]}`, ` ${B}]}`],
    ['by a comma too many', `{"Records":[${A},]}`, ']}'],
    ['by the end of the text', `{"Records":[${A},{"eventName":"B`, '{"eventName":"B'],
    ['by a raw newline in a string', `{"Records":[${A},{"a":"x\ny"},${B}]}`, `{"a":"x\ny"},${B}]}`],
    ['by what follows it', `{"Records":[${A}]} trailing`, 'trailing'],
    ['by NUL bytes at the end', `{"Records":[${A}]}\0\0\0`, '\0\0\0'],
  ])('%s keeps what stood before, and the rest as one piece', (_, text, rest) => {
    expect(foundIn(text)).toEqual([A, `<broken-json> ${rest}`]);
  });

  it('at the end of the text leaves all that was whole', () => {
    expect(foundIn(`{"Records":[${A},${B}`)).toEqual([A, B, '<broken-json> ']);
  });

  it('never lets text in a request parameter pass for a record, wherever it breaks', () => {
    const forged = `${A},${JSON.stringify({ requestParameters: { a: `"},${FORGED},{"`, b: [JSON.parse(FORGED)] } }, null, 1)},${B}`;
    for (const text of [`{"Records":[${forged}]}`, `[${forged}]`, `{\n"Records":\n[\n${forged}\n]}`]) {
      for (let at = text.indexOf(A) + A.length; at < text.length; at += 1) {
        for (const broken of [
          text.slice(0, at) + text.slice(at + 1),
          `${text.slice(0, at)}\n${text.slice(at)}`,
        ]) {
          const records = recordsIn(broken);
          expect(records[0]).toBe(A);
          expect(records).not.toContain(FORGED);
          expect(records.map((record) => JSON.parse(record) as unknown)).not.toContainEqual(
            JSON.parse(FORGED),
          );
        }
      }
    }
  });
});

describe('a break in lines', () => {
  it.each([
    ['that are garbage', 'garbage', '<broken-json> garbage'],
    ['cut off in a string', '{"eventName":"A', '<broken-json> {"eventName":"A'],
    ['cut off behind a value', '{"eventName":"A"', '<broken-json> {"eventName":"A"'],
    ['cut off behind a comma', '{"eventName":"A",', '<broken-json> {"eventName":"A",'],
    ['cut off at the start', '{', '<broken-json> {'],
    ['with a bracket and nothing more', 'x[', '<broken-json> x['],
  ])('%s costs that line and no other', (_, line, piece) => {
    expect(foundIn(`${A}\n${line}\n${B}\n${C}\n`)).toEqual([A, piece, B, C]);
    expect(foundIn(`${A}\r\n${line}\r\n\r\n${B}`)).toEqual([A, `${piece}\r`, B]);
  });

  it('costs the whole rest where the next line may belong to the broken value', () => {
    const cut = `{"requestParameters":\n${B}\n${C}`;
    expect(foundIn(`${A}\n${cut}`)).toEqual([A, `<broken-json> ${cut}`]);
    expect(foundIn(`${A}\n{!\n  ${B}`)).toEqual([A, `<broken-json> {!\n  ${B}`]);
    expect(foundIn(`${A}\n${B} x\n${C}`)).toEqual([A, B, `<broken-json> x\n${C}`]);
  });

  it('keeps the records of a container that stood before it on its line', () => {
    expect(foundIn(`${A}\n{"Records":[${B},{]}\n${C}`)).toEqual([A, B, '<broken-json> {]}', C]);
    expect(foundIn(`${A}\n{"Records":[${B}\n${C}`)).toEqual([A, B, '<broken-json> ', C]);
  });

  it('keeps the bracket of an array that was cut off behind it', () => {
    expect(foundIn(`${A}\n[\n!\n${B}`)).toEqual([A, '<broken-json> [', '<broken-json> !', B]);
  });

  it('costs the whole file if it is in the first line, for nothing says then that these are lines', () => {
    expect(() => foundIn(`{"eventName":\n${A}\n`)).toThrow(expect.objectContaining({ code: 'not-json' }));
  });

  it('on any line leaves every other line as it was', () => {
    const line = fc.dictionary(fc.string(), fc.jsonValue()).map((record) => JSON.stringify(record));
    fc.assert(
      fc.property(fc.array(line), fc.array(line), fc.nat(), (before, after, at) => {
        const cut = B.slice(0, 1 + (at % (B.length - 1)));
        // Cut off before a value, a line may take the next one for it: then the rest is given up.
        fc.pre(!/[:[]$/.test(cut));
        const found = foundIn([A, ...before, cut, ...after].join('\n'));
        expect(found).toEqual([A, ...before, `<broken-json> ${cut}`, ...after]);
      }),
    );
  });
});

describe('records that were printed over several lines, one after the other,', () => {
  const forged = {
    eventTime: '2026-11-21T00:00:04Z',
    requestParameters: { items: [JSON.parse(FORGED), JSON.parse(FORGED)], text: `\n${FORGED}\n` },
  };
  const pretty = JSON.stringify(forged, null, 2);

  it('are read', () => {
    expect(foundIn(`${pretty}\n${pretty}\n`)).toEqual([pretty, pretty]);
  });

  it('are no lines: what a caller put into a broken one never becomes a record', () => {
    const heads = [pretty, A, `{"Records":[${A}]}`, `[${A}]`];
    const layouts = [pretty, pretty.replaceAll(/^ +/gm, '')];
    for (const [first, text] of heads.flatMap((first) => layouts.map((text) => [first, text] as const))) {
      for (let at = 1; at < text.indexOf('"items"'); at += 1) {
        const broken = `${text.slice(0, at)}\0${text.slice(at)}`;
        const records = recordsIn(`${first}\n${broken}\n${B}`).map((record) => JSON.parse(record) as unknown);
        expect(records).not.toContainEqual(JSON.parse(FORGED));
      }
    }
  });
});

describe('limits', () => {
  it('stop the reading at so many records, and keep the rest as one piece', () => {
    expect(foundIn(`[${A},${B},${C}]`, { records: 2 })).toEqual([A, B, `<too-many-records> ${C}]`]);
    expect(foundIn(`${A}\n${B}\n${C}`, { records: 2 })).toEqual([A, B, `<too-many-records> ${C}`]);
    expect(foundIn(`{"x":1,"Records":[${A},${B}]}`, { records: 2 })).toEqual([
      '<stray-field> "x":1',
      A,
      `<too-many-records> ${B}]}`,
    ]);
  });

  it('do not stop it at exactly so many', () => {
    expect(foundIn(`[${A},${B}]`, { records: 2 })).toEqual([A, B]);
    expect(foundIn(`{"Records":[${A},${B}]}\n`, { records: 2 })).toEqual([A, B]);
    expect(foundIn(`${A}\n${B}\n\n`, { records: 2 })).toEqual([A, B]);
  });

  it('stop it after so many unreadable pieces', () => {
    const left = '<too-many-unreadable-records> 3,4]';
    expect(foundIn('[1,2,3,4]', { unreadableRecords: 2 })).toEqual([
      '<not-an-object> 1',
      '<not-an-object> 2',
      left,
    ]);
    const lines = foundIn(`${A}\nx\ny\nz\n${B}`, { unreadableRecords: 2 });
    expect(lines.slice(0, 3)).toEqual([A, '<broken-json> x', '<broken-json> y']);
    expect(lines.slice(3)).toEqual([`<too-many-unreadable-records> z\n${B}`]);
  });
});

describe('a record nested 100,000 deep', () => {
  it('is found, and its depth with it', () => {
    const deep = `{"a":${'['.repeat(99_999)}${']'.repeat(99_999)}}`;
    expect(foundIn(`[${A},${deep},${B}]`)).toEqual([A, deep, B]);
  });
});
