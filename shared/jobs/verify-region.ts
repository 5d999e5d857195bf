import { checkLogFilesPlaces, type FoundDigest } from '../core/digest-checks.ts';
import { chainOf, parseDigestKey, type DigestKey } from '../core/digest-key.ts';
import { finding, type Finding } from '../core/finding.ts';
import { dayPath, isoTime } from '../core/iso-time.ts';
import type { Verification } from '../core/verification-format.ts';
import { checkLogFiles, placeOf } from './check-log-files.ts';
import { DigestChains, type VerifiedHead } from './digest-chains.ts';
import type { EvidenceStore } from './evidence.ts';
import type { LogFileSides } from './log-file-sides.ts';
import { mapAhead } from './map-ahead.ts';
import { readOr, type Reading } from './read-evidence.ts';
import { PublicKeysUnavailableError, type RegionKeys } from './region-keys.ts';
import { isSigned, storedDigest } from './stored-digest.ts';
import type { VerifyCounts } from './verify.ts';

/** Where the digests of one account and region lie. */
export interface TrailFolder {
  readonly account: string;
  readonly region: string;
  /** `[prefix/]AWSLogs/[o-ORGID/]ACCOUNT/CloudTrail-Digest/REGION/` */
  readonly path: string;
}

export type Head = NonNullable<Verification['own']>;
type TrailHead = Verification['chains'][number];

export interface RegionPorts {
  readonly logs: EvidenceStore;
  readonly keys: RegionKeys;
  /** Told of a region that has to wait for the next run. */
  readonly unavailable: (error: PublicKeysUnavailableError) => void;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly hasTime: () => boolean;
  /** What is known of the region's log files. */
  readonly sides: LogFileSides;
  readonly counts: VerifyCounts;
  readonly findings: Finding[];
}

export interface RegionVerified {
  readonly heads: readonly TrailHead[];
  /** Whether all digests that were there have been verified: `no-time`, `no-keys` leave them to the next run. */
  readonly ended: 'done' | 'no-time' | 'no-keys';
}

interface NewDigest {
  readonly key: string;
  readonly parsed: DigestKey;
}

const HOUR = 60 * 60 * 1000;
const READS_AHEAD = 8;
/** How far back a chain that nobody knew of is taken up, and a digest may come behind those of other chains. */
const RECENT_MS = 48 * HOUR;
/** CloudTrail writes a digest within the hour after its end, most often: until then a missing one is a notice. */
const LATE_MS = 1.5 * HOUR;
/** Clocks differ. */
const FUTURE_MS = HOUR / 6;

/**
 * Verifies CloudTrail's new digests of one account and region, and the log files they name, from where each chain was verified last. `last`
 * undefined: nothing was ever verified, and the newest of each chain is taken up. Throws what the bucket throws.
 */
export async function verifyRegion(
  trail: TrailFolder,
  last: Verification | undefined,
  ports: RegionPorts,
): Promise<RegionVerified> {
  return await new RegionRun(trail, last, ports).all();
}

/** The digest that was verified last: whether it is still there, and still what it was. `at`: when that was, ISO 8601. */
export async function checkHead(
  store: EvidenceStore,
  head: Head,
  at: string | undefined,
  findings: Finding[],
): Promise<VerifiedHead> {
  const evidence = await readOr(store, head.key, 'digest-unreadable');
  const isThere = evidence !== undefined && !('code' in evidence);
  if (evidence === undefined) findings.push(goneSince(head.key, at));
  else if ('code' in evidence) findings.push(evidence);
  const sha256 = isThere ? (storedDigest(head.key, evidence)?.read.sha256 ?? 'none: it is no digest') : '';
  if (isThere && sha256 !== head.sha256) {
    const told = `it had the hash ${head.sha256} when it was verified last, and has ${sha256}`;
    findings.push(finding('digest-link-broken', head.key, told));
  }
  return { ...head, signature: isThere ? evidence.signature : undefined, vouched: true, isOnly: false };
}

export function goneSince(key: string, at: string | undefined): Finding {
  return finding('digest-missing', key, `it was verified at ${at ?? 'some time'}, and is gone`);
}

class RegionRun {
  readonly #trail: TrailFolder;
  readonly #last: Verification | undefined;
  readonly #ports: RegionPorts;
  readonly #known: readonly TrailHead[];
  /** How far each chain is verified by now. */
  readonly #heads: Map<string, TrailHead>;

  constructor(trail: TrailFolder, last: Verification | undefined, ports: RegionPorts) {
    this.#trail = trail;
    this.#last = last;
    this.#ports = ports;
    this.#known = (last?.chains ?? []).filter(({ key }) => key.startsWith(trail.path));
    this.#heads = new Map(this.#known.map((head) => [head.chain, head]));
  }

