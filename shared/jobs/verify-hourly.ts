import { checkLogFilesPlaces, publicKeysOf, type PublicKey } from '../core/digest-checks.ts';
import { DigestFormatError, readDigest, type ReadDigest } from '../core/digest-file.ts';
import { chainOf, parseDigestKey, type DigestKey } from '../core/digest-key.ts';
import { finding, type Finding } from '../core/finding.ts';
import type { BatchReceipts } from '../core/lake-format.ts';
import { receiptsKey } from '../core/lake-keys.ts';
import { parseTrailKey } from '../core/log-file-key.ts';
import type { Verification } from '../core/verification-format.ts';
import { checkLogFiles, placeOf } from './check-log-files.ts';
import { DigestChains, readOr, type VerifiedHead } from './digest-chains.ts';
import type { EvidenceStore } from './evidence.ts';
import { findAccounts } from './find-accounts.ts';
import { LogFileSides } from './log-file-sides.ts';
import { mapAhead } from './map-ahead.ts';
import { ReceiptsFinder } from './receipts-finder.ts';
import { verifyBatch } from './verify-batch.ts';
import { nothingVerified, type VerifyCounts } from './verify.ts';
import { lakeStart, nothingSealed, verifySeals, type SealedReceipts } from './verify-seals.ts';

/** CloudTrail's public keys of a region; it signs with others in each. Throws `PublicKeysUnavailableError`. */
export interface PublicKeySource {
  /** Keys that were valid at some moment between these, in milliseconds since 1970. */
  list(region: string, from: number, to: number): Promise<readonly PublicKey[]>;
}

/** The public keys of a region can't be had (now). */
export class PublicKeysUnavailableError extends Error {
  readonly region: string;

  constructor(region: string, options: ErrorOptions) {
    super(
      `the public keys of CloudTrail in ${region} can't be had: may this role list them, and is the region on?`,
      options,
    );
    this.name = 'PublicKeysUnavailableError';
    this.region = region;
  }
}

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
  readonly hasTime: () => boolean;
}

export interface HourlyResult {
  readonly verification: Verification;
  readonly counts: VerifyCounts;
}

const HOUR = 60 * 60 * 1000;
const REGIONS_AT_ONCE = 4;
const READS_AHEAD = 8;
/** How far back a chain that nobody knew of is taken up. */
const NEW_REGION_MS = 48 * HOUR;

/**
 * Verifies what has come since the last verification: our new digests with all that they seal, CloudTrail's new digests with the log files they
 * name, each against the other, and that what was verified last is still there. Costs what the time between holds. `last` undefined: CloudTrail's
 * chains are taken up at their newest digests; their history is for a full run. Throws what the places throw.
 */
export async function verifyHourly(
  last: Verification | undefined,
  ports: HourlyPorts,
): Promise<HourlyResult> {
  const run = new HourlyRun(last, ports);
  return await run.all();
}

interface Trail {
  readonly account: string;
  readonly region: string;
  /** `[prefix/]AWSLogs/[o-ORGID/]ACCOUNT/CloudTrail-Digest/REGION/` */
  readonly folder: string;
}

interface NewDigest {
  readonly key: string;
  readonly parsed: DigestKey;
}

type Reading = Awaited<ReturnType<typeof readOr>>;

