import { PatternError } from './pattern-error.ts';
import type { ValueTest } from './predicate.ts';
import { compileRegex } from './regex.ts';
import { SigmaError } from './sigma-error.ts';

export type RegexFlag = 'i' | 'm' | 's';

/** What PCRE has and RE2 can't have, for it would take more than linear time. */
const BEYOND_RE2: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\(\?<?[=!]/, 'a look-around'],
  [/\\[1-9]|\\k[<{']|\(\?P=/, 'a back-reference'],
  [/\(\?>|[*+?}]\+/, 'an atomic group or a possessive quantifier'],
];

/** Throws `SigmaError` for what is beyond RE2 syntax or the limits of regex.ts. */
export function regexTest(source: string, flags: readonly RegexFlag[], where: string): ValueTest {
  const sorted = [...new Set(flags)].sort().join('');
  try {
    compileRegex(source, sorted);
  } catch (error) {
    throw new SigmaError(where, whyNot(source, error), { cause: error });
  }
  return { test: 'regex', source, flags: sorted };
}

function whyNot(source: string, error: unknown): string {
  const detail = error instanceof Error ? error.message : String(error);
  const [, name] = BEYOND_RE2.find(([pattern]) => pattern.test(source)) ?? [];
  if (name === undefined || (error instanceof PatternError && error.code === 'limit')) return detail;
  return `has ${name}, which RE2 syntax leaves out so that matching takes linear time; a second selection and "not" may say the same (${detail})`;
}
