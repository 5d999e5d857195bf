import { DEFAULT_LIMITS, type Limits } from '../../shared/core/limits.ts';
import { findRecords } from '../../shared/core/records.ts';

/** What a text holds, in order: the text of each record, or `<code> text` of what is none. */
export function foundIn(text: string | Uint8Array, limits: Partial<Limits> = {}): string[] {
  const bytes = Buffer.from(text);
  return Array.from(findRecords(bytes, { ...DEFAULT_LIMITS, ...limits }), (found) => {
    const piece = bytes.toString('utf8', found.start, found.end);
    if (found.kind === 'record') return found.decoded?.toString() ?? piece;
    return `<${found.code}> ${piece}`;
  });
}
