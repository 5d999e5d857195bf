import { checkSignature, type PublicKeys } from '../core/digest-checks.ts';
import type { Digest } from '../core/digest-file.ts';
import { parseDigestKey } from '../core/digest-key.ts';
import { finding, type Finding } from '../core/finding.ts';
import type { CompactionReceipts } from '../core/compaction-format.ts';
import type { BatchReceipts } from '../core/lake-format.ts';
import { parseCompactionKey, parseSealingKey, SEALING, sealingPrefix } from '../core/lake-keys.ts';
import { CHAIN_KEY, chainFolder, type Chain, type Sealed } from '../core/seal-format.ts';
import { sha256Hex } from '../core/sha256.ts';
import { checkHeader, checkNone, checkStart, isOf, readChain } from './chain-checks.ts';
import { DigestChains, type TakenDigest, type VerifiedHead } from './digest-chains.ts';
import type { EvidenceStore } from './evidence.ts';
import { mapAhead } from './map-ahead.ts';
import { readAll, readOr, type Reading } from './read-evidence.ts';
import { readReceipts } from './verify-batch.ts';
import { readCompactionReceipts } from './verify-compaction.ts';

export interface SealsOptions {
  readonly keys: PublicKeys;
  /** Milliseconds since 1970: digests are due up to then. Undefined: how old the newest is isn't looked at. */
  readonly until: number | undefined;
  /** Digests that end later are of a time that is still to come; `until` if it isn't given. */
  readonly future?: number;
  /** How far the chain was verified before. */
  readonly head?: VerifiedHead | undefined;
  /** Receipts as sealed: what else there is to say of them. */
  readonly each?: (receipts: BatchReceipts) => AsyncIterable<Finding>;
  /** The same of a generation's. */
  readonly eachGeneration?: (receipts: CompactionReceipts) => AsyncIterable<Finding>;
  /** Whether there is time for another digest. */
  readonly hasTime?: () => boolean;
  /** Only to know what is sealed: the receipts were held to their hashes before. */
  readonly namesOnly?: boolean;
  /** Whether a lake without a chain is an alarm; undefined: it may be that its first digest is still to come. */
  readonly isExpected?: boolean;
}

/** What the chain turned out to hold. */
export interface SealedReceipts {
  /** Keys of receipts that some digest names. */
  readonly sealed: Set<string>;
  /** Fingerprints of the keys that signed it. */
  readonly signers: Set<string>;
  /** Keys of receipts that a digest to come will name. */
  readonly announced: Set<string>;
  /** A chain that has only begun will name all that sort behind this key as well. */
  goesOnAfter: string | null;
  head: VerifiedHead | undefined;
  /** Undefined if there is none. */
  chain: Chain | undefined;
  digests: number;
  /** Whether there were more digests than time. */
  behind: boolean;
}

export function nothingSealed(): SealedReceipts {
  return {
    sealed: new Set(),
    signers: new Set(),
    announced: new Set(),
    goesOnAfter: null,
    head: undefined,
    chain: undefined,
    digests: 0,
    behind: false,
  };
}

/**
 * From when on everything that CloudTrail delivers has to be in the lake, in milliseconds since 1970: the first seal is up to an hour after the
 * function that brings log files in started, and its chain starts up to two hours before that.
 */
export function lakeStart({ start }: Chain): number {
  return Date.parse(start) + 2 * HOUR;
}

/** Whether these receipts are sealed, or will be. */
export function isSealed(key: string, { sealed, announced, goesOnAfter }: SealedReceipts): boolean {
  return sealed.has(key) || announced.has(key) || (goesOnAfter !== null && key > goesOnAfter);
}

const READS_AHEAD = 16;
const HOUR = 60 * 60 * 1000;

/**
 * Verifies our own chain from stored bytes: that it is one, whole and signed, and that each digest's receipts are what was sealed and
 * give the log files that it lists. Fills `into`. Throws `SourceError`.
 */
export async function* verifySeals(
  lake: EvidenceStore,
  options: SealsOptions,
  into: SealedReceipts,
): AsyncGenerator<Finding> {
  const chain = yield* readChain(lake, options.isExpected);
  if (chain === undefined) return;
  into.chain = chain;
  const chains = new DigestChains(lake, options.keys, options.head === undefined ? [] : [options.head]);
  let last: TakenDigest | undefined;
  const stored = readAll(lake, lake.list(chainFolder(chain), options.head?.key), 2, 'digest-unreadable');
  for await (const { key, evidence } of stored) {
    if (evidence === undefined) continue;
    if (options.hasTime?.() === false) {
      into.behind = true;
      break;
    }
    if (!isOf(chain, key)) {
      yield finding('lake-object-unknown', key, `it is no digest of the chain of ${CHAIN_KEY}`);
      continue;
    }
    // Going on after it would pass over all digests until then.
    if (Date.parse(parseDigestKey(key)?.endTime ?? '') > (options.future ?? options.until ?? Infinity)) {
      yield finding('digest-moved', key, 'it is the digest of a time that is still to come');
      continue;
    }
    const taken = yield* chains.take(key, evidence);
    into.digests += 1;
    if (taken === undefined) continue;
    yield* checkHeader(key, evidence, taken);
    if (last === undefined && options.head === undefined) yield* checkStart(chain, taken);
    yield* verifyDigest(taken, lake, options, into);
    last = taken;
  }
  [into.head] = chains.heads();
  if (into.behind) return;
  if (into.head === undefined) yield* checkNone(lake, chain, options.until);
  const announcedIn = await noteAnnounced(lake, last?.found.read.digest.trailseal, into);
  // In a copy, announcements say how far it goes.
  yield* chains.ends(options.until ?? announcedIn);
}

