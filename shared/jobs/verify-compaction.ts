import {
  decodeCompactionPlan,
  decodeCompactionReceipts,
  type CompactionPlan,
  type CompactionReceipts,
} from '../core/compaction-format.ts';
import { finding, type Finding } from '../core/finding.ts';
import { LakeFormatError, planId, understood } from '../core/lake-format.ts';
import { compactionKey } from '../core/lake-keys.ts';
import type { CompactionEvidence } from './compaction-evidence.ts';
import type { EvidenceStore } from './evidence.ts';
import { GenerationRows } from './generation-rows.ts';
import { readOr } from './read-evidence.ts';
import { verifyHeld } from './verify-held.ts';

/** Undefined, and a finding, for receipts of a generation that can't be understood or stand where they don't belong. */
export function* readCompactionReceipts(
  key: string,
  stored: Uint8Array,
): Generator<Finding, CompactionReceipts | undefined> {
  try {
    const receipts = decodeCompactionReceipts(key, stored);
    if (compactionKey(receipts, 'receipts') === key) return receipts;
    yield finding('receipts-unreadable', key, `they are of ${compactionKey(receipts, 'receipts')}`);
  } catch (error) {
    if (!(error instanceof LakeFormatError)) throw error;
    yield finding('receipts-unreadable', key, error.message);
  }
  return undefined;
}

/**
 * Holds one generation to what it is about: its plan, its objects by their hashes, that it holds what batches' receipts account for and
 * nothing else, and row by row that it has the very rows of what it was made of. Those of small objects that expired come
 * from log files, where `evidence` was given them. What isn't the newest may be gone. Throws what isn't about this generation.
 */
export async function* verifyCompaction(
  receipts: CompactionReceipts,
  lake: EvidenceStore,
  evidence: CompactionEvidence,
): AsyncGenerator<Finding> {
  const newest = await evidence.newest(receipts.partition);
  const isNewest = (newest?.generation ?? 0) <= receipts.generation;
  const plan = yield* readPlanOf(receipts, lake);
  yield* verifyHeld(receipts, plan, lake);
  const rows = new GenerationRows(receipts, lake, evidence, isNewest);
  const made = yield* rows.objects();
  if (made === undefined) return;
  yield* rows.compare(made, plan);
}

/** The plan as stored; undefined, and a finding, if it isn't the one that was carried out. */
async function* readPlanOf(
  receipts: CompactionReceipts,
  lake: EvidenceStore,
): AsyncGenerator<Finding, CompactionPlan | undefined> {
  const key = compactionKey(receipts, 'plan');
  const stored = await readOr(lake, key, 'plan-changed');
  if (stored === undefined) yield finding('plan-changed', key, 'it is gone');
  else if ('code' in stored) yield stored;
  else {
    const id = planId(stored.bytes);
    const plan = understood(() => decodeCompactionPlan(key, stored.bytes));
    const isOther = id !== receipts.plan && `it is ${id}, and its receipts are of ${receipts.plan}`;
    const wrong = isOther || (plan === undefined ? 'it is no plan' : strangeIn(plan, receipts));
    if (wrong === undefined) return plan;
    yield finding('plan-changed', key, wrong);
  }
  return undefined;
}

/** What no plan of ours has. */
function strangeIn(
  { partition, generation, base }: CompactionPlan,
  receipts: CompactionReceipts,
): string | undefined {
  const own = compactionKey({ partition, generation }, 'plan');
  if (own !== compactionKey(receipts, 'plan')) return `it is ${own}`;
  const before = base?.generation ?? 0;
  return before === generation - 1 ? undefined : `it goes on after generation ${before}`;
}
