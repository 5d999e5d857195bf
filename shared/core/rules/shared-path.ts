/** How many names two paths begin with in common. */
export function sharedLength(path: readonly string[], other: readonly string[]): number {
  const differs = path.findIndex((name, i) => other[i] !== name);
  return differs < 0 ? path.length : differs;
}
