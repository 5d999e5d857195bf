import { CHAIN_KEY, type Chain } from '../shared/core/seal-format.ts';
import type { ObjectStore } from '../shared/jobs/ports.ts';
import { readChain } from '../shared/jobs/seal.ts';

/** The chain of digests that a lake has; undefined if it has none. Throws `ChainFormatError`. */
export async function chainOf(lake: ObjectStore): Promise<Chain | undefined> {
  const stored = await lake.get(CHAIN_KEY);
  return stored && readChain(stored);
}

/** What the digests of a lake in a folder say, where nothing else is asked for: there is no account, and nobody's bucket. */
export const LOCAL_CHAIN = {
  account: '000000000000',
  region: 'local',
  trail: 'trailseal',
  bucket: 'local-lake',
} as const;

export const LOCAL_LOG_BUCKET = 'local-logs';
