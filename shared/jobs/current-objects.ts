import {
  COMPACTED,
  COMPACTIONS,
  parseCompactedKey,
  parseCompactionKey,
  partitionPrefix,
} from '../core/lake-keys.ts';
import { filledPartitions } from './closed-partitions.ts';
import { readCompaction } from './generations.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

/** The objects that together hold every delivery once: newest generations, and the small objects that they don't hold. */
export interface CurrentObjects {
  /** Of partitions that have a generation and nothing besides: each row is an event, and no two are the same. */
  readonly settled: readonly string[];
  /** Of the other partitions: an event may be delivered in several of these. */
  readonly unsettled: { readonly compacted: readonly string[]; readonly small: readonly string[] };
}

const READS_AHEAD = 16;

/** From three listings, and the receipts of generations beside which small objects still lie. Throws `LakeFormatError`. */
export async function currentObjects(lake: Pick<ObjectStore, 'get' | 'list'>): Promise<CurrentObjects> {
  const newest = await newestGenerations(lake);
  const generations = await objectsOf(newest, lake);
  const unsettled = { compacted: [] as string[], small: [] as string[] };
  const filled = mapAhead(filledPartitions(lake), READS_AHEAD, async ({ partition, objects }) => {
    const id = partitionPrefix(partition);
    const generation = newest.get(id);
    const receipts = generation && (await readCompaction(lake, { partition, generation }));
    const held = new Set(receipts ? receipts.holds.map(({ key }) => key) : []);
    return { id, small: objects.filter((key) => !held.has(key)) };
  });
  for await (const { id, small } of filled) {
    if (small.length === 0) continue;
    for (const key of small) unsettled.small.push(key);
    unsettled.compacted.push(...(generations.get(id) ?? []));
    generations.delete(id);
  }
  return { settled: [...generations.values()].flat(), unsettled };
}

/** By the partition's prefix. */
async function newestGenerations(lake: Pick<ObjectStore, 'list'>): Promise<Map<string, number>> {
  const newest = new Map<string, number>();
  for await (const key of lake.list(COMPACTIONS)) {
    const found = parseCompactionKey(key);
    if (found?.what !== 'receipts') continue;
    const id = partitionPrefix(found.partition);
    newest.set(id, Math.max(newest.get(id) ?? 0, found.generation));
  }
  return newest;
}

async function objectsOf(
  newest: ReadonlyMap<string, number>,
  lake: Pick<ObjectStore, 'list'>,
): Promise<Map<string, string[]>> {
  const objects = new Map<string, string[]>();
  if (newest.size === 0) return objects;
  for await (const key of lake.list(COMPACTED)) {
    const found = parseCompactedKey(key);
    if (found === undefined) continue;
    const id = partitionPrefix(found.partition);
    if (newest.get(id) !== found.generation) continue;
    const of = objects.get(id);
    if (of === undefined) objects.set(id, [key]);
    else of.push(key);
  }
  return objects;
}
