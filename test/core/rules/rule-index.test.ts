import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileEventPattern } from '../../../shared/core/rules/event-pattern.ts';
import { compilePredicate } from '../../../shared/core/rules/match.ts';
import {
  pathName,
  type Condition,
  type Predicate,
  type ValueTest,
} from '../../../shared/core/rules/predicate.ts';
import { recordViewOfValue, type JsonObject } from '../../../shared/core/rules/record-view.ts';
import { RuleIndex } from '../../../shared/core/rules/rule-index.ts';
import { Random } from '../../../shared/core/sample/random.ts';
import { patternPairs } from '../../support/pattern-pairs.ts';

const NAMES = ['eventName', 'eventSource', 'a'];
const VALUES = ['x', 'X', '5', '{"a":"x"}'];

/** Most often, for it is by exact values that an index finds rules. */
const equals = fc.record({
  test: fc.constant('equals' as const),
  value: fc.constantFrom(...VALUES, ...VALUES, true, null),
  ignoreCase: fc.boolean(),
});
const scalarTest: fc.Arbitrary<ValueTest> = fc.oneof(
  { weight: 8, arbitrary: equals },
  fc.record({
    test: fc.constantFrom('prefix' as const, 'suffix' as const),
    value: fc.constantFrom('x', ''),
    ignoreCase: fc.boolean(),
  }),
  fc.constantFrom<ValueTest>(
    { test: 'number', low: 5 },
    { test: 'exists' },
    { test: 'absent' },
    { test: 'same-as', path: ['a'] },
  ),
);
const valueTest = fc.oneof(
  { weight: 8, arbitrary: scalarTest },
  {
    weight: 1,
    arbitrary: fc
      .array(scalarTest, { minLength: 1, maxLength: 2 })
      .map((tests): ValueTest => ({ test: 'anything-but', tests })),
  },
);
const condition: fc.Arbitrary<Condition> = fc.record({
  path: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...NAMES).map((name) => [name]) },
    { weight: 7, arbitrary: fc.array(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  ),
  reads: fc.constantFrom('value' as const, 'text' as const),
  anyOf: fc.array(valueTest, { minLength: 1, maxLength: 3 }),
});
const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3 },
    fc
      .uniqueArray(condition, { minLength: 1, maxLength: 3, selector: ({ path }) => pathName(path) })
      .map((conditions): Predicate => ({
        kind: 'fields',
        conditions: conditions.toSorted((a, b) => (pathName(a.path) < pathName(b.path) ? -1 : 1)),
      })),
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('predicate'), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('predicate') }),
  ),
}));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(...VALUES, ...VALUES, 5, true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const record = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 3, noNullPrototype: true });

describe('an index of rules', () => {
  it('selects what each rule by itself selects, in their order', () => {
    let selected = 0;
    const all = fc.property(
      fc.array(predicate, { minLength: 1, maxLength: 8 }),
      fc.array(record, { minLength: 1, maxLength: 3 }),
      (rules, records) => {
        const index = new RuleIndex(rules.map((rule, place) => [place, rule] as const));
        const alone = rules.map((rule) => compilePredicate(rule));
        for (const one of records) {
          const view = recordViewOfValue(one as JsonObject);
          const expected = alone.flatMap((holds, place) => (holds(view) ? [place] : []));
          selected += expected.length;
          expect(index.matching(view)).toEqual(expected);
        }
      },
    );
    fc.assert(all, { numRuns: 1500, seed: 11 });
    expect(selected).toBeGreaterThan(1000);
  });

  it('selects what each event pattern by itself selects', () => {
    const pairs = [...patternPairs('rule index', 1500)].flatMap(({ pattern, event }) => {
      try {
        return [
          { predicate: compileEventPattern(JSON.parse(pattern)), event: JSON.parse(event) as JsonObject },
        ];
      } catch {
        return [];
      }
    });
    const index = new RuleIndex(pairs.map(({ predicate }, place) => [place, predicate] as const));
    const alone = pairs.map(({ predicate }) => compilePredicate(predicate));
    for (const { event } of pairs.slice(0, 200)) {
      const view = recordViewOfValue(event);
      expect(index.matching(view)).toEqual(alone.flatMap((holds, place) => (holds(view) ? [place] : [])));
    }
  });

  it('looks at a record about as often for 500 rules as for one', () => {
    const rules = (count: number): RuleIndex<number> =>
      new RuleIndex(
        Array.from({ length: count }, (_, place) => {
          const pattern = {
            eventName: [`Event${place}`],
            userIdentity: { type: [{ 'anything-but': 'Root' }] },
          };
          return [place, compileEventPattern(pattern)] as const;
        }),
      );
    const looks = (index: RuleIndex<number>): number => {
      const random = new Random('looks');
      let count = 0;
      for (let made = 0; made < 100; made += 1) {
        const value = { eventName: `Event${random.int(500)}`, userIdentity: { type: 'IAMUser' } };
        const counting = new Proxy(value, {
          get: (object, name, receiver) => {
            count += 1;
            return Reflect.get(object, name, receiver) as unknown;
          },
        });
        index.matching(recordViewOfValue(counting));
      }
      return count;
    };
    expect(looks(rules(500))).toBeLessThan(4 * looks(rules(1)));
  });
});
