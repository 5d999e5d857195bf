import type { BoundaryOrder } from 'hyparquet';
import type { Bounds } from './parquet-footer.ts';
import type { LeafValue } from './parquet-leaf.ts';
import { plainValue } from './plain-values.ts';

/** The smallest and largest value, in the order that readers prune by: text and bytes by their bytes, unsigned. */
export interface ValueBounds {
  readonly min: Present;
  readonly max: Present;
}

export type IsLess = (a: Present, b: Present) => boolean;

type Present = NonNullable<LeafValue>;

/** How to compare the values of a leaf; by their bytes only where `<` isn't right, for it is much quicker. */
export function lessThan(areComparable: boolean): IsLess {
  if (areComparable) return (a, b) => a < b;
  return (a, b) => Buffer.compare(plainValue(a), plainValue(b)) < 0;
}

/** Of the values from `start` on, up to `end`; undefined if all are NULL. */
export function boundsOf(
  values: readonly LeafValue[],
  isLess: IsLess,
  start = 0,
  end = values.length,
): ValueBounds | undefined {
  let min: LeafValue = null;
  let max: LeafValue = null;
  for (let i = start; i < end; i++) {
    const value = values[i] ?? null;
    if (value === null) continue;
    if (min === null || isLess(value, min)) min = value;
    if (max === null || isLess(max, value)) max = value;
  }
  return min === null || max === null ? undefined : { min, max };
}

/** As statistics have them. */
export function plainBounds(bounds: ValueBounds | undefined): Bounds | undefined {
  return bounds && { min: plainValue(bounds.min), max: plainValue(bounds.max) };
}

/** Whether both bounds of pages rise, or fall, from page to page. Pages of NULLs don't count. */
export function orderOfPages(pages: readonly (ValueBounds | undefined)[], isLess: IsLess): BoundaryOrder {
  const bounds = pages.filter((page) => page !== undefined);
  const steps = bounds.slice(1).map((page, i) => [bounds[i] ?? page, page] as const);
  const falls = ([a, b]: (typeof steps)[number]): boolean => isLess(b.min, a.min) || isLess(b.max, a.max);
  const rises = ([a, b]: (typeof steps)[number]): boolean => isLess(a.min, b.min) || isLess(a.max, b.max);
  if (!steps.some(falls)) return 'ASCENDING';
  return steps.some(rises) ? 'UNORDERED' : 'DESCENDING';
}
