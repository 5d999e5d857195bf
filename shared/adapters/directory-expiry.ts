import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Expiry } from '../jobs/supersede.ts';

/** Removes what is given up from a lake in a directory, where nothing else would. */
export class DirectoryExpiry implements Expiry {
  readonly #root: string;
  readonly graceMs: number;

  constructor(root: string, graceMs: number) {
    this.#root = resolve(root);
    this.graceMs = graceMs;
  }

  async storedAt(key: string): Promise<number | undefined> {
    const stored = await stat(join(this.#root, key)).catch(() => undefined);
    return stored?.mtimeMs;
  }

  async expire(keys: readonly string[]): Promise<void> {
    for (const key of keys) await rm(join(this.#root, key), { force: true });
  }
}
