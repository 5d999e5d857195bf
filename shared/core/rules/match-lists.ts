import type { JsonValue } from '../query-result.ts';
import { hasValue, type CompiledCondition } from './match-condition.ts';
import { asRead, isList, someValue, type Looking } from './match-path.ts';
import { listsTooDeep, MAX_NESTED_LISTS } from './record-error.ts';

/**
 * Conditions that meet in lists: in every list one element holds what is asked below it. What event-ruler does, without its search through
 * all combinations, for each list stands alone: given an element, what is below it doesn't depend on other lists.
 *
 * event-ruler goes through conditions in the order of their fields' full names. A value found in an element binds the list to that element;
 * a field that must not be there is looked for in the bound element, or in the whole list if none is bound yet. Values that stand in the
 * list themselves bind nothing.
 */

interface Leaf extends CompiledCondition {
  /** In the order of full names. */
  readonly index: number;
}

interface Node {
  /** Where it is, and what is asked below it. */
  readonly id: string;
  readonly depth: number;
  /** Of the conditions at or below this node, in order. */
  readonly leaves: readonly Leaf[];
  /** That which ends here. */
  readonly own: Leaf | undefined;
  readonly children: readonly (readonly [name: string, child: Node])[];
  /** Nodes further down, by the names on the way joined with dots. */
  readonly dotted: readonly (readonly [key: string, node: Node])[];
  readonly takesAbsence: boolean;
}

/** Which leaves are asked: those from this index on, and whether that first one must be held by a value, because it binds a list. */
interface Asked {
  readonly from: number;
  readonly bound: boolean;
}

/** Of conditions in the order of their fields' full names. */
export function compileTogether(conditions: readonly CompiledCondition[]): (looking: Looking) => boolean {
  const root = nodeOf(
    conditions.map((condition, index) => ({ ...condition, index })),
    0,
  );
  return (looking) =>
    new ListMatcher(looking).holds(looking.record.value, root, { from: 0, bound: false }, 0);
}

function nodeOf(leaves: readonly Leaf[], depth: number): Node {
  const names = new Set(leaves.flatMap(({ path }) => path.names.slice(depth, depth + 1)));
  const children = [...names].map((name) => {
    const below = leaves.filter(({ path }) => path.names[depth] === name);
    return [name, nodeOf(below, depth + 1)] as const;
  });
  return {
    id: `${depth} ${leaves.map(({ index }) => index).join(' ')}`,
    depth,
    leaves,
    own: leaves.find(({ path }) => path.names.length === depth),
    children,
    dotted: children.flatMap(([name, child]) =>
      [...child.children, ...child.dotted].map(([key, node]) => [`${name}.${key}`, node] as const),
    ),
    takesAbsence: leaves.some(({ takesAbsence }) => takesAbsence),
  };
}

class ListMatcher {
  readonly #looking: Looking;
  /** Answers about lists, so that no list is gone through twice for one question. */
  readonly #known = new Map<object, Map<string, boolean>>();

  constructor(looking: Looking) {
    this.#looking = looking;
  }

  holds(json: JsonValue | undefined, node: Node, asked: Asked, lists: number): boolean {
    if (json === undefined)
      return node.leaves.every((leaf) => leaf.index < asked.from || mayBeAbsent(leaf, asked));
    if (isList(json)) return this.#listKnown(json, node, asked, lists);
    const { own } = node;
    if (own !== undefined && own.index >= asked.from && !this.#ownHolds(json, own, asked)) return false;
    const fields = typeof json === 'object' && json !== null ? json : undefined;
    if (fields !== undefined && node.dotted.some(([key]) => Object.hasOwn(fields, key)))
      return this.#dottedHolds(fields, node, asked, lists);
    return node.children.every(([name, child]) => this.holds(field(fields, name), child, asked, lists));
  }

  #ownHolds(json: JsonValue, own: Leaf, asked: Asked): boolean {
    const question = { passes: own.passes, metList: false };
    if (someValue(json, own.path, own.path.names.length, question, this.#looking)) return true;
    return mayBeAbsent(own, asked) && !hasValue(json, own.path, own.path.names.length, this.#looking);
  }

  /** A name with dots in the record stands for names one below the other. */
  #dottedHolds(
    fields: Readonly<Record<string, JsonValue>>,
    node: Node,
    asked: Asked,
    lists: number,
  ): boolean {
    let rest = node.leaves.filter((leaf) => leaf !== node.own);
    for (const [key, below] of node.dotted) {
      if (!Object.hasOwn(fields, key)) continue;
      if (!this.holds(fields[key], below, asked, lists)) return false;
      rest = rest.filter((leaf) => !below.leaves.includes(leaf));
    }
    const others = nodeOf(rest, node.depth);
    return others.children.every(([name, child]) => this.holds(field(fields, name), child, asked, lists));
  }

  #listKnown(list: readonly JsonValue[], node: Node, asked: Asked, lists: number): boolean {
    if (!node.takesAbsence) return this.#listHolds(list, node, asked, lists);
    const known = this.#known.get(list) ?? new Map<string, boolean>();
    this.#known.set(list, known);
    const question = `${node.id} ${asked.from} ${asked.bound}`;
    const answer = known.get(question) ?? this.#listHolds(list, node, asked, lists);
    known.set(question, answer);
    return answer;
  }

  #listHolds(list: readonly JsonValue[], node: Node, asked: Asked, lists: number): boolean {
    if (lists >= MAX_NESTED_LISTS) throw listsTooDeep();
    for (const leaf of node.leaves) {
      if (leaf.index < asked.from) continue;
      if (leaf.takesValue && this.#someElementHolds(list, node, leaf.index, lists)) return true;
      if (!this.#holdsUnbound(list, node, leaf, asked)) return false;
    }
    return true;
  }

  /** One element holds this leaf by a value, and all that come after it. */
  #someElementHolds(list: readonly JsonValue[], node: Node, from: number, lists: number): boolean {
    const asked = { from, bound: true };
    return list.some(
      (element) =>
        typeof element === 'object' && element !== null && this.holds(element, node, asked, lists + 1),
    );
  }

  /** The leaf holds for the list as a whole: by a value in the list itself, or because the field is in no element. */
  #holdsUnbound(list: readonly JsonValue[], node: Node, leaf: Leaf, asked: Asked): boolean {
    if (
      leaf === node.own &&
      list.some((element) => isScalar(element) && leaf.passes(asRead(element, leaf.path), this.#looking))
    )
      return true;
    return mayBeAbsent(leaf, asked) && !hasValue(list, leaf.path, node.depth, this.#looking);
  }
}

function mayBeAbsent(leaf: Leaf, { from, bound }: Asked): boolean {
  return leaf.takesAbsence && !(bound && leaf.index === from);
}

function field(fields: Readonly<Record<string, JsonValue>> | undefined, name: string): JsonValue | undefined {
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function isScalar(json: JsonValue): json is string | number | boolean | null {
  return typeof json !== 'object' || json === null;
}
