import { compileEventPattern } from '../../shared/core/rules/event-pattern.ts';
import { compilePredicate } from '../../shared/core/rules/match.ts';
import { PatternError } from '../../shared/core/rules/pattern-error.ts';
import type { Predicate } from '../../shared/core/rules/predicate.ts';
import { recordViewOfText } from '../../shared/core/rules/record-view.ts';

const VERDICTS = ['no', 'match', 'invalid'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What event-ruler said to pairs that `seed` and `count` make anew. */
export interface RecordedVerdicts {
  readonly eventRuler: string;
  readonly seed: string;
  readonly count: number;
  /** Of the pairs: each a line, a JSON list of the two texts. */
  readonly sha256: string;
  /** Four to a byte, in Base64. */
  readonly verdicts: string;
}

/** Of JSON texts. */
export function ourVerdict(pattern: string, event: string): Verdict {
  let predicate: Predicate;
  try {
    predicate = compileEventPattern(JSON.parse(pattern));
  } catch (error) {
    if (error instanceof PatternError && error.code === 'invalid') return 'invalid';
    throw error;
  }
  return compilePredicate(predicate)(recordViewOfText(event)) ? 'match' : 'no';
}

export function packVerdicts(verdicts: readonly Verdict[]): string {
  const bytes = Buffer.alloc(Math.ceil(verdicts.length / 4));
  for (const [index, verdict] of verdicts.entries())
    bytes[index >> 2] = (bytes[index >> 2] ?? 0) | (VERDICTS.indexOf(verdict) << ((index & 3) * 2));
  return bytes.toString('base64');
}

export function unpackVerdicts(packed: string, count: number): Verdict[] {
  const bytes = Buffer.from(packed, 'base64');
  return Array.from({ length: count }, (_, index) => {
    const verdict = VERDICTS[((bytes[index >> 2] ?? 0) >> ((index & 3) * 2)) & 3];
    if (verdict === undefined) throw new Error(`verdict ${index} is none`);
    return verdict;
  });
}
