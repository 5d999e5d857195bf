import type { CompiledRule } from './compiled-rule.ts';
import { compilePredicate } from './match.ts';
import { covers } from './predicate-cover.ts';
import { recordViewOfValue, type JsonObject } from './record-view.ts';

/** One event would alert by both rules. */
export interface Overlap {
  readonly rule: string;
  readonly other: string;
  /**
   * `same`: each selects what the other does. `part`: all that `rule` selects, `other` selects too; both by what the rules say.
   * `cases`: all matching cases of `rule` are matches of `other`, which shows nothing about other events.
   */
  readonly kind: 'same' | 'part' | 'cases';
  /** How many cases that were. */
  readonly cases: number;
}

/** Fewer say too little. */
const FEWEST_CASES = 2;

/** Pairs of rules of which one selects nothing that the other doesn't. A pair that is the same comes once. */
export function overlaps(rules: readonly CompiledRule[]): readonly Overlap[] {
  const tests = rules.map(({ predicate }) => compilePredicate(predicate));
  return rules.flatMap((rule, i) =>
    rules.flatMap((other, j) => (i === j ? [] : (overlapOf(rule, other, tests[j], i < j) ?? []))),
  );
}

function overlapOf(
  rule: CompiledRule,
  other: CompiledRule,
  matchesOther: ReturnType<typeof compilePredicate> | undefined,
  isFirst: boolean,
): Overlap | undefined {
  const { id, cases } = rule.definition;
  const found = { rule: id, other: other.definition.id, cases: cases.matches.length };
  if (covers(other.predicate, rule.predicate)) {
    const isSame = covers(rule.predicate, other.predicate);
    return isSame && !isFirst ? undefined : { ...found, kind: isSame ? 'same' : 'part' };
  }
  if (cases.matches.length < FEWEST_CASES || matchesOther === undefined) return undefined;
  const isInCases = cases.matches.every(({ event }) => matchesOther(recordViewOfValue(event as JsonObject)));
  return isInCases ? { ...found, kind: 'cases' } : undefined;
}
