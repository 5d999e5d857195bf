import { createHash } from 'node:crypto';

/** Lower-case hex, as in CloudTrail's digests and in receipts. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
