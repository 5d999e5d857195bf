import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRule, type CompiledRule } from '../../../shared/core/rules/compiled-rule.ts';
import { compileEventPattern } from '../../../shared/core/rules/event-pattern.ts';
import { compilePredicate } from '../../../shared/core/rules/match.ts';
import { covers } from '../../../shared/core/rules/predicate-cover.ts';
import { deadParts } from '../../../shared/core/rules/predicate-reach.ts';
import type { Condition, Predicate, ValueTest } from '../../../shared/core/rules/predicate.ts';
import { recordViewOfValue, type JsonObject } from '../../../shared/core/rules/record-view.ts';
import { overlaps } from '../../../shared/core/rules/rule-overlap.ts';
import { testCovers, testsExclude } from '../../../shared/core/rules/value-test-cover.ts';
import { compileTests } from '../../../shared/core/rules/value-test.ts';

type Pattern = Readonly<Record<string, unknown>>;

/** Few values, so that patterns and records meet. */
const word = fc.constantFrom('A', 'AB', 'ABC', 'b', 'a', '10.0.0.1', '');
const nonEmpty = fc.constantFrom('A', 'AB', 'C', 'a');
const values = fc.array(
  fc.oneof(
    word,
    fc.constantFrom(1, 2.5, true, null),
    nonEmpty.map((prefix) => ({ prefix })),
    nonEmpty.map((suffix) => ({ suffix })),
    nonEmpty.map((text) => ({ prefix: { 'equals-ignore-case': text } })),
    word.map((text) => ({ 'equals-ignore-case': text })),
    fc.array(nonEmpty, { minLength: 1, maxLength: 2 }).map((texts) => ({ 'anything-but': texts })),
    fc.constantFrom('A*', '*B', '*').map((wildcard) => ({ wildcard })),
    fc.boolean().map((exists) => ({ exists })),
    fc.constantFrom(['>', 1], ['<=', 2], ['>=', 1, '<', 3], ['=', 2.5]).map((numeric) => ({ numeric })),
    fc.constantFrom('10.0.0.0/8', '10.0.0.0/24').map((cidr) => ({ cidr })),
  ),
  { minLength: 1, maxLength: 3 },
);
const FIELDS = [
  'eventName',
  'userIdentity.type',
  'requestParameters.a',
  'requestParameters.b',
  'resources.ARN',
];
const fieldsPattern = fc
  .dictionary(fc.constantFrom(...FIELDS), values, { minKeys: 1, maxKeys: 3 })
  .map((pattern): Pattern => pattern);
const pattern = fc.oneof(
  { weight: 3, arbitrary: fieldsPattern },
  fc.array(fieldsPattern, { minLength: 2, maxLength: 3 }).map(($or): Pattern => ({ $or })),
);
const leafPredicate = pattern.map(compileEventPattern);
const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3 },
    leafPredicate,
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('predicate'), { maxLength: 3 }),
    }),
    tie('predicate').map((of): Predicate => ({ kind: 'not', of })),
  ),
}));

