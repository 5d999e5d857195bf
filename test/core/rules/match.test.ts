import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldCase } from '../../../shared/core/rules/fold-case.ts';
import { compilePredicate } from '../../../shared/core/rules/match.ts';
import type { Condition, Predicate, ValueTest, Wildcard } from '../../../shared/core/rules/predicate.ts';
import {
  recordViewOfText,
  recordViewOfValue,
  type JsonObject,
} from '../../../shared/core/rules/record-view.ts';
import { compileWildcard } from '../../../shared/core/rules/wildcard.ts';
import { holdsBySearch } from '../../support/match-by-search.ts';

function fields(...conditions: Condition[]): Predicate {
  return { kind: 'fields', conditions };
}

function text(path: string, ...anyOf: ValueTest[]): Predicate {
  return fields({ path: path === '' ? [] : path.split('.'), reads: 'text', anyOf });
}

function holds(predicate: Predicate, record: string): boolean {
  return compilePredicate(predicate)(recordViewOfText(record));
}

const contains = (value: string): ValueTest => ({
  test: 'wildcard',
  pattern: [{ any: 'text' }, { literal: value }, { any: 'text' }],
});
const equals = (value: string | boolean | null): ValueTest => ({ test: 'equals', value });

describe('conditions that meet in lists', () => {
  const { value: json } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'large' },
      fc.constantFrom(1, 2),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'b-c', 'c'), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  }));
  const test = fc.constantFrom<ValueTest>(
    { test: 'number', low: 1, high: 1 },
    { test: 'number', low: 2, high: 2 },
    { test: 'exists' },
    { test: 'absent' },
    { test: 'absent' },
  );
  const path = fc
    .array(fc.constantFrom('a', 'b', 'b-c', 'c'), { maxLength: 2 })
    .map((names): readonly string[] => ['a'].concat(names));
  const condition = fc.record({
    path,
    reads: fc.constant('value' as const),
    anyOf: fc.array(test, { minLength: 1, maxLength: 2 }),
  });
  const conditions = fc
    .uniqueArray(condition, { minLength: 1, maxLength: 5, selector: (one) => one.path.join('.') })
    .map((all) => all.toSorted((a, b) => (a.path.join('.') < b.path.join('.') ? -1 : 1)));

  it('hold as a search through all combinations says, event-ruler’s way', () => {
    let held = 0;
    const all = fc.property(conditions, json, (conditions, a) => {
      const record = { a } as JsonObject;
      const expected = holdsBySearch(conditions, record);
      if (expected) held += 1;
      expect(compilePredicate(fields(...conditions))(recordViewOfValue(record))).toBe(expected);
    });
    fc.assert(all, { numRuns: 6000, seed: 5 });
    expect(held).toBeGreaterThan(1000);
  });
});

