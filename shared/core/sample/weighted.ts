import type { Random } from './random.ts';

/** A choice among things of unequal weight. */
export interface Weighted<T> {
  pick(random: Random): T;
}

export function weighted<T>(items: readonly T[], weightOf: (item: T, index: number) => number): Weighted<T> {
  const bounds = new Float64Array(items.length);
  let total = 0;
  for (const [index, item] of items.entries()) {
    total += weightOf(item, index);
    bounds[index] = total;
  }
  return {
    pick(random) {
      const target = random.float() * total;
      let low = 0;
      let high = items.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((bounds[middle] as number) <= target) low = middle + 1;
        else high = middle;
      }
      return items[low] as T;
    },
  };
}

/** By rank: the first item most often. Real event names are spread like this. */
export function zipf<T>(items: readonly T[], exponent = 1): Weighted<T> {
  return weighted(items, (_, index) => 1 / (index + 1) ** exponent);
}
