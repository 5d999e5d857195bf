import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Option } from 'commander';
import { KeyFileSigner } from '../shared/adapters/key-file-signer.ts';
import type { Signer } from '../shared/jobs/seal.ts';
import { isS3Url } from './s3-place.ts';
import { UsageError } from './usage-error.ts';

/** `--key-file` where it isn't given. */
export function defaultKeyFile(): string {
  return join(homedir(), '.trailseal', 'seal-key.pem');
}

/** `--key-file`, the same wherever it may be given once or again. */
export function keyFileOption(description: string): Option {
  return new Option('--key-file <file>', `${description} (default: ~/.trailseal/seal-key.pem)`).env(
    'TRAILSEAL_KEY_FILE',
  );
}

/** The AWS SDK takes a tenth of a second to load, and a key file doesn't need it. */
export async function kmsSigner(id: string): Promise<Signer> {
  const { KmsSigner } = await import('../shared/adapters/kms-signer.ts');
  return new KmsSigner(id);
}

/** The key that this lake is sealed with, in a file that is made if there is none. Throws `UsageError`. */
export function keyFileOf(lake: string, path = defaultKeyFile()): KeyFileSigner {
  if (!isS3Url(lake) && isInside(path, lake)) {
    throw new UsageError(
      `the key file ${path} lies in the lake ${lake}: whoever can change the lake could sign what they changed. Name a file elsewhere`,
    );
  }
  return new KeyFileSigner(path, { makes: true });
}

/** Where they really are: a link must not hide it. */
function isInside(path: string, folder: string): boolean {
  const from = relative(realPath(resolve(folder)), realPath(resolve(path)));
  return from === '' || (from !== '..' && !from.startsWith(`..${sep}`) && resolve(from) !== from);
}

/** With links followed as far as there is something. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}
