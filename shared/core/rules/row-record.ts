import { COLUMNS } from '../columns.ts';
import { JsonScanner } from '../json-scan.ts';
import type { JsonValue } from '../query-result.ts';
import { AGGREGATED_RECORD, RECORD, type Field, type Shape } from '../record-shape.ts';
import type { JsonObject, RecordView } from './record-view.ts';

/**
 * The record again from its row of the lake, so that a backtest judges what the stream judged. The other direction is record-row.ts; the
 * rules are those of docs/lake.md. What the lake doesn't hold can't come back:
 *
 * - `null` in a column, or in a leaf of a struct, is a field that is absent;
 * - of a number, a boolean, an object or a list in a text column, its text comes back (but for the fields of `BOOLEANS` and `OBJECTS`; rules see
 *   no difference in those of boolean-texts.ts);
 * - `arn` of a resource comes back as `ARN`; of a key that stands twice, the last value.
 */

/** The columns that a row must have for `recordViewOfRow`, by name. */
export const RECORD_COLUMNS: readonly string[] = columnsOf(RECORD)
  .concat('unmapped')
  .filter((name, i, all) => all.indexOf(name) === i);

/** The select list of those columns, in a form that every engine prints alike: structures as JSON. */
export const RECORD_SELECT: string = COLUMNS.filter(({ name }) => RECORD_COLUMNS.includes(name))
  .map(({ name, type }) => (typeof type === 'object' ? `CAST(${name} AS JSON) AS ${name}` : name))
  .join(', ');

/** Fields whose text `true` is the boolean, as CloudTrail documents them. */
export const BOOLEANS: ReadonlySet<string> = new Set(['readOnly', 'managementEvent']);

/** Fields whose text is an object's, as CloudTrail documents them, though the documented table has a text column. */
export const OBJECTS: ReadonlySet<string> = new Set(['edgeDeviceDetails']);

type Cells = Readonly<Record<string, JsonValue | undefined>>;
type Building = Record<string, JsonValue>;

/**
 * `row` has the columns of `RECORD_COLUMNS` by name; structures as objects and lists, or as their JSON text. Throws `SyntaxError` for JSON
 * that is none.
 */
export function recordViewOfRow(row: Cells): RecordView {
  const value = new RecordOfRow(row).record();
  return { value, fieldText: (name) => fieldTextOf(row, value, name) };
}

class RecordOfRow {
  readonly #row: Cells;
  /** What no column holds exactly, by its path. */
  readonly #kept: ReadonlyMap<string, JsonValue>;
  readonly #taken = new Set<string>();

  constructor(row: Cells) {
    this.#row = row;
    this.#kept = new Map(Object.entries((parsed(row['unmapped']) as JsonObject | null) ?? {}));
  }

  record(): JsonObject {
    const record = this.#struct(this.#row, shapeOf(this.#row), '');
    this.#takeUnknown(record, '');
    return record;
  }

  /** The fields of a struct; takes what belongs into it out of what is kept. */
  #struct(cells: Cells, shape: Shape, path: string): Building {
    const struct: Building = {};
    for (const [name, field] of Object.entries(shape)) {
      const cell = (field.as === 'hoisted' ? this.#row : cells)[field.to];
      const isOwn = this.#fieldOf(field.to, cell, shape, path) === name;
      const value = isOwn ? this.#value(cell, field, name, path + name) : this.#take(path + name);
      if (value !== undefined) put(struct, name, value);
    }
    if (path !== '') this.#takeUnknown(struct, path);
    return struct;
  }

