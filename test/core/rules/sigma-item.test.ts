import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../shared/core/query-result.ts';
import { compilePredicate } from '../../../shared/core/rules/match.ts';
import { recordViewOfValue } from '../../../shared/core/rules/record-view.ts';
import { SigmaError } from '../../../shared/core/rules/sigma-error.ts';
import { compileSigma } from '../../../shared/core/rules/sigma-rule.ts';

const PLACEHOLDERS = { admins: ['root', 'adm-*'], one: ['1'], nets: ['10.0.0.0/8', '192.0.2.1'], none: [] };

function compiled(key: string, given: unknown): ReturnType<typeof compileSigma> {
  const detection = { s: { [key]: given }, condition: 's' };
  return compileSigma({ logsource: { product: 'aws', service: 'cloudtrail' }, detection }, PLACEHOLDERS);
}

/** Whether a record with this value in its field `f` is selected. */
function selects(key: string, given: unknown, value: JsonValue | undefined): boolean {
  return compilePredicate(compiled(key, given))(recordViewOfValue(value === undefined ? {} : { f: value }));
}

function outcome(compile: () => unknown): unknown {
  try {
    compile();
  } catch (error) {
    if (!(error instanceof SigmaError)) return error;
  }
  return 'as it should be';
}

const utf8 = (text: string): string => Buffer.from(text).toString('base64');
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
const raw = String.raw;

type Case = [
  key: string,
  given: unknown,
  matches: (JsonValue | undefined)[],
  ignores: (JsonValue | undefined)[],
];

const VALUES: Case[] = [
  ['f', 'Abc', ['Abc', 'aBC', ['x', 'abc']], ['Abcd', 'xAbc', '', null, undefined, { a: 'Abc' }]],
  ['f', ['a', 'b'], ['A', 'b'], ['c', 'ab']],
  ['f', '', ['', ['']], ['x', ' ', null, undefined]],
  ['f', null, [undefined, null, [null]], ['', 'null', 0, false]],
  ['f', [null, 'a'], [undefined, null, 'A'], ['b', '']],
  ['f', 443, [443, '443'], [4430, '0443', true, null]],
  ['f', 1.5, [1.5, '1.5'], [15]],
  ['f', true, [true, 'true', 'True'], [false, 1, null]],
  ['f.g', 'x', [{ g: 'X' }, [{ g: 'a' }, { g: 'x' }], { g: ['x'] }], [{ h: 'x' }, 'x', { g: null }]],
];

const WILDCARDS: Case[] = [
  ['f', 'a*c', ['ac', 'ABBC', 'a\nc'], ['acd', 'xac']],
  ['f', 'a?c', ['abc', 'A-C'], ['ac', 'abbc']],
  ['f', 'a*', ['a', 'AB'], ['ba']],
  ['f', '*a', ['a', 'BA'], ['ab']],
  ['f', '*', ['', 'x', 0, { a: 1 }], [null, undefined]],
  ['f', '**', ['', 'x'], [undefined]],
  ['f', '?*', ['x', 'xy'], ['', undefined]],
  ['f', raw`a\*c`, ['a*c', 'A*C'], ['abc', 'ac', raw`a\*c`]],
  ['f', raw`a\?c`, ['a?c'], ['abc', raw`a\?c`]],
  ['f', raw`a\\*`, ['a\\', raw`a\b`], ['a*', 'ab']],
  ['f', raw`a\\\*`, [raw`a\*`], [raw`a\b`, 'a*']],
  ['f', raw`a\b`, [raw`a\b`], ['ab', raw`a\\b`]],
  ['f', raw`a\\b`, [raw`a\b`], [raw`a\\b`]],
  ['f', raw`a\\\b`, [raw`a\\b`], [raw`a\b`]],
  ['f', raw`a\\\\b`, [raw`a\\b`], [raw`a\b`]],
  ['f', 'a\\', ['a\\'], ['a']],
];

