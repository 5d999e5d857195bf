/**
 * What both pattern languages compile to, and all that judges a record by a rule works from: the stream, the backtest, the SQL and the
 * words of `explain`. Plain data: it can be printed, compared and stored.
 */

export type Predicate =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  | FieldsHold;

/**
 * Every one of these conditions holds, and where they meet in one list, one element of it holds them together (EventBridge user guide,
 * "Matching arrays"). Sorted by `pathName`, no path twice, never empty.
 */
export interface FieldsHold {
  readonly kind: 'fields';
  readonly conditions: readonly Condition[];
}

/** A value at `path` passes one of the tests. Lists on the way and at the end are looked into. */
export interface Condition {
  /** Names of fields from the record down: `['userIdentity', 'type']`. Empty: any field of the record itself (Sigma's keywords). */
  readonly path: readonly string[];
  /**
   * `value`: scalars alone, by their JSON type, as EventBridge does. `text`: any value by its text, numbers and `true` included; an object or
   * list by its JSON as the record has it, and by that with `\"` read as `"` (JSON within JSON), as Sigma's users expect.
   */
  readonly reads: 'value' | 'text';
  readonly anyOf: readonly ValueTest[];
}

/** A test of one value. `ignoreCase` folds as `foldCase` does. */
export type ValueTest =
  | { readonly test: 'equals'; readonly value: string | boolean | null; readonly ignoreCase?: boolean }
  | { readonly test: 'prefix' | 'suffix'; readonly value: string; readonly ignoreCase?: boolean }
  | { readonly test: 'wildcard'; readonly pattern: Wildcard; readonly ignoreCase?: boolean }
  /** RE2 syntax, found anywhere in the value. */
  | { readonly test: 'regex'; readonly source: string; readonly flags: string }
  /** From `low` to `high`; a bound that is undefined bounds nothing. */
  | {
      readonly test: 'number';
      readonly low?: number;
      readonly lowOpen?: boolean;
      readonly high?: number;
      readonly highOpen?: boolean;
    }
  /** Between two addresses of one family, both included, as numbers. */
  | {
      readonly test: 'cidr';
      readonly family: 4 | 6;
      readonly low: bigint;
      readonly high: bigint;
      readonly text: string;
    }
  /** A value at this other path of the record has the same text (Sigma's `fieldref`). */
  | { readonly test: 'same-as'; readonly path: readonly string[]; readonly ignoreCase?: boolean }
  /** There is a value (of a list or object: one inside). */
  | { readonly test: 'exists' }
  /** There is none. */
  | { readonly test: 'absent' }
  /** There is a value, and none of these tests passes. */
  | { readonly test: 'anything-but'; readonly tests: readonly ValueTest[] };

/** Literal texts, and between them what may stand for any text (`*`) or for one character (Sigma's `?`). */
export type Wildcard = readonly ({ readonly literal: string } | { readonly any: 'text' | 'character' })[];

/** `userIdentity.type`. */
export function pathName(path: readonly string[]): string {
  return path.join('.');
}
