import { InvalidArgumentError } from 'commander';
import { parseEventTime } from '../shared/core/event-time.ts';

const AGO = /^(\d{1,5})([dhm])$/;
const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000 } as const;

/** `90d`, `24h`, `30m` as milliseconds. */
export function duration(text: string): number {
  const ago = AGO.exec(text);
  if (ago === null) throw new InvalidArgumentError('Give 90d, 24h or 30m.');
  return Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS];
}

/** A time as a person gives it: `2026-11-01`, `2026-11-01T10:00:00Z`, or so long before `now`. */
export function timeParser(now: Date): (text: string) => Date {
  return (text) => {
    if (AGO.test(text)) return new Date(now.getTime() - duration(text));
    const time = parseEventTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
    if (time === undefined)
      throw new InvalidArgumentError('Give 2026-11-01, 2026-11-01T10:00:00Z, or 90d, 24h, 30m.');
    return new Date(time);
  };
}
