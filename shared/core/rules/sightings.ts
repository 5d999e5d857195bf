import * as z from 'zod';

/**
 * Which events of a group one log file holds: `seen-<hash>-<n>` in the group's folder. Follows from the log file alone, so that a retry stores the same.
 */
const SIGHTINGS = z.strictObject({
  format: z.literal(1),
  logFile: z.string(),
  /** Event id, and a hash of the value that the rule counts, if it counts values. */
  events: z.array(z.tuple([z.string(), z.string()])),
});

export type Sightings = z.infer<typeof SIGHTINGS>;

export function encodeSightings(
  logFile: string,
  events: Iterable<readonly [eventId: string, counted: string]>,
): Buffer {
  return Buffer.from(`${JSON.stringify({ format: 1, logFile, events: [...events] })}\n`);
}

/** Throws if these bytes are none; `key` is for the message. */
export function decodeSightings(key: string, bytes: Uint8Array): Sightings {
  try {
    return SIGHTINGS.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch (cause) {
    throw new Error(`${key} is no list of events as forward stores it: was it changed?`, { cause });
  }
}
