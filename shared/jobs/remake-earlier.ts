import type { CompactionReceipts } from '../core/compaction-format.ts';
import { partitionPrefix } from '../core/lake-keys.ts';
import type { CompactionEvidence } from './compaction-evidence.ts';
import type { EvidenceStore } from './evidence.ts';
import { verifyBatch } from './verify-batch.ts';
import { readBatch } from './verify-held.ts';

export interface RemakePlaces {
  readonly lake: EvidenceStore;
  readonly logs: EvidenceStore | undefined;
  readonly compactions: CompactionEvidence;
}

/**
 * Makes once more what the newest generation holds of small objects that expired, where the part of a run before this one did it: its sums are of
 * no use here, for each part draws a key of its own. What is wrong with those batches that part has told.
 */
export async function remakeEarlier(
  { partition, generation, holds }: CompactionReceipts,
  places: RemakePlaces,
): Promise<void> {
  const { lake, logs, compactions } = places;
  if (logs === undefined || (await compactions.newest(partition))?.generation !== generation) return;
  const stored = new Set(await Array.fromAsync(lake.list(partitionPrefix(partition))));
  const { keys: remade } = compactions.remadeOf(partition);
  const gone = holds.filter(({ key }) => !stored.has(key) && !remade.has(key));
  for (const key of new Set(gone.map(({ receipts }) => receipts))) {
    const batch = await readBatch(key, lake);
    if (batch !== undefined) await Array.fromAsync(verifyBatch(batch, places));
  }
}
