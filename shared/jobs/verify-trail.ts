import {
  checkDigest,
  checkLink,
  checkSignature,
  fromLogs,
  type FoundDigest,
  type PublicKeys,
} from '../core/digest-checks.ts';
import { DigestFormatError, readDigest, sha256Hex, type Digest } from '../core/digest-file.ts';
import { chainOf, parseDigestKey } from '../core/digest-key.ts';
import { finding, type Finding } from '../core/finding.ts';
import { gunzipLogFile } from '../core/gunzip.ts';
import { UnreadableLogFile } from '../core/unreadable.ts';
import { mapAhead } from './map-ahead.ts';
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
  /** Undefined if there is none. Throws `SourceError`. */
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
/** CloudTrail delivers a digest within the hour after its end; half an hour more is somebody's business. */
const DUE_MS = 90 * 60 * 1000;

interface Chain {
  readonly last: FoundDigest;
  /** Whether a signature of the last one has been checked. */
  readonly vouched: boolean;
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
  const strays = new StrayLogFiles();
  const read = async (key: string): Promise<{ key: string; evidence: Evidence | undefined }> => ({
    key,
    evidence: parseDigestKey(key) === undefined ? undefined : await store.read(key),
  });
  for await (const { key, evidence } of mapAhead(store.list(), READS_AHEAD, read)) {
    const parsed = parseDigestKey(key);
    if (parsed === undefined) {
      const stray = strays.meet(key);
      if (stray !== undefined) yield stray;
      continue;
    }
    if (evidence === undefined) continue;
    counts.digests += 1;
    const found = readFound(key, parsed, evidence);
    if ('code' in found) {
      yield found;
      continue;
    }
    const id = chainOf(parsed);
    const before = chains.get(id);
    yield* checkDigest(found, keys, store.bucket);
    yield* checkLink(found, before?.last);
    if (before !== undefined && !before.vouched) yield* vouch(before.last, found, keys);
    if (found.signature !== undefined) yield* checkSignature(found, found.signature, keys);
    else if (store.bucket !== undefined)
      yield finding('digest-signature-missing', key, 'the object has no metadata signature');
    chains.set(id, { last: found, vouched: found.signature !== undefined });
    strays.digested(found);
    yield* verifyLogFiles(key, found.read.digest, store, strays, counts);
  }
  counts.chains = chains.size;
  for (const { last, vouched } of chains.values()) {
    yield* endOfChain(last, vouched || store.bucket !== undefined, until);
  }
  yield* strays.findings();
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
  if (signature === null || named === null || fromLogs(named) !== fromLogs(before.key)) return [];
  return checkSignature(before, signature, keys);
}

function endOfChain({ key, parsed }: FoundDigest, vouched: boolean, until: number | undefined): Finding[] {
  const findings: Finding[] = [];
  if (!vouched)
    findings.push(finding('digest-signature-missing', key, 'it is the newest of its chain', 'notice'));
  if (until !== undefined && Date.parse(parsed.endTime) < until - DUE_MS) {
    const evidence = `the newest digest of its chain ends at ${parsed.endTime}; one was due by ${new Date(until).toISOString()}`;
    findings.push(finding('digest-too-old', key, evidence));
  }
  return findings;
}

async function* verifyLogFiles(
  key: string,
  { logFiles }: Digest,
  store: EvidenceStore,
  strays: StrayLogFiles,
  counts: VerifyCounts,
): AsyncGenerator<Finding> {
  const root = key.slice(0, key.length - fromLogs(key).length);
  const check = async ({ s3Object, hashValue }: Digest['logFiles'][number]): Promise<Finding | undefined> => {
    const at = store.bucket === undefined ? `${root}${fromLogs(s3Object)}` : s3Object;
    strays.name(at);
    const evidence = await store.read(at);
    if (evidence === undefined) return finding('log-file-missing', s3Object, `${key} names it`);
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
