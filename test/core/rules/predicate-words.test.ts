import { describe, expect, it } from 'vitest';
import { compileEventPattern } from '../../../shared/core/rules/event-pattern.ts';
import { predicateWords } from '../../../shared/core/rules/predicate-words.ts';
import type { Condition, Predicate, ValueTest } from '../../../shared/core/rules/predicate.ts';

const one = (...anyOf: ValueTest[]): string =>
  predicateWords({ kind: 'fields', conditions: [{ path: ['userAgent'], reads: 'text', anyOf }] });

describe('a predicate in words', () => {
  it('reads as a list of what must hold', () => {
    const pattern = {
      eventSource: ['ec2.amazonaws.com'],
      eventName: ['AuthorizeSecurityGroupIngress', 'CreateSecurityGroup'],
      userIdentity: { invokedBy: [{ exists: false }] },
      requestParameters: {
        ipPermissions: { items: { fromPort: [{ numeric: ['<=', 22] }], toPort: [{ numeric: ['>=', 22] }] } },
      },
    };
    expect(predicateWords(compileEventPattern(pattern)).split('\n')).toEqual([
      'all of these:',
      '  eventName is one of "AuthorizeSecurityGroupIngress", "CreateSecurityGroup"',
      '  eventSource is "ec2.amazonaws.com"',
      '  requestParameters.ipPermissions.items.fromPort is a number at most 22',
      '  requestParameters.ipPermissions.items.toPort is a number at least 22',
      '  userIdentity.invokedBy is absent',
      '  (in the same element of requestParameters.ipPermissions.items, if it is a list)',
    ]);
  });

  it('nests what is not, and alternatives', () => {
    const part = (name: string): Predicate => compileEventPattern({ [name]: ['x'] });
    const both: Predicate = { kind: 'all', of: [part('c'), part('d')] };
    const predicate: Predicate = {
      kind: 'all',
      of: [
        part('a'),
        { kind: 'all', of: [part('b')] },
        { kind: 'not', of: both },
        { kind: 'any', of: [part('e'), { kind: 'not', of: part('f') }] },
      ],
    };
    expect(predicateWords(predicate).split('\n')).toEqual([
      'all of these:',
      '  a is "x"',
      '  b is "x"',
      '  not:',
      '    all of these:',
      '      c is "x"',
      '      d is "x"',
      '  any of these:',
      '    e is "x"',
      '    not: f is "x"',
    ]);
    expect(predicateWords({ kind: 'all', of: [] })).toBe('any record at all');
    expect(predicateWords({ kind: 'any', of: [] })).toBe('no record at all');
  });

  it.each<[ValueTest, string]>([
    [{ test: 'equals', value: null }, 'is null'],
    [{ test: 'equals', value: 'X', ignoreCase: true }, 'is "X" (in upper or lower case)'],
    [{ test: 'prefix', value: 'a' }, 'starts with "a"'],
    [{ test: 'suffix', value: 'a' }, 'ends with "a"'],
    [
      { test: 'wildcard', pattern: [{ any: 'text' }, { literal: 'a"' }, { any: 'text' }] },
      String.raw`contains "a\""`,
    ],
    [{ test: 'wildcard', pattern: [{ literal: 'a*' }, { any: 'character' }] }, String.raw`is like "a\\*?"`],
    [{ test: 'regex', source: '^a', flags: 'i' }, 'matches the regular expression /^a/i'],
    [{ test: 'number', low: 1, lowOpen: true, high: 5 }, 'is a number above 1 and at most 5'],
    [{ test: 'number', low: 5, high: 5 }, 'is the number 5'],
    [{ test: 'number' }, 'is a number'],
    [{ test: 'cidr', family: 4, low: 0n, high: 1n, text: '10.0.0.0/8' }, 'is an IP address in 10.0.0.0/8'],
    [{ test: 'same-as', path: ['a', 'b'] }, 'is the same as a.b'],
    [{ test: 'exists' }, 'is present'],
    [{ test: 'absent' }, 'is absent'],
    [
      {
        test: 'anything-but',
        tests: [
          { test: 'equals', value: 'a' },
          { test: 'prefix', value: 'b' },
        ],
      },
      'is present, and not one that is "a", or starts with "b"',
    ],
  ])('%o', (test, expected) => {
    expect(one(test)).toBe(`userAgent ${expected}`);
  });

  it('joins tests of one field by "or"', () => {
    expect(one({ test: 'absent' }, { test: 'equals', value: 'a' }, { test: 'equals', value: 'b' })).toBe(
      'userAgent is one of "a", "b", or is absent',
    );
  });

  it('says so when any field counts', () => {
    const condition: Condition = { path: [], reads: 'text', anyOf: [{ test: 'equals', value: 'a' }] };
    expect(predicateWords({ kind: 'fields', conditions: [condition] })).toBe('some field is "a"');
  });
});
