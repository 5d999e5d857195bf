/** Times as CloudTrail writes them. All take milliseconds since 1970; all are UTC. */

/** `2026-11-01T09:00:00Z`, as in `eventTime`. */
export function isoTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** `2026/11/01`, as in keys. */
export function dayPath(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '/');
}
