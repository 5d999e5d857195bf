import type { PublicKey } from '../core/digest-checks.ts';
import { fingerprintOf } from '../core/digest-file.ts';
import {
  decodeVerification,
  encodeVerification,
  verificationKey,
  VERIFICATIONS,
  type Verification,
} from '../core/verification-format.ts';
import { newestOfDays, newestUnder } from './newest-by-day.ts';
import type { ObjectStore } from './ports.ts';

/** Days that verification may have stood still before all of its past is listed. */
const RECENT_DAYS = 7;

/** The newest verification that was stored before `now` (milliseconds since 1970). Throws `VerificationFormatError`. */
export async function lastVerification(lake: ObjectStore, now: number): Promise<Verification | undefined> {
  const key = await newestKey(lake, now);
  // One that was deleted since is as good as damaged: to begin anew instead would forget all that it proves to be missing.
  return key === undefined ? undefined : decodeVerification(key, (await lake.get(key)) ?? new Uint8Array());
}

async function newestKey(lake: ObjectStore, now: number): Promise<string | undefined> {
  return (
    (await newestOfDays(lake, verificationKey, now, RECENT_DAYS)) ??
    (await newestUnder(lake, VERIFICATIONS, verificationKey(now)))
  );
}

/** Two runs of one second store the one or the other: both went on from the same. */
export async function storeVerification(lake: ObjectStore, verification: Verification): Promise<string> {
  const key = verificationKey(Date.parse(verification.at));
  await lake.putIfAbsent(key, encodeVerification(verification));
  return key;
}

/**
 * Keeps CloudTrail's public keys: AWS doesn't say how long it does. `keys/cloudtrail/REGION/FINGERPRINT.json`, each as ListPublicKeys tells of it;
 * verification itself asks AWS, for whoever could change the lake could put a key there.
 */
export async function archiveKeys(
  lake: ObjectStore,
  region: string,
  keys: readonly PublicKey[],
  known: Set<string>,
): Promise<void> {
  for (const { value, validFrom, validTo } of keys) {
    const fingerprint = fingerprintOf(value);
    const at = `keys/cloudtrail/${region}/${fingerprint}.json`;
    if (known.has(at)) continue;
    const [ValidityStartTime, ValidityEndTime] = [validFrom, validTo].map((time) =>
      new Date(time).toISOString(),
    );
    const document = { Value: value, ValidityStartTime, ValidityEndTime, Fingerprint: fingerprint };
    await lake.putIfAbsent(at, Buffer.from(`${JSON.stringify(document)}\n`));
    known.add(at);
  }
}
