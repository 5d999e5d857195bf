import { describe, expect, it } from 'vitest';
import { compileEventPattern } from '../../../shared/core/rules/event-pattern.ts';
import { compilePredicate } from '../../../shared/core/rules/match.ts';
import { PatternError } from '../../../shared/core/rules/pattern-error.ts';
import { recordViewOfText } from '../../../shared/core/rules/record-view.ts';

/** After the EventBridge user guide, "Creating Amazon EventBridge event patterns" and "Comparison operators". Events are JSON texts. */
const OPERATORS: readonly (readonly [
  name: string,
  pattern: object,
  matches: readonly string[],
  ignores: readonly string[],
])[] = [
  [
    'an exact text',
    { a: ['GetObject'] },
    ['{"a":"GetObject"}', '{"a":["x","GetObject"]}'],
    ['{"a":"getobject"}', '{"a":"GetObjectAcl"}', '{"a":{"GetObject":1}}', '{}', '{"b":"GetObject"}'],
  ],
  ['one of several', { a: ['x', 'y'] }, ['{"a":"x"}', '{"a":"y"}'], ['{"a":"xy"}', '{"a":["z"]}']],
  [
    'several fields, all of them',
    { a: ['x'], b: { c: ['y'] } },
    ['{"a":"x","b":{"c":"y"},"d":1}'],
    ['{"a":"x"}', '{"b":{"c":"y"}}', '{"a":"x","b":"y"}', '{"a":"x","b":{"c":"x"}}'],
  ],
  ['an empty text', { a: [''] }, ['{"a":""}'], ['{"a":null}', '{"a":" "}', '{}']],
  [
    'null',
    { a: [null] },
    ['{"a":null}', '{"a":[1,null]}'],
    ['{"a":""}', '{"a":"null"}', '{"a":0}', '{}', '{"a":[]}'],
  ],
  ['true', { a: [true] }, ['{"a":true}'], ['{"a":"true"}', '{"a":1}', '{"a":false}']],
  [
    'a number, however it is spelled',
    { a: [300] },
    ['{"a":300}', '{"a":300.0}', '{"a":3.0e2}', '{"a":[3E+2]}'],
    ['{"a":"300"}', '{"a":301}', '{"a":-300}', '{"a":299.99999999999994}'],
  ],
  ['a fraction', { a: [0.1] }, ['{"a":0.10}', '{"a":1e-1}'], ['{"a":0.1000000000000001}']],
  [
    'prefix',
    { a: [{ prefix: 'eu-' }] },
    ['{"a":"eu-west-1"}', '{"a":"eu-"}'],
    ['{"a":"EU-west-1"}', '{"a":"us-eu-1"}', '{"a":"eu"}', '{"a":5}', '{}'],
  ],
  ['prefix of nothing', { a: [{ prefix: '' }] }, ['{"a":""}', '{"a":"x"}'], ['{"a":1}', '{"a":null}', '{}']],
  [
    'prefix, ignoring case',
    { a: [{ prefix: { 'equals-ignore-case': 'EU-w' } }] },
    ['{"a":"eu-West-1"}', '{"a":"Eu-W"}'],
    ['{"a":"eu-north-1"}', '{"a":"eu-"}'],
  ],
  [
    'suffix',
    { a: [{ suffix: '.png' }] },
    ['{"a":"x.png"}', '{"a":".png"}'],
    ['{"a":"x.PNG"}', '{"a":"x.png.gz"}', '{"a":"png"}'],
  ],
  [
    'suffix, ignoring case',
    { a: [{ suffix: { 'equals-ignore-case': '.Png' } }] },
    ['{"a":"x.PNG"}'],
    ['{"a":"x.pngs"}'],
  ],
  [
    'equals-ignore-case',
    { a: [{ 'equals-ignore-case': 'Alice' }] },
    ['{"a":"ALICE"}', '{"a":"alice"}'],
    ['{"a":"alice2"}', '{"a":"lice"}', '{"a":null}'],
  ],
  [
    'equals-ignore-case beyond ASCII',
    { a: [{ 'equals-ignore-case': 'ÄRGER' }] },
    ['{"a":"ärger"}', '{"a":"Ärger"}'],
    ['{"a":"arger"}'],
  ],
  [
    'wildcard',
    { a: [{ wildcard: 'arn:*:role/*-admin' }] },
    ['{"a":"arn:aws:iam::1:role/db-admin"}', '{"a":"arn::role/-admin"}', '{"a":"arn:x:role/y:role/z-admin"}'],
    ['{"a":"arn:aws:iam::1:role/db-admins"}', '{"a":"arn:role/-admin"}', '{"a":"xarn::role/-admin"}'],
  ],
  [
    'wildcard that overlaps itself',
    { a: [{ wildcard: '*aba*aba' }] },
    ['{"a":"abaaba"}', '{"a":"xababaxaba"}'],
    ['{"a":"ababa"}', '{"a":"abaabab"}'],
  ],
  ['wildcard for all', { a: [{ wildcard: '*' }] }, ['{"a":""}', '{"a":"x"}'], ['{"a":1}', '{"a":{}}', '{}']],
  [
    'wildcard with escapes',
    { a: [{ wildcard: 'a\\*\\\\*' }] },
    ['{"a":"a*\\\\"}', '{"a":"a*\\\\b"}'],
    ['{"a":"ab\\\\"}', '{"a":"a*b"}'],
  ],
  [
    'numeric =',
    { a: [{ numeric: ['=', 5] }] },
    ['{"a":5}', '{"a":5.0}', '{"a":50e-1}'],
    ['{"a":"5"}', '{"a":5.1}'],
  ],
  [
    'numeric <',
    { a: [{ numeric: ['<', 5] }] },
    ['{"a":4.99}', '{"a":-1e300}'],
    ['{"a":5}', '{"a":"4"}', '{"a":null}'],
  ],
  ['numeric <=', { a: [{ numeric: ['<=', 5] }] }, ['{"a":5}', '{"a":-5}'], ['{"a":5.01}']],
  ['numeric >', { a: [{ numeric: ['>', -5] }] }, ['{"a":-4.9}', '{"a":1e300}'], ['{"a":-5}', '{"a":"0"}']],
  ['numeric >=', { a: [{ numeric: ['>=', 5] }] }, ['{"a":5}', '{"a":[1,6]}'], ['{"a":4.999}']],
  [
    'numeric range',
    { a: [{ numeric: ['>', 0, '<=', 1024] }] },
    ['{"a":0.5}', '{"a":1024}'],
    ['{"a":0}', '{"a":1024.5}', '{"a":[0,2000]}'],
  ],
  [
    'cidr',
    { a: [{ cidr: '10.0.0.0/24' }] },
    ['{"a":"10.0.0.0"}', '{"a":"10.0.0.255"}', '{"a":"::ffff:a00:1"}'],
    ['{"a":"10.0.1.0"}', '{"a":"10.0.0"}', '{"a":"AWS Internal"}', '{"a":"10.0.0.1 "}', '{"a":10}'],
  ],
  [
    'cidr whose address is inside it',
    { a: [{ cidr: '10.0.0.77/24' }] },
    ['{"a":"10.0.0.1"}'],
    ['{"a":"10.0.1.77"}'],
  ],
  [
    'cidr v6',
    { a: [{ cidr: '2001:db8::/32' }] },
    ['{"a":"2001:DB8::1"}', '{"a":"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"}'],
    ['{"a":"2001:db9::1"}', '{"a":"10.0.0.1"}', '{"a":"2001:db8"}', '{"a":"2001:db8:::1"}'],
  ],
  [
    'a text that is an address',
    { a: ['10.0.0.1'] },
    ['{"a":"10.0.0.1"}', '{"a":"010.0.0.01"}'],
    ['{"a":"10.0.0.11"}', '{"a":"10.0.0.1/32"}'],
  ],
  [
    'a text that is a v6 address',
    { a: ['2001:db8::1'] },
    ['{"a":"2001:0DB8:0:0:0:0:0:1"}'],
    ['{"a":"2001:db8::2"}'],
  ],
  [
    'exists',
    { a: [{ exists: true }] },
    ['{"a":1}', '{"a":null}', '{"a":""}', '{"a":[[false]]}'],
    ['{}', '{"a":{}}', '{"a":[]}', '{"a":{"b":1}}', '{"a":[{}]}'],
  ],
  [
    'exists, in an object',
    { a: { b: [{ exists: true }] } },
    ['{"a":{"b":0}}', '{"a":[{},{"b":0}]}'],
    ['{"a":1}', '{"b":0}'],
  ],
  [
    'exists false',
    { a: { b: [{ exists: false }] } },
    ['{}', '{"a":1}', '{"a":{"c":1}}', '{"a":[]}', '{"a":{"b":{}}}'],
    ['{"a":{"b":null}}', '{"a":[{},{"b":1}]}'],
  ],
  [
    'exists false or a value',
    { a: [{ exists: false }, 'x'] },
    ['{}', '{"a":"x"}'],
    ['{"a":"y"}', '{"a":["y"]}'],
  ],
  [
    'anything-but a text',
    { a: [{ 'anything-but': 'x' }] },
    ['{"a":"y"}', '{"a":""}', '{"a":1}', '{"a":null}', '{"a":["x","y"]}'],
    ['{"a":"x"}', '{}', '{"a":[]}', '{"a":["x"]}'],
  ],
  [
    'anything-but texts',
    { a: [{ 'anything-but': ['x', 'y'] }] },
    ['{"a":"z"}', '{"a":"X"}'],
    ['{"a":"x"}', '{"a":["x","y"]}'],
  ],
  [
    'anything-but a number',
    { a: [{ 'anything-but': 123 }] },
    ['{"a":124}', '{"a":"123"}'],
    ['{"a":123}', '{"a":1.23e2}'],
  ],
  ['anything-but numbers', { a: [{ 'anything-but': [1, 2] }] }, ['{"a":3}', '{"a":true}'], ['{"a":2.0}']],
  [
    'anything-but prefix',
    { a: [{ 'anything-but': { prefix: 'in' } }] },
    ['{"a":"out"}', '{"a":"IN"}', '{"a":7}'],
    ['{"a":"in"}', '{"a":"inside"}'],
  ],
  [
    'anything-but prefixes',
    { a: [{ 'anything-but': { prefix: ['in', 'out'] } }] },
    ['{"a":"on"}'],
    ['{"a":"outer"}', '{"a":["in","out"]}'],
  ],
  [
    'anything-but suffix',
    { a: [{ 'anything-but': { suffix: '.txt' } }] },
    ['{"a":"x.rtf"}'],
    ['{"a":"x.txt"}'],
  ],
  [
    'anything-but suffixes',
    { a: [{ 'anything-but': { suffix: ['.txt', '.rtf'] } }] },
    ['{"a":"x.TXT"}'],
    ['{"a":"x.rtf"}'],
  ],
  [
    'anything-but equals-ignore-case',
    { a: [{ 'anything-but': { 'equals-ignore-case': 'Init' } }] },
    ['{"a":"initial"}'],
    ['{"a":"INIT"}'],
  ],
  [
    'anything-but several, ignoring case',
    { a: [{ 'anything-but': { 'equals-ignore-case': ['a', 'B'] } }] },
    ['{"a":"c"}'],
    ['{"a":"A"}', '{"a":"b"}'],
  ],
  [
    'anything-but wildcard',
    { a: [{ 'anything-but': { wildcard: '*/lib/*' } }] },
    ['{"a":"/usr/bin"}', '{"a":1}'],
    ['{"a":"/usr/lib/x"}'],
  ],
  [
    'anything-but wildcards',
    { a: [{ 'anything-but': { wildcard: ['*a', 'b*'] } }] },
    ['{"a":"ab"}'],
    ['{"a":"ba"}', '{"a":"aa"}', '{"a":"bb"}'],
  ],
  [
    'several operators, one of which suffices',
    { a: [{ prefix: 'x' }, { numeric: ['>', 1] }, null] },
    ['{"a":"xy"}', '{"a":2}', '{"a":null}'],
    ['{"a":"y"}', '{"a":1}'],
  ],
  [
    '$or',
    { $or: [{ a: ['x'] }, { b: [1], c: [2] }] },
    ['{"a":"x"}', '{"b":1,"c":2}'],
    ['{"b":1}', '{"c":2}', '{}'],
  ],
  [
    '$or beside a field',
    { z: ['s'], $or: [{ a: ['x'] }, { b: [1] }] },
    ['{"z":"s","b":1}'],
    ['{"b":1}', '{"z":"s"}'],
  ],
  [
    '$or below a field',
    { d: { $or: [{ a: ['x'] }, { b: [1] }] } },
    ['{"d":{"a":"x"}}', '{"d":{"b":1}}'],
    ['{"a":"x"}'],
  ],
  [
    '$or within $or',
    { $or: [{ a: ['x'], $or: [{ b: [1] }, { b: [2] }] }, { c: [3] }] },
    ['{"a":"x","b":2}', '{"c":3}'],
    ['{"a":"x"}', '{"b":1}'],
  ],
  [
    'two $or, one below the other',
    { $or: [{ a: ['x'] }, { b: [1] }], d: { $or: [{ e: [1] }, { f: [1] }] } },
    ['{"a":"x","d":{"f":1}}', '{"b":1,"d":{"e":1}}'],
    ['{"a":"x","b":1}', '{"d":{"e":1,"f":1}}'],
  ],
  [
    'a field that $or names again: the branch replaces it',
    { a: ['x'], $or: [{ a: ['y'] }, { b: [1] }] },
    ['{"a":"y"}', '{"a":"x","b":1}'],
    ['{"a":"x"}', '{"b":1}'],
  ],
  [
    'a field after $or: it replaces that of the branches',
    { $or: [{ a: ['y'] }, { b: [1] }], a: ['x'] },
    ['{"a":"x"}'],
    ['{"a":"y"}', '{"b":1}'],
  ],
  [
    'names with dots',
    { 'a.b': ['x'] },
    ['{"a":{"b":"x"}}', '{"a.b":"x"}', '{"a":[{"b":"x"}]}'],
    ['{"a":"x","b":"x"}'],
  ],
  [
    'fields in lists: one element holds them all',
    { r: { t: ['bucket'], n: ['logs'] } },
    ['{"r":[{"t":"key","n":"logs"},{"t":"bucket","n":"logs"}]}', '{"r":{"t":["bucket"],"n":"logs"}}'],
    ['{"r":[{"t":"bucket","n":"x"},{"t":"key","n":"logs"}]}'],
  ],
  [
    'names of objects’ own machinery',
    JSON.parse('{"__proto__":{"toString":["x"]},"constructor":[{"exists":false}]}') as object,
    ['{"__proto__":{"toString":"x"}}'],
    ['{}', '{"__proto__":{"toString":"x"},"constructor":null}'],
  ],
];

