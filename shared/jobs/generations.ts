import {
  decodeCompactionPlan,
  decodeCompactionReceipts,
  type CompactionPlan,
  type CompactionReceipts,
} from '../core/compaction-format.ts';
import { LakeFormatError, planId } from '../core/lake-format.ts';
import {
  compactionKey,
  compactionsPrefix,
  parseCompactionKey,
  type GenerationRef,
  type Partition,
} from '../core/lake-keys.ts';
import type { ObjectStore } from './ports.ts';

/** How far a partition's generations have got, from names alone. */
export interface Generations {
  /** Of the newest that has receipts: what queries see. 0 if there is none. */
  readonly newest: number;
  /** One that was planned and has no receipts yet. */
  readonly planned: number | undefined;
  /** Of the newest whose predecessors were given up to expire. */
  readonly superseded: number;
}

/** Reads a partition's generations from one listing. */
export async function generationsOf(
  lake: Pick<ObjectStore, 'list'>,
  partition: Partition,
): Promise<Generations> {
  const newest = { plan: 0, receipts: 0, superseded: 0 };
  for await (const key of lake.list(compactionsPrefix(partition))) {
    const found = parseCompactionKey(key);
    if (found !== undefined) newest[found.what] = Math.max(newest[found.what], found.generation);
  }
  const { plan, receipts, superseded } = newest;
  return { newest: receipts, planned: plan > receipts ? plan : undefined, superseded };
}

/** Undefined if there are none. Throws `LakeFormatError`. */
export async function readCompaction(
  lake: Pick<ObjectStore, 'get'>,
  one: GenerationRef,
): Promise<CompactionReceipts | undefined> {
  const key = compactionKey(one, 'receipts');
  const stored = await lake.get(key);
  if (stored === undefined) return undefined;
  const receipts = decodeCompactionReceipts(key, stored);
  refuseAnother(key, compactionKey(receipts, 'receipts'));
  return receipts;
}

/** A document under the key of another: whoever put it there would have it carried out in its place. */
function refuseAnother(key: string, own: string): void {
  if (own !== key) throw new LakeFormatError(key, { cause: `it is ${own}` });
}

/** A generation's plan and its id; undefined if there is none. Throws `LakeFormatError`. */
export async function readCompactionPlan(
  lake: Pick<ObjectStore, 'get'>,
  one: GenerationRef,
): Promise<{ readonly plan: CompactionPlan; readonly id: string } | undefined> {
  const key = compactionKey(one, 'plan');
  const stored = await lake.get(key);
  if (stored === undefined) return undefined;
  const plan = decodeCompactionPlan(key, stored);
  refuseAnother(key, compactionKey(plan, 'plan'));
  return { plan, id: planId(stored) };
}
