import { publicKeysOf, type PublicKey } from '../core/digest-checks.ts';
import type { CompactionReceipts } from '../core/compaction-format.ts';
import type { Finding } from '../core/finding.ts';
import type { BatchReceipts } from '../core/lake-format.ts';
import { receiptsKey } from '../core/lake-keys.ts';
import { parseTrailKey } from '../core/log-file-key.ts';
import type { Verification } from '../core/verification-format.ts';
import { BatchesLeft } from './batches-left.ts';
import { placeOf } from './check-log-files.ts';
import type { VerifiedHead } from './digest-chains.ts';
import { DigestsFinder } from './digests-finder.ts';
import type { EvidenceStore } from './evidence.ts';
import { findAccounts } from './find-accounts.ts';
import { deliveredAt, LogFileSides } from './log-file-sides.ts';
import { mapAhead } from './map-ahead.ts';
import { ReceiptsFinder } from './receipts-finder.ts';
import { PublicKeysUnavailableError, RegionKeys, type PublicKeySource } from './region-keys.ts';
import { checkHead, goneSince, verifyRegion, type Head, type TrailFolder } from './verify-region.ts';
import { nothingVerified, type VerifyCounts } from './verify.ts';
import { lakeStart, nothingSealed, verifySeals, type SealedReceipts } from './verify-seals.ts';

export interface HourlyPorts {
  readonly logs: EvidenceStore;
  readonly lake: EvidenceStore;
  readonly keySource: PublicKeySource;
  /** The keys that our own digests may be signed with. */
  readonly ownKeys: readonly PublicKey[];
  /** Told of public keys as they are seen. */
  readonly archive: (region: string, keys: readonly PublicKey[]) => Promise<void>;
  /** Told of a region that has to wait for the next run. */
  readonly unavailable: (error: PublicKeysUnavailableError) => void;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether there is time for another digest, or another batch. */
  readonly hasTime: () => boolean;
}

export interface HourlyResult {
  readonly verification: Verification;
  readonly counts: VerifyCounts;
}

const HOUR = 60 * 60 * 1000;
const REGIONS_AT_ONCE = 4;
const REGION = /\/([a-z0-9-]{2,40})\/$/;
/** Of what was delivered before the first verification, less this, no digest is looked at but in a full run. */
const LATE_MS = 3 * HOUR;

/**
 * Verifies what has come since the last verification: CloudTrail's new digests with the log files they name, ours with all that they seal, each
 * against the other, and that what was verified last is still there. Costs what the time between holds. `last` undefined: CloudTrail's
 * chains are taken up at their newest digests; their history is for a full run. Throws what the places throw.
 */
export async function verifyHourly(
  last: Verification | undefined,
  ports: HourlyPorts,
): Promise<HourlyResult> {
  return await new HourlyRun(last, ports).all();
}

