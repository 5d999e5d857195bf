import { booleansAsText } from './boolean-texts.ts';
import { compileValues } from './event-pattern-values.ts';
import { PatternError } from './pattern-error.ts';
import { pathName, type Condition, type FieldsHold, type Predicate, type ValueTest } from './predicate.ts';

/** Far more than a rule needs (EventBridge takes 4096 characters), and little enough to compile in milliseconds. */
const MAX_CHARACTERS = 65_536;
const MAX_VALUES = 2000;
const MAX_DEPTH = 50;
/** Ways through all `$or` of a pattern; EventBridge's own limit. */
const MAX_BRANCHES = 1000;
const MAX_CONDITIONS = 10_000;

/** Names that event-ruler keeps for operators of its own, inside `$or`. */
const RESERVED_IN_OR = new Set(
  [
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard',
    'not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ip-address-in-range',
    'ip-address-not-in-range',
  ].flatMap((names) => names.split(' ')),
);

/** One way through every `$or`: what each field must hold, by its full name. A field named again is replaced, as event-ruler does. */
type Branch = ReadonlyMap<string, Condition>;

/**
 * An EventBridge event pattern (user guide, "Event patterns"; aws/event-ruler's `JsonRuleCompiler`) over the record itself. Names with dots
 * are names one below the other, as in event-ruler. Throws `PatternError`, which says where.
 */
export function compileEventPattern(pattern: unknown): Predicate {
  if (!isObject(pattern)) throw new PatternError('', `an object is expected, not ${kindOf(pattern)}`);
  const branches = new PatternReader().branches(pattern);
  const of = branches.map(fieldsHold);
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'any', of };
}

function fieldsHold(branch: Branch): FieldsHold {
  const sorted = [...branch].sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind: 'fields', conditions: sorted.map(([, condition]) => condition) };
}

interface Place {
  readonly path: readonly string[];
  /** `$or[1].userIdentity`: as the author wrote it. */
  readonly where: string;
  readonly insideOr: boolean;
  /** Of objects, those of `$or` too. */
  readonly level: number;
}

class PatternReader {
  #characters = 0;
  #values = 0;

  branches(pattern: Readonly<Record<string, unknown>>): readonly Branch[] {
    return this.#object(pattern, { path: [], where: '', insideOr: false, level: 0 }, [new Map()]);
  }

  #object(
    value: Readonly<Record<string, unknown>>,
    place: Place,
    given: readonly Branch[],
  ): readonly Branch[] {
    if (place.level > MAX_DEPTH || place.path.length > MAX_DEPTH)
      throw new PatternError(shortened(place.where), `at most ${MAX_DEPTH} levels are allowed`, 'limit');
    const names = Object.keys(value);
    if (names.length === 0)
      throw new PatternError(place.where, 'an object with at least one field is expected');
    let branches = given;
    for (const name of names) branches = this.#field(name, value[name], place, branches);
    return branches;
  }

  #field(name: string, value: unknown, place: Place, given: readonly Branch[]): readonly Branch[] {
    const where = place.where === '' ? name : `${place.where}.${name}`;
    this.#countCharacters(name.length, where);
    if (name === '$or') return this.#or(value, { ...place, where }, given);
    if (place.insideOr && RESERVED_IN_OR.has(name))
      throw new PatternError(where, `${name} is an operator, and no name of a field inside $or`);
    const steps = name.split('.');
    if (steps.includes('')) throw new PatternError(where, 'names of fields are not empty');
    const path = [...place.path, ...steps];
    if (isObject(value)) return this.#object(value, { ...place, path, where, level: place.level + 1 }, given);
    if (!Array.isArray(value))
      throw new PatternError(
        where,
        `a list of values or an object of fields is expected, not ${kindOf(value)}`,
      );
    const condition: Condition = { path, reads: 'value', anyOf: this.#tests(value, where) };
    return this.#put(booleansAsText(condition), where, given);
  }

  #tests(values: readonly unknown[], where: string): readonly ValueTest[] {
    return compileValues(values, where, (text) => {
      this.#values += 1;
      if (this.#values > MAX_VALUES)
        throw new PatternError(where, `at most ${MAX_VALUES} values are allowed in one pattern`, 'limit');
      this.#countCharacters(text.length, where);
    });
  }

  #put(condition: Condition, where: string, given: readonly Branch[]): readonly Branch[] {
    const branches = given.map((branch) => new Map(branch).set(pathName(condition.path), condition));
    checkBranches(branches, where);
    return branches;
  }

  #or(value: unknown, place: Place, given: readonly Branch[]): readonly Branch[] {
    const { where } = place;
    if (!Array.isArray(value) || value.length < 2)
      throw new PatternError(where, 'a list of two objects or more is expected');
    const branches: Branch[] = [];
    for (const [index, one] of value.entries()) {
      const here = `${where}[${index}]`;
      if (!isObject(one)) throw new PatternError(here, `an object is expected, not ${kindOf(one)}`);
      branches.push(
        ...this.#object(one, { ...place, where: here, insideOr: true, level: place.level + 1 }, given),
      );
      checkBranches(branches, where);
    }
    return branches;
  }

  #countCharacters(count: number, where: string): void {
    this.#characters += count;
    if (this.#characters > MAX_CHARACTERS)
      throw new PatternError(
        where,
        `at most ${MAX_CHARACTERS} characters are allowed in one pattern`,
        'limit',
      );
  }
}

function checkBranches(branches: readonly Branch[], where: string): void {
  if (branches.length > MAX_BRANCHES)
    throw new PatternError(
      where,
      `over ${MAX_BRANCHES} combinations of $or; that is all EventBridge allows: list values in one field, or make two rules`,
      'limit',
    );
  const conditions = branches.reduce((sum, branch) => sum + branch.size, 0);
  if (conditions > MAX_CONDITIONS)
    throw new PatternError(
      where,
      `all combinations of $or together hold over ${MAX_CONDITIONS} conditions: make two rules of it`,
      'limit',
    );
}

function shortened(where: string): string {
  return where.length <= 100 ? where : `${where.slice(0, 100)}…`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
