import { parseDigestKey } from '../core/digest-key.ts';
import { sealingKey } from '../core/lake-keys.ts';
import { chainFolder, type Chain } from '../core/seal-format.ts';
import { readChainEnd } from '../core/sealed-digest.ts';
import { allReceipts } from './all-receipts.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';

const READS_AHEAD = 8;

/**
 * Announces receipts that no digest of the chain has, once more, so that the next one seals them: those whose announcement came hours after it
 * said, or was removed. Reads all of the chain. Returns their keys. Throws `ChainEndError`, and what the lake throws.
 */
export async function announceMissed(lake: ObjectStore, chain: Chain, now: number): Promise<string[]> {
  const sealed = new Set<string>();
  const digests = keysOf(lake.list(chainFolder(chain)));
  const read = async (key: string): Promise<readonly { readonly key: string }[]> => {
    const stored = await lake.get(key);
    return stored === undefined ? [] : readChainEnd(key, stored).sealed.receipts;
  };
  for await (const receipts of mapAhead(digests, READS_AHEAD, read))
    for (const { key } of receipts) sealed.add(key);
  const missed: string[] = [];
  for await (const key of allReceipts(lake)) if (!sealed.has(key)) missed.push(key);
  const announce = async (key: string): Promise<unknown> =>
    await lake.putIfAbsent(sealingKey(now, key), new Uint8Array());
  await Array.fromAsync(mapAhead(missed, READS_AHEAD, announce));
  return missed;
}

async function* keysOf(keys: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const key of keys) if (parseDigestKey(key) !== undefined) yield key;
}
