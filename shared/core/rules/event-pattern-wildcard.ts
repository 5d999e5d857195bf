import { PatternError } from './pattern-error.ts';
import type { Wildcard } from './predicate.ts';

const MAX_STARS = 32;

/** Of `arn:*:user/*`. A backslash makes `\*` and `\\` themselves, and stands before nothing else; two stars don't follow each other. */
export function parseWildcard(text: string, where: string): Wildcard {
  const parts: ({ literal: string } | { any: 'text' })[] = [];
  let literal = '';
  let stars = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') {
      at += 1;
      literal += escaped(text.charAt(at), at, where);
    } else if (character === '*') {
      if (text.charAt(at + 1) === '*')
        throw new PatternError(where, `two * in a row, at character ${at + 1}`);
      stars += 1;
      if (literal !== '') parts.push({ literal });
      literal = '';
      parts.push({ any: 'text' });
    } else literal += character;
  }
  if (stars > MAX_STARS)
    throw new PatternError(where, `${stars} times *; at most ${MAX_STARS} are allowed`, 'limit');
  return literal === '' ? parts : [...parts, { literal }];
}

function escaped(character: string, at: number, where: string): string {
  if (character !== '*' && character !== '\\')
    throw new PatternError(
      where,
      `a backslash stands before * or another backslash only; see character ${at}`,
    );
  return character;
}
