import { foldCase } from './fold-case.ts';
import type { ValueTest } from './predicate.ts';
import { compileTests, type PassesTests } from './value-test.ts';

type Reads = 'value' | 'text';
type Of<T extends ValueTest['test']> = Extract<ValueTest, { readonly test: T }>;

/** Whether every value that passes `inner` passes `outer`. False: that can't be shown here. */
export function testCovers(outer: ValueTest, inner: ValueTest, reads: Reads): boolean {
  if (sameTest(outer, inner)) return true;
  if (outer.test === 'absent' || inner.test === 'absent') return false;
  if (isExact(inner) && !comparesFields(outer)) return passes(outer, inner, reads);
  if (inner.test === 'equals' && ignoresCase(outer)) return passes(outer, inner, reads);
  if (outer.test === 'exists') return inner.test !== 'exists';
  if (outer.test === 'anything-but')
    return inner.test === 'anything-but' && excludesMore(outer, inner, reads);
  if (outer.test === 'number') return inner.test === 'number' && isWithin(outer, inner);
  if (outer.test === 'cidr') return inner.test === 'cidr' && holdsRange(outer, inner);
  return edgeCovers(outer, inner);
}

/** Whether no single value passes both. False: that can't be shown here. */
export function testsExclude(one: ValueTest, other: ValueTest, reads: Reads): boolean {
  if (one.test === 'absent' || other.test === 'absent') return one.test !== other.test;
  if (comparesFields(one) || comparesFields(other)) return false;
  if (isExact(one)) return !passes(other, one, reads);
  if (isExact(other)) return !passes(one, other, reads);
  if (one.test === 'number' && other.test === 'number') return liesBelow(one, other) || liesBelow(other, one);
  if (one.test === 'equals') return excludesFolded(one, other, reads);
  if (other.test === 'equals') return excludesFolded(other, one, reads);
  if (one.test !== 'prefix' || other.test !== 'prefix') return false;
  const [a, b] = [foldCase(one.value), foldCase(other.value)];
  return !a.startsWith(b) && !b.startsWith(a);
}

/** `one` ignores case: each way to write it is to fail. */
function excludesFolded(one: Of<'equals'>, other: ValueTest, reads: Reads): boolean {
  if (ignoresCase(other) || other.test === 'number' || other.test === 'cidr')
    return !passes(other, one, reads);
  if (typeof one.value !== 'string') return false;
  const value = foldCase(one.value);
  if (other.test === 'equals') return typeof other.value !== 'string' || foldCase(other.value) !== value;
  if (other.test === 'prefix') return !value.startsWith(foldCase(other.value));
  return other.test === 'suffix' && !value.endsWith(foldCase(other.value));
}

/** Whether no value at all passes. */
export function isImpossible(test: ValueTest): boolean {
  if (test.test === 'number')
    return test.low !== undefined && test.high !== undefined && liesBelow(test, test);
  return test.test === 'cidr' && test.low > test.high;
}

function comparesFields(test: ValueTest): boolean {
  return test.test === 'same-as' || (test.test === 'anything-but' && test.tests.some(comparesFields));
}

const NO_FIELDS = { textsAt: (): readonly string[] => [] };

/** Regular expressions take long to compile, and rules are compared in pairs. */
const compiled = {
  value: new WeakMap<ValueTest, PassesTests>(),
  text: new WeakMap<ValueTest, PassesTests>(),
};

function passes(test: ValueTest, { value }: Of<'equals'>, reads: Reads): boolean {
  const judge = compiled[reads].get(test) ?? compileTests([test], reads);
  compiled[reads].set(test, judge);
  return judge(reads === 'text' && typeof value === 'boolean' ? String(value) : value, NO_FIELDS);
}

/** Whether a text passes however it is written. */
function ignoresCase(test: ValueTest): boolean {
  return 'ignoreCase' in test && test.ignoreCase && test.test !== 'same-as';
}

/** Written just so. */
type Exact = Of<'equals'> & { readonly ignoreCase?: false };

function isExact(test: ValueTest): test is Exact {
  return test.test === 'equals' && test.ignoreCase !== true;
}

function sameTest(a: ValueTest, b: ValueTest): boolean {
  return keyOf(a) === keyOf(b);
}

/** The same for the same test, predicate or condition. */
export function keyOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}

function excludesMore(outer: Of<'anything-but'>, inner: Of<'anything-but'>, reads: Reads): boolean {
  return outer.tests.every((excluded) => inner.tests.some((test) => testCovers(test, excluded, reads)));
}

function isWithin(outer: Of<'number'>, inner: Of<'number'>): boolean {
  const { low: from = -Infinity, high: to = Infinity } = inner;
  const { low = -Infinity, high = Infinity } = outer;
  const above = from > low || (from === low && !(outer.lowOpen === true && inner.lowOpen !== true));
  const below = to < high || (to === high && !(outer.highOpen === true && inner.highOpen !== true));
  return above && below;
}

/** Whether all of `one` lies below all of `other`; of one range with itself, whether it is empty. */
function liesBelow(one: Of<'number'>, other: Of<'number'>): boolean {
  const [high, low] = [one.high ?? Infinity, other.low ?? -Infinity];
  return high < low || (high === low && (one.highOpen === true || other.lowOpen === true));
}

function holdsRange(outer: Of<'cidr'>, inner: Of<'cidr'>): boolean {
  return outer.family === inner.family && inner.low >= outer.low && inner.high <= outer.high;
}

/** Texts that start (or end) with more start with less. */
function edgeCovers(outer: ValueTest, inner: ValueTest): boolean {
  if (outer.test !== 'equals' && outer.test !== 'prefix' && outer.test !== 'suffix') return false;
  if (inner.test !== 'equals' && inner.test !== outer.test) return false;
  if (typeof outer.value !== 'string' || typeof inner.value !== 'string') return false;
  if (inner.ignoreCase === true && outer.ignoreCase !== true) return false;
  const fold = outer.ignoreCase === true ? foldCase : (text: string): string => text;
  const [less, more] = [fold(outer.value), fold(inner.value)];
  if (outer.test === 'equals') return inner.test === 'equals' && less === more;
  return outer.test === 'prefix' ? more.startsWith(less) : more.endsWith(less);
}
