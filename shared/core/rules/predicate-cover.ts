import { mayMeetList } from './documented-field.ts';
import { pathName, type Condition, type FieldsHold, type Predicate } from './predicate.ts';
import { testCovers } from './value-test-cover.ts';

/** Comparisons that are enough for any two rules a person wrote. */
const MOST_STEPS = 100_000;

/**
 * Whether every record that `inner` selects is one that `outer` selects: shown by what the two say, for records whose fields are of the
 * kinds CloudTrail documents. False: it can't be shown this way, and may hold all the same.
 */
export function covers(outer: Predicate, inner: Predicate): boolean {
  return new Proof().covers(outer, inner);
}

class Proof {
  #steps = 0;

  covers(outer: Predicate, inner: Predicate): boolean {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) return false;
    if (inner.kind === 'any') return inner.of.every((part) => this.covers(outer, part));
    if (outer.kind === 'all') return outer.of.every((part) => this.covers(part, inner));
    if (outer.kind === 'any' && outer.of.some((part) => this.covers(part, inner))) return true;
    if (outer.kind === 'not' && inner.kind === 'not') return this.covers(inner.of, outer.of);
    if (outer.kind === 'fields' && inner.kind === 'fields') return this.#fieldsCover(outer, inner);
    if (outer.kind === 'fields' && this.#eachCovers(outer, inner)) return true;
    return inner.kind === 'all' && inner.of.some((part) => this.covers(outer, part));
  }

  /** Conditions that don't meet in a list hold together if each holds. */
  #eachCovers(outer: FieldsHold, inner: Predicate): boolean {
    const { conditions } = outer;
    if (conditions.length < 2 || conditions.some(({ path }) => mayMeetList(path))) return false;
    return conditions.every((condition) => this.covers({ kind: 'fields', conditions: [condition] }, inner));
  }

  #fieldsCover(outer: FieldsHold, inner: FieldsHold): boolean {
    this.#steps += outer.conditions.length;
    return outer.conditions.every((condition) => {
      const other = inner.conditions.find(({ path }) => pathName(path) === pathName(condition.path));
      if (other === undefined || !conditionCovers(condition, other)) return false;
      // A field that must be absent is looked for in the element that other conditions are bound to: it takes the same ones.
      return (
        !asksForAbsence(condition) || !mayMeetList(condition.path) || sameNeighbours(condition, outer, inner)
      );
    });
  }
}

/** Whether what holds for the one condition holds for the other, at one path. */
export function conditionCovers(outer: Condition, inner: Condition): boolean {
  if (outer.reads !== inner.reads) return false;
  return inner.anyOf.every((test) => outer.anyOf.some((other) => testCovers(other, test, outer.reads)));
}

function asksForAbsence({ anyOf }: Condition): boolean {
  return anyOf.some(({ test }) => test === 'absent');
}

function sameNeighbours({ path }: Condition, outer: FieldsHold, inner: FieldsHold): boolean {
  const names = ({ conditions }: FieldsHold): string =>
    conditions
      .filter((condition) => condition.path[0] === path[0])
      .map((condition) => pathName(condition.path))
      .join(' ');
  return names(outer) === names(inner);
}
