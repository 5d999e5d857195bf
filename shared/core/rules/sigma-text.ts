import type { ValueTest, Wildcard } from './predicate.ts';
import { holdLimit, SigmaError } from './sigma-error.ts';

type Part = Wildcard[number];

const ANY_TEXT: Part = { any: 'text' };
const ANY_CHARACTER: Part = { any: 'character' };

/**
 * The text of a value, with its wildcards (Sigma rules specification 2.0.0, "Escaping"): a backslash takes their meaning from `*`, `?` and
 * a backslash, and stands for itself before anything else.
 */
export function parseSigmaText(text: string, where: string): Wildcard {
  holdLimit('valueLength', text.length, where);
  const parts = [...text.matchAll(/\\([\\*?])|[*?]|[^\\*?]+|\\/g)].map(([whole, escaped]): Part => {
    if (whole === '*') return ANY_TEXT;
    return whole === '?' ? ANY_CHARACTER : { literal: escaped ?? whole };
  });
  holdLimit('wildcards', parts.filter((part) => 'any' in part).length, where);
  return joined(parts);
}

/** Of text in which nothing has a special meaning. */
export function literalPattern(text: string): Wildcard {
  return joined([{ literal: text }]);
}

export function withAnyText(pattern: Wildcard, before: boolean, after: boolean): Wildcard {
  return joined([...(before ? [ANY_TEXT] : []), ...pattern, ...(after ? [ANY_TEXT] : [])]);
}

/** Throws `SigmaError` if the text has wildcards, which `what` can't have. */
export function plainText(pattern: Wildcard, what: string, where: string): string {
  const literal = literalOf(pattern);
  if (literal !== undefined) return literal;
  throw new SigmaError(where, `${what} takes text without wildcards: put a backslash before * and ?`);
}

/** The patterns in which each literal text is replaced by a row of pieces, of which each has one of several forms: all combinations. */
export function replaceLiterals(
  pattern: Wildcard,
  pieces: (literal: string) => readonly (readonly Wildcard[])[],
  where: string,
): readonly Wildcard[] {
  const forms = pattern.flatMap((part) => ('literal' in part ? pieces(part.literal) : [[[part]]]));
  return forms.reduce<readonly Wildcard[]>(
    (patterns, choices) => {
      holdLimit('alternatives', patterns.length * choices.length, where);
      return patterns.flatMap((before) => choices.map((choice) => joined([...before, ...choice])));
    },
    [[]],
  );
}

/** The plainest test that says the same. */
export function testOfPattern(pattern: Wildcard, ignoreCase: boolean): ValueTest {
  const folding = ignoreCase ? { ignoreCase } : {};
  const literal = literalOf(pattern);
  if (literal !== undefined) return { test: 'equals', value: literal, ...folding };
  const [first, second] = pattern;
  if (pattern.length === 2 && first !== undefined && second !== undefined) {
    if ('literal' in first && isAnyText(second)) return { test: 'prefix', value: first.literal, ...folding };
    if (isAnyText(first) && 'literal' in second) return { test: 'suffix', value: second.literal, ...folding };
  }
  return { test: 'wildcard', pattern, ...folding };
}

/** The text, if it has no wildcards. */
function literalOf(pattern: Wildcard): string | undefined {
  const [only] = pattern;
  if (only === undefined) return '';
  return pattern.length === 1 && 'literal' in only ? only.literal : undefined;
}

function isAnyText(part: Part | undefined): boolean {
  return part !== undefined && 'any' in part && part.any === 'text';
}

/** Neighbouring texts as one, no empty text, and no two `*` in a row. */
function joined(parts: Wildcard): Wildcard {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if ('any' in part) {
      if (!isAnyText(part) || !isAnyText(last)) result.push(part);
    } else if (last !== undefined && 'literal' in last) {
      result[result.length - 1] = { literal: last.literal + part.literal };
    } else if (part.literal !== '') result.push(part);
  }
  return result;
}
