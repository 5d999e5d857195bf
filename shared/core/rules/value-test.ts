import { parseAddress } from './cidr.ts';
import { foldCase } from './fold-case.ts';
import type { ValueTest } from './predicate.ts';
import { compileRegex } from './regex.ts';
import { compileWildcard } from './wildcard.ts';

export type Scalar = string | number | boolean | null;

/** The record's other fields, for values that are compared with them. */
export interface OtherFields {
  textsAt(path: readonly string[]): readonly string[];
}

export type PassesTests = (value: Scalar, fields: OtherFields) => boolean;

/** `folded` is the value by `foldCase` if it is a text and one of the tests ignores case, and empty otherwise. */
type Passes = (value: Scalar, folded: string, fields: OtherFields) => boolean;

/**
 * Whether a value that is there passes one of the tests; `absent` never does. With `text`, values are given as texts, and null as null.
 * Throws `PatternError` for regular expressions that can't be used.
 */
export function compileTests(tests: readonly ValueTest[], reads: 'value' | 'text'): PassesTests {
  const passes = anyOf(tests, reads);
  if (!tests.some(ignoresCase)) return (value, fields) => passes(value, '', fields);
  return (value, fields) => passes(value, typeof value === 'string' ? foldCase(value) : '', fields);
}

/** Long lists of exact values are looked up in one step. */
function anyOf(tests: readonly ValueTest[], reads: 'value' | 'text'): Passes {
  const exact = new Set<Scalar>();
  const folded = new Set<string>();
  const others: Passes[] = [];
  for (const test of tests) {
    if (test.test !== 'equals') others.push(compileTest(test, reads));
    else if (test.ignoreCase === true && typeof test.value === 'string') folded.add(foldCase(test.value));
    else exact.add(reads === 'text' && typeof test.value === 'boolean' ? String(test.value) : test.value);
  }
  if (exact.size > 0) others.unshift((value) => exact.has(value));
  if (folded.size > 0) others.unshift((value, fold) => typeof value === 'string' && folded.has(fold));
  const [only] = others;
  return others.length === 1 && only !== undefined
    ? only
    : (value, fold, fields) => others.some((passes) => passes(value, fold, fields));
}

function compileTest(test: Exclude<ValueTest, { test: 'equals' }>, reads: 'value' | 'text'): Passes {
  if (test.test === 'wildcard') {
    const matches = compileWildcard(test.pattern, test.ignoreCase);
    return ofText(test, '', (text) => matches(text));
  }
  if (test.test === 'regex') {
    const found = compileRegex(test.source, test.flags);
    return (value) => typeof value === 'string' && found(value);
  }
  if (test.test === 'number') return compileNumber(test, reads);
  if (test.test === 'cidr') return compileCidr(test);
  if (test.test === 'same-as') return compileSameAs(test);
  if (test.test === 'exists') return reads === 'value' ? () => true : (value) => value !== null;
  if (test.test === 'absent') return () => false;
  if (!('tests' in test)) return compileEdge(test);
  const passes = anyOf(test.tests, reads);
  return (value, folded, fields) => (reads === 'value' || value !== null) && !passes(value, folded, fields);
}

function compileEdge(test: Extract<ValueTest, { test: 'prefix' | 'suffix' }>): Passes {
  return test.test === 'prefix'
    ? ofText(test, test.value, (text, start) => text.startsWith(start))
    : ofText(test, test.value, (text, end) => text.endsWith(end));
}

function ofText(
  test: { readonly ignoreCase?: boolean },
  expected: string,
  passes: (text: string, expected: string) => boolean,
): Passes {
  if (test.ignoreCase !== true) return (value) => typeof value === 'string' && passes(value, expected);
  const fold = foldCase(expected);
  return (value, folded) => typeof value === 'string' && passes(folded, fold);
}

const JSON_NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

function compileNumber(test: Extract<ValueTest, { test: 'number' }>, reads: 'value' | 'text'): Passes {
  const low = test.low ?? -Number.MAX_VALUE;
  const high = test.high ?? Number.MAX_VALUE;
  const within = (value: number): boolean =>
    (test.lowOpen === true ? value > low : value >= low) &&
    (test.highOpen === true ? value < high : value <= high);
  return reads === 'value'
    ? (value) => typeof value === 'number' && within(value)
    : (value) => typeof value === 'string' && JSON_NUMBER.test(value) && within(Number(value));
}

function compileCidr({ family, low, high }: Extract<ValueTest, { test: 'cidr' }>): Passes {
  return (value) => {
    const address = typeof value === 'string' ? parseAddress(value) : undefined;
    return (
      address !== undefined && address.family === family && address.number >= low && address.number <= high
    );
  };
}

function compileSameAs({ path, ignoreCase }: Extract<ValueTest, { test: 'same-as' }>): Passes {
  if (ignoreCase !== true)
    return (value, _, fields) => value !== null && fields.textsAt(path).includes(String(value));
  return (value, folded, fields) =>
    value !== null &&
    fields.textsAt(path).some((text) => foldCase(text) === (folded || foldCase(String(value))));
}

function ignoresCase(test: ValueTest): boolean {
  if (test.test === 'anything-but') return test.tests.some(ignoresCase);
  return 'ignoreCase' in test && test.ignoreCase;
}
