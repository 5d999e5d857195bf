import { LakeFormatError } from '../core/lake-format.ts';
import { EVENTS, planKey, QUARANTINE, type BatchRef } from '../core/lake-keys.ts';
import { differencesOf } from '../core/parquet-differences.ts';
import { strangeIn } from '../core/plan-checks.ts';
import type { EvidenceStore } from './evidence.ts';
import { carryOut } from './normalise.ts';
import { SourceError } from './ports.ts';

/**
 * Carries out a plan once more, with the log files as they are now, whichever version the plan means: other bytes are what is looked for.
 * Stores nothing: `put` is told of what would be. Throws `SourceError` if a log file can't be had, `LakeFormatError`, and what `put` throws.
 */
export async function carryOutAgain(
  batch: BatchRef,
  plan: Uint8Array,
  logs: EvidenceStore,
  put: (key: string, bytes: Uint8Array) => void | Promise<void>,
): Promise<void> {
  const read = async (key: string): Promise<Uint8Array> => {
    const evidence = await logs.read(key);
    if (evidence === undefined) throw new SourceError('missing', key, 'it is gone');
    return evidence.bytes;
  };
  const lake = {
    get: (key: string) => Promise.resolve(key === planKey(batch) ? plan : undefined),
    list: async function* () {},
    putIfAbsent: async (key: string, bytes: Uint8Array) => {
      await put(key, bytes);
      return 'stored' as const;
    },
  };
  await carryOut(batch, { source: { read }, lake, now: () => 0 });
}

/** Whether a batch stores it for good, apart from its receipts. */
export function isMade(key: string): boolean {
  return key.startsWith(EVENTS) || key.startsWith(QUARANTINE);
}

/**
 * Of a plan that has no receipts: which of the objects it makes are stored as it makes them. Undefined if it can't be carried out with these
 * log files.
 */
export async function madeBy(
  batch: BatchRef,
  plan: Uint8Array,
  { lake, logs }: { readonly lake: EvidenceStore; readonly logs: EvidenceStore },
): Promise<ReadonlySet<string> | undefined> {
  if (strangeIn(planKey(batch), plan) !== undefined) return undefined;
  const made = new Set<string>();
  try {
    await carryOutAgain(batch, plan, logs, async (key, bytes) => {
      const stored = isMade(key) ? await lake.read(key) : undefined;
      if (stored !== undefined && (await isSameObject(stored.bytes, bytes))) made.add(key);
    });
    return made;
  } catch (error) {
    if (error instanceof SourceError || error instanceof LakeFormatError) return undefined;
    throw error;
  }
}

/** Another Node may compress the same rows to other bytes. */
async function isSameObject(actual: Uint8Array, expected: Uint8Array): Promise<boolean> {
  if (Buffer.compare(actual, expected) === 0) return true;
  return (await differencesOf(actual, expected)) === undefined;
}
