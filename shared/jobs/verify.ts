import { checkLogFilesPlaces, fromLogs, type PublicKeys } from '../core/digest-checks.ts';
import { parseDigestKey } from '../core/digest-key.ts';
import { finding, type Finding } from '../core/finding.ts';
import { COMPACTIONS, parseCompactionKey, RECEIPTS } from '../core/lake-keys.ts';
import { CompactionEvidence } from './compaction-evidence.ts';
import { checkLogFiles, placeOf } from './check-log-files.ts';
import { DigestChains, type VerifiedHead } from './digest-chains.ts';
import type { Evidence, EvidenceStore } from './evidence.ts';
import { findAccounts, type AccountRoot } from './find-accounts.ts';
import { LakeObjects } from './lake-objects.ts';
import { LogFileSides, type SidesState } from './log-file-sides.ts';
import { mapAhead } from './map-ahead.ts';
import { mergeByDay, type DayListing, type Listed } from './merge-by-day.ts';
import { readAll, readOr, type Reading } from './read-evidence.ts';
import { remakeEarlier } from './remake-earlier.ts';
import { addTo, nothingYet } from './summary.ts';
import { readReceipts, verifyBatch } from './verify-batch.ts';
import { readCompactionReceipts, verifyCompaction } from './verify-compaction.ts';
import { LAKE_FOLDER, verifyExports } from './verify-exports.ts';
import { isSealed, lakeStart, nothingSealed, verifySeals } from './verify-seals.ts';

/** What is verified: a trail's log files and digests, the lake made from them, or both against each other. */
export interface VerifyPlaces {
  readonly logs?: EvidenceStore | undefined;
  readonly lake?: EvidenceStore | undefined;
}

export interface VerifyOptions {
  readonly keys: PublicKeys;
  /** Milliseconds since 1970: CloudTrail's digests are due up to then. Undefined, for a copy: how old the newest are isn't looked at. */
  readonly until: number | undefined;
  /** The same of our own. */
  readonly sealedUntil?: number | undefined;
  /** Where a run that was cut off had got to. */
  readonly from?: VerifyProgress | undefined;
  /** Told now and then how far the run has got: everything found up to then has been yielded. */
  readonly checkpoint?: (progress: VerifyProgress) => void;
}

/** What was looked at, counted. */
export interface VerifyCounts {
  chains: number;
  digests: number;
  logFiles: number;
  /** Of log files, as stored. */
  bytes: number;
  /** Receipts documents of the lake, one a batch. */
  batches: number;
  /** Generations of compacted days. */
  generations: number;
  /** Of CloudTrail Lake's query results. */
  signFiles: number;
}

/** How far a run has got: all before this day of this account has been verified. */
export interface VerifyProgress {
  readonly account: string;
  /** `REGION/YYYY/MM/DD`; empty before the first. */
  readonly day: string;
  readonly region: string;
  readonly sides: SidesState;
  readonly heads: readonly VerifiedHead[];
}

export function nothingVerified(): VerifyCounts {
  return { chains: 0, digests: 0, logFiles: 0, bytes: 0, batches: 0, generations: 0, signFiles: 0 };
}

const READS_AHEAD = 16;
/** Receipts of log files that lie where CloudTrail puts them. */
const OF_A_TRAIL = /^receipts\/\d{12}\/[^/]+\//;

/**
 * Verifies everything there is: our own chain, then account by account CloudTrail's digests, the log files they name, and what the lake made of
 * them; then looks for what nobody accounts for. Yields findings as they come: none at all is the proof. Memory holds two days of one region
 * and the names of what is in the lake, whatever the number of log files. Throws `SourceError` and `TooManyFoldersError`.
 */
export async function* verify(
  places: VerifyPlaces,
  options: VerifyOptions,
  counts: VerifyCounts,
): AsyncGenerator<Finding> {
  const run = new FullRun(places, options, counts);
  yield* run.all();
}

type Kind = 'digest' | 'object' | 'receipts';

interface Fetched extends Listed<Kind> {
  readonly evidence: Reading;
}

class FullRun {
  readonly #logs: EvidenceStore | undefined;
  readonly #lake: EvidenceStore | undefined;
  readonly #options: VerifyOptions;
  readonly #counts: VerifyCounts;
  #chains: DigestChains | undefined;
  readonly #sealed = nothingSealed();
  /** Log files with rows that lie where neither a digest nor a sign file speaks of them. */
  readonly #elsewhere = nothingYet();
  readonly #objects: LakeObjects | undefined;
  readonly #compactions: CompactionEvidence | undefined;
  /** Query results that a sign file vouches for, by their keys from `AWSLogs/` on. */
  readonly #exported = new Set<string>();

  constructor({ logs, lake }: VerifyPlaces, options: VerifyOptions, counts: VerifyCounts) {
    this.#logs = logs;
    this.#lake = lake;
    this.#options = options;
    this.#counts = counts;
    this.#objects = lake && new LakeObjects({ lake, logs });
    this.#compactions = lake && new CompactionEvidence(lake);
  }

