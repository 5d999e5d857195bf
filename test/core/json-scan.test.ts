import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeString, JsonError, JsonScanner, type Member } from '../../shared/core/json-scan.ts';

/** Steps over one value; throws unless nothing but whitespace is left. */
function scanWhole(bytes: Uint8Array): JsonScanner {
  const scanner = new JsonScanner(bytes);
  scanner.skipValue();
  if (scanner.peek() !== -1) throw new JsonError('unexpected-byte', scanner.position);
  return scanner;
}

function accepts(scan: () => unknown): boolean {
  try {
    scan();
    return true;
  } catch {
    return false;
  }
}

function membersOf(text: string): Member[] {
  return new JsonScanner(Buffer.from(text)).members();
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Text that is nearly JSON: JSON with bytes put in, taken out, changed or moved. */
const mutilated = fc
  .tuple(
    fc.json({ maxDepth: 3 }),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(2),
        fc.constantFrom(...'{}[]",:\\u0019eE+-.tfn/ \n\t\r\0\u001f\u00a0\ufeff\u2028'.split('')),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([json, edits]) =>
    edits.reduce((text, [where, removed, inserted]) => {
      const at = where % (text.length + 1);
      return text.slice(0, at) + inserted + text.slice(at + removed);
    }, json),
  )
  .filter((text) => text.isWellFormed());

describe('what the scanner accepts', () => {
  it('is every text that JSON.stringify makes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t', '\r\n '), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(accepts(() => scanWhole(Buffer.from(text)))).toBe(true);
      }),
    );
  });

  it('is exactly what JSON.parse accepts, of JSON with a few characters put in or taken out', () => {
    fc.assert(
      fc.property(mutilated, (text) => {
        expect(accepts(() => scanWhole(Buffer.from(text)))).toBe(accepts(() => JSON.parse(text) as unknown));
      }),
      { numRuns: 3000 },
    );
  });

  it('is exactly what JSON.parse accepts, of short texts in the alphabet of numbers, words and escapes', () => {
    const alphabet = fc.constantFrom(...'00129-+.eE "\\u/bftrnaFlse[]{},:'.split(''));
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 8 }), (characters) => {
        const text = characters.join('');
        expect(accepts(() => scanWhole(Buffer.from(text)))).toBe(accepts(() => JSON.parse(text) as unknown));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    '-0',
    '1e400',
    '-1.5E-07',
    '9007199254740993',
    '[]',
    '{}',
    '""',
    '"\\ud800"',
    '"\u007f"',
    ' null ',
  ])('includes %s', (text) => {
    expect(accepts(() => scanWhole(Buffer.from(text)))).toBe(true);
  });

  it.each([
    ['', 'unexpected-end', 0],
    ['-', 'unexpected-end', 1],
    ['01', 'unexpected-byte', 1],
    ['+1', 'unexpected-byte', 0],
    ['.5', 'unexpected-byte', 0],
    ['1.', 'unexpected-end', 2],
    ['1e', 'unexpected-end', 2],
    ['NaN', 'unexpected-byte', 0],
    ['nulL', 'unexpected-byte', 3],
    ['tru', 'unexpected-end', 3],
    ['[1,]', 'unexpected-byte', 3],
    ['{"a":1,}', 'unexpected-byte', 7],
    ['{"a" 1}', 'unexpected-byte', 5],
    ['{a:1}', 'unexpected-byte', 1],
    ["'a'", 'unexpected-byte', 0],
    ['[1}', 'unexpected-byte', 2],
    ['{"a":1]', 'unexpected-byte', 6],
    ['"a\nb"', 'unexpected-byte', 2],
    ['"\\x"', 'unexpected-byte', 2],
    ['"\\u12g4"', 'unexpected-byte', 5],
    ['"\\u12"', 'unexpected-byte', 5],
    ['"\\', 'unexpected-end', 2],
    ['"\\u1', 'unexpected-end', 4],
    ['"abc', 'unexpected-end', 4],
    ['\u00a01', 'unexpected-byte', 0],
    ['\ufeff1', 'unexpected-byte', 0],
    ['[1] 2', 'unexpected-byte', 4],
  ])('does not include %j, and says where and why', (text, code, offset) => {
    const scan = (): unknown => scanWhole(Buffer.from(text));
    expect(scan).toThrow(expect.objectContaining({ name: 'JsonError', code, offset }));
  });

  it('stays inside its window of the bytes', () => {
    const bytes = Buffer.from('[123456]');
    const scanner = new JsonScanner(bytes, 1, 4);
    scanner.skipValue();
    expect(scanner.position).toBe(4);
    expect(scanner.peek()).toBe(-1);
    expect(() => new JsonScanner(Buffer.from('"abc"'), 0, 4).skipValue()).toThrow('unexpected-end at byte 4');
    expect(() => new JsonScanner(Buffer.from('true'), 0, 3).skipValue()).toThrow('unexpected-end at byte 3');
  });
});

