/** The `unmapped` column, written and read back; the document gives its entries no order, so tests compare entries. */

import type { Leftover } from './cells-of-struct.ts';
import { parseWithSource } from './json-source.ts';

/** NULL if nothing is left over. */
export function unmappedText(leftovers: readonly Leftover[]): string | null {
  if (leftovers.length === 0) return null;
  return `{${leftovers.map(({ path, source }) => `${JSON.stringify(path)}:${source}`).join(',')}}`;
}

/** The entries of an `unmapped` text, sorted by path: [path, own text of the value]. Throws if it is no JSON object. */
export function unmappedEntries(text: string | null): [path: string, source: string][] {
  if (text === null) return [];
  const node = parseWithSource(text);
  if (node.kind !== 'object') throw new Error(`unmapped is not a JSON object: ${text.slice(0, 80)}`);
  const entries = node.members.map(({ name, value }): [string, string] => [name, value.source]);
  return entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}
