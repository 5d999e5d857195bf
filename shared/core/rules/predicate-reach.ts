import { documentedField } from './documented-field.ts';
import { conditionWords } from './predicate-words.ts';
import { covers } from './predicate-cover.ts';
import { pathName, type Condition, type Predicate } from './predicate.ts';
import { isImpossible, testsExclude } from './value-test-cover.ts';

/** A part of a rule that no record can fulfil, or that every record does. */
export interface DeadPart {
  /** `nothing`: the rule as a whole selects no record. `part`: one of its alternatives doesn't. `idle`: a condition holds for every record. */
  readonly kind: 'nothing' | 'part' | 'idle';
  /** A sentence without its full stop. */
  readonly why: string;
}

/** Alternatives that are compared with each other: more than anybody writes by hand. */
const MOST_PARTS = 200;

/** For records whose fields are of the kinds CloudTrail documents. Empty: nothing of the kind can be shown. */
export function deadParts(predicate: Predicate): readonly DeadPart[] {
  const why = whyNothing(predicate);
  if (why !== undefined) return [{ kind: 'nothing', why }];
  return [...new Map(partsOf(predicate).map((part) => [part.why, part])).values()];
}

function partsOf(predicate: Predicate): DeadPart[] {
  if (predicate.kind === 'fields') return predicate.conditions.flatMap(idle);
  if (predicate.kind === 'not') return partsOf(predicate.of);
  const parts = predicate.of.slice(0, MOST_PARTS);
  if (predicate.kind === 'all') return parts.flatMap(partsOf);
  return parts.flatMap((part): DeadPart[] => {
    const why = whyNothing(part);
    return why === undefined ? partsOf(part) : [{ kind: 'part', why }];
  });
}

/** Why no record can be selected, if that can be shown. */
function whyNothing(predicate: Predicate): string | undefined {
  if (predicate.kind === 'fields') return firstOf(predicate.conditions, whyNever);
  if (predicate.kind === 'not')
    return covers(predicate.of, EVERYTHING) ? 'it excludes every record' : undefined;
  const parts = predicate.of.slice(0, MOST_PARTS);
  if (predicate.kind === 'all') return firstOf(predicate.of, whyNothing) ?? whyContradictory(parts);
  return predicate.of.length === 0
    ? 'there is no alternative'
    : allOf(parts, whyNothing, predicate.of.length);
}

const EVERYTHING: Predicate = { kind: 'all', of: [] };

function whyNever(condition: Condition): string | undefined {
  return condition.anyOf.every(isImpossible) ? `${conditionWords(condition)}, which no value is` : undefined;
}

/** Parts of which all are to hold: one takes out what another asks for, or one field is to have two values. */
function whyContradictory(parts: readonly Predicate[]): string | undefined {
  const excluded = parts.flatMap((part) => (part.kind === 'not' ? [part.of] : []));
  const wanted = parts.filter((part) => part.kind !== 'not');
  for (const part of wanted)
    if (excluded.some((other) => covers(other, part)))
      return 'what it selects is all excluded again by a "not"';
  const conditions = wanted.flatMap((part) => (part.kind === 'fields' ? part.conditions : []));
  const single = conditions.filter(({ path }) => documentedField(path) === 'single');
  for (const [i, one] of single.entries()) {
    const other = single.slice(i + 1).find((condition) => isOpposite(one, condition));
    if (other !== undefined)
      return `${conditionWords(one)}, and at the same time ${conditionWords(other)}; no value is both`;
  }
  return undefined;
}

function isOpposite(one: Condition, other: Condition): boolean {
  if (pathName(one.path) !== pathName(other.path) || one.reads !== other.reads) return false;
  return one.anyOf.every((test) => other.anyOf.every((another) => testsExclude(test, another, one.reads)));
}

function idle(condition: Condition): DeadPart[] {
  const tests = new Set(condition.anyOf.map(({ test }) => test));
  if (!tests.has('exists') || !tests.has('absent')) return [];
  return [{ kind: 'idle', why: `${conditionWords(condition)}: that is so of every record` }];
}

function firstOf<T>(items: readonly T[], why: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = why(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first reason, if there is one for each of `wanted` items. */
function allOf<T>(
  items: readonly T[],
  why: (item: T) => string | undefined,
  wanted: number,
): string | undefined {
  const reasons = items.flatMap((item) => why(item) ?? []);
  return reasons.length === wanted ? reasons[0] : undefined;
}