  async all(): Promise<RegionVerified> {
    const { logs, findings } = this.#ports;
    const heads = await Promise.all(
      this.#known.map(async (head) => await checkHead(logs, head, this.#last?.at, findings)),
    );
    const fresh = await this.#newDigests();
    try {
      const ended = (await this.#verified(fresh, heads)) ? 'done' : 'no-time';
      return { heads: this.#headsNow(ended === 'done'), ended };
    } catch (error) {
      if (!(error instanceof PublicKeysUnavailableError)) throw error;
      this.#ports.unavailable(error);
      return { heads: this.#headsNow(false), ended: 'no-keys' };
    }
  }

  async #verified(fresh: readonly NewDigest[], heads: readonly VerifiedHead[]): Promise<boolean> {
    const { logs, keys: regionKeys, now, hasTime, counts, findings } = this.#ports;
    const oldest = fresh.reduce((least, { parsed }) => Math.min(least, Date.parse(parsed.endTime)), now);
    const keys = fresh.length === 0 ? new Map() : await regionKeys.of(this.#trail.region, oldest);
    const chains = new DigestChains(logs, keys, heads);
    await this.#takeUp(chains, fresh);
    const read = async (digest: NewDigest): Promise<NewDigest & { evidence: Reading }> => ({
      ...digest,
      evidence: await readOr(logs, digest.key, 'digest-unreadable'),
    });
    for await (const { key, parsed, evidence } of mapAhead(fresh, READS_AHEAD, read)) {
      if (!hasTime()) return false;
      if (evidence === undefined) continue;
      counts.digests += 1;
      const taken = consume(chains.take(key, evidence), findings);
      if (taken === undefined) continue;
      await this.#logFiles(taken.found, taken.logFiles, isSigned(taken.found, keys));
      const { endTime, sha256 } = { ...parsed, ...taken.found.read };
      this.#headIs({ chain: chainOf(parsed), key, endTime, sha256 });
    }
    findings.push(...chains.ends(now, LATE_MS));
    counts.chains += chains.size;
    return true;
  }

  async #logFiles(found: FoundDigest, logFiles: FoundDigest['read']['digest']['logFiles'], isTrue: boolean) {
    const { logs, counts, findings, sides } = this.#ports;
    findings.push(...checkLogFilesPlaces(found));
    // Which hours digests speak of is nothing a forged one has a say in; one that is made later on says nothing of the hours in between.
    if (isTrue && !found.parsed.backfill) sides.digested(found);
    for (const { s3Object, hashValue } of logFiles)
      sides.name(placeOf(s3Object, found.key, logs), hashValue, found);
    for await (const one of checkLogFiles(found.key, logFiles, logs, counts)) findings.push(one);
  }

  /** Digests behind those that were verified last; those of the last days, of chains that are new. */
  async #newDigests(): Promise<NewDigest[]> {
    const { logs, now, findings } = this.#ports;
    const { path } = this.#trail;
    const fresh: NewDigest[] = [];
    for await (const key of logs.list(path, `${path}${dayPath(this.#from())}`)) {
      const parsed = parseDigestKey(key);
      if (parsed === undefined || parsed.endTime <= (this.#heads.get(chainOf(parsed))?.endTime ?? ''))
        continue;
      // Going on after it would pass over all digests until then.
      if (Date.parse(parsed.endTime) > now + FUTURE_MS)
        findings.push(finding('digest-moved', key, `it is the digest of a time that is still to come`));
      else fresh.push({ key, parsed });
    }
    // The first time, the newest alone: what was before is for a full run.
    if (this.#last !== undefined) return fresh;
    return [...Map.groupBy(fresh, ({ parsed }) => chainOf(parsed)).values()].flatMap((chain) =>
      chain.slice(-1),
    );
  }

  /** From which day on digests may be new. A chain that ended long ago, whose end was seen, doesn't have all since then listed for ever. */
  #from(): number {
    const hourly = this.#known.filter(({ chain }) => !chain.endsWith(' backfill'));
    const starts = hourly.map(({ endTime, listed }) =>
      Math.max(Date.parse(endTime), Date.parse(listed) - RECENT_MS),
    );
    return starts.length === 0 ? this.#ports.now - RECENT_MS : Math.min(...starts);
  }

  /** A chain that is met for the first time goes on after the digest that its first one names, if that is there. */
  async #takeUp(chains: DigestChains, fresh: readonly NewDigest[]): Promise<void> {
    const { logs } = this.#ports;
    for (const [first] of Map.groupBy(fresh, ({ parsed }) => chainOf(parsed)).values()) {
      if (first === undefined || chains.has(first.parsed)) continue;
      const named = digestIn(first.key, await readOr(logs, first.key, 'digest-unreadable'));
      const key = named?.read.digest.previousDigestS3Object ?? '';
      const isBefore = key < first.key && key.startsWith(this.#trail.path);
      const before = isBefore ? digestIn(key, await readOr(logs, key, 'digest-unreadable')) : undefined;
      if (before === undefined) continue;
      const { sha256 } = before.read;
      const { endTime } = before.parsed;
      chains.goOnAfter(first.parsed, { key, endTime, sha256, signature: before.signature });
      this.#headIs({ chain: chainOf(first.parsed), key, endTime, sha256 });
    }
  }

  #headIs(head: Head): void {
    this.#heads.set(head.chain, { ...head, listed: this.#heads.get(head.chain)?.listed ?? head.endTime });
  }

  #headsNow(isDone: boolean): TrailHead[] {
    const now = isoTime(this.#ports.now);
    const heads = [...this.#heads.values()];
    return heads.map(({ chain, key, endTime, sha256, listed }) => {
      return { chain, key, endTime, sha256, listed: isDone ? now : listed };
    });
  }
}

function digestIn(key: string, evidence: Reading): FoundDigest | undefined {
  return evidence === undefined || 'code' in evidence ? undefined : storedDigest(key, evidence);
}

function consume<T>(found: Generator<Finding, T>, into: Finding[]): T {
  for (;;) {
    const next = found.next();
    if (next.done === true) return next.value;
    into.push(next.value);
  }
}