describe('conditions on texts', () => {
  it('read numbers, true and false by their texts', () => {
    expect(holds(text('a', equals('22')), '{"a":22}')).toBe(true);
    expect(holds(text('a', equals(true)), '{"a":"true"}')).toBe(true);
    expect(holds(text('a', equals('true')), '{"a":true}')).toBe(true);
    expect(holds(text('a', { test: 'number', low: 3 }), '{"a":"4"}')).toBe(true);
    expect(holds(text('a', { test: 'number', low: 3 }), '{"a":"x4"}')).toBe(false);
  });

  it('read any element of a list', () => {
    expect(holds(text('a.b', equals('x')), '{"a":[{"b":"y"},{"b":["z",["x"]]}]}')).toBe(true);
    expect(holds(text('a.b', equals('x')), '{"a":[{"b":"y"}]}')).toBe(false);
  });

  it('read an object by its JSON, as the record spells it if it is a field of the record', () => {
    const record = '{"a":{"b":{"c":1}}}';
    expect(holds(text('a', contains('"b":{"c":1}')), record)).toBe(true);
    expect(holds(text('a.b', equals('{"c":1}')), record)).toBe(true);
    const value = { a: { b: 1 } };
    const spelled = { value, fieldText: (name: string) => (name === 'a' ? '{ "b" : 1.0 }' : undefined) };
    expect(compilePredicate(text('a', contains('"b" : 1.0')))(spelled)).toBe(true);
  });

  it('read JSON within JSON with its quotation marks unescaped', () => {
    const record = JSON.stringify({ a: { policy: JSON.stringify({ Effect: 'Allow' }) } });
    expect(holds(text('a', contains('"Effect":"Allow"')), record)).toBe(true);
    expect(holds(text('a', contains('\\"Effect\\"')), record)).toBe(true);
  });

  it('take null for nothing, but for null itself', () => {
    expect(holds(text('a', { test: 'exists' }), '{"a":null}')).toBe(false);
    expect(holds(text('a', { test: 'absent' }), '{"a":null}')).toBe(true);
    expect(holds(text('a', { test: 'absent' }), '{}')).toBe(true);
    expect(holds(text('a', { test: 'absent' }), '{"a":0}')).toBe(false);
    expect(holds(text('a', equals(null)), '{"a":null}')).toBe(true);
    expect(holds(text('a', equals('null')), '{"a":null}')).toBe(false);
  });

  it('without a path look into every field of the record', () => {
    expect(holds(text('', contains('evil')), '{"a":1,"b":{"c":["an evil thing"]}}')).toBe(true);
    expect(holds(text('', contains('evil')), '{"a":1,"evil":2}')).toBe(false);
  });

  it('compare with another field', () => {
    const same = text('a.b', { test: 'same-as', path: ['c'], ignoreCase: true });
    expect(holds(same, '{"a":{"b":"X"},"c":"x"}')).toBe(true);
    expect(holds(same, '{"a":{"b":5},"c":["4","5"]}')).toBe(true);
    expect(holds(same, '{"a":{"b":"X"},"c":"y"}')).toBe(false);
    expect(holds(same, '{"a":{"b":null},"c":null}')).toBe(false);
    expect(holds(text('a', { test: 'same-as', path: ['c'] }), '{"a":"X","c":"x"}')).toBe(false);
  });

  it('find regular expressions anywhere, with their flags', () => {
    expect(holds(text('a', { test: 'regex', source: '^b.d$', flags: 'im' }), '{"a":"a\\nBCD"}')).toBe(true);
    expect(holds(text('a', { test: 'regex', source: '^b.d$', flags: '' }), '{"a":"a\\nBCD"}')).toBe(false);
  });
});

describe('all, any and not', () => {
  const [x, y] = [text('a', equals('x')), text('b', equals('y'))];
  it.each([
    ['{"a":"x","b":"y"}', true, true, false],
    ['{"a":"x"}', false, true, false],
    ['{}', false, false, true],
  ])('%s', (record, all, any, not) => {
    expect(holds({ kind: 'all', of: [x, y] }, record)).toBe(all);
    expect(holds({ kind: 'any', of: [x, y] }, record)).toBe(any);
    expect(holds({ kind: 'not', of: { kind: 'any', of: [x, y] } }, record)).toBe(not);
  });
});

describe('a wildcard', () => {
  const letter = fc.constantFrom('a', 'b', '😀', '.');
  const part = fc.oneof(
    fc.array(letter, { minLength: 1, maxLength: 2 }).map((letters) => ({ literal: letters.join('') })),
    fc.constantFrom({ any: 'text' as const }, { any: 'character' as const }),
  );
  const asRegExp = (pattern: Wildcard): RegExp => {
    const source = pattern.map((one) =>
      'any' in one ? (one.any === 'text' ? '.*' : '.') : one.literal.replaceAll('.', '\\.'),
    );
    return new RegExp(`^${source.join('')}$`, 'su');
  };

  it('fits what the regular expression of the same meaning fits', () => {
    let fitted = 0;
    const all = fc.property(
      fc.array(part, { maxLength: 6 }),
      fc.array(letter, { maxLength: 8 }),
      (pattern, letters) => {
        const value = letters.join('');
        const expected = asRegExp(pattern).test(value);
        if (expected) fitted += 1;
        expect(compileWildcard(pattern)(value)).toBe(expected);
      },
    );
    fc.assert(all, { numRuns: 3000, seed: 7 });
    expect(fitted).toBeGreaterThan(300);
  });
});

describe('folding case', () => {
  it.each([
    ['AbC', 'abc'],
    ['ÄRGER', 'ärger'],
    ['ΣΑΣ', 'σασ'],
    ['ß ſ ς \u212a İ', 'ß ſ ς \u212a İ'],
  ])('%s', (text, folded) => expect(foldCase(text)).toBe(folded));

  it('changes nothing twice, and no length', () => {
    const all = fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(foldCase(foldCase(text))).toBe(foldCase(text));
      expect(foldCase(text)).toHaveLength(text.length);
    });
    fc.assert(all, { numRuns: 1000 });
  });
});
