import { RECORD, type Field, type Shape } from '../record-shape.ts';
import type { Engine } from './engine.ts';
import { ELEMENT_FIELDS, numberOfLeaf, STRUCTS } from './leaves.ts';

/** What a field is, as `engine/shape.ts` has it. */
const KIND = { text: 0, json: 1, struct: 2, structs: 3, reference: 4, always: 5 } as const;

/** Fields whose records the reference reads: maps are rare, aggregated events have names of their own, and an envelope is no record. */
const ALWAYS = 'detail-type';
const AGGREGATED = 'timeWindow';

/** Puts the record's shape into the engine's memory; its address. */
export function recordTable(engine: Engine): number {
  return new ShapeTables(engine).add(RECORD, '', '');
}

class ShapeTables {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** `column`: the struct that the shape fills, with a dot behind it; `path`: how `unmapped` spells where it stands. */
  add(shape: Shape, column: string, path: string): number {
    const fields = Object.entries(shape);
    const table = this.#engine.newShape(fields.length + 1, ...this.#name(path));
    const targets = [...new Set(fields.map(([, field]) => field.to))];
    for (const [name, field] of fields) {
      const { kind, target = 0, inner = 0, bit = 0 } = this.#describe(name, field, column, path);
      const number = targets.indexOf(field.to);
      this.#engine.addField(table, ...this.#name(name), kind, number, target, inner, bit);
    }
    if (column === '' && path === '') {
      this.#engine.addField(table, ...this.#name(ALWAYS), KIND.always, targets.length, 0, 0, 0);
    }
    return table;
  }

  #describe(name: string, field: Field, column: string, path: string): Described {
    if (name === AGGREGATED || field.as === 'map') return { kind: KIND.reference };
    switch (field.as) {
      case 'text':
      case 'json':
        return { kind: KIND[field.as], target: targetOf(column, field.to) };
      case 'hoisted':
        return { kind: KIND[field.kind], target: numberOfLeaf(field.to) };
      case 'struct': {
        const struct = column + field.to;
        const inner = this.add(field.shape, `${struct}.`, `${path}${name}.`);
        return { kind: KIND.struct, inner, bit: 1 << STRUCTS.indexOf(struct) };
      }
      case 'structs':
      default:
        return { kind: KIND.structs, inner: this.add(field.shape, ELEMENT, `${path}${name}[`) };
    }
  }

  /** Address and length of a name in the engine's memory. */
  #name(name: string): [number, number] {
    const bytes = Buffer.from(name);
    const { memory, scratchAt, keepName } = this.#engine;
    const scratch = scratchAt.value;
    new Uint8Array(memory.buffer).set(bytes, scratch);
    return [keepName(scratch, bytes.length), bytes.length];
  }
}

interface Described {
  readonly kind: number;
  readonly target?: number;
  readonly inner?: number;
  readonly bit?: number;
}

const ELEMENT = 'resources.list.element.';

/** A leaf's number; in an element, its place there. */
function targetOf(column: string, to: string): number {
  if (column !== ELEMENT) return numberOfLeaf(column + to);
  return ELEMENT_FIELDS.indexOf(to);
}