describe('the members of an object', () => {
  it('are cut out where JSON.parse reads the same keys and values', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.nat(2),
        (object, space) => {
          const bytes = Buffer.from(JSON.stringify(object, null, space));
          const members = new JsonScanner(bytes).members();
          const read = members.map(({ key, start, end }) => [
            key,
            JSON.parse(bytes.toString('utf8', start, end)),
          ]);
          expect(read).toEqual(Object.entries(JSON.parse(bytes.toString()) as object));
        },
      ),
    );
  });

  it('come in order, duplicates included, keys decoded', () => {
    const text = '{"b":1,"a":[2],"\\u0062":3,"":null,"\\ud800":{}}';
    const members = membersOf(text);
    expect(members.map(({ key, start, end }) => [key, text.slice(start, end)])).toEqual([
      ['b', '1'],
      ['a', '[2]'],
      ['b', '3'],
      ['', 'null'],
      ['\ud800', '{}'],
    ]);
  });

  it('are listed only within so many bytes, and stepped over beyond', () => {
    const scanner = new JsonScanner(Buffer.from('{"a":1,"b":{"c":[]},"d":2}'));
    expect(scanner.members(12).map(({ key }) => key)).toEqual(['a', 'b']);
    expect([scanner.peek(), scanner.depth]).toEqual([-1, 3]);
  });

  it('hold no whitespace around their values, and keep what is inside', () => {
    const text = ' {\n"a" :\t[ 1 , 2 ]\r\n, "b": 3 } ';
    expect(membersOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(['[ 1 , 2 ]', '3']);
  });
});

describe('depth', () => {
  it('is the nesting of the value just scanned', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(scanWhole(Buffer.from(JSON.stringify(value))).depth).toBe(depthOf(value));
      }),
    );
  });

  it('counts from the object whose members were read', () => {
    const scanner = new JsonScanner(Buffer.from('{"a":{"b":[]},"c":1}'));
    scanner.members();
    expect(scanner.depth).toBe(3);
    const empty = new JsonScanner(Buffer.from('{}'));
    empty.members();
    expect(empty.depth).toBe(1);
  });

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('of 10,000 and 900,000 %s does not overflow the stack', (_, open, close) => {
    for (const levels of [10_000, 900_000]) {
      const text = `${open.repeat(levels)}1${close.repeat(levels)}`;
      expect(scanWhole(Buffer.from(text)).depth).toBe(levels);
    }
  });

  it('above a million is refused with a code', () => {
    const text = '['.repeat(1_000_001);
    expect(() => scanWhole(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'too-deep' }));
  });
});

describe('decoding a string', () => {
  it('gives what JSON.parse gives, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, escaped) => {
        const text = JSON.stringify(`${plain}\ud800${escaped}`);
        const bytes = Buffer.from(text);
        expect(decodeString(bytes, 0, bytes.length)).toBe(JSON.parse(text));
      }),
    );
  });
});
