import { fromLogs, type FoundDigest, type PublicKeys } from '../core/digest-checks.ts';
import { parseDigestKey } from '../core/digest-key.ts';
import { dayPath, isoTime } from '../core/iso-time.ts';
import type { EvidenceStore } from './evidence.ts';
import { SourceError } from './ports.ts';
import { isSigned, storedDigest } from './stored-digest.ts';

/** Where a log file is named. */
export interface Naming {
  /** As the digest has it. */
  readonly s3Object: string;
  readonly sha256: string;
  readonly digest: FoundDigest;
}

type KeysOf = (region: string, from: number) => Promise<PublicKeys>;

const HOUR = 60 * 60 * 1000;
/** A log file is named by the digest of the hour it was delivered in, or one of the next. */
const BEFORE = HOUR;
const AFTER = 6 * HOUR;

/**
 * CloudTrail's digests that name a single log file: for the few whose receipts come when their digest was verified long ago, because they were
 * processed late or a second time. Only a digest with a valid signature counts.
 */
export class DigestsFinder {
  readonly #logs: EvidenceStore;
  readonly #keysOf: KeysOf;
  readonly #read = new Map<string, Promise<FoundDigest | undefined>>();

  /** `keysOf` throws `PublicKeysUnavailableError`. */
  constructor(logs: EvidenceStore, keysOf: KeysOf) {
    this.#logs = logs;
    this.#keysOf = keysOf;
  }

  /** `folder`: of the region's digests. `id`: the log file's key from `AWSLogs/` on. `at`: when it was delivered, in milliseconds since 1970. */
  async naming(folder: string, id: string, at: number): Promise<Naming | undefined> {
    const [from, to] = [isoTime(at - BEFORE), isoTime(at + AFTER)];
    for await (const key of this.#logs.list(folder, `${folder}${dayPath(at - BEFORE)}`)) {
      if (key > `${folder}${dayPath(at + AFTER)}0`) return undefined;
      const end = parseDigestKey(key)?.endTime ?? '';
      if (end < from || end > to) continue;
      const digest = await this.#once(key);
      const named = digest?.read.digest.logFiles.find(({ s3Object }) => fromLogs(s3Object) === id);
      if (digest === undefined || named === undefined) continue;
      const keys = await this.#keysOf(digest.parsed.region, Date.parse(end));
      if (isSigned(digest, keys)) return { s3Object: named.s3Object, sha256: named.hashValue, digest };
    }
    return undefined;
  }

  async #once(key: string): Promise<FoundDigest | undefined> {
    const reading = this.#read.get(key) ?? this.#digest(key);
    this.#read.set(key, reading);
    return await reading;
  }

  async #digest(key: string): Promise<FoundDigest | undefined> {
    try {
      const evidence = await this.#logs.read(key);
      return evidence && storedDigest(key, evidence);
    } catch (error) {
      // A finding elsewhere.
      if (error instanceof SourceError) return undefined;
      throw error;
    }
  }
}
