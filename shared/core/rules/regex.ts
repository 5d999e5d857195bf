import { RE2JS } from 're2js';
import { PatternError } from './pattern-error.ts';
import { RecordError } from './record-error.ts';

const MAX_SOURCE_LENGTH = 4096;
const MAX_PROGRAM_SIZE = 1000;
/** Steps times characters: a quarter of a second at worst. Expressions of some fifty steps may look at any text that a record can hold. */
const MAX_WORK = 20_000_000;

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * Whether the expression is found anywhere in a text, in time linear in the text, whatever the expression (RE2: no back-references, no
 * look-around). Flags are i, m and s. Throws `PatternError`, also for what goes over the limits. What it returns throws `RecordError` for a text that
 * is too long for such an expression.
 */
export function compileRegex(source: string, flags: string): (text: string) => boolean {
  const where = `regular expression ${shortened(source)}`;
  if (source.length > MAX_SOURCE_LENGTH)
    throw new PatternError(
      where,
      `${source.length} characters; at most ${MAX_SOURCE_LENGTH} are allowed`,
      'limit',
    );
  const expression = compiled(source, flagBits(flags, where), where);
  const size = expression.programSize();
  if (size > MAX_PROGRAM_SIZE)
    throw new PatternError(
      where,
      `compiles to ${size} steps; at most ${MAX_PROGRAM_SIZE} are allowed: repeat less, or list fewer alternatives`,
      'limit',
    );
  return (text) => {
    if (text.length * size > MAX_WORK)
      throw new RecordError(
        'too-long',
        `a text of ${text.length} characters, and the ${where} may look at ${Math.floor(MAX_WORK / size)}`,
      );
    return expression.test(text);
  };
}

function compiled(source: string, flags: number, where: string): RE2JS {
  try {
    return RE2JS.compile(source, flags);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PatternError(where, `RE2 syntax is expected; ${reason}`, 'invalid', cause);
  }
}

function flagBits(flags: string, where: string): number {
  let bits = 0;
  for (const flag of flags) {
    const bit = Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined;
    if (bit === undefined) throw new PatternError(where, `the flags i, m and s are known, not ${flag}`);
    bits |= bit;
  }
  return bits;
}

function shortened(source: string): string {
  return source.length <= 60 ? source : `${source.slice(0, 60)}…`;
}
