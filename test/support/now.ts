/** The clock of tests that don't care what time it is. */
export const NOW = Date.parse('2026-11-21T14:30:00Z');

export function now(): number {
  return NOW;
}
