import { areReceipts, COMPACTIONS, RECEIPTS } from '../core/lake-keys.ts';
import type { ObjectStore } from './ports.ts';

/** Keys of all receipts behind `after`, generations' and batches', in their order: what digests seal. */
export async function* allReceipts(lake: Pick<ObjectStore, 'list'>, after = ''): AsyncGenerator<string> {
  for (const prefix of [COMPACTIONS, RECEIPTS])
    for await (const key of lake.list(prefix, after)) if (areReceipts(key)) yield key;
}