const MODIFIERS: Case[] = [
  ['f|contains', 'b', ['abc', 'B', { x: 'b' }, ['b']], ['ac', '', null, undefined]],
  ['f|contains', '"k":"v"', [{ k: 'V' }, '{"k":"v"}', ['{"K":"v"}'], { p: '{"k":"v"}' }], [{ k: 'w' }]],
  ['f|contains', ['b', 'c'], ['xb', 'xc'], ['x']],
  ['f|contains', 'a*c', ['xaBCx'], ['ca']],
  ['f|contains', 7, [172, 'a7'], [8]],
  ['f|contains', '*', ['', 'x'], [null, undefined]],
  ['f|startswith', 'ab', ['abc', 'AB'], ['xab', 'a']],
  ['f|startswith', ['ab', '*c'], ['abx', 'xcx'], ['xab']],
  ['f|endswith', 'bc', ['abc', 'BC'], ['bcx', 'c']],
  ['f|contains|all', ['a', 'b'], ['xbxa', ['xa', 'b']], ['a', 'b', 'x']],
  ['f|all|startswith', ['a', 'ab'], ['abc'], ['ac']],
  ['f|cased', 'Abc', ['Abc'], ['abc', 'ABC']],
  ['f|contains|cased', ['B', 'C'], ['aBc', 'C'], ['abc']],
  ['f|neq', 'a', ['b', '', undefined, null], ['a', 'A', ['a', 'b']]],
  ['f|neq', [1, 2], [3, '12'], [1, '2']],
  ['f|contains|neq', 'a', ['b'], ['xax']],
  ['f|contains|all|neq', ['a', 'b'], ['a', 'b'], ['ab']],
  ['f|re', 'b+', ['abbc', 'b'], ['aBc', 'a', undefined]],
  ['f|re', raw`^a\.b$`, ['a.b'], ['a.bc', 'axb', raw`a\.b`]],
  ['f|re', ['^a', 'z$'], ['ab', 'yz'], ['za']],
  ['f|re|all', ['^a', 'z$'], ['az'], ['ab', 'yz']],
  ['f|re', 'a.b', ['axb'], ['a\nb']],
  ['f|re|i', 'b+', ['ABBC', 'b'], ['a']],
  ['f|re|s', 'a.b', ['a\nb'], ['ab']],
  ['f|re|m', '^b$', ['a\nb\nc'], ['ab']],
  ['f|re|i|m|s', '^b.c$', ['a\nB\nC'], ['abc']],
  ['f|re|neq', '^a', ['b', undefined], ['ab']],
  [
    'f|cidr',
    '10.0.0.0/8',
    ['10.0.0.0', '10.255.255.255', ['10.1.2.3']],
    ['11.0.0.0', '9.255.255.255', 'x', '10.0.0'],
  ],
  ['f|cidr', ['192.0.2.1', '10.0.0.0/31'], ['192.0.2.1', '10.0.0.1'], ['192.0.2.2', '10.0.0.2']],
  ['f|cidr', '0.0.0.0/0', ['1.2.3.4'], ['AWS Internal', '::1']],
  ['f|cidr', '2001:db8::/32', ['2001:db8::1', '2001:DB8:ffff::'], ['2001:db9::', '1.2.3.4']],
  ['f|cidr', '192.0.2.1/32', ['192.0.2.1'], ['192.0.2.2']],
  ['f|exists', true, ['', 0, null, { a: 1 }], [undefined]],
  ['f|exists', false, [undefined], ['', 'x', null]],
  ['f|exists|neq', true, [undefined], ['', null]],
  ['f|neq|exists', false, ['', null], [undefined]],
  ['f|gt', 5, [6, '5.5'], [5, '4', 'x', null, undefined]],
  ['f|gte', 5, [5, '6'], [4.9]],
  ['f|lt', 5, [4, '-1'], [5, 'x', undefined]],
  ['f|lte', 5, [5, '5'], [5.1]],
  ['f|windash', ' -user -a-b', [' -user -a-b', ' /user –a-b', ' ―user —a-b'], [' -user -a/b', ' user -a-b']],
  ['f|windash|contains', '/c', ['cmd -c', 'cmd —C x'], ['cmd c']],
  ['f|contains|windash', '-c', ['cmd /c x'], ['cmd c']],
  ['f|windash|contains|all', ['-a', '-b'], ['/a -b'], ['/a']],
  ['f|base64', 'Hello!', [utf8('Hello!')], [utf8('Hello'), 'Hello!']],
  ['f|base64|cased', 'Hello!', [utf8('Hello!')], [utf8('Hello!').toLowerCase()]],
  ['f|wide|base64', 'cmd', [utf16('cmd')], [utf8('cmd')]],
  ['f|utf16le|base64|contains', 'cmd', [`x${utf16('cmd')}x`], [utf8('cmd')]],
  ['f|utf16be|base64', 'cmd', ['AGMAbQBk'], [utf16('cmd')]],
  ['f|utf16|base64', 'cmd', [utf16('\ufeffcmd')], [utf16('cmd')]],
  [
    'f|base64offset|contains',
    'secret',
    ['secret', 'a secret b', 'xxsecret', 'xsecrety'].map(utf8),
    [utf8('secre')],
  ],
  ['f|expand', '%admins%', ['root', 'ADM-1'], ['admin', '%admins%']],
  ['f|expand', 'u/%admins%-%one%', ['u/root-1', 'u/adm-x-1'], ['u/root']],
  ['f|expand', raw`\%admins%one%`, ['%admins1'], ['root1']],
  ['f|expand', '50%', ['50%'], ['50']],
  ['f|expand|contains', '%admins%', ['xROOTx'], ['x']],
  ['f|expand|contains|all', ['%admins%', 'b'], ['adm-b'], ['root', 'b']],
  ['f|expand|cidr', '%nets%', ['10.1.1.1', '192.0.2.1'], ['192.0.2.2']],
  ['f', '%admins%', ['%admins%'], ['root']],
];

