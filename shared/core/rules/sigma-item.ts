import type { Predicate, ValueTest } from './predicate.ts';
import { holdLimit, SigmaError } from './sigma-error.ts';
import {
  modifierNamed,
  patternOf,
  sigmaPath,
  type ModifierPlace,
  type Placeholders,
  type SigmaValue,
} from './sigma-modifiers.ts';
import { regexTest } from './sigma-regex.ts';
import { testOfPattern, withAnyText } from './sigma-text.ts';

/**
 * Of `field|modifier|modifier: values`; without a field, of values that any field of the record may have inside it. Modifiers turn each
 * value into others, in their order. Throws `SigmaError`.
 */
export function compileSigmaItem(
  key: string,
  given: unknown,
  placeholders: Placeholders,
  where: string,
): Predicate {
  const [field = '', ...names] = key.split('|');
  const path = field === '' ? [] : sigmaPath(field, where);
  const modifiers = names.map((name) => modifierNamed(name, field === '', where));
  const place = { where, placeholders, ignoreCase: !names.includes('cased') };
  const tests = scalarsOf(given, where).map((scalar) => {
    let alternatives: readonly SigmaValue[] = [{ is: 'scalar', scalar }];
    for (const modifier of modifiers) {
      alternatives = alternatives.flatMap((value) => modifier(value, place));
      holdLimit('alternatives', alternatives.length, where);
    }
    return alternatives.flatMap((value) => testsOf(value, field === '', place));
  });
  const selected = fieldsHold(path, names.includes('all') ? tests : [tests.flat()]);
  return isNegated(names, given, where) ? { kind: 'not', of: selected } : selected;
}

/** By `neq`, or by `exists: false`, but not by both. */
function isNegated(names: readonly string[], given: unknown, where: string): boolean {
  if (!names.includes('exists')) return names.includes('neq');
  if (typeof given !== 'boolean') throw new SigmaError(where, 'exists takes true or false, and no list');
  return names.includes('neq') === given;
}

/** One of each group holds. No two conditions of one `fields`, for Sigma doesn't ask that one element of a list fulfils both. */
function fieldsHold(path: readonly string[], groups: readonly (readonly ValueTest[])[]): Predicate {
  const of = groups.map((anyOf): Predicate => ({
    kind: 'fields',
    conditions: [{ path, reads: 'text', anyOf }],
  }));
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { kind: 'all', of };
}

function scalarsOf(given: unknown, where: string): readonly (string | number | boolean | null)[] {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length === 0)
    throw new SigmaError(where, 'is an empty list; for a field that is absent, say null');
  return values.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value !== 'number')
      throw new SigmaError(where, 'takes a text, a number, true, false, null, or a list of them');
    if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
    throw new SigmaError(where, `${value} is too large to be exact: put it in quotes`);
  });
}

/** Of a value that all modifiers have been applied to. */
function testsOf(value: SigmaValue, keyword: boolean, place: ModifierPlace): readonly ValueTest[] {
  const { where, ignoreCase } = place;
  if (value.is === 'test') return [value.test];
  if (value.is === 'bytes')
    throw new SigmaError(where, 'a record is text and holds no UTF-16: base64 or base64offset must follow');
  if (value.is === 'regex') {
    if (!ignoreCase) throw new SigmaError(where, 're is cased already, and re|i is not');
    return [regexTest(value.source, value.flags, where)];
  }
  if (value.is === 'scalar' && value.scalar === null) {
    if (keyword) throw new SigmaError(where, 'null needs a field before it');
    return [{ test: 'absent' }, { test: 'equals', value: null }];
  }
  const pattern = patternOf(value, where);
  return [testOfPattern(keyword ? withAnyText(pattern, true, true) : pattern, ignoreCase)];
}
