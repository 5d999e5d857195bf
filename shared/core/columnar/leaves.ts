import type { Encoding } from 'hyparquet';
import { ASKED_FOR } from '../asked-for.ts';
import { COLUMNS } from '../columns.ts';
import { fileSchema, type LeafSchema } from '../parquet-schema.ts';

/**
 * How the leaves of the lake's columns are laid out in the objects that log files become: docs/layout.md says why compacted ones differ.
 * Each object is one row group; a page ends after a megabyte; bounds for what questions name.
 */

/** Bytes after which a page ends, before compression; a place in a dictionary counts as 4. */
export const PAGE_BYTES = 1 << 20;
/** Level 3 makes objects 0.7 % smaller, and takes a tenth longer to encode; they live until their day is compacted. */
export const ZSTD_LEVEL = 1;
/** Longer bounds are cut. */
export const BOUND_BYTES = 256;
/** As parquet.thrift has it, `… version …`: of writers that it can't read, parquet-java distrusts the bounds of texts. */
export const CREATED_BY = 'trailseal version 2';

/** Where a leaf's values come from. */
export type LeafSource =
  /** The record's own text. */
  | 'text'
  /** An element of `resources`, or an entry of the map of a federated identity's attributes. */
  | 'element'
  | 'entry'
  /** What the row is given. */
  | 'time'
  | 'index'
  | 'hash';

export interface Leaf {
  readonly schema: LeafSchema;
  /** From the column on. */
  readonly path: readonly string[];
  readonly source: LeafSource;
  /** Of those of text, elements and entries; by it, rows have their values. Of elements and entries, that of the first leaf. */
  readonly number: number;
  /** Place in its element or entry. */
  readonly field: number;
  /** Paths of the structs around it, outermost first. */
  readonly structs: readonly string[];
  /** `RLE_DICTIONARY`: where that halves the bytes before compression, otherwise `PLAIN`. */
  readonly encoding: Encoding;
  readonly bounds: boolean;
}

/** Random, and each but once: no dictionary, no match, only the entropy of their letters is to be had. */
const RANDOM = new Set(['eventid', 'requestid', 'recordhash']);
const JSON_COLUMNS = new Set(COLUMNS.filter(({ type }) => type === 'json').map(({ name }) => name));
const GIVEN = new Map<string, LeafSource>([
  ['event_ts', 'time'],
  ['recordindex', 'index'],
  ['recordhash', 'hash'],
]);

/** Of an element of `resources`, and of a map's entry, in the schema's order. */
export const ELEMENT_FIELDS: readonly string[] = ['arn', 'accountid', 'type'];
export const ENTRY_FIELDS: readonly string[] = ['key', 'value'];

export const SCHEMA = fileSchema(COLUMNS);

/** In the schema's order. */
export const LEAVES: readonly Leaf[] = numbered();

/** Paths of all structs that enclose leaves; a row has a bit for each. */
export const STRUCTS: readonly string[] = [...new Set(LEAVES.flatMap(({ structs }) => structs))];

/** The number of the leaf at a path, such as `useridentity.arn`. */
export function numberOfLeaf(path: string): number {
  const leaf = BY_PATH.get(path);
  if (leaf === undefined) throw new Error(`the lake has no column ${path}`);
  return leaf.number;
}

const BY_PATH = new Map(LEAVES.map((leaf) => [leaf.schema.name, leaf]));

function numbered(): Leaf[] {
  return SCHEMA.leaves.map((schema, number): Leaf => {
    const path = schema.path.slice(1).map(({ element }) => element.name);
    const repeated = path.findIndex((name) => name === 'list' || name === 'key_value');
    const source = GIVEN.get(schema.name) ?? sourceOf(path[repeated]);
    const field = fieldOf(source, path.at(-1) ?? '');
    return {
      schema,
      path,
      source,
      number: number - field,
      field,
      structs: structsAround(repeated === -1 ? path : path.slice(0, repeated)),
      bounds: ASKED_FOR.has(schema.name),
      encoding: encodingOf(schema.name),
    };
  });
}

function fieldOf(source: LeafSource, name: string): number {
  if (source === 'element') return ELEMENT_FIELDS.indexOf(name);
  return source === 'entry' ? ENTRY_FIELDS.indexOf(name) : 0;
}

function sourceOf(repeated: string | undefined): LeafSource {
  if (repeated === undefined) return 'text';
  return repeated === 'list' ? 'element' : 'entry';
}

/** Of `a.b.c`: `a` and `a.b`. */
function structsAround(names: readonly string[]): string[] {
  return names.slice(1).map((_, i) => names.slice(0, i + 1).join('.'));
}

function encodingOf(name: string): Encoding {
  if (name === 'event_ts' || name === 'recordindex') return 'DELTA_BINARY_PACKED';
  return RANDOM.has(name) || JSON_COLUMNS.has(name) ? 'DELTA_LENGTH_BYTE_ARRAY' : 'RLE_DICTIONARY';
}
