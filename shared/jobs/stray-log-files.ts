import type { FoundDigest } from '../core/digest-checks.ts';
import { finding, type Finding } from '../core/finding.ts';
import { parseTrailKey } from '../core/log-file-key.ts';

/** CloudTrail delivers a log file now and then before its hour ends and names it in the digest after that. */
const PENDING_MS = 2 * 60 * 60 * 1000;

/**
 * Log files that no digest names. Keys come in byte order, in which an account's digests stand before its log files
 * (`CloudTrail-Digest/` before `CloudTrail/`), so the names of one account at a time are held in memory.
 */
export class StrayLogFiles {
  readonly #named = new Set<string>();
  /** Account and region → end of the newest digest, in milliseconds since 1970. */
  readonly #digestedUntil = new Map<string, number>();
  /** Account and region without digests → its first log file, and how many there are. */
  readonly #undigested = new Map<string, { readonly first: string; count: number }>();
  #account = '';

  digested({ parsed: { root, account, region, endTime } }: FoundDigest): void {
    if (this.#account !== `${root}${account}`) this.#named.clear();
    this.#account = `${root}${account}`;
    const id = `${account} ${region}`;
    this.#digestedUntil.set(id, Math.max(this.#digestedUntil.get(id) ?? 0, Date.parse(endTime)));
  }

  /** A digest names this log file. */
  name(key: string): void {
    this.#named.add(key);
  }

  /** A log file is there. */
  meet(key: string): Finding | undefined {
    const trail = parseTrailKey(key);
    if (trail === undefined || !key.endsWith('.json.gz') || this.#named.has(key)) return undefined;
    const id = `${trail.account} ${trail.region}`;
    const until = this.#digestedUntil.get(id);
    if (until === undefined) {
      const region = this.#undigested.get(id) ?? { first: key, count: 0 };
      region.count += 1;
      this.#undigested.set(id, region);
      return undefined;
    }
    if (deliveredAt(key) >= until - PENDING_MS) return undefined;
    return finding('log-file-in-no-digest', key, 'digests of its time are there, and none names it');
  }

  /** One for each region that has log files and no digests at all. */
  *findings(): Generator<Finding> {
    for (const [id, { first, count }] of this.#undigested) {
      const evidence = `this and ${count - 1} more log files of account and region ${id} have no digests at all`;
      yield finding('log-file-in-no-digest', first, evidence);
    }
  }
}

/** The time in a log file's name, in milliseconds since 1970; 0, which is always past, if it has none. */
function deliveredAt(key: string): number {
  const [, year, month, day, hour, minute] = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_[^/]*$/.exec(key) ?? [];
  return year === undefined ? 0 : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}
