import { FEDERATED_ATTRIBUTES, isStruct, valueAt, type Row, type Struct } from '../record-row.ts';
import type { Engine } from './engine.ts';
import { ELEMENT_FIELDS, LEAVES, STRUCTS, type Leaf } from './leaves.ts';
import type { MemoryViews } from './memory-views.ts';

/** Hands a row that the reference read to the engine, which stores it as it does its own. `index`: the record's, in its log file. */
export function giveRow(engine: Engine, memory: MemoryViews, { values, time }: Row, index: number): void {
  const number = engine.rowsSoFar();
  const texts = new Texts(engine);
  engine.beginRecord();
  engine.giveStructs(structsOf(values));
  for (const leaf of LEAVES) {
    if (leaf.source === 'text') giveText(engine, texts, leaf, values);
  }
  const list = values['resources'];
  if (Array.isArray(list)) giveElements(engine, texts, list as readonly (Struct | null)[]);
  const map = valueAt(values, FEDERATED_ATTRIBUTES);
  if (isStruct(map)) giveEntries(engine, texts, map);
  engine.commit(index, 0, 0, time);
  memory.putHash(number, hashOf(values));
}

/** As one character a byte. */
function hashOf(values: Struct): string {
  const hash = values['recordhash'];
  if (!(hash instanceof Uint8Array)) throw new Error('a row without its hash');
  return Buffer.from(hash).toString('latin1');
}

/** Text in the engine's memory. */
class Texts {
  readonly #bytes: Uint8Array;
  readonly #encoder = new TextEncoder();
  #next: number;

  constructor(engine: Engine) {
    this.#bytes = new Uint8Array(engine.memory.buffer);
    this.#next = engine.scratchAt.value;
  }

  /** Address and length. */
  put(text: string): [number, number] {
    const at = this.#next;
    const { written } = this.#encoder.encodeInto(text, this.#bytes.subarray(at));
    this.#next += written;
    return [at, written];
  }
}

function giveText(engine: Engine, texts: Texts, leaf: Leaf, values: Struct): void {
  const value = valueAt(values, leaf.path);
  if (typeof value === 'string') engine.giveLeaf(leaf.number, ...texts.put(value));
}

function giveElements(engine: Engine, texts: Texts, elements: readonly (Struct | null)[]): void {
  engine.giveList(false);
  for (const element of elements) {
    engine.giveElement(false, element !== null);
    for (const [field, name] of ELEMENT_FIELDS.entries()) {
      const value = element?.[name];
      if (typeof value === 'string') engine.giveElementLeaf(field, ...texts.put(value));
    }
  }
}

function giveEntries(engine: Engine, texts: Texts, map: Struct): void {
  engine.giveList(true);
  for (const [key, value] of Object.entries(map)) {
    engine.giveElement(true, true);
    engine.giveElementLeaf(0, ...texts.put(key));
    if (typeof value === 'string') engine.giveElementLeaf(1, ...texts.put(value));
  }
}

/** The structs that the row has, a bit each. */
function structsOf(values: Struct): number {
  let bits = 0;
  for (const [i, path] of STRUCT_PATHS.entries()) {
    if (isStruct(valueAt(values, path))) bits |= 1 << i;
  }
  return bits;
}

const STRUCT_PATHS = STRUCTS.map((path) => path.split('.'));
