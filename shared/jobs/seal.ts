import { parseDigestKey } from '../core/digest-key.ts';
import {
  CHAIN,
  CHAIN_KEY,
  chainDigestKey,
  chainFolder,
  sealKeyKey,
  type Chain,
} from '../core/seal-format.ts';
import {
  readChainEnd,
  storedDigest,
  textToSign,
  type ChainEnd,
  type OwnDigest,
} from '../core/sealed-digest.ts';
import type { Gathered } from './digest-tally.ts';
import { gatherReceipts } from './gather-receipts.ts';
import type { ObjectStore } from './ports.ts';

/** Who signs: a key in KMS, or in a file. */
export interface Signer {
  /** Base64 of the PKCS#1 RSAPublicKey in DER, as ListPublicKeys gives it; the MD5 of that DER in hex is the fingerprint. */
  publicKey(): Promise<{ readonly value: string; readonly fingerprint: string }>;
  /** RSASSA-PKCS1-v1_5 with SHA-256, hex. The text is of 4,096 bytes at most. */
  sign(text: string): Promise<string>;
}

export interface SealPorts {
  readonly lake: ObjectStore;
  readonly signer: Signer;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface SealOptions {
  /** What a chain that doesn't exist yet is to be; one that does stays what it is. */
  readonly chain: Omit<Chain, 'format' | 'start'>;
  /** The bucket that log files lie in, for whoever looks them up in the digest. */
  readonly logBucket: string;
  /** Log files, or receipts if those are more, to a digest, about: it ends with the receipts that reach it. */
  readonly logFiles?: number;
  /** Whether there is time for another digest. */
  readonly hasTime?: () => boolean;
}

/** One digest that this run stored, or found stored by another run at the same time. */
export interface NewDigest {
  readonly key: string;
  readonly endTime: string;
  readonly logFiles: number;
  readonly receipts: number;
  readonly waiting: number;
  readonly own: boolean;
}

export interface SealSummary {
  readonly chain: Chain;
  readonly digests: readonly NewDigest[];
  /** Sealed up to then; null if no digest is due yet. */
  readonly upTo: string | null;
  /** Whether digests that are due are still to be made. */
  readonly behind: boolean;
}

const HOUR = 60 * 60 * 1000;
/** Some 20 MB of digest, a megabyte or two gzipped. */
const LOG_FILES = 50_000;
/** Days before now that the newest digest is looked for in first. */
const RECENT_DAYS = 3;

/** `seals/chain.json` is not what it should be. */
export class ChainFormatError extends Error {
  constructor(options: ErrorOptions) {
    super(`${CHAIN_KEY} in the lake is damaged: restore its earlier version`, options);
    this.name = 'ChainFormatError';
  }
}

/**
 * Makes every digest that is due, in order: one for each full hour since the one before it, empty hours too. A digest's key follows from
 * the digest before it alone and is stored only where none is, so that of two runs at once, or a run and the one that crashed before it,
 * one writes it and the other goes on after what it finds. Nothing needs mending. Throws what the ports throw, `ChainFormatError` and
 * `ChainEndError`.
 */
export async function seal(ports: SealPorts, options: SealOptions): Promise<SealSummary> {
  const { lake, now } = ports;
  const chain = await chainOf(lake, options.chain, now);
  const digests: NewDigest[] = [];
  let newest = await newestOf(lake, chain, now);
  for (;;) {
    const next = nextHour(chain, newest);
    const upTo = newest?.endTime ?? null;
    if (next.end > now) return { chain, digests, upTo, behind: false };
    if (options.hasTime?.() === false) return { chain, digests, upTo, behind: true };
    const made = await makeDigest(ports, options, chain, newest, next);
    digests.push(made.told);
    newest = made.end;
  }
}

interface Hour {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** Follows from the digest before it and nothing else: two who disagree about anything else still make the same key. */
function nextHour(chain: Chain, newest: ChainEnd | undefined): Hour {
  const start = Date.parse(newest?.endTime ?? chain.start);
  if (newest?.sealed.more === true) return { start, end: start + 1000 };
  return { start, end: Math.floor(start / HOUR) * HOUR + HOUR };
}

async function makeDigest(
  { lake, signer, now }: SealPorts,
  { logBucket, logFiles: maxLogFiles = LOG_FILES }: SealOptions,
  chain: Chain,
  newest: ChainEnd | undefined,
  hour: Hour,
): Promise<{ readonly end: ChainEnd; readonly told: NewDigest }> {
  const gathered = await gatherReceipts(lake, newest, { start: hour.start, now, maxLogFiles });
  const { value, fingerprint } = await signer.publicKey();
  await lake.putIfAbsent(sealKeyKey(fingerprint), keyDocument(value, fingerprint, hour.start));
  const digest = digestOf(chain, hour, newest, gathered, logBucket, fingerprint);
  const text = Buffer.from(JSON.stringify(digest));
  const signature = await signer.sign(textToSign(digest, text));
  const key = digest.digestS3Object;
  const metadata = { signature, 'signature-algorithm': 'SHA256withRSA' };
  const outcome = await lake.putIfAbsent(key, storedDigest(text, signature), metadata);
  // Whoever stored it: what is there is what the chain goes on after.
  const end = await chainEndAt(lake, key);
  const { receipts, waiting } = end.sealed;
  const told = {
    key,
    endTime: end.endTime,
    logFiles: end.logFiles,
    receipts: receipts.length,
    waiting: waiting.length,
    own: outcome === 'stored',
  };
  return { end, told };
}

function digestOf(
  chain: Chain,
  { start, end }: Hour,
  newest: ChainEnd | undefined,
  { logFiles, oldest, newest: newestEvent, sealed }: Gathered,
  logBucket: string,
  fingerprint: string,
): OwnDigest {
  const { bucket, account } = chain;
  return {
    awsAccountId: account,
    digestStartTime: iso(start),
    digestEndTime: iso(end),
    digestS3Bucket: bucket,
    digestS3Object: chainDigestKey(chain, iso(end)),
    digestPublicKeyFingerprint: fingerprint,
    digestSignatureAlgorithm: 'SHA256withRSA',
    newestEventTime: newestEvent,
    oldestEventTime: oldest,
    previousDigestS3Bucket: newest === undefined ? null : bucket,
    previousDigestS3Object: newest?.key ?? null,
    previousDigestHashValue: newest?.sha256 ?? null,
    previousDigestHashAlgorithm: newest === undefined ? null : 'SHA-256',
    previousDigestSignature: newest?.signature ?? null,
    logFiles: logFiles.map((logFile) => ({ s3Bucket: logBucket, ...logFile })),
    trailseal: sealed,
  };
}

/** The chain there is, or the one there is to be from the hour before this one on. */
async function chainOf(lake: ObjectStore, wanted: SealOptions['chain'], now: number): Promise<Chain> {
  const start = iso(Math.floor(now / HOUR) * HOUR - HOUR);
  const known = await lake.get(CHAIN_KEY);
  if (known === undefined) {
    // Checked first: what is stored here stays for good.
    const chain: Chain = CHAIN.parse({ format: 1, ...wanted, start });
    await lake.putIfAbsent(CHAIN_KEY, Buffer.from(`${JSON.stringify(chain)}\n`));
  }
  return readChain(known ?? (await lake.get(CHAIN_KEY)) ?? new Uint8Array());
}

/** `seals/chain.json` as stored. Throws `ChainFormatError`. */
export function readChain(stored: Uint8Array): Chain {
  try {
    return CHAIN.parse(JSON.parse(Buffer.from(stored).toString('utf8')));
  } catch (error) {
    throw new ChainFormatError({ cause: error });
  }
}

/** A digest of the future is nobody's: going on after it would stop the chain until then. */
async function newestOf(lake: ObjectStore, chain: Chain, now: number): Promise<ChainEnd | undefined> {
  const prefix = chainFolder(chain);
  const recent =
    prefix +
    iso(now - RECENT_DAYS * 24 * HOUR)
      .slice(0, 10)
      .replaceAll('-', '/');
  for (const after of [recent, prefix]) {
    let newest: string | undefined;
    for await (const key of lake.list(prefix, after)) if (isOf(chain, key, now)) newest = key;
    if (newest !== undefined) return await chainEndAt(lake, newest);
  }
  return undefined;
}

function isOf(chain: Chain, key: string, now: number): boolean {
  const parsed = parseDigestKey(key);
  if (parsed === undefined) return false;
  return Date.parse(parsed.endTime) <= now && key === chainDigestKey(chain, parsed.endTime);
}

async function chainEndAt(lake: ObjectStore, key: string): Promise<ChainEnd> {
  return readChainEnd(key, (await lake.get(key)) ?? new Uint8Array());
}

/** As ListPublicKeys tells of a key. */
function keyDocument(value: string, fingerprint: string, from: number): Uint8Array {
  const key = { Value: value, ValidityStartTime: iso(from), Fingerprint: fingerprint };
  return Buffer.from(`${JSON.stringify(key)}\n`);
}

/** `YYYY-MM-DDTHH:MM:SSZ` */
function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
