import * as z from 'zod';
import { decodeAlert, type Alert } from './alert.ts';

/**
 * What one log file holds of a group: `seen-<hash>-<n>` in the group's folder. Follows from the log file and the rule alone, so that a retry
 * stores the same.
 */
const SIGHTINGS = z.strictObject({
  format: z.literal(1),
  logFile: z.string(),
  /** What the rule counts, each once: ids of events, or hashes of the values of its `distinct` field. */
  counted: z.array(z.string()),
  /** The alert that the earliest of these events would be; where one isn't enough. */
  alert: z.unknown().optional(),
  /** So many groups of the window are told of one by one; of a rule that has but one group, there is no such limit. */
  most: z.int().optional(),
});

export interface Sightings {
  readonly logFile: string;
  readonly counted: readonly string[];
  readonly alert?: Alert | undefined;
  readonly most?: number | undefined;
}

export function encodeSightings({ logFile, counted, alert, most }: Sightings): Buffer {
  return Buffer.from(`${JSON.stringify({ format: 1, logFile, counted, alert, most })}\n`);
}

/** Throws if these bytes are none; `key` is for the message. */
export function decodeSightings(key: string, bytes: Uint8Array): Sightings {
  try {
    const { logFile, counted, alert, most } = SIGHTINGS.parse(JSON.parse(Buffer.from(bytes).toString()));
    return { logFile, counted, alert: alert === undefined ? undefined : decodeAlert(alert), most };
  } catch (cause) {
    throw new Error(`${key} is no list of events as forward stores it: was it changed?`, { cause });
  }
}
