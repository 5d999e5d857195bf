import {
  checkDigest,
  checkLink,
  checkSignature,
  fromLogs,
  type FoundDigest,
  type PublicKeys,
} from '../core/digest-checks.ts';
import { DigestFormatError, readDigest, type Digest } from '../core/digest-file.ts';
import { sha256Hex } from '../core/sha256.ts';
import { chainOf, parseDigestKey } from '../core/digest-key.ts';
import { finding, type Finding, type FindingCode } from '../core/finding.ts';
import { gunzipLogFile } from '../core/gunzip.ts';
import { UnreadableLogFile } from '../core/unreadable.ts';
import { mapAhead } from './map-ahead.ts';
import { SourceError } from './ports.ts';
import { StrayLogFiles } from './stray-log-files.ts';

/** An object of a trail's bucket, or of a copy of it. */
export interface Evidence {
  readonly bytes: Uint8Array;
  /** Metadata `signature` of the object; a folder has none. */
  readonly signature: string | undefined;
}

/** Where log files and their digests lie. Never written to. */
export interface EvidenceStore {
  /** The bucket; undefined for a folder. */
  readonly bucket: string | undefined;
  /** Every key, in byte order. Throws `SourceError`. */
  list(): AsyncIterable<string>;
  /** Undefined if there is none. Throws `SourceError` for one that can't be read, or is too large to be. */
  read(key: string): Promise<Evidence | undefined>;
}

export interface VerifyOptions {
  readonly keys: PublicKeys;
  /** Milliseconds since 1970: digests are due up to then. Undefined: how old the newest are isn't looked at. */
  readonly until: number | undefined;
}

/** What was looked at, counted. */
export interface VerifyCounts {
  chains: number;
  digests: number;
  logFiles: number;
  bytes: number;
}

const READS_AHEAD = 16;
const MAX_LOG_FILE_BYTES = 256 * 1024 * 1024;
/** Stored; sixteen are read at a time. CloudTrail's own are a hundredth of it. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
/** CloudTrail writes a digest every hour, minutes after its end. */
const DUE_MS = 90 * 60 * 1000;

interface Chain {
  readonly last: FoundDigest;
  /** Whether a signature of the last one has been checked. */
  readonly vouched: boolean;
  readonly isOnly: boolean;
}

/**
 * Verifies every chain of digests that is found, and every log file that digests name; then looks for log files that none names. Yields
 * findings as they come: none at all is the proof. Holds the names of one account's log files in memory. Throws `SourceError`.
 */
export async function* verifyTrail(
  store: EvidenceStore,
  { keys, until }: VerifyOptions,
  counts: VerifyCounts,
): AsyncGenerator<Finding> {
  const chains = new Map<string, Chain>();
  const strays = new StrayLogFiles(until);
  const read = async (key: string): Promise<{ key: string; evidence: Evidence | Finding | undefined }> => ({
    key,
    evidence: parseDigestKey(key) === undefined ? undefined : await readOr(store, key, 'digest-unreadable'),
  });
  for await (const { key, evidence } of mapAhead(store.list(), READS_AHEAD, read)) {
    const parsed = parseDigestKey(key);
    if (parsed === undefined) yield* strays.meet(key);
    if (parsed === undefined || evidence === undefined) continue;
    counts.digests += 1;
    const found = 'code' in evidence ? evidence : readFound(key, parsed, evidence);
    if ('code' in found) {
      yield found;
      continue;
    }
    const id = chainOf(parsed);
    const before = chains.get(id);
    yield* checkDigest(found, keys, store.bucket);
    yield* checkLink(found, before?.last);
    if (before !== undefined && !before.vouched) yield* vouch(before.last, found, keys);
    const forged = found.signature === undefined ? [] : checkSignature(found, found.signature, keys);
    yield* forged;
    if (found.signature === undefined && store.bucket !== undefined)
      yield finding('digest-signature-missing', key, 'the object has no metadata signature');
    chains.set(id, { last: found, vouched: found.signature !== undefined, isOnly: before === undefined });
    yield* strays.digested(found);
    // What a forged digest names is its forger's choice: it isn't followed.
    const vouchedFor = forged.length === 0 ? found.read.digest.logFiles : [];
    yield* verifyLogFiles(key, vouchedFor, store, strays, counts);
  }
  yield* strays.finish();
  counts.chains = chains.size;
  yield* endsOfChains([...chains.values()], store.bucket !== undefined, until);
}

