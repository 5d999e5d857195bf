/** More than that many remembered keys, and the oldest are forgotten. */
const MOST_KNOWN = 50_000;

/** Keeps what a container remembers between calls within bounds: to be called after each addition. */
export function forgetOldest(known: Set<string> | Map<string, unknown>): void {
  if (known.size <= MOST_KNOWN) return;
  const [oldest] = known.keys();
  if (oldest !== undefined) known.delete(oldest);
}
