import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a contestant made. */
export interface Made {
  events: number;
  outputBytes: number;
}

/** Writes a Parquet object as the peers do: no flush to disk, no look at what stands there. */
export function writeObject(lake: string, key: string, bytes: Uint8Array): void {
  const path = join(lake, key);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