const scalar = fc.oneof(word, fc.constantFrom(0, 1, 2, 2.5, 3, true, null, '10.0.0.200', '11.0.0.1'));
const open = fc.oneof(scalar, fc.array(fc.dictionary(fc.constantFrom('a', 'b'), scalar), { maxLength: 3 }));
/** Fields of the kinds that CloudTrail documents; what a service writes may be anything. */
const record = fc.record(
  {
    eventName: scalar,
    userIdentity: fc.record({ type: scalar }, { requiredKeys: [] }),
    requestParameters: fc.oneof(open, fc.record({ a: open, b: open }, { requiredKeys: [] })),
    resources: fc.array(fc.record({ ARN: scalar }, { requiredKeys: [] }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const records = fc.array(record, { minLength: 20, maxLength: 20 });

/** Another one that is likely to be broader. */
function broader(of: Predicate, other: Predicate): Predicate[] {
  const wider = (condition: Condition): Condition => ({
    ...condition,
    anyOf: [...condition.anyOf, { test: 'equals', value: 'A' }],
  });
  const fewer =
    of.kind === 'fields' && of.conditions.length > 1
      ? [of.conditions.slice(1), of.conditions.slice(0, -1)].map((conditions): Predicate => ({
          kind: 'fields',
          conditions,
        }))
      : [];
  return [
    { kind: 'any', of: [other, of] },
    ...(of.kind === 'fields' ? [{ ...of, conditions: of.conditions.map(wider) }] : []),
    ...(of.kind === 'all' ? of.of : []),
    ...fewer,
    other,
  ];
}

describe('covers', () => {
  it('says so only where every record of the one is one of the other', () => {
    let proved = 0;
    const check = fc.property(predicate, predicate, records, (inner, other, some) => {
      for (const outer of broader(inner, other)) {
        if (!covers(outer, inner)) continue;
        proved += 1;
        const [isOuter, isInner] = [compilePredicate(outer), compilePredicate(inner)];
        const counter = some.find((one) => isInner(viewOf(one)) && !isOuter(viewOf(one)));
        expect({ outer, inner, counter }).toEqual({ outer, inner, counter: undefined });
      }
    });
    fc.assert(check, { numRuns: 400 });
    expect(proved).toBeGreaterThan(400);
  });

  it('holds for any predicate and itself', () => {
    const check = fc.property(predicate, (one) => {
      expect(covers(one, one)).toBe(true);
    });
    fc.assert(check, { numRuns: 300 });
  });

  it.each<[string, Pattern, Pattern, boolean]>([
    ['fewer conditions', { eventName: ['A'] }, { eventName: ['A'], errorCode: ['x'] }, true],
    ['more values', { eventName: ['A', 'B'] }, { eventName: ['B'] }, true],
    ['fewer values', { eventName: ['B'] }, { eventName: ['A', 'B'] }, false],
    [
      'a prefix',
      { eventName: [{ prefix: 'Put' }] },
      { eventName: ['PutBucketAcl', { prefix: 'PutB' }] },
      true,
    ],
    ['a wildcard', { eventName: [{ wildcard: 'Put*Acl' }] }, { eventName: ['PutBucketAcl'] }, true],
    [
      'a range',
      { 'requestParameters.n': [{ numeric: ['>=', 1] }] },
      { 'requestParameters.n': [{ numeric: ['>', 1, '<', 5] }] },
      true,
    ],
    [
      'an open bound',
      { 'requestParameters.n': [{ numeric: ['>', 1] }] },
      { 'requestParameters.n': [{ numeric: ['>=', 1] }] },
      false,
    ],
    [
      'a network',
      { sourceIPAddress: [{ cidr: '10.0.0.0/8' }] },
      { sourceIPAddress: [{ cidr: '10.1.0.0/16' }] },
      true,
    ],
    ['presence', { errorCode: [{ exists: true }] }, { errorCode: ['x'] }, true],
    [
      'less excluded',
      { eventName: [{ 'anything-but': ['A'] }] },
      { eventName: [{ 'anything-but': ['A', 'B'] }] },
      true,
    ],
    [
      'an alternative',
      { $or: [{ eventName: ['A'] }, { errorCode: ['x'] }] },
      { errorCode: ['x'], awsRegion: ['r'] },
      true,
    ],
    [
      'absence of a single field',
      { 'userIdentity.invokedBy': [{ exists: false }] },
      { 'userIdentity.invokedBy': [{ exists: false }], 'userIdentity.type': ['Root'] },
      true,
    ],
    [
      'absence in a list, which other conditions bind',
      { 'requestParameters.a.x': [{ exists: false }] },
      { 'requestParameters.a.x': [{ exists: false }], 'requestParameters.a.b': ['A'] },
      false,
    ],
  ])('by %s', (_, outer, inner, expected) => {
    expect(covers(compileEventPattern(outer), compileEventPattern(inner))).toBe(expected);
  });

  it('gives up on rules that would take for ever', () => {
    const branches = (text: string): Pattern => ({
      $or: Array.from({ length: 900 }, (_, i) => ({ eventName: [`${text}${i}`], errorCode: ['x'] })),
    });
    const [a, b] = [compileEventPattern(branches('A')), compileEventPattern(branches('B'))];
    const start = performance.now();
    expect(covers(a, b)).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('a test of a value', () => {
  const compiled = (
    [
      'A',
      'a',
      'AB',
      '',
      null,
      true,
      '10.0.0.1',
      1,
      2.5,
      ...['A', 'AB', 'a'].flatMap((text) =>
        ['prefix', 'suffix'].flatMap((edge) => [
          { [edge]: text },
          { [edge]: { 'equals-ignore-case': text } },
        ]),
      ),
      ...['a', 'AB'].map((text) => ({ 'equals-ignore-case': text })),
      ...['A*', '*b', '*', 'A*B'].map((wildcard) => ({ wildcard })),
      ...[true, false].map((exists) => ({ exists })),
      ...[
        ['>', 1],
        ['>=', 1],
        ['<', 1],
        ['<=', 1],
        ['>', 1, '<', 2.5],
        ['>=', 1, '<=', 2.5],
      ].map((numeric) => ({ numeric })),
      ...['10.0.0.0/8', '10.0.0.0/24', '11.0.0.0/8', '::/0'].map((cidr) => ({ cidr })),
      ...['A', ['A', 'AB'], [1, 2.5], { prefix: 'A' }, { 'equals-ignore-case': 'a' }, { wildcard: 'A*' }].map(
        (one) => ({
          'anything-but': one,
        }),
      ),
    ] as readonly unknown[]
  ).flatMap((value) => {
    const predicate = compileEventPattern({ f: [value] });
    return predicate.kind === 'fields' ? (predicate.conditions[0]?.anyOf ?? []) : [];
  });
  const tests: readonly ValueTest[] = [
    ...compiled,
    { test: 'wildcard', pattern: [{ literal: 'a' }, { any: 'text' }], ignoreCase: true },
    { test: 'wildcard', pattern: [{ any: 'character' }, { literal: 'b' }], ignoreCase: true },
    { test: 'regex', source: '^A', flags: '' },
    { test: 'same-as', path: ['g'], ignoreCase: true },
  ];
  const texts = ['', 'A', 'a', 'AB', 'Ab', 'ab', 'aB', 'b', 'B', 'BA', 'AAB', 'ABA', 'xA', 'Ax', 'C'];
  const likeOthers = ['10.0.0.1', '10.0.0.9', '10.1.0.1', '11.0.0.1', '::1', '1', '2.5', 'true', 'null'];
  const values = [...texts, ...likeOthers, 0, 0.5, 1, 1.5, 2.5, 3, -1, true, false, null];
  const passing = tests.map((one) => {
    const passes = compileTests([one], 'value');
    return new Set(values.filter((value) => passes(value, { textsAt: () => [] })));
  });
  const pairs = tests.flatMap((one, i) => tests.map((other, j) => [one, other, i, j] as const));
  const isAbsence = (one: ValueTest): boolean => one.test === 'absent';

  it('covers another only if all values that pass the other pass it', () => {
    const proved = pairs.filter(([one, other]) => testCovers(one, other, 'value'));
    const wrong = proved.filter(([, , i, j]) => !passing[j]?.isSubsetOf(passing[i] ?? new Set()));
    expect(wrong).toEqual([]);
    expect(proved.length).toBeGreaterThan(2 * tests.length);
    expect(proved.filter(([one, other]) => isAbsence(one) !== isAbsence(other))).toEqual([]);
  });

  it('excludes another only if no value passes both', () => {
    const proved = pairs.filter(([one, other]) => testsExclude(one, other, 'value'));
    const wrong = proved.filter(([, , i, j]) => !passing[j]?.isDisjointFrom(passing[i] ?? new Set()));
    expect(wrong).toEqual([]);
    expect(proved.length).toBeGreaterThan(5 * tests.length);
  });
});

describe('dead parts', () => {
  it('of kind "nothing" are found only where no record matches', () => {
    let found = 0;
    const contradictory = fc
      .tuple(predicate, predicate)
      .map(([a, b]): Predicate => ({ kind: 'all', of: [a, b, { kind: 'not', of: a }] }));
    const check = fc.property(fc.oneof(predicate, contradictory), records, (one, some) => {
      if (!deadParts(one).some(({ kind }) => kind === 'nothing')) return;
      found += 1;
      expect(some.filter((event) => compilePredicate(one)(viewOf(event)))).toEqual([]);
    });
    fc.assert(check, { numRuns: 250 });
    expect(found).toBeGreaterThan(25);
  });

  it.each<[string, Predicate, string | undefined]>([
    ['one field with two values', all({ eventName: ['A'] }, { eventName: ['B', 'C'] }), 'nothing'],
    ['a value and its absence', all({ errorCode: ['x'] }, { errorCode: [{ exists: false }] }), 'nothing'],
    [
      'what is excluded again',
      {
        kind: 'all',
        of: [only({ eventName: ['A'] }), { kind: 'not', of: only({ eventName: [{ prefix: 'A' }] }) }],
      },
      'nothing',
    ],
    ['two prefixes', all({ eventName: [{ prefix: 'Put' }] }, { eventName: [{ prefix: 'Get' }] }), 'nothing'],
    [
      'an empty range',
      {
        kind: 'fields',
        conditions: [
          { path: ['requestParameters', 'n'], reads: 'value', anyOf: [{ test: 'number', low: 5, high: 3 }] },
        ],
      },
      'nothing',
    ],
    [
      'an alternative of those',
      { kind: 'any', of: [only({ eventName: ['A'] }), all({ eventName: ['A'] }, { eventName: ['B'] })] },
      'part',
    ],
    ['there or not', only({ eventName: ['A'], errorCode: [{ exists: true }, { exists: false }] }), 'idle'],
    [
      'two values where there may be a list',
      all({ 'requestParameters.a': ['A'] }, { 'requestParameters.a': ['B'] }),
      undefined,
    ],
    [
      'two values that are one',
      all({ eventName: [{ prefix: 'P' }] }, { eventName: [{ suffix: 'Q' }] }),
      undefined,
    ],
  ])('%s', (_, one, kind) => {
    expect(deadParts(one)[0]?.kind).toBe(kind);
  });
});

describe('overlaps', () => {
  const rule = (id: string, pattern: Pattern, cases: readonly JsonObject[] = []): CompiledRule =>
    compileRule({
      id,
      title: id,
      severity: 'low',
      owner: 'o',
      why: 'w',
      runbook: 'r',
      falsePositives: ['f'],
      pattern,
      cases: { matches: cases.map((event, i) => ({ name: `case ${i}`, event })) },
    });

  it('are told by what the rules say, once for a pair that is the same', () => {
    const broad = rule('broad', { eventSource: ['s'] });
    const narrow = rule('narrow', { eventName: ['A'], eventSource: ['s'] });
    const again = rule('again', { eventSource: ['s'], eventName: ['A'] });
    expect(overlaps([broad, narrow, again])).toEqual([
      { rule: 'narrow', other: 'broad', kind: 'part', cases: 0 },
      { rule: 'narrow', other: 'again', kind: 'same', cases: 0 },
      { rule: 'again', other: 'broad', kind: 'part', cases: 0 },
    ]);
  });

  it('are shown by cases where nothing is proved, if there are two at least', () => {
    const events = [{ eventName: 'Ax' }, { eventName: 'Ay' }];
    const other = rule('other', { eventName: ['Ax', 'Ay', 'B'] });
    expect(overlaps([rule('one', { eventName: [{ prefix: 'A' }] }, events), other])).toEqual([
      { rule: 'one', other: 'other', kind: 'cases', cases: 2 },
    ]);
    expect(overlaps([rule('one', { eventName: [{ prefix: 'A' }] }, events.slice(1)), other])).toEqual([]);
  });
});

function only(pattern: Pattern): Predicate {
  return compileEventPattern(pattern);
}

function all(...patterns: Pattern[]): Predicate {
  return { kind: 'all', of: patterns.map(only) };
}

function viewOf(event: unknown): ReturnType<typeof recordViewOfValue> {
  return recordViewOfValue(event as JsonObject);
}
