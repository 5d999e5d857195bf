import { describe, expect, it } from 'vitest';
import { compileEventPattern } from '../../../shared/core/rules/event-pattern.ts';
import { RecordError } from '../../../shared/core/rules/record-error.ts';
import { compilePredicate } from '../../../shared/core/rules/match.ts';
import { PatternError } from '../../../shared/core/rules/pattern-error.ts';
import type { Predicate } from '../../../shared/core/rules/predicate.ts';
import {
  recordViewOfText,
  recordViewOfValue,
  type JsonObject,
} from '../../../shared/core/rules/record-view.ts';
import { compileRegex } from '../../../shared/core/rules/regex.ts';

/** The largest event CloudTrail delivers. */
const LARGEST = 256 * 1024;

function regex(source: string, flags = ''): Predicate {
  return {
    kind: 'fields',
    conditions: [{ path: ['a'], reads: 'text', anyOf: [{ test: 'regex', source, flags }] }],
  };
}

function nested(depth: number, inside: string): string {
  return `${'['.repeat(depth)}${inside}${']'.repeat(depth)}`;
}

function limit(compile: () => unknown): PatternError {
  try {
    compile();
  } catch (error) {
    if (error instanceof PatternError) return error;
    throw error;
  }
  throw new Error('no limit was met');
}

describe('a hostile rule meets a limit that the error names', () => {
  const values = (count: number): string[] => Array.from({ length: count }, (_, index) => `v${index}`);
  const branches = (count: number, name = 'a'): object[] =>
    values(count).map((value) => ({ [name]: [value] }));
  const deep = (levels: number): object => (levels === 0 ? { a: ['x'] } : { a: deep(levels - 1) });
  const twice = (levels: number): unknown => {
    let list: unknown = { a: ['x'.repeat(1000)] };
    for (let level = 0; level < levels; level += 1) list = { $or: [list, list] };
    return list;
  };

  it.each([
    ['values', { a: values(2001) }, 'at most 2000 values'],
    ['characters', { a: ['x'.repeat(65_537)] }, 'at most 65536 characters'],
    ['characters of names', { ['x'.repeat(65_537)]: ['x'] }, 'at most 65536 characters'],
    ['ways through one $or', { $or: branches(1001) }, 'over 1000 combinations of $or'],
    [
      'ways through three $or',
      { a: { $or: branches(11) }, b: { $or: branches(10) }, c: { $or: branches(10) } },
      'over 1000 combinations of $or',
    ],
    [
      'conditions in all ways',
      { $or: branches(1000), ...Object.fromEntries(values(11).map((name) => [name, ['x']])) },
      'over 10000 conditions',
    ],
    ['depth', deep(51), 'at most 50 levels are allowed'],
    ['depth without end', twice(5000), 'at most'],
    ['branches that are one object, doubled again and again', twice(40), 'at most'],
    ['stars', { a: [{ wildcard: '*a'.repeat(33) }] }, '33 times *; at most 32'],
  ])('%s', (_, pattern, expected) => {
    const error = limit(() => compileEventPattern(pattern));
    expect(error.code).toBe('limit');
    expect(error.message).toContain(expected);
  });

  it.each([
    ['length', 'x'.repeat(5000), '5000 characters; at most 4096'],
    ['program', '(?:abcdefgh?){900}', 'steps; at most 1000'],
    ['alternation', values(5000).join('|'), 'characters; at most 4096'],
    ['repetition', '((a{100}){100}){100}', 'RE2 syntax is expected'],
    ['back-reference', '(a)\\1', 'RE2 syntax is expected'],
    ['flags', 'a', 'the flags i, m and s are known, not x'],
  ])('regular expression: %s', (name, source, expected) => {
    const error = limit(() => compilePredicate(regex(source, name === 'flags' ? 'x' : '')));
    expect(error.message).toContain(expected);
  });
});

