import { readFile } from 'node:fs/promises';
import type { PublicKey } from '../shared/core/digest-checks.ts';
import { parsePublicKeys, PublicKeysError } from '../shared/core/public-keys.ts';
import { UsageError } from './usage-error.ts';

/** The public keys of an answer of ListPublicKeys in a file. Throws `UsageError`. */
export async function readPublicKeys(file: string): Promise<PublicKey[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`the public keys ${file} cannot be read`, { cause });
  });
  try {
    return parsePublicKeys(text);
  } catch (error) {
    if (error instanceof PublicKeysError)
      throw new UsageError(`${file} is ${error.message}`, { cause: error });
    throw error;
  }
}
