import { decodeReceipts } from '../core/lake-format.ts';
import { receiptsKey, type BatchRef } from '../core/lake-keys.ts';
import type { ObjectStore } from './ports.ts';

/**
 * Whether one of these batches has brought this very text in under this key. A version tells when bytes differ, not that they are the
 * same: an object that is encrypted anew, copied or restored has another ETag, and a synced folder has hashes where the bucket has ETags.
 * A batch without receipts has brought in nothing. Throws `LakeFormatError`.
 */
export async function storedBefore(
  key: string,
  textSha256: string,
  batches: readonly BatchRef[],
  lake: ObjectStore,
): Promise<boolean> {
  for (const batch of batches) {
    const bytes = await lake.get(receiptsKey(batch));
    if (bytes === undefined) continue;
    const { logFiles } = decodeReceipts(receiptsKey(batch), bytes);
    if (logFiles.some((receipt) => receipt.key === key && receipt.sha256 === textSha256)) return true;
  }
  return false;
}