const INVALID: readonly (readonly [pattern: unknown, where: string, expected: string])[] = [
  ['x', '', 'an object'],
  [null, '', 'an object'],
  [[], '', 'an object'],
  [{}, '', 'at least one field'],
  [{ a: {} }, 'a', 'at least one field'],
  [{ a: { b: { c: {} } } }, 'a.b.c', 'at least one field'],
  [{ a: [] }, 'a', 'at least one value'],
  [{ a: 'x' }, 'a', 'a list of values'],
  [
    { userIdentity: { type: 'Root' } },
    'userIdentity.type',
    'a list of values or an object of fields is expected, not a string',
  ],
  [{ a: null }, 'a', 'not null'],
  [{ '': ['x'] }, '', 'not empty'],
  [{ a: [['x']] }, 'a[0]', 'one operator'],
  [{ a: ['x', {}] }, 'a[1]', 'not 0 at once'],
  [{ a: [{ prefix: 'x', suffix: 'y' }] }, 'a[0]', 'not 2 at once'],
  [{ a: [{ starts: 'x' }] }, 'a[0].starts', 'prefix, suffix'],
  [{ a: [{ toString: 'x' }] }, 'a[0].toString', 'no operator'],
  [{ a: { b: ['y', { prefix: 5 }] } }, 'a.b[1].prefix', 'equals-ignore-case'],
  [{ a: [{ prefix: { 'equals-ignore-case': 5 } }] }, 'a[0].prefix.equals-ignore-case', 'a text'],
  [{ a: [{ prefix: { wildcard: 'x' } }] }, 'a[0].prefix.wildcard', 'equals-ignore-case'],
  [{ a: [{ suffix: ['x'] }] }, 'a[0].suffix', 'a text'],
  [{ a: [{ 'equals-ignore-case': null }] }, 'a[0].equals-ignore-case', 'a text'],
  [{ a: [{ wildcard: 'a**b' }] }, 'a[0].wildcard', 'two * in a row, at character 2'],
  [{ a: [{ wildcard: 'a\\b' }] }, 'a[0].wildcard', 'a backslash stands before'],
  [{ a: [{ wildcard: 'a\\' }] }, 'a[0].wildcard', 'a backslash stands before'],
  [{ a: [{ wildcard: 5 }] }, 'a[0].wildcard', 'a text'],
  [{ a: [{ numeric: 5 }] }, 'a[0].numeric', '["=", number]'],
  [{ a: [{ numeric: [] }] }, 'a[0].numeric', '["=", number]'],
  [{ a: [{ numeric: ['>', 1, '<'] }] }, 'a[0].numeric', '["=", number]'],
  [{ a: [{ numeric: ['>', '1'] }] }, 'a[0].numeric[1]', 'a number'],
  [{ a: [{ numeric: ['=', Infinity] }] }, 'a[0].numeric[1]', 'a number'],
  [{ a: [{ numeric: ['~', 1] }] }, 'a[0].numeric[0]', 'one of = > >= < <='],
  [{ a: [{ numeric: ['<', 1, '>', 0] }] }, 'a[0].numeric[0]', 'starts with'],
  [{ a: [{ numeric: ['>', 1, '=', 2] }] }, 'a[0].numeric[2]', 'ends with'],
  [{ a: [{ numeric: ['>', 3, '<', 3] }] }, 'a[0].numeric', 'less than its top'],
  [{ a: [{ cidr: '10.0.0.0' }] }, 'a[0].cidr', 'a slash'],
  [{ a: [{ cidr: '10.0.0.0/33' }] }, 'a[0].cidr', 'fewer than 32 bits'],
  [{ a: [{ cidr: '10.0.0.0/32' }] }, 'a[0].cidr', 'write the address alone'],
  [{ a: [{ cidr: '2001:db8::/128' }] }, 'a[0].cidr', 'fewer than 128 bits'],
  [{ a: [{ cidr: '10.0.0/8' }] }, 'a[0].cidr', 'not 10.0.0'],
  [{ a: [{ exists: 'true' }] }, 'a[0].exists', 'true or false'],
  [{ a: [{ 'anything-but': [] }] }, 'a[0].anything-but', 'at least one value'],
  [{ a: [{ 'anything-but': null }] }, 'a[0].anything-but', 'a text'],
  [{ a: [{ 'anything-but': [true] }] }, 'a[0].anything-but[0]', 'a text'],
  [{ a: [{ 'anything-but': ['x', 1] }] }, 'a[0].anything-but', 'texts alone or numbers alone'],
  [{ a: [{ 'anything-but': { prefix: '' } }] }, 'a[0].anything-but.prefix', 'not empty'],
  [{ a: [{ 'anything-but': { suffix: ['x', ''] } }] }, 'a[0].anything-but.suffix[1]', 'not empty'],
  [{ a: [{ 'anything-but': { numeric: ['=', 1] } }] }, 'a[0].anything-but.numeric', 'no operator'],
  [{ a: [{ 'anything-but': { wildcard: ['x', '**'] } }] }, 'a[0].anything-but.wildcard[1]', 'two * in a row'],
  [{ a: [{ 'anything-but': { wildcard: [] } }] }, 'a[0].anything-but.wildcard', 'at least one value'],
  [{ $or: {} }, '$or', 'two objects or more'],
  [{ $or: [{ a: ['x'] }] }, '$or', 'two objects or more'],
  [{ $or: [{ a: ['x'] }, 'y'] }, '$or[1]', 'not a string'],
  [{ d: { $or: [{ a: ['x'] }, {}] } }, 'd.$or[1]', 'at least one field'],
  [{ $or: [{ a: [{ prefix: 1 }] }, { b: ['x'] }] }, '$or[0].a[0].prefix', 'a text'],
  [{ $or: [{ prefix: ['x'] }, { b: ['x'] }] }, '$or[0].prefix', 'is an operator'],
  [{ $or: [{ a: ['x'] }, { b: { regex: ['x'] } }] }, '$or[1].b.regex', 'is an operator'],
];