class HourlyRun {
  readonly #last: Verification | undefined;
  readonly #ports: HourlyPorts;
  readonly #counts = nothingVerified();
  readonly #findings: Finding[] = [];
  readonly #sealed: SealedReceipts = nothingSealed();
  readonly #sides = new Map<string, LogFileSides>();
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
    for (const { account, region, sides } of last?.regions ?? [])
      this.#sides.set(`${account} ${region}`, new LogFileSides(this.#between, ports.now, sides));
  }

  async all(): Promise<HourlyResult> {
    await this.#own();
    const trails = await this.#trails();
    const heads: VerifiedHead[] = [];
    const verified = mapAhead(trails, REGIONS_AT_ONCE, async (trail) => await this.#trail(trail));
    for await (const some of verified) heads.push(...some);
    // A chain whose folder is gone is as good as one whose digests are.
    const lost = (this.#last?.chains ?? []).filter(
      ({ key }) => !trails.some(({ folder }) => key.startsWith(folder)),
    );
    for (const { key } of lost) this.#findings.push(gone(key, this.#last));
    await this.#settle(trails);
    return { verification: this.#verification([...heads.map(stored), ...lost]), counts: this.#counts };
  }

  #verification(chains: Verification['chains']): Verification {
    const { head } = this.#sealed;
    const regions = [...this.#sides].map(([id, sides]) => {
      const [account = '', region = ''] = id.split(' ');
      return { account, region, sides: sides.state() };
    });
    const own = head === undefined ? (this.#last?.own ?? null) : stored(head);
    const at = new Date(this.#ports.now).toISOString();
    const found = { counts: { ...this.#counts }, findings: this.#findings };
    // What it holds goes on changing in memory.
    return structuredClone({
      format: 1,
      at,
      behind: this.#behind,
      ...found,
      own,
      chains,
      regions,
    }) as Verification;
  }

  /** Our own chain: from the digest that was verified last, all that the new ones seal. */
  async #own(): Promise<void> {
    const { lake, ownKeys, now, hasTime } = this.#ports;
    const keys = publicKeysOf(ownKeys);
    const known = this.#last?.own ?? undefined;
    const head = known && (await this.#standing(lake, known));
    const each = (receipts: BatchReceipts): AsyncIterable<Finding> => this.#batch(receipts);
    const options = { keys, until: now, head, each, hasTime };
    for await (const one of verifySeals(lake, options, this.#sealed)) this.#findings.push(one);
    const { digests, behind, chain } = this.#sealed;
    this.#counts.digests += digests;
    this.#behind ||= behind;
    if (chain === undefined) return;
    this.#counts.chains += 1;
    this.#between.lakeFrom = lakeStart(chain);
  }

  async *#batch(receipts: BatchReceipts): AsyncGenerator<Finding> {
    const { lake, logs } = this.#ports;
    this.#counts.batches += 1;
    for (const { key, sha256, outcome } of receipts.logFiles) {
      const trail = parseTrailKey(key);
      if (trail !== undefined && outcome !== 'digest')
        this.#sidesOf(trail).process(key, sha256, receiptsKey(receipts));
    }
    yield* verifyBatch(receipts, { lake, logs });
  }

  async #trails(): Promise<Trail[]> {
    const { logs } = this.#ports;
    const trails: Trail[] = [];
    for (const { account, path } of await findAccounts(logs)) {
      for (const folder of await logs.folders(`${path}CloudTrail-Digest/`)) {
        const region = /\/([^/]+)\/$/.exec(folder)?.[1];
        if (region !== undefined) trails.push({ account, region, folder });
      }
    }
    return trails;
  }

  /** The chains of one account and region. Returns how far each was verified. */
  async #trail(trail: Trail): Promise<VerifiedHead[]> {
    const { logs, keySource, archive, unavailable, now } = this.#ports;
    const known = (this.#last?.chains ?? []).filter(({ key }) => key.startsWith(trail.folder));
    const heads = await Promise.all(known.map(async (head) => await this.#standing(logs, head)));
    const fresh = await this.#newDigests(trail, heads);
    try {
      const oldest = fresh.reduce((least, { parsed }) => Math.min(least, Date.parse(parsed.endTime)), now);
      const keys = fresh.length === 0 ? [] : await keySource.list(trail.region, oldest - HOUR, now + HOUR);
      await archive(trail.region, keys);
      const chains = new DigestChains(logs, publicKeysOf(keys), heads);
      await this.#takeUp(chains, fresh);
      await this.#digests(chains, fresh, trail);
      if (!this.#behind) this.#findings.push(...chains.ends(now));
      this.#counts.chains += chains.size;
      return chains.heads();
    } catch (error) {
      if (!(error instanceof PublicKeysUnavailableError)) throw error;
      unavailable(error);
      return heads;
    }
  }

  /** Digests behind those that were verified last; those of the last days, of a region that is new. */
  async #newDigests({ folder }: Trail, heads: readonly VerifiedHead[]): Promise<NewDigest[]> {
    const ends = new Map(heads.map(({ chain, endTime }) => [chain, endTime]));
    const least = heads.reduce((end, head) => Math.min(end, Date.parse(head.endTime)), Infinity);
    const from = least === Infinity ? this.#ports.now - NEW_REGION_MS : least;
    const fresh: NewDigest[] = [];
    for await (const key of this.#ports.logs.list(folder, `${folder}${dayOf(from)}`)) {
      const parsed = parseDigestKey(key);
      if (parsed !== undefined && parsed.endTime > (ends.get(chainOf(parsed)) ?? ''))
        fresh.push({ key, parsed });
    }
    // The first time, the newest alone: what was before is for a full run.
    if (this.#last !== undefined) return fresh;
    return [...Map.groupBy(fresh, ({ parsed }) => chainOf(parsed)).values()].flatMap((chain) =>
      chain.slice(-1),
    );
  }

  /** A chain that is met for the first time goes on after the digest that its first one names, if that is there. */
  async #takeUp(chains: DigestChains, fresh: readonly NewDigest[]): Promise<void> {
    const { logs } = this.#ports;
    for (const [first] of Map.groupBy(fresh, ({ parsed }) => chainOf(parsed)).values()) {
      if (first === undefined || chains.has(first.parsed)) continue;
      const digest = digestIn(await readOr(logs, first.key, 'digest-unreadable'));
      const key = digest?.digest.previousDigestS3Object ?? undefined;
      const evidence = key === undefined ? undefined : await readOr(logs, key, 'digest-unreadable');
      const before = digestIn(evidence);
      if (key === undefined || before === undefined || evidence === undefined || 'code' in evidence) continue;
      const { signature } = evidence;
      const endTime = before.digest.digestEndTime;
      chains.goOnAfter(first.parsed, { key, endTime, sha256: before.sha256, signature });
    }
  }

  async #digests(chains: DigestChains, fresh: readonly NewDigest[], trail: Trail): Promise<void> {
    const { logs, hasTime } = this.#ports;
    const read = async ({ key }: NewDigest): Promise<{ key: string; evidence: Reading }> => ({
      key,
      evidence: await readOr(logs, key, 'digest-unreadable'),
    });
    for await (const { key, evidence } of mapAhead(fresh, READS_AHEAD, read)) {
      this.#behind ||= !hasTime();
      if (this.#behind) return;
      if (evidence === undefined) continue;
      this.#counts.digests += 1;
      const taken = consume(chains.take(key, evidence), this.#findings);
      if (taken === undefined) continue;
      const { found, logFiles } = taken;
      const sides = this.#sidesOf(trail);
      this.#findings.push(...checkLogFilesPlaces(found));
      sides.digested(found);
      for (const { s3Object, hashValue } of logFiles)
        sides.name(placeOf(s3Object, key, logs), hashValue, found);
      for await (const one of checkLogFiles(key, logFiles, logs, this.#counts)) this.#findings.push(one);
    }
  }

  /** The digest that was verified last: whether it is still there, and still what it was. */
  async #standing(store: EvidenceStore, head: Verification['chains'][number]): Promise<VerifiedHead> {
    const evidence = await readOr(store, head.key, 'digest-unreadable');
    const digest = digestIn(evidence);
    if (evidence === undefined) this.#findings.push(gone(head.key, this.#last));
    else if (digest?.sha256 !== head.sha256) {
      const now = digest?.sha256 ?? 'none: it is no digest';
      const told = `it had the hash ${head.sha256} when it was verified last, and has ${now}`;
      this.#findings.push(finding('digest-link-broken', head.key, told));
    }
    const signature = evidence === undefined || 'code' in evidence ? undefined : evidence.signature;
    return { ...head, signature, vouched: true, isOnly: false };
  }

  async #settle(trails: readonly Trail[]): Promise<void> {
    const sealedUntil = Date.parse(this.#sealed.head?.endTime ?? this.#last?.own?.endTime ?? NEVER);
    const receipts = new ReceiptsFinder(this.#ports.lake);
    for (const [id, sides] of this.#sides) {
      // They may have been brought in before this lake's verifications began, or be named a second time.
      for (const at of sides.overdue(sealedUntil)) {
        for (const { key, sha256 } of await receipts.of(at)) sides.process(at, sha256, key);
      }
      const [account = '', region = ''] = id.split(' ');
      const trail = trails.find((one) => one.account === account && one.region === region);
      const folder = trail?.folder ?? `AWSLogs/${account}/CloudTrail-Digest/${region}/`;
      this.#findings.push(...sides.settle(sealedUntil, folder));
    }
  }

  #sidesOf({ account, region }: { readonly account: string; readonly region: string }): LogFileSides {
    const id = `${account} ${region}`;
    const sides = this.#sides.get(id) ?? new LogFileSides(this.#between, this.#ports.now);
    this.#sides.set(id, sides);
    return sides;
  }
}

const NEVER = '1970-01-01T00:00:00Z';

function gone(key: string, last: Verification | undefined): Finding {
  return finding('digest-missing', key, `it was verified at ${last?.at ?? 'some time'}, and is gone`);
}

function digestIn(evidence: Reading): ReadDigest | undefined {
  if (evidence === undefined || 'code' in evidence) return undefined;
  try {
    return readDigest(evidence.bytes);
  } catch (error) {
    if (error instanceof DigestFormatError) return undefined;
    throw error;
  }
}

/** Without what can be read again. */
function stored({ chain, key, endTime, sha256 }: VerifiedHead): Verification['chains'][number] {
  return { chain, key, endTime, sha256 };
}

function consume<T>(found: Generator<Finding, T>, into: Finding[]): T {
  for (;;) {
    const next = found.next();
    if (next.done === true) return next.value;
    into.push(next.value);
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '/');
}
