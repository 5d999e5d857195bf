import { compileCondition, type CompiledCondition } from './match-condition.ts';
import { compileTogether } from './match-lists.ts';
import { Looking } from './match-path.ts';
import type { Condition, FieldsHold, Predicate } from './predicate.ts';
import type { RecordView } from './record-view.ts';

/** A predicate, compiled: whether it holds for the record that is looked at. */
export type Holds = (looking: Looking) => boolean;

/**
 * Whether a predicate holds for a record. Throws `PatternError` for regular expressions that can't be used; what it returns throws
 * `RecordError` for records that are nested too deep. The work is at worst a small power of the record's size, whatever the rule.
 */
export function compilePredicate(predicate: Predicate): (record: RecordView) => boolean {
  const holds = new PredicateCompiler().compile(predicate);
  return (record) => holds(new Looking(record));
}

/** Compiles predicates that share what they have in common: the same condition is judged once a record, whoever asks. */
export class PredicateCompiler {
  readonly #conditions = new Map<string, CompiledCondition>();
  readonly #compiled = new Map<string, Holds>();

  /** Throws `PatternError`. */
  compile(predicate: Predicate): Holds {
    const key = keyOf(predicate);
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const holds = oncePerRecord(this.#compile(predicate));
    this.#compiled.set(key, holds);
    return holds;
  }

  #compile(predicate: Predicate): Holds {
    if (predicate.kind === 'fields') return this.#compileFields(predicate);
    if (predicate.kind === 'not') {
      const holds = this.compile(predicate.of);
      return (looking) => !holds(looking);
    }
    const of = predicate.of.map((one) => this.compile(one));
    return predicate.kind === 'all'
      ? (looking) => of.every((holds) => holds(looking))
      : (looking) => of.some((holds) => holds(looking));
  }

  #compileFields({ conditions }: FieldsHold): Holds {
    const compiled = conditions.map((condition) => this.#condition(condition));
    const cheapFirst = compiled.toSorted((a, b) => a.cost - b.cost);
    const together = compileTogether(compiled.filter(({ path }) => path.names.length > 0));
    return (looking) => {
      let [inLists, allHold] = [0, true];
      for (const condition of cheapFirst) {
        const { holds, metList } = condition.verdict(looking);
        // Only of a field that must not be there can the whole list say no, and one element yes.
        if (!holds && !(metList && condition.takesAbsence)) return false;
        allHold &&= holds;
        if (metList) inLists += 1;
      }
      return inLists > 1 ? together(looking) : allHold;
    };
  }

  #condition(condition: Condition): CompiledCondition {
    const key = keyOf(condition);
    const compiled = this.#conditions.get(key) ?? compileCondition(condition);
    this.#conditions.set(key, compiled);
    return compiled;
  }
}

/** Judged at the first question about a record. */
function oncePerRecord(holds: Holds): Holds {
  let last: Looking | undefined;
  let known = false;
  return (looking) => {
    if (last !== looking) {
      known = holds(looking);
      last = looking;
    }
    return known;
  };
}

/** The same for the same predicate or condition. */
function keyOf(value: Predicate | Condition): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}