function matches(pattern: unknown, event: string): boolean {
  return compilePredicate(compileEventPattern(pattern))(recordViewOfText(event));
}

function errorOf(pattern: unknown): unknown {
  try {
    return compileEventPattern(pattern);
  } catch (error) {
    return error;
  }
}

describe('an event pattern', () => {
  describe.each(OPERATORS)('with %s', (_, pattern, matching, ignored) => {
    it.each(matching)('matches %s', (event) => expect(matches(pattern, event)).toBe(true));
    it.each(ignored)('does not match %s', (event) => expect(matches(pattern, event)).toBe(false));
  });

  it.each(INVALID)('that is invalid says where and what is expected: %j', (pattern, where, expected) => {
    const error = errorOf(pattern);
    expect(error).toBeInstanceOf(PatternError);
    expect(error).toMatchObject({ code: 'invalid', where });
    expect(String(error)).toContain(expected);
  });

  it('is a plain predicate: conditions sorted by name, each name once', () => {
    expect(compileEventPattern({ b: ['x'], a: { c: [{ exists: false }] }, 'a.b': [5] })).toEqual({
      kind: 'fields',
      conditions: [
        { path: ['a', 'b'], reads: 'value', anyOf: [{ test: 'number', low: 5, high: 5 }] },
        { path: ['a', 'c'], reads: 'value', anyOf: [{ test: 'absent' }] },
        { path: ['b'], reads: 'value', anyOf: [{ test: 'equals', value: 'x' }] },
      ],
    });
  });
});
