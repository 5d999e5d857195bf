import type { PublicKey } from '../shared/core/digest-checks.ts';
import type { Signer } from '../shared/jobs/seal.ts';

/** The keys of ours that digests may be signed with, from KMS itself: what the lake says of keys anybody may have put there. */
export async function trustedKeys(signers: readonly Pick<Signer, 'publicKey'>[]): Promise<PublicKey[]> {
  const keys = await Promise.all(signers.map(async (signer) => await signer.publicKey()));
  return keys.map(({ value }) => ({ value, validFrom: -Infinity, validTo: Infinity }));
}