class HourlyRun {
  readonly #last: Verification | undefined;
  readonly #ports: HourlyPorts;
  readonly #at: string;
  readonly #since: string;
  readonly #counts = nothingVerified();
  readonly #findings: Finding[] = [];
  readonly #sealed: SealedReceipts = nothingSealed();
  readonly #keys: RegionKeys;
  readonly #left: BatchesLeft;
  readonly #sides = new Map<string, LogFileSides>();
  /** Account and region of those whose digests have not all been verified: it would be too early to judge their log files. */
  readonly #unfinished = new Set<string>();
  /** Between which sides log files are looked for. */
  readonly #between: { bucket: false; lake: true; lakeFrom: number | undefined } = {
    bucket: false,
    lake: true,
    lakeFrom: undefined,
  };
  #behind = false;

  constructor(last: Verification | undefined, ports: HourlyPorts) {
    this.#last = last;
    this.#ports = ports;
    this.#at = new Date(ports.now).toISOString();
    this.#since = last?.since ?? this.#at;
    this.#keys = new RegionKeys(ports.keySource, ports.archive, ports.now);
    this.#left = new BatchesLeft(ports, last?.batchesLeft);
    for (const { account, region, sides } of last?.regions ?? [])
      this.#sides.set(`${account} ${region}`, new LogFileSides(this.#between, ports.now, sides));
  }

  /** CloudTrail's side first, which is the cheaper one: however much of ours there is to catch up on, that is seen to every hour. */
  async all(): Promise<HourlyResult> {
    const trails = await this.#trails();
    const chains: Verification['chains'] = [];
    const region = async (trail: TrailFolder): Promise<Verification['chains']> => await this.#region(trail);
    for await (const heads of mapAhead(trails, REGIONS_AT_ONCE, region)) chains.push(...heads);
    // A chain whose folder is gone is as good as one whose digests are.
    const lost = (this.#last?.chains ?? []).filter(
      ({ key }) => !trails.some(({ path }) => key.startsWith(path)),
    );
    for (const { key } of lost) this.#findings.push(goneSince(key, this.#last?.at));
    await this.#own();
    for (const [id, sides] of this.#sides) {
      if (!this.#unfinished.has(id)) await this.#settle(id, sides, trails);
    }
    return { verification: this.#verification([...chains, ...lost]), counts: this.#counts };
  }

  #verification(chains: Verification['chains']): Verification {
    const { head } = this.#sealed;
    const regions = [...this.#sides].map(([id, sides]) => {
      const [account = '', region = ''] = id.split(' ');
      return { account, region, sides: sides.state() };
    });
    const own = head === undefined ? (this.#last?.own ?? null) : stored(head);
    const times = { at: this.#at, since: this.#since, behind: this.#behind };
    const found = { counts: { ...this.#counts }, findings: this.#findings };
    const state = { own, chains, batchesLeft: this.#left.state(), regions };
    // What it holds goes on changing in memory.
    return structuredClone({ format: 1, ...times, ...found, ...state }) as Verification;
  }

  async #trails(): Promise<TrailFolder[]> {
    const { logs } = this.#ports;
    const trails: TrailFolder[] = [];
    for (const { account, path: root } of await findAccounts(logs)) {
      for (const path of await logs.folders(`${root}CloudTrail-Digest/`)) {
        const region = REGION.exec(path)?.[1];
        if (region !== undefined) trails.push({ account, region, path });
      }
    }
    return trails;
  }

  async #region(trail: TrailFolder): Promise<Verification['chains']> {
    const { logs, unavailable, now, hasTime } = this.#ports;
    const [sides, counts, findings] = [this.#sidesOf(trail), this.#counts, this.#findings];
    const ports = { logs, keys: this.#keys, unavailable, now, hasTime, sides, counts, findings };
    const { heads, ended } = await verifyRegion(trail, this.#last, ports);
    if (ended === 'no-time') this.#behind = true;
    if (ended !== 'done') this.#unfinished.add(idOf(trail));
    return [...heads];
  }

  /** Our own chain: what was left of the digest that was verified last, then from there on all that the new ones seal. */
  async #own(): Promise<void> {
    const { lake, ownKeys, now, hasTime } = this.#ports;
    for await (const one of this.#left.verify(this.#counts)) this.#findings.push(one);
    const known = this.#last?.own ?? undefined;
    const head = known && (await checkHead(lake, known, this.#last?.at, this.#findings));
    const each = (receipts: BatchReceipts): AsyncIterable<Finding> => this.#batch(receipts);
    const eachGeneration = (receipts: CompactionReceipts): AsyncIterable<Finding> =>
      this.#left.verifyGenerationOrLeave(receipts, this.#counts);
    const mayGoOn = (): boolean => this.#left.isEmpty && hasTime();
    const options = {
      keys: publicKeysOf(ownKeys),
      until: now,
      head,
      each,
      eachGeneration,
      hasTime: mayGoOn,
      ...(head !== undefined && { isExpected: true }),
    };
    for await (const one of verifySeals(lake, options, this.#sealed)) this.#findings.push(one);
    const { digests, behind, chain } = this.#sealed;
    this.#counts.digests += digests;
    this.#behind ||= behind || !this.#left.isEmpty;
    if (chain === undefined) return;
    this.#counts.chains += 1;
    this.#between.lakeFrom = lakeStart(chain);
  }

  #batch(receipts: BatchReceipts): AsyncIterable<Finding> {
    for (const { key, sha256 } of receipts.logFiles) {
      const trail = parseTrailKey(key);
      if (trail === undefined || this.#isHistory(key)) continue;
      this.#sidesOf(trail).process(key, sha256, receiptsKey(receipts));
    }
    return this.#left.verifyOrLeave(receipts, this.#counts);
  }

  /** Digests that might name it are not looked at every hour. One that does is looked for in receipts (`overdue`). */
  #isHistory(logFile: string): boolean {
    const at = deliveredAt(logFile);
    return at !== 0 && at < Date.parse(this.#since) - LATE_MS;
  }

  /** Judges what both sides have spoken of by now, or should have. */
  async #settle(id: string, sides: LogFileSides, trails: readonly TrailFolder[]): Promise<void> {
    const { logs, lake, unavailable } = this.#ports;
    const sealedUntil = Date.parse(this.#sealed.head?.endTime ?? this.#last?.own?.endTime ?? NEVER);
    const folders = trails.filter((trail) => idOf(trail) === id).map(({ path }) => path);
    const receipts = new ReceiptsFinder(lake);
    // They may have been brought in before this lake's verifications began, or be named a second time.
    for (const at of sides.overdue(sealedUntil)) {
      for (const { key, sha256 } of await receipts.of(at)) sides.process(at, sha256, key);
    }
    const digests = new DigestsFinder(logs, async (region, from) => await this.#keys.of(region, from));
    try {
      // They may have been processed hours after their digest was verified, or a second time.
      for (const { logFile, at } of sides.unnamed()) {
        for (const folder of folders) {
          const named = await digests.naming(folder, logFile, at);
          if (named === undefined) continue;
          sides.name(placeOf(named.s3Object, named.digest.key, logs), named.sha256, named.digest);
        }
      }
    } catch (error) {
      if (!(error instanceof PublicKeysUnavailableError)) throw error;
      unavailable(error);
      return;
    }
    const [account = '', region = ''] = id.split(' ');
    const folder = folders[0] ?? `AWSLogs/${account}/CloudTrail-Digest/${region}/`;
    this.#findings.push(...sides.settle(sealedUntil, folder));
  }

  #sidesOf(place: { readonly account: string; readonly region: string }): LogFileSides {
    const sides = this.#sides.get(idOf(place)) ?? new LogFileSides(this.#between, this.#ports.now);
    this.#sides.set(idOf(place), sides);
    return sides;
  }
}

const NEVER = '1970-01-01T00:00:00Z';

function idOf({ account, region }: { readonly account: string; readonly region: string }): string {
  return `${account} ${region}`;
}

/** Without what can be read again. */
function stored({ chain, key, endTime, sha256 }: VerifiedHead): Head {
  return { chain, key, endTime, sha256 };
}