  /** The field that a leaf's cell is of. Of two names for one leaf it is the first, unless that one is known to have another value. */
  #fieldOf(leaf: string, cell: JsonValue | undefined, shape: Shape, path: string): string | undefined {
    const names = namesOf(shape, leaf);
    const isFree = (name: string): boolean =>
      !this.#kept.has(path + name) || isExactly(this.#kept.get(path + name), cell);
    return names.find(isFree) ?? names[0];
  }

  #value(cell: JsonValue | undefined, field: Field, name: string, path: string): JsonValue | undefined {
    const kept = this.#take(path);
    const kind = field.as === 'hoisted' ? field.kind : field.as;
    if (kind === 'text') return textValue(cell ?? undefined, kept, name);
    if (cell === undefined || cell === null) return isOfKind(kept, kind) ? undefined : kept;
    if (kind === 'json') return parsed(cell);
    if (field.as === 'structs') return this.#structs(parsed(cell) as readonly JsonValue[], field.shape, path);
    const cells = parsed(cell) as JsonObject;
    return field.as === 'struct' ? this.#struct(cells, field.shape, `${path}.`) : this.#map(cells, path);
  }

  #structs(elements: readonly JsonValue[], shape: Shape, path: string): JsonValue[] {
    return elements.map((element, i) => {
      const at = `${path}[${i}]`;
      return element === null
        ? (this.#take(at) ?? null)
        : this.#struct(element as JsonObject, shape, `${at}.`);
    });
  }

  #map(entries: JsonObject, path: string): Building {
    const map: Building = {};
    for (const [key, text] of Object.entries(entries)) {
      put(map, key, text === null ? null : (textValue(text, this.#take(`${path}.${key}`), '') ?? null));
    }
    this.#takeUnknown(map, `${path}.`);
    return map;
  }

  #takeUnknown(struct: Building, path: string): void {
    for (const key of this.#kept.keys()) {
      if (key.startsWith(path) && !this.#taken.has(key))
        put(struct, key.slice(path.length), this.#take(key) ?? null);
    }
  }

  #take(path: string): JsonValue | undefined {
    this.#taken.add(path);
    return this.#kept.get(path);
  }
}

function shapeOf(row: Cells): Shape {
  if ((row['timewindow'] ?? null) === null) return RECORD;
  const { eventID: _id, recipientAccountId: _account, ...others } = AGGREGATED_RECORD;
  return others;
}

/**
 * A text column's value. Kept beside it are the value with a lone surrogate, which the column can't hold, or the earlier value of a key
 * that stands twice.
 */
function textValue(
  cell: JsonValue | undefined,
  kept: JsonValue | undefined,
  name: string,
): JsonValue | undefined {
  if (isExactly(kept, cell)) return kept;
  if (BOOLEANS.has(name) && (cell === 'true' || cell === 'false')) return cell === 'true';
  if (OBJECTS.has(name) && typeof cell === 'string' && /^[[{]/.test(cell)) return objectOr(cell);
  return cell;
}

function isExactly(kept: JsonValue | undefined, cell: JsonValue | undefined): boolean {
  return typeof kept === 'string' && !kept.isWellFormed() && kept.toWellFormed() === cell;
}

function namesOf(shape: Shape, leaf: string): string[] {
  return Object.keys(shape).filter((name) => shape[name]?.to === leaf);
}

function objectOr(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Whether a value that has no column, although its field has one, is the earlier of two: the field was `null` then. */
function isOfKind(kept: JsonValue | undefined, kind: 'json' | 'struct' | 'structs' | 'map'): boolean {
  // A single `null` is kept nowhere.
  if (kept === undefined || kept === null || kind === 'json') return true;
  return kind === 'structs' ? Array.isArray(kept) : isObject(kept);
}

function isObject(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(cell: JsonValue | undefined): JsonValue {
  return typeof cell === 'string' ? (JSON.parse(cell) as JsonValue) : (cell ?? null);
}

/** Sets a field, also one called `__proto__`. */
function put(object: Building, name: string, value: JsonValue): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function fieldTextOf(row: Cells, record: JsonObject, name: string): string | undefined {
  if (!Object.hasOwn(record, name)) return undefined;
  const field = Object.hasOwn(RECORD, name) ? RECORD[name] : undefined;
  const cell = field === undefined ? undefined : row[field.to];
  if (typeof cell === 'string' && (field?.as === 'json' || typeof record[name] === 'object')) return cell;
  return (field === undefined ? keptText(row, name) : undefined) ?? JSON.stringify(record[name]);
}

/** The text of a field that has no column. */
function keptText(row: Cells, name: string): string | undefined {
  if (typeof row['unmapped'] !== 'string') return undefined;
  const bytes = Buffer.from(row['unmapped']);
  const member = new JsonScanner(bytes).members().findLast(({ key }) => key === name);
  return member === undefined ? undefined : bytes.toString('utf8', member.start, member.end);
}

function columnsOf(shape: Shape, top = true): string[] {
  return Object.values(shape).flatMap((field) => {
    const inside = 'shape' in field ? columnsOf(field.shape, false) : [];
    return top || field.as === 'hoisted' ? [field.to].concat(inside) : inside;
  });
}