describe.each([
  ['a value', VALUES],
  ['a wildcard', WILDCARDS],
  ['a modifier', MODIFIERS],
])('%s', (_, cases) => {
  it.each(cases)('%s: %j selects all of its matches and nothing else', (key, given, matches, ignores) => {
    for (const value of matches) expect(selects(key, given, value), JSON.stringify(value)).toBe(true);
    for (const value of ignores) expect(selects(key, given, value), JSON.stringify(value)).toBe(false);
  });
});

describe('a field reference', () => {
  const same = (key: string, record: Record<string, JsonValue>): boolean =>
    compilePredicate(compiled(key, 'g.h'))(recordViewOfValue(record));

  it('compares the text of two fields, in upper or lower case unless cased', () => {
    expect(same('f|fieldref', { f: 'Ab', g: { h: 'aB' } })).toBe(true);
    expect(same('f|fieldref|cased', { f: 'Ab', g: { h: 'aB' } })).toBe(false);
    expect(same('f|fieldref|cased', { f: 'Ab', g: { h: 'Ab' } })).toBe(true);
    expect(same('f|fieldref', { f: 7, g: { h: '7' } })).toBe(true);
    expect(same('f|fieldref', { f: 'Ab', g: { h: 'Abc' } })).toBe(false);
    expect(same('f|fieldref|neq', { f: 'Ab', g: { h: 'Abc' } })).toBe(true);
  });

  it('finds no two absent fields the same', () => {
    expect(same('f|fieldref', {})).toBe(false);
    expect(same('f|fieldref', { f: 'a' })).toBe(false);
  });
});

describe('a keyword', () => {
  const found = (key: string, given: unknown, record: Record<string, JsonValue>): boolean =>
    compilePredicate(compiled(key, given))(recordViewOfValue(record));

  it('is found inside any field', () => {
    expect(found('', 'ab', { x: 'cABd' })).toBe(true);
    expect(found('', 'ab', { x: { y: ['ab'] } })).toBe(true);
    expect(found('|all', ['a', 'b'], { x: 'a', y: 'b' })).toBe(true);
    expect(found('|all', ['a', 'b'], { x: 'a' })).toBe(false);
    expect(found('|re', '^a.c$', { x: 'z', y: 'abc' })).toBe(true);
    expect(found('|cased', 'Ab', { x: 'ab' })).toBe(false);
    expect(found('', 12, { x: 3123 })).toBe(true);
  });
});

