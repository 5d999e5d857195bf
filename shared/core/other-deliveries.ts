import { assemble } from './assemble-column.ts';
import { OTHER_DELIVERIES } from './columns.ts';
import type { RowsOfGroup } from './gathered-rows.ts';
import { unpacked } from './packed-leaf.ts';
import type { Value } from './record-row.ts';

/** The other deliveries of rows that have any, by the rows' numbers, which go through all parts. */
export function otherDeliveries(parts: readonly RowsOfGroup[]): Map<number, Value> {
  const others = new Map<number, Value>();
  let before = 0;
  for (const { leaves, rows } of parts) {
    const column = leaves.entries().filter(([path]) => path.startsWith(`${OTHER_DELIVERIES.name}.`));
    const found = new Map(column.filter(([, { highest }]) => highest > 0));
    const read = new Map(found.entries().map(([path, leaf]) => [path, unpacked(leaf)]));
    const values =
      found.size === 0 ? undefined : assemble(read, OTHER_DELIVERIES.name, OTHER_DELIVERIES.type);
    for (const [i, row] of values === undefined ? [] : rows.entries()) {
      const value = values?.[row] ?? null;
      if (value !== null) others.set(before + i, value);
    }
    before += rows.length;
  }
  return others;
}
