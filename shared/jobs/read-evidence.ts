import { finding, type Finding, type FindingCode } from '../core/finding.ts';
import type { Evidence, EvidenceStore } from './evidence.ts';
import { mapAhead } from './map-ahead.ts';
import { SourceError } from './ports.ts';

/** What reading an object came to; undefined if there is none. */
export type Reading = Evidence | Finding | undefined;

/** An object that can't be read is a finding, not the end: one that was made unreadable would hide all the others. */
export async function readOr(store: EvidenceStore, key: string, code: FindingCode): Promise<Reading> {
  try {
    return await store.read(key);
  } catch (error) {
    if (error instanceof SourceError) return finding(code, key, error.detail);
    throw error;
  }
}

/** The same for many, in their order, with up to `ahead` of them under way at once. */
export function readAll(
  store: EvidenceStore,
  keys: AsyncIterable<string> | Iterable<string>,
  ahead: number,
  code: FindingCode,
): AsyncGenerator<{ readonly key: string; readonly evidence: Reading }> {
  return mapAhead(keys, ahead, async (key) => ({ key, evidence: await readOr(store, key, code) }));
}