describe('an item that says nothing Sigma knows is refused with the place and the reason', () => {
  it.each<[key: string, given: unknown, reason: string]>([
    ['f|nope', 'a', 'there is no modifier "nope"; there are all, cased, neq, contains'],
    ['f|', 'a', 'there is no modifier ""'],
    ['f|constructor', 'a', 'there is no modifier "constructor"'],
    ['f|Contains', 'a', 'there is no modifier "Contains"'],
    ['f|hour', 3, 'hour reads a part of a time'],
    ['f..g', 'a', '"f..g" is no field'],
    ['.', 'a', 'is no field'],
    [Array(21).fill('f').join('.'), 'a', 'the limit fieldDepth of 20'],
    ['f', [], 'is an empty list'],
    ['f', { g: 1 }, 'takes a text, a number'],
    ['f', [['a']], 'takes a text, a number'],
    ['f', 2 ** 53, 'put it in quotes'],
    ['f', Number.NaN, 'put it in quotes'],
    ['f', 'x'.repeat(4001), 'the limit valueLength of 4000'],
    ['f', 'x*'.repeat(65), 'the limit wildcards of 64'],
    ['f|contains', null, 'what comes to it is null'],
    ['f|re', '(?=a)b', 'has a look-around, which RE2 syntax leaves out'],
    ['f|re', '(?<!a)b', 'a look-around'],
    ['f|re', raw`(a)\1`, 'a back-reference'],
    ['f|re', 'a++', 'possessive'],
    ['f|re', '(', 'RE2 syntax is expected; error parsing regexp: missing closing )'],
    ['f|re', 'x'.repeat(5000), '5000 characters; at most 4096'],
    ['f|re', 'x{1000}'.repeat(6), 'steps; at most 1000'],
    ['f|re', 5, 'no number without quotes'],
    ['f|contains|re', 'a', 'no modifier before it'],
    ['f|re|contains', 'a', 'finds anywhere already'],
    ['f|re|cased', 'a', 're is cased already'],
    ['f|i', 'a', 'i is a part of re'],
    ['f|re|wide', 'a', 'what comes to it is a regular expression'],
    ['f|cidr', '10.0.0.0/33', '"10.0.0.0/33" should be fewer than 32 bits after the slash'],
    ['f|cidr', '10.0.0.1/8', 'the bits behind the first 8 must be zero'],
    ['f|cidr', '10.0.0/8', '"10.0.0/8" should be an IPv4 or IPv6 address before the slash'],
    ['f|cidr', 'here', '"here" should be an address, a slash and a number of bits'],
    ['f|cidr', '10.*', 'cidr takes text without wildcards'],
    ['f|exists', 'true', 'exists takes true or false'],
    ['f|exists', null, 'exists takes true or false'],
    ['f|exists', [true, false], 'and no list'],
    ['f|gt', '5', 'compares with a number, without quotes'],
    ['f|fieldref', 'a*', 'fieldref takes text without wildcards'],
    ['f|fieldref', 5, 'fieldref takes the name of a field'],
    ['f|fieldref|contains', 'g', 'what comes to it is a finished test'],
    ['f|expand', '%missing%', 'the placeholder %missing% has no values'],
    ['f|expand', '%none%', 'the placeholder %none% has no values'],
    ['f|expand', '%constructor%', 'the placeholder %constructor% has no values'],
    ['f|wide', 'cmd', 'base64 or base64offset must follow'],
    ['f|wide|contains', 'cmd', 'what comes to it is UTF-16'],
    ['f|base64', 'a*', 'Base64 takes text without wildcards'],
    ['f|base64offset', 'a', 'leaves no trace'],
    ['f|windash', ' -a'.repeat(9), 'the limit alternatives of 1000'],
    ['|startswith', 'a', 'startswith needs a field'],
    ['|neq', 'a', 'neq needs a field'],
  ])('%s: %j', (key, given, reason) => {
    expect(() => compiled(key, given)).toThrow(SigmaError);
    expect(() => compiled(key, given)).toThrow(
      expect.objectContaining({ where: `detection.s.${key}` }) as Error,
    );
    expect(() => compiled(key, given)).toThrow(reason);
  });
});

describe('any text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'B', '\\', '*', '?', '%', '-', 'é'), maxLength: 8 });
  const escaped = (text: string): string => text.replaceAll(/[\\*?]/g, raw`\$&`);

  it('selects itself, and nothing else, when its wildcards are escaped', () => {
    fc.assert(
      fc.property(text, text, (wanted, other) => {
        expect(selects('f|cased', escaped(wanted), wanted)).toBe(true);
        expect(selects('f|cased', escaped(wanted), other)).toBe(wanted === other);
        expect(selects('f|contains|cased', escaped(wanted), other)).toBe(other.includes(wanted));
        expect(selects('f|startswith|cased', escaped(wanted), other)).toBe(other.startsWith(wanted));
        expect(selects('f|endswith|cased', escaped(wanted), other)).toBe(other.endsWith(wanted));
      }),
    );
  });

  it('is found wherever it stands in Base64', () => {
    const bytes = fc.uint8Array({ maxLength: 7 });
    const ascii = fc.string({ minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(ascii, bytes, bytes, (wanted, before, after) => {
        const whole = Buffer.concat([before, Buffer.from(wanted), after]).toString('base64');
        expect(selects('f|base64offset|contains|cased', escaped(wanted), whole)).toBe(true);
      }),
    );
  });

  it('is a value that compiles, or a SigmaError, under any modifiers', () => {
    const names =
      'all cased neq contains startswith endswith re i m s cidr exists fieldref expand windash gt';
    const modifiers = fc.array(fc.constantFrom(...names.split(' '), 'wide', 'base64', 'base64offset', 'x'), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(modifiers, fc.oneof(text, fc.jsonValue()), (modifiers, given) => {
        expect(outcome(() => compiled(['f', ...modifiers].join('|'), given))).toBe('as it should be');
      }),
    );
  });
});
