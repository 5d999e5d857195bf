import { fieldPath, someValue, type FieldPath, type Looking, type Question } from './match-path.ts';
import type { Condition } from './predicate.ts';
import { compileTests, type PassesTests, type Scalar } from './value-test.ts';
import type { JsonValue } from '../query-result.ts';

export interface Verdict {
  readonly holds: boolean;
  /** Its field is in a list, or is one: other conditions may have to hold in the same element. */
  readonly metList: boolean;
}

/** One condition, compiled. */
export interface CompiledCondition {
  readonly path: FieldPath;
  readonly passes: PassesTests;
  /** It has tests that a value can pass. */
  readonly takesValue: boolean;
  /** It holds where the field isn't there. */
  readonly takesAbsence: boolean;
  /** Rough: conditions that are cheap to judge, and seldom hold, come first. */
  readonly cost: number;
  /** By itself, wherever in lists its field is. Judged once a record. */
  readonly verdict: (looking: Looking) => Verdict;
}

/** Each verdict is made once. */
const VERDICTS = [false, true].map((metList) => [false, true].map((holds) => ({ holds, metList })));

function verdictOf(holds: boolean, metList: boolean): Verdict {
  return VERDICTS[Number(metList)]?.[Number(holds)] ?? { holds, metList };
}

/** Throws `PatternError`. */
export function compileCondition({ path: names, reads, anyOf }: Condition): CompiledCondition {
  const path = fieldPath(names, reads);
  const passes = compileTests(anyOf, reads);
  const takesAbsence = anyOf.some(({ test }) => test === 'absent');
  const takesValue = anyOf.some(({ test }) => test !== 'absent');
  const judge = (looking: Looking): Verdict => {
    if (names.length === 0) return anyFieldPasses(passes, reads, looking);
    const question = { passes, metList: false };
    const { value } = looking.record;
    const holds =
      (takesValue && someValue(value, path, 0, question, looking)) ||
      (takesAbsence && !hasValue(value, path, 0, looking, question));
    return verdictOf(holds, question.metList);
  };
  let last: Looking | undefined;
  let known: Verdict | undefined;
  const verdict = (looking: Looking): Verdict => {
    if (last === looking && known !== undefined) return known;
    last = looking;
    known = judge(looking);
    return known;
  };
  return { path, passes, takesValue, takesAbsence, cost: costOf({ path: names, reads, anyOf }), verdict };
}

/** Keywords: looked for in every field of the record by itself, and so bound to no list. */
function anyFieldPasses(passes: PassesTests, reads: 'value' | 'text', looking: Looking): Verdict {
  const { value } = looking.record;
  const holds = Object.entries(value).some(([name, field]) =>
    someValue(field, fieldPath([name], reads), 1, { passes, metList: false }, looking),
  );
  return verdictOf(holds, false);
}

/** Whether the field is there. For a path of texts, null is nothing. */
export function hasValue(
  json: JsonValue,
  path: FieldPath,
  at: number,
  looking: Looking,
  met: { metList: boolean } = { metList: false },
): boolean {
  const question: Question = { passes: path.reads === 'value' ? present : presentText, metList: false };
  const found = someValue(json, path, at, question, looking);
  met.metList ||= question.metList;
  return found;
}

const present = (): boolean => true;
const presentText = (value: Scalar): boolean => value !== null;

function costOf({ path, reads, anyOf }: Condition): number {
  const kinds = new Set(anyOf.map(({ test }) => test));
  const test = kinds.has('regex')
    ? 100
    : kinds.has('anything-but') || kinds.has('wildcard')
      ? 20
      : kinds.has('equals')
        ? 0
        : 10;
  return test + (reads === 'text' ? 50 : 0) + path.length;
}
