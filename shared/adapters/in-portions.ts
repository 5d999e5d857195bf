/** What goes into one request of a service that takes so many entries and so many bytes at once. An entry that is larger goes alone. */
export function inPortions<T extends { readonly bytes: number }>(
  entries: readonly T[],
  maxEntries: number,
  maxBytes: number,
): T[][] {
  const portions: T[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const last = portions.at(-1);
    if (last === undefined || last.length === maxEntries || bytes + entry.bytes > maxBytes) {
      portions.push([entry]);
      bytes = entry.bytes;
    } else {
      last.push(entry);
      bytes += entry.bytes;
    }
  }
  return portions;
}