async function* verifyDigest(
  { found, logFiles }: TakenDigest,
  lake: EvidenceStore,
  { keys, each, eachGeneration, namesOnly = false }: SealsOptions,
  { sealed, signers }: SealedReceipts,
): AsyncGenerator<Finding> {
  const { trailseal } = found.read.digest;
  // What a forged digest names is its forger's choice.
  const isSigned = found.signature !== undefined && checkSignature(found, found.signature, keys).length === 0;
  if (!isSigned) return;
  signers.add(found.read.digest.digestPublicKeyFingerprint);
  if (trailseal === undefined) {
    yield finding('seal-contradicts-receipts', found.key, 'it names no receipts at all');
    return;
  }
  for (const { key } of trailseal.receipts) sealed.add(key);
  if (namesOnly) return;
  const read = async (one: Sealed['receipts'][number]): Promise<Read> => ({
    ...one,
    evidence: await readOr(lake, one.key, 'receipts-unreadable'),
  });
  let isWhole = true;
  const listed: BatchReceipts['logFiles'] = [];
  for await (const one of mapAhead(trailseal.receipts, READS_AHEAD, read)) {
    const bytes = yield* checkHash(one, found.key);
    if (parseCompactionKey(one.key) !== undefined) {
      const receipts = bytes && (yield* readCompactionReceipts(one.key, bytes));
      if (receipts !== undefined && eachGeneration !== undefined) yield* eachGeneration(receipts);
      continue;
    }
    const receipts = bytes && (yield* readReceipts(one.key, bytes));
    isWhole &&= receipts !== undefined;
    if (receipts === undefined) continue;
    listed.push(...receipts.logFiles);
    if (each !== undefined) yield* each(receipts);
  }
  if (isWhole && !isSame(listed, logFiles))
    yield finding('seal-contradicts-receipts', found.key, 'its log files are not those of its receipts');
}

interface Read {
  readonly key: string;
  readonly sha256: string;
  readonly evidence: Reading;
}

/** The bytes of receipts, if they are what was sealed. */
function* checkHash(
  { key, sha256, evidence }: Read,
  digest: string,
): Generator<Finding, Uint8Array | undefined> {
  if (evidence === undefined) {
    yield finding('receipts-missing', key, `${digest} seals them`);
    return undefined;
  }
  if ('code' in evidence) {
    yield evidence;
    return undefined;
  }
  const actual = sha256Hex(evidence.bytes);
  if (actual !== sha256) {
    yield finding('receipts-changed', key, `${digest} has the hash ${sha256} for them; they have ${actual}`);
    return undefined;
  }
  return evidence.bytes;
}

/** Those without a text have no hash, and aren't listed. */
function isSame(receipts: BatchReceipts['logFiles'], listed: Digest['logFiles']): boolean {
  const expected = receipts.flatMap(({ key, sha256 }) => (sha256 === null ? [] : [`${sha256} ${key}`]));
  const actual = listed.map(({ s3Object, hashValue }) => `${hashValue} ${s3Object}`);
  return expected.length === actual.length && expected.sort().join('\n') === actual.sort().join('\n');
}

/**
 * What the next digests will seal: what the last one left, and what was announced from the hour before its end on. Returns the newest hour in
 * which something was, in milliseconds since 1970.
 */
async function noteAnnounced(
  lake: EvidenceStore,
  sealed: Sealed | undefined,
  into: SealedReceipts,
): Promise<number | undefined> {
  const { announced, head } = into;
  into.goesOnAfter = sealed?.receiptsAfter ?? null;
  for (const key of sealed?.waiting ?? []) announced.add(key);
  const from = head === undefined ? '' : sealingPrefix(Date.parse(head.endTime) - HOUR);
  let newest: string | undefined;
  for await (const key of lake.list(SEALING, from)) {
    const receipts = parseSealingKey(key);
    if (receipts === undefined) continue;
    announced.add(receipts);
    newest = key;
  }
  return newest === undefined
    ? undefined
    : Date.parse(`${newest.slice(SEALING.length, SEALING.length + 13)}:00:00Z`);
}
