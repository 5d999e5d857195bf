import { GatheredRows, type RowsOfGroup } from './gathered-rows.ts';
import { leafOf } from './leaf-of-rows.ts';
import { mergeDeliveries, OTHER_DELIVERIES } from './merge-deliveries.ts';
import { otherDeliveries } from './other-deliveries.ts';
import type { Leaf, LeafValue } from './parquet-leaf.ts';
import type { LeafSchema } from './parquet-schema.ts';
import type { Struct, Value } from './record-row.ts';

/**
 * The events of a slice, each once by the rule of `mergeDeliveries`, from rows of held row groups. Only deliveries of an event that there
 * are more of become rows, and no more of them than the rule needs; all else stays in its leaves until it is written.
 */
export class SliceEvents {
  /** Events. */
  readonly count: number;
  readonly deliveries: number;
  readonly #rows: GatheredRows;
  /** The rows that stand for their events. */
  readonly #kept: Uint32Array;
  readonly #others: ReadonlyMap<number, Value>;

  constructor(parts: readonly RowsOfGroup[]) {
    this.#rows = new GatheredRows(parts);
    const all = Uint32Array.from({ length: this.#rows.count }, (_, row) => row);
    const others = otherDeliveries(parts);
    const doubled = doubledRows(this.#rows.values('eventid', all));
    const gone = new Set(doubled);
    for (const { row, [OTHER_DELIVERIES]: deliveries = null } of this.#merged(doubled, others)) {
      if (typeof row !== 'number') continue;
      gone.delete(row);
      if (deliveries !== null) others.set(row, deliveries);
    }
    this.#kept = gone.size === 0 ? all : all.filter((row) => !gone.has(row));
    this.#others = others;
    this.count = this.#kept.length;
    this.deliveries = this.#kept.reduce((sum, row) => sum + 1 + lengthOf(others.get(row)), 0);
  }

  /** A leaf that can't repeat, one value an event, in the order of the rows. */
  values(path: string): LeafValue[] {
    return this.#rows.values(path, this.#kept);
  }

  /** Of the events in this order, by their numbers. */
  leaf(schema: LeafSchema, order: Uint32Array): Leaf {
    const rows = this.count === this.#rows.count ? order : order.map((event) => this.#kept[event] ?? 0);
    if (!schema.name.startsWith(`${OTHER_DELIVERIES}.`) || this.#others.size === 0)
      return this.#rows.leaf(schema, rows);
    const column = Array.from(rows, (row): Struct => ({ [OTHER_DELIVERIES]: this.#others.get(row) ?? null }));
    return leafOf(column, schema.path);
  }

  #merged(doubled: Uint32Array, others: ReadonlyMap<number, Value>): Struct[] {
    if (doubled.length === 0) return [];
    const columns = ['eventid', 'recordhash', 'logfile', 'recordindex'].map((name) => ({
      name,
      values: this.#rows.values(name, doubled),
    }));
    const rows = Array.from(doubled, (row, i): Struct => {
      const one: Struct = { row, [OTHER_DELIVERIES]: others.get(row) ?? null };
      for (const { name, values } of columns) one[name] = withoutBigInt(values[i] ?? null);
      return one;
    });
    return mergeDeliveries(rows);
  }
}

/** Rows whose `eventid` another row has too, in order. */
function doubledRows(eventIds: readonly LeafValue[]): Uint32Array {
  const seen = new Set<LeafValue>();
  const doubled = new Set<LeafValue>();
  for (const id of eventIds) {
    if (typeof id !== 'string') continue;
    if (seen.has(id)) doubled.add(id);
    else seen.add(id);
  }
  const rows: number[] = [];
  if (doubled.size === 0) return Uint32Array.from(rows);
  for (const [row, id] of eventIds.entries()) if (doubled.has(id)) rows.push(row);
  return Uint32Array.from(rows);
}

function withoutBigInt(value: LeafValue): Value {
  return typeof value === 'bigint' ? Number(value) : value;
}

function lengthOf(others: Value | undefined): number {
  return Array.isArray(others) ? others.length : 0;
}
