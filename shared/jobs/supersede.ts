import {
  compactedFolder,
  compactionKey,
  parseCompactedKey,
  partitionPrefix,
  type Partition,
} from '../core/lake-keys.ts';
import { generationsOf, readCompaction } from './generations.ts';
import type { ObjectStore } from './ports.ts';

/** What becomes of objects that a newer generation took the place of. */
export interface Expiry {
  /** A generation stands this long, in milliseconds, before what it replaced may go: queries that began before it read on, and it is verified. */
  readonly graceMs: number;
  /** When an object was stored, in milliseconds since 1970; undefined if there is none. */
  storedAt(key: string): Promise<number | undefined>;
  /** Gives objects up: the store removes them when it pleases. Again is harmless. */
  expire(keys: readonly string[]): Promise<void>;
}

export interface SupersedePorts {
  readonly lake: Pick<ObjectStore, 'get' | 'list' | 'putIfAbsent'>;
  readonly expiry: Expiry;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Gives up what a partition's newest generation took the place of, once, when that has stood long enough: the small objects that it holds, and
 * the objects of generations before it. Returns how many.
 */
export async function supersede(
  partition: Partition,
  { lake, expiry, now }: SupersedePorts,
): Promise<number> {
  const { newest, superseded } = await generationsOf(lake, partition);
  if (newest === 0 || superseded >= newest) return 0;
  const one = { partition, generation: newest };
  const stored = await expiry.storedAt(compactionKey(one, 'receipts'));
  if (stored === undefined || stored + expiry.graceMs > now) return 0;
  const receipts = await readCompaction(lake, one);
  if (receipts === undefined) return 0;
  const held = new Set(receipts.holds.map(({ key }) => key));
  const old: string[] = [];
  for await (const key of lake.list(partitionPrefix(partition))) if (held.has(key)) old.push(key);
  for await (const key of lake.list(compactedFolder(partition))) {
    // One that is being made is newer.
    if ((parseCompactedKey(key)?.generation ?? newest) < newest) old.push(key);
  }
  await expiry.expire(old);
  await lake.putIfAbsent(compactionKey(one, 'superseded'), new Uint8Array());
  return old.length;
}
