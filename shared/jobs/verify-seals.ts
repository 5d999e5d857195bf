import { checkSignature, type PublicKeys } from '../core/digest-checks.ts';
import type { Digest } from '../core/digest-file.ts';
import { signatureInHeader } from '../core/digest-file.ts';
import { digestKey, parseDigestKey } from '../core/digest-key.ts';
import { finding, type Finding } from '../core/finding.ts';
import type { BatchReceipts } from '../core/lake-format.ts';
import { parseSealingKey, SEALING, sealingPrefix } from '../core/lake-keys.ts';
import { CHAIN, CHAIN_KEY, type Chain, type Sealed } from '../core/seal-format.ts';
import { sha256Hex } from '../core/sha256.ts';
import { DigestChains, readOr, type TakenDigest, type VerifiedHead } from './digest-chains.ts';
import type { EvidenceStore } from './evidence.ts';
import { mapAhead } from './map-ahead.ts';
import { readReceipts } from './verify-batch.ts';

export interface SealsOptions {
  readonly keys: PublicKeys;
  /** Milliseconds since 1970: digests are due up to then. Undefined: how old the newest is isn't looked at. */
  readonly until: number | undefined;
  /** Digests that end later are of a time that is still to come; `until` if it isn't given. */
  readonly future?: number;
  /** How far the chain was verified before. */
  readonly head?: VerifiedHead | undefined;
  /** Receipts as sealed, and the digest: what else there is to say of them. */
  readonly each?: (receipts: BatchReceipts) => AsyncIterable<Finding>;
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
  const folder = `AWSLogs/${chain.account}/CloudTrail-Digest/${chain.region}/`;
  const chains = new DigestChains(lake, options.keys, options.head === undefined ? [] : [options.head]);
  let last: TakenDigest | undefined;
  const read = async (
    key: string,
  ): Promise<{ key: string; evidence: Awaited<ReturnType<typeof readOr>> }> => ({
    key,
    evidence: await readOr(lake, key, 'digest-unreadable'),
  });
  for await (const { key, evidence } of mapAhead(lake.list(folder, options.head?.key), 2, read)) {
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

async function* readChain(
  lake: EvidenceStore,
  isExpected: boolean | undefined,
): AsyncGenerator<Finding, Chain | undefined> {
  const evidence = await readOr(lake, CHAIN_KEY, 'digest-unreadable');
  if (evidence === undefined) {
    const trace = await traceOfChain(lake);
    const told =
      trace === undefined ? NOTHING_SEALED : `${trace} is there, and what says of which chain it is, is gone`;
    const isAlarm = trace !== undefined || isExpected === true;
    if (isAlarm || isExpected !== undefined)
      yield finding('digest-missing', CHAIN_KEY, told, isAlarm ? 'alarm' : 'notice');
    return undefined;
  }
  if ('code' in evidence) {
    yield evidence;
    return undefined;
  }
  const parsed = CHAIN.safeParse(jsonOf(evidence.bytes));
  if (parsed.success) return parsed.data;
  yield finding('digest-unreadable', CHAIN_KEY, 'it does not say what chain there is');
  return undefined;
}

/** Something that only a chain leaves. */
async function traceOfChain(lake: EvidenceStore): Promise<string | undefined> {
  for (const prefix of ['AWSLogs/', SEAL_KEYS]) for await (const key of lake.list(prefix)) return key;
  return undefined;
}

const SEAL_KEYS = 'seals/keys/';
const NOTHING_SEALED =
  'nothing in the lake is sealed: what was removed together with its log files can not be found';

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isOf({ account, region, trail }: Chain, key: string): boolean {
  const parsed = parseDigestKey(key);
  if (parsed === undefined) return false;
  const place = { root: 'AWSLogs/', account, region, trail, homeRegion: region, backfill: false };
  return digestKey({ ...place, endTime: parsed.endTime }) === key;
}

/** The header's copy is what seal goes on after; a copy of the digest has no other. */
function* checkHeader(
  key: string,
  evidence: Awaited<ReturnType<typeof readOr>>,
  { found }: TakenDigest,
): Generator<Finding> {
  if (evidence === undefined || 'code' in evidence) return;
  const inHeader = signatureInHeader(evidence.bytes);
  if (inHeader === undefined)
    yield finding('digest-signature-missing', key, 'its gzip header has none, as every digest of ours has');
  else if (found.signature !== undefined && inHeader !== found.signature)
    yield finding('digest-signature-invalid', key, 'its gzip header has another signature than its metadata');
}

function* checkStart({ start }: Chain, { found }: TakenDigest): Generator<Finding> {
  const { digestStartTime, previousDigestS3Object } = found.read.digest;
  if (previousDigestS3Object !== null || digestStartTime === start) return;
  const evidence = `it starts the chain at ${digestStartTime}, and ${CHAIN_KEY} says ${start}`;
  yield finding('digest-chain-restarted', found.key, evidence);
}

async function* checkNone(
  lake: EvidenceStore,
  { start }: Chain,
  until: number | undefined,
): AsyncGenerator<Finding> {
  const isNew = until !== undefined && Date.parse(start) + 2.5 * HOUR > until;
  if (isNew && (await traceOfChain(lake)) === undefined) return;
  yield finding(
    'digest-missing',
    CHAIN_KEY,
    `the chain starts at ${start}, and none of its digests is there`,
  );
}

async function* verifyDigest(
  { found, logFiles }: TakenDigest,
  lake: EvidenceStore,
  { keys, each, namesOnly = false }: SealsOptions,
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
    const receipts = yield* checkReceipts(one, found.key);
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
  readonly evidence: Awaited<ReturnType<typeof readOr>>;
}

function* checkReceipts(
  { key, sha256, evidence }: Read,
  digest: string,
): Generator<Finding, BatchReceipts | undefined> {
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
  return yield* readReceipts(key, evidence.bytes);
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