  async *all(): AsyncGenerator<Finding> {
    const { keys, until, sealedUntil, from } = this.#options;
    const isExpected = sealedUntil !== undefined;
    // Digests may go on behind `until`, which is whatever somebody asked for.
    const seals = { keys, until: sealedUntil, future: Infinity, namesOnly: from !== undefined, isExpected };
    if (this.#lake !== undefined) yield* verifySeals(this.#lake, seals, this.#sealed);
    if (from === undefined) this.#counts.digests += this.#sealed.digests;
    this.#chains = this.#logs && new DigestChains(this.#logs, this.#keysOfCloudTrail(), from?.heads);
    await this.#chains?.readHeads();
    const accounts = await this.#accounts();
    for (const [account, roots] of accounts) {
      if (from === undefined || account >= from.account) yield* this.#account(account, roots);
    }
    yield* this.#exports(accounts.flatMap(([, roots]) => roots));
    yield* this.#chains?.ends(until) ?? [];
    this.#counts.chains = (this.#chains?.size ?? 0) + Number(this.#sealed.chain !== undefined);
    if (this.#lake === undefined || this.#objects === undefined) return;
    yield* this.#otherReceipts(this.#lake);
    yield* this.#generations(this.#lake);
    yield* this.#objects.unknown();
  }

  /** Whoever has our key could sign digests in CloudTrail's name if it counted for those as well. */
  #keysOfCloudTrail(): PublicKeys {
    const { signers } = this.#sealed;
    return new Map([...this.#options.keys].filter(([fingerprint]) => !signers.has(fingerprint)));
  }

  /** What CloudTrail Lake saved beside the accounts' log files. */
  async *#exports(roots: readonly AccountRoot[]): AsyncGenerator<Finding> {
    if (this.#logs === undefined) return;
    const paths = roots.map(({ path }) => path);
    yield* verifyExports(this.#logs, paths, {
      keys: this.#keysOfCloudTrail(),
      counts: this.#counts,
      vouched: (logFile) => this.#exported.add(logFile),
    });
  }

  /** Accounts of the bucket and of the lake: one whose log files and digests are all gone may be in the other. */
  async #accounts(): Promise<[account: string, roots: readonly AccountRoot[]][]> {
    const roots = this.#logs === undefined ? [] : await findAccounts(this.#logs);
    this.#objects?.listed(roots.map(({ path }) => path));
    const inLake = (await this.#lake?.folders(RECEIPTS)) ?? [];
    const accounts = inLake.flatMap((path) => /^receipts\/(\d{12})\/$/.exec(path)?.[1] ?? []);
    const all = [...new Set([...roots.map(({ account }) => account), ...accounts])].sort();
    return all.map((account) => [account, roots.filter((root) => root.account === account)]);
  }

  async *#account(account: string, roots: readonly AccountRoot[]): AsyncGenerator<Finding> {
    const from = this.#options.from?.account === account ? this.#options.from : undefined;
    const listings = await this.#listings(account, roots, from?.day);
    let day = from?.day ?? '';
    let region = from?.region ?? '';
    let sides = this.#sides(from?.sides);
    for await (const one of mapAhead(
      mergeByDay(listings),
      READS_AHEAD,
      async (listed) => await this.#fetch(listed),
    )) {
      if (one.region !== region) {
        yield* sides.close(region);
        sides = this.#sides(undefined);
        region = one.region;
      }
      // What lies between the days, somebody put there: it is no day to judge others by.
      if (one.day !== undefined && one.day !== day) {
        if (day.startsWith(`${region}/`)) yield* sides.judgeBefore(day.slice(region.length + 1));
        const heads = this.#chains?.heads() ?? [];
        this.#options.checkpoint?.({ account, day, region, sides: sides.state(), heads });
        day = one.day;
      }
      yield* this.#take(one, sides);
    }
    yield* sides.close(region);
  }

  #sides(state: SidesState | undefined): LogFileSides {
    const lakeFrom = this.#sealed.chain && lakeStart(this.#sealed.chain);
    const sides = { bucket: this.#logs !== undefined, lake: this.#lake !== undefined, lakeFrom };
    return new LogFileSides(sides, this.#options.until, state);
  }

  /** Digests of a day first, then its objects, then its receipts. */
  async #listings(
    account: string,
    roots: readonly AccountRoot[],
    behind: string | undefined,
  ): Promise<DayListing<Kind>[]> {
    const listings: DayListing<Kind>[] = [];
    const add = (store: EvidenceStore, kind: Kind, root: string): void => {
      listings.push({ kind, root, keys: listBehind(store, root, behind) });
    };
    if (this.#logs !== undefined) {
      for (const { path } of roots) add(this.#logs, 'digest', `${path}CloudTrail-Digest/`);
      for (const { path } of roots) {
        for (const folder of await this.#logs.folders(path)) {
          const isOther = folder === `${path}CloudTrail-Digest/` || folder === `${path}${LAKE_FOLDER}`;
          if (folder.startsWith(`${path}CloudTrail`) && !isOther) add(this.#logs, 'object', folder);
        }
      }
    }
    const folders = (await this.#lake?.folders(`${RECEIPTS}${account}/`)) ?? [];
    for (const folder of folders) if (this.#lake !== undefined) add(this.#lake, 'receipts', folder);
    return listings;
  }

  async #fetch(listed: Listed<Kind>): Promise<Fetched> {
    const { kind, key } = listed;
    if (kind === 'digest' && this.#logs !== undefined && parseDigestKey(key) !== undefined)
      return { ...listed, evidence: await readOr(this.#logs, key, 'digest-unreadable') };
    if (kind === 'receipts' && this.#lake !== undefined)
      return { ...listed, evidence: await readOr(this.#lake, key, 'receipts-unreadable') };
    return { ...listed, evidence: undefined };
  }

  async *#take({ kind, key, evidence }: Fetched, sides: LogFileSides): AsyncGenerator<Finding> {
    // Without log files there is no other side.
    if (kind === 'receipts') yield* this.#receipts(key, evidence, this.#logs && sides);
    else if (kind === 'digest' && evidence !== undefined) yield* this.#digest(key, evidence, sides);
    else if (!key.endsWith('/')) sides.meet(key);
  }

  async *#digest(key: string, evidence: Evidence | Finding, sides: LogFileSides): AsyncGenerator<Finding> {
    if (this.#chains === undefined || this.#logs === undefined) return;
    const taken = yield* this.#chains.take(key, evidence);
    this.#counts.digests += 1;
    if (taken === undefined) return;
    const { found, logFiles } = taken;
    yield* checkLogFilesPlaces(found);
    sides.digested(found);
    for (const { s3Object, hashValue } of logFiles)
      sides.name(placeOf(s3Object, key, this.#logs), hashValue, found);
    yield* checkLogFiles(key, logFiles, this.#logs, this.#counts);
  }

  async *#receipts(key: string, evidence: Reading, sides: LogFileSides | undefined): AsyncGenerator<Finding> {
    if (evidence === undefined || this.#lake === undefined) return;
    if ('code' in evidence) {
      yield evidence;
      return;
    }
    yield* this.#checkSealed(key);
    const receipts = yield* readReceipts(key, evidence.bytes);
    if (receipts === undefined) return;
    this.#counts.batches += 1;
    this.#objects?.add(receipts);
    for (const { key: logFile, sha256, rows } of receipts.logFiles) {
      if (sides !== undefined) sides.process(logFile, sha256, key);
      else if (rows.length > 0 && !this.#exported.has(fromLogs(logFile))) addTo(this.#elsewhere, logFile);
    }
    yield* verifyBatch(receipts, { lake: this.#lake, logs: this.#logs, compactions: this.#compactions });
  }

  /** After all batches: rows of small objects that expired come from these. */
  async *#generations(lake: EvidenceStore): AsyncGenerator<Finding> {
    const stored = readAll(lake, generationsIn(lake), READS_AHEAD, 'receipts-unreadable');
    for await (const { key, evidence } of stored) {
      if (evidence === undefined || this.#compactions === undefined) continue;
      if ('code' in evidence) {
        yield evidence;
        continue;
      }
      yield* this.#checkSealed(key);
      const receipts = yield* readCompactionReceipts(key, evidence.bytes);
      if (receipts === undefined) continue;
      this.#counts.generations += 1;
      this.#objects?.addCompaction(receipts);
      if (this.#options.from !== undefined)
        await remakeEarlier(receipts, { lake, logs: this.#logs, compactions: this.#compactions });
      yield* verifyCompaction(receipts, lake, this.#compactions);
    }
  }

  *#checkSealed(key: string): Generator<Finding> {
    if (this.#sealed.chain !== undefined && !isSealed(key, this.#sealed))
      yield finding('receipts-not-sealed', key, 'no digest of ours names them, and none was told to');
  }

  /** Receipts of log files that don't lie where CloudTrail puts them, and whatever else was put among receipts. */
  async *#otherReceipts(lake: EvidenceStore): AsyncGenerator<Finding> {
    const stored = readAll(lake, othersIn(lake), READS_AHEAD, 'receipts-unreadable');
    for await (const { key, evidence } of stored) yield* this.#receipts(key, evidence, undefined);
    const { first, count } = this.#elsewhere;
    if (count === 0 || this.#logs === undefined) return;
    const evidence = `this and ${count - 1} more lie where no digest speaks of them, and their rows are in the lake`;
    yield finding('log-file-in-no-digest', first, evidence);
  }
}

async function* generationsIn(lake: EvidenceStore): AsyncGenerator<string> {
  for await (const key of lake.list(COMPACTIONS)) if (parseCompactionKey(key)?.what === 'receipts') yield key;
}

async function* othersIn(lake: EvidenceStore): AsyncGenerator<string> {
  for await (const key of lake.list(RECEIPTS)) if (!OF_A_TRAIL.test(key) && !key.endsWith('/')) yield key;
}

/** Keys below `root`, without those of the day `behind` and before it. */
async function* listBehind(
  store: EvidenceStore,
  root: string,
  behind: string | undefined,
): AsyncGenerator<string> {
  const day = behind === undefined || behind === '' ? undefined : `${root}${behind}/`;
  for await (const key of store.list(root, day)) if (day === undefined || !key.startsWith(day)) yield key;
}