/** An object that can't be read is a finding, not the end: one that was made unreadable would hide all the others. */
async function readOr(
  store: EvidenceStore,
  key: string,
  code: FindingCode,
): Promise<Evidence | Finding | undefined> {
  try {
    return await store.read(key);
  } catch (error) {
    if (error instanceof SourceError) return finding(code, key, error.detail);
    throw error;
  }
}

function readFound(
  key: string,
  parsed: FoundDigest['parsed'],
  { bytes, signature }: Evidence,
): FoundDigest | Finding {
  try {
    return { key, parsed, read: readDigest(bytes), signature };
  } catch (error) {
    if (error instanceof DigestFormatError) return finding('digest-unreadable', key, error.message);
    throw error;
  }
}

/** In a folder, a digest's signature is where the next one keeps it. */
function vouch(before: FoundDigest, { read: { digest } }: FoundDigest, keys: PublicKeys): Finding[] {
  const { previousDigestS3Object: named, previousDigestSignature: signature } = digest;
  if (signature !== null && named !== null && fromLogs(named) === fromLogs(before.key))
    return checkSignature(before, signature, keys);
  return [finding('digest-signature-missing', before.key, 'no later digest vouches for it')];
}

/** The newest digests: whether somebody vouches for them, and whether newer ones are due. */
function* endsOfChains(
  chains: readonly Chain[],
  inBucket: boolean,
  until: number | undefined,
): Generator<Finding> {
  const ends = chains
    .filter(({ last }) => !last.parsed.backfill)
    .map(({ last }) => Date.parse(last.parsed.endTime));
  // In a copy, the chains of other regions and accounts say how far it goes.
  const due = until ?? ends.reduce((newest, end) => Math.max(newest, end), 0);
  for (const { last, vouched, isOnly } of chains) {
    const { key, parsed, read } = last;
    if (!vouched && !inBucket) {
      const evidence = `it is the ${isOnly ? 'only one' : 'newest'} of its chain, so nothing vouches for it and its ${read.digest.logFiles.length} log files`;
      yield finding('digest-signature-missing', key, evidence, isOnly ? 'alarm' : 'notice');
    }
    if (!parsed.backfill && Date.parse(parsed.endTime) < due - DUE_MS) {
      const evidence = `the newest digest of its chain ends at ${parsed.endTime}; others were due by ${new Date(due).toISOString()}`;
      yield finding('digest-too-old', key, evidence);
    }
  }
}

async function* verifyLogFiles(
  key: string,
  logFiles: Digest['logFiles'],
  store: EvidenceStore,
  strays: StrayLogFiles,
  counts: VerifyCounts,
): AsyncGenerator<Finding> {
  const root = key.slice(0, key.length - fromLogs(key).length);
  const check = async ({ s3Object, hashValue }: Digest['logFiles'][number]): Promise<Finding | undefined> => {
    const at = store.bucket === undefined ? `${root}${fromLogs(s3Object)}` : s3Object;
    strays.name(at);
    const evidence = await readOr(store, at, 'log-file-unreadable');
    if (evidence === undefined) return finding('log-file-missing', s3Object, `${key} names it`);
    if ('code' in evidence) return evidence;
    counts.logFiles += 1;
    counts.bytes += evidence.bytes.length;
    return checkLogFile(s3Object, evidence.bytes, hashValue);
  };
  for await (const found of mapAhead(logFiles, READS_AHEAD, check)) if (found !== undefined) yield found;
}

/** Strictly one gzip member: what stands behind it, no digest covers, and most tools would read. */
function checkLogFile(key: string, bytes: Uint8Array, hash: string): Finding | undefined {
  try {
    const sha256 = sha256Hex(gunzipLogFile(bytes, MAX_LOG_FILE_BYTES));
    if (sha256 === hash) return undefined;
    return finding('log-file-changed', key, `its digest has the hash ${hash}; it is ${sha256}`);
  } catch (error) {
    if (error instanceof UnreadableLogFile) return finding('log-file-unreadable', key, error.message);
    throw error;
  }
}
