import * as z from 'zod';
import { compileEventPattern } from './event-pattern.ts';
import { compilePredicate } from './match.ts';
import type { Predicate } from './predicate.ts';
import type { RecordView } from './record-view.ts';
import { RULE, windowMinutes, type RuleDefinition } from './rule-format.ts';
import { compileSigma } from './sigma-rule.ts';

/** A rule that can't be used. The message says which, where and why. */
export class RuleError extends Error {
  readonly rule: string;

  constructor(rule: string, detail: string, options?: ErrorOptions) {
    super(`rule ${rule}: ${detail}`, options);
    this.name = 'RuleError';
    this.rule = rule;
  }
}

/** Events that a rule selects and that are no alert, for a while. */
export interface Suppression {
  readonly reason: string;
  /** The first moment at which it holds no longer: milliseconds since 1970. */
  readonly until: number;
  readonly predicate: Predicate;
  readonly matches: (record: RecordView) => boolean;
}

export interface CompiledRule {
  readonly definition: RuleDefinition;
  /** Of the rule alone, suppressions aside. */
  readonly predicate: Predicate;
  readonly windowMs: number;
  readonly suppressions: readonly Suppression[];
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Checks what a file of `rules/` says and makes a rule of it. Throws `RuleError`. */
export function compileRule(file: unknown, name = 'without an id'): CompiledRule {
  const { success, data, error } = RULE.safeParse(file);
  const id = idOf(file) ?? name;
  if (!success) throw new RuleError(id, z.prettifyError(error));
  try {
    const predicate =
      data.sigma === undefined
        ? compileEventPattern(data.pattern)
        : compileSigma(data.sigma, data.placeholders);
    return {
      definition: data,
      predicate,
      windowMs: windowMinutes(data.group.window) * MINUTE,
      suppressions: data.suppressions.map(({ reason, until, pattern }) => {
        const predicate = compileEventPattern(pattern);
        const matches = compilePredicate(predicate);
        return { reason, until: Date.parse(until) + DAY, predicate, matches };
      }),
    };
  } catch (error) {
    throw new RuleError(id, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function idOf(file: unknown): string | undefined {
  return typeof file === 'object' && file !== null && 'id' in file && typeof file.id === 'string'
    ? file.id
    : undefined;
}
