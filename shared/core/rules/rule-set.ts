import type { CompiledRule } from './compiled-rule.ts';
import { compilePredicate } from './match.ts';
import { RecordError } from './record-error.ts';
import type { RecordView } from './record-view.ts';
import { RuleIndex } from './rule-index.ts';

/** Two rules of one name. */
export class DuplicateRuleError extends Error {
  constructor(id: string) {
    super(`two rules are called ${id}: alerts and metrics go by the name, so that each needs its own`);
    this.name = 'DuplicateRuleError';
  }
}

/** All rules, matched in one pass. */
export class RuleSet {
  readonly rules: readonly CompiledRule[];
  readonly #index: RuleIndex<CompiledRule>;
  /** Each by itself, compiled when a record first goes over a limit: most containers meet none. */
  #alone: ReadonlyMap<CompiledRule, (record: RecordView) => boolean> | undefined;

  /** Throws `DuplicateRuleError`. */
  constructor(rules: readonly CompiledRule[]) {
    const ids = new Set<string>();
    for (const { definition } of rules) {
      if (ids.has(definition.id)) throw new DuplicateRuleError(definition.id);
      ids.add(definition.id);
    }
    this.rules = rules;
    this.#index = new RuleIndex(rules.map((rule) => [rule, rule.predicate]));
  }

  /**
   * Those that select the record, suppressed or not, in their order. `undecided` hears of those that can't be held against it (`RecordError`), and
   * the others are; without it, the error is thrown.
   */
  matching(
    record: RecordView,
    undecided?: (rule: CompiledRule, error: RecordError) => void,
  ): readonly CompiledRule[] {
    try {
      return this.#index.matching(record);
    } catch (error) {
      if (!(error instanceof RecordError) || undecided === undefined) throw error;
      return this.#oneByOne(record, undecided);
    }
  }

  #oneByOne(record: RecordView, undecided: (rule: CompiledRule, error: RecordError) => void): CompiledRule[] {
    this.#alone ??= new Map(this.rules.map((rule) => [rule, compilePredicate(rule.predicate)]));
    const selecting = [...this.#alone].filter(([rule, matches]) => {
      try {
        return matches(record);
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        undecided(rule, error);
        return false;
      }
    });
    return selecting.map(([rule]) => rule);
  }
}