describe('the largest rule that is allowed', () => {
  it('with 1000 ways through $or is held against a record', () => {
    const pattern = {
      $or: Array.from({ length: 1000 }, (_, index) => ({ a: [{ wildcard: `*${index}*x` }] })),
    };
    expect(compilePredicate(compileEventPattern(pattern))(recordViewOfValue({ a: 'some 999 x' }))).toBe(true);
  });

  it.each([
    ['(a+)+$', 'a', '!'],
    ['(a|aa)+b', 'a', ''],
    ['(?:a?){30}a{30}b', 'a', ''],
    ['a[ab]{100}[^ab]', 'abbabaab', ''],
    ['[ab]*a[ab]{300}c', 'ab', 'c'],
    ['(x+x+)+y', 'x', 'z'],
    ['(.*)(.*)(.*)(.*)(.*)[^a]{20}z', 'ab', 'z'],
    ['(?:ab|a.|.b){0,150}z', 'ab', 'z'],
  ])('is linear in the text, also as the expression %s', (source, piece, end) => {
    const found = compileRegex(source, 'is');
    expect(found(piece.repeat(20_000 / piece.length) + end)).toBe(found(piece.repeat(1000) + end));
  });

  it('says so of a text that is too long for it, with both lengths', () => {
    const found = compileRegex('[ab]*a[ab]{300}c', '');
    expect(() => found('ab'.repeat(LARGEST / 2))).toThrow(RecordError);
    expect(() => found('ab'.repeat(LARGEST / 2))).toThrow(
      /a text of 262144 characters, and the regular expression \[ab\]\*a\[ab\]\{300\}c may look at \d{5}$/,
    );
    expect(compileRegex('(?i)secret|password|token', '')('x'.repeat(LARGEST))).toBe(false);
  });

  it.each([
    ['stars', `${'*a'.repeat(31)}*`, 'a', ''],
    ['stars that never end', '*a*a*a*a*a*a*a*a*a*a*a*b', 'a', ''],
    ['a long piece that almost fits everywhere', `*${'a'.repeat(2000)}b*`, 'a', ''],
  ])('is quick with %s', (_, wildcard, piece, end) => {
    const holds = compilePredicate(compileEventPattern({ a: [{ wildcard }] }));
    expect(holds(recordViewOfValue({ a: piece.repeat(LARGEST) + end }))).toBe(wildcard.endsWith('a*'));
  });
});

describe('a hostile event', () => {
  const consistent = compilePredicate(
    compileEventPattern({
      resources: {
        a: [{ exists: false }, 'x'],
        b: [{ exists: false }, 'x'],
        c: [{ exists: false }, 'x'],
        d: [{ exists: false }, 'x'],
        n: [{ numeric: ['=', -1] }],
        tags: {
          a: [{ exists: false }, 'x'],
          b: [{ exists: false }, 'x'],
          key: ['k'],
          value: [{ 'anything-but': 'v' }],
        },
      },
    }),
  );

  it('with tens of thousands of resources is gone through once for each condition', () => {
    const resources = Array.from({ length: 20_000 }, (_, n) => ({
      n,
      a: 'x',
      b: 'x',
      c: 'x',
      d: 'x',
      tags: [],
    }));
    expect(consistent(recordViewOfValue({ resources }))).toBe(false);
    const last = {
      n: -1,
      a: 'x',
      tags: [
        { key: 'k', value: 'v' },
        { key: 'k', value: 'w' },
      ],
    };
    expect(consistent(recordViewOfValue({ resources: [...resources, last] }))).toBe(true);
  });

  it('with lists beside lists is no product of them', () => {
    const list = (name: string): JsonObject[] => Array.from({ length: 5000 }, (_, n) => ({ [name]: 'x', n }));
    const pattern = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [name, { [name]: ['x'], n: [-1] }]),
    );
    const record = { a: list('a'), b: list('b'), c: list('c'), d: list('d') };
    expect(compilePredicate(compileEventPattern(pattern))(recordViewOfValue(record))).toBe(false);
  });

  it('500 deep is matched', () => {
    const lists = recordViewOfText(`{"a":${nested(500, '{"b":1,"c":[2]}')}}`);
    expect(compilePredicate(compileEventPattern({ a: { b: [1], c: [2] } }))(lists)).toBe(true);
    expect(compilePredicate(compileEventPattern({ a: { b: [1], c: [{ exists: false }] } }))(lists)).toBe(
      false,
    );
    const objects = recordViewOfText(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`);
    expect(compilePredicate(compileEventPattern({ a: { a: [{ exists: true }] } }))(objects)).toBe(false);
  });

  it('with 100,000 lists in one another is an error that says so', () => {
    const view = recordViewOfText(`{"a":${nested(100_000, '')}}`);
    expect(() => compilePredicate(compileEventPattern({ a: [1] }))(view)).toThrow(RecordError);
    expect(() => compilePredicate(compileEventPattern({ a: [1] }))(view)).toThrow(
      'more than 1000 lists in one another',
    );
    expect(compilePredicate(compileEventPattern({ b: [{ exists: false }] }))(view)).toBe(true);
  });

  it('with 100,000 objects in one another and a rule on its text is an error that says so', () => {
    const view = recordViewOfText(`{"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`);
    expect(() => compilePredicate(regex('x'))(view)).toThrow(RecordError);
  });
});
