import { createHash, createPublicKey, verify } from 'node:crypto';
import { crc32, gunzipSync } from 'node:zlib';
import type { ObjectStore } from '../../shared/jobs/ports.ts';
import type { SigningKey } from './signed-trail.ts';

/**
 * Reads and checks our own chain of digests as a stranger would: from CloudTrail's format (facts/digest.md) and the stored bytes, with
 * nothing but Node's crypto and zlib. Shares no code with what makes it.
 */

export interface OwnFields {
  readonly awsAccountId: string;
  readonly digestStartTime: string;
  readonly digestEndTime: string;
  readonly digestS3Bucket: string;
  readonly digestS3Object: string;
  readonly digestPublicKeyFingerprint: string;
  readonly digestSignatureAlgorithm: string;
  readonly newestEventTime: string | null;
  readonly oldestEventTime: string | null;
  readonly previousDigestS3Bucket: string | null;
  readonly previousDigestS3Object: string | null;
  readonly previousDigestHashValue: string | null;
  readonly previousDigestHashAlgorithm: string | null;
  readonly previousDigestSignature: string | null;
  readonly logFiles: readonly Record<string, string | null>[];
  readonly trailseal: {
    readonly format: number;
    readonly receipts: readonly { readonly key: string; readonly sha256: string }[];
    readonly waiting: readonly string[];
    readonly more: boolean;
    readonly receiptsAfter: string | null;
  };
}

export interface OwnDigest {
  readonly key: string;
  readonly fields: OwnFields;
  readonly text: Buffer;
  /** Hex, from the gzip header. */
  readonly signature: string;
  readonly isOneMember: boolean;
}

interface ChainFields {
  readonly account: string;
  readonly region: string;
  readonly trail: string;
  readonly bucket: string;
  readonly start: string;
}

export interface OwnChain {
  /** Every object of the lake. */
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly chain: ChainFields;
  /** In order of keys, which is that of time. */
  readonly digests: readonly OwnDigest[];
}

const HOUR = 60 * 60 * 1000;

export async function readOwnChain(lake: ObjectStore): Promise<OwnChain> {
  const objects = new Map<string, Buffer>();
  for await (const key of lake.list('')) objects.set(key, Buffer.from((await lake.get(key)) ?? ''));
  const chain = JSON.parse(String(objects.get('seals/chain.json'))) as ChainFields;
  const stored = [...objects].filter(([key]) => key.startsWith('AWSLogs/'));
  return { objects, chain, digests: stored.map(([key, bytes]) => readOwnDigest(key, bytes)) };
}

/** Everything that is wrong with the chain of a lake; `signers` are the keys that may have signed. */
export async function chainBreachesOf(lake: ObjectStore, signers: readonly SigningKey[]): Promise<string[]> {
  const own = await readOwnChain(lake);
  return [
    ...own.digests.flatMap((digest, i) => [
      ...formBreaches(own, digest),
      ...linkBreaches(own, own.digests[i - 1], digest),
      ...signatureBreaches(signers, digest),
      ...contentBreaches(own, digest),
    ]),
    ...onceBreaches(own),
    ...completenessBreaches(own),
    ...strayBreaches(own, signers),
  ];
}

/** Keys of receipts in the order in which the chain seals them. */
export function sealedIn({ digests }: OwnChain): string[] {
  return digests.flatMap(({ fields }) => fields.trailseal.receipts.map(({ key }) => key));
}

/** Receipts in the lake that no digest seals. */
export async function unsealedIn(lake: ObjectStore): Promise<string[]> {
  const own = await readOwnChain(lake);
  const sealed = new Set(sealedIn(own));
  return [...own.objects.keys()].filter((key) => key.startsWith('receipts/') && !sealed.has(key));
}

export function readOwnDigest(key: string, stored: Buffer): OwnDigest {
  const text = gunzipSync(stored);
  const end = stored.length - 8;
  const isOneMember =
    stored.readUInt32LE(end) === crc32(text) && stored.readUInt32LE(end + 4) === text.length;
  const signature = stored[3] === 0x10 ? stored.toString('latin1', 10, stored.indexOf(0, 10)) : '';
  return { key, fields: JSON.parse(text.toString()) as OwnFields, text, signature, isOneMember };
}

function formBreaches({ chain }: OwnChain, { key, fields, isOneMember }: OwnDigest): string[] {
  const { account, region, trail, bucket } = chain;
  const end = fields.digestEndTime;
  const day = end.slice(0, 10).replaceAll('-', '/');
  const stamp = end.replaceAll(/[-:]/g, '');
  const name = `${account}_CloudTrail-Digest_${region}_${trail}_${region}_${stamp}.json.gz`;
  return [
    ...unless(isOneMember, `${key} is not one gzip member`),
    ...unless(
      key === `AWSLogs/${account}/CloudTrail-Digest/${region}/${day}/${name}`,
      `${key} has not its key`,
    ),
    ...differences(key, [
      [fields.digestS3Object, key],
      [fields.digestS3Bucket, bucket],
      [fields.awsAccountId, account],
      [fields.digestSignatureAlgorithm, 'SHA256withRSA'],
      [fields.trailseal.format, 1],
    ]),
  ];
}

/** That it goes on where the one before it ends, for as long as it should, and vouches for it. */
function linkBreaches({ chain }: OwnChain, before: OwnDigest | undefined, digest: OwnDigest): string[] {
  const { key, fields } = digest;
  const start = before?.fields.digestEndTime ?? chain.start;
  const length = before?.fields.trailseal.more === true ? 1000 : HOUR - (Date.parse(start) % HOUR);
  return differences(key, [
    [fields.digestStartTime, start],
    [Date.parse(fields.digestEndTime), Date.parse(start) + length],
    [fields.previousDigestS3Bucket, before === undefined ? null : chain.bucket],
    [fields.previousDigestS3Object, before?.key ?? null],
    [fields.previousDigestHashValue, before === undefined ? null : sha256(before.text)],
    [fields.previousDigestHashAlgorithm, before === undefined ? null : 'SHA-256'],
    [fields.previousDigestSignature, before?.signature ?? null],
  ]);
}

function signatureBreaches(
  signers: readonly SigningKey[],
  { key, fields, text, signature }: OwnDigest,
): string[] {
  const signer = signers.find(({ fingerprint }) => fingerprint === fields.digestPublicKeyFingerprint);
  if (signer === undefined) return [`${key} is signed by nobody known`];
  const der = Buffer.from(signer.value, 'base64');
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'pkcs1' });
  const place = `${fields.digestS3Bucket}/${fields.digestS3Object}`;
  const signed = [fields.digestEndTime, place, sha256(text), fields.previousDigestSignature ?? 'null'].join(
    '\n',
  );
  const isValid = verify('RSA-SHA256', Buffer.from(signed), publicKey, Buffer.from(signature, 'hex'));
  return [
    ...unless(isValid, `${key} has a wrong signature`),
    ...unless(createHash('md5').update(der).digest('hex') === signer.fingerprint, 'a fingerprint is wrong'),
  ];
}

/** That each of its receipts is there as it says, and that its log files are exactly those of the receipts that have a hash. */
function contentBreaches({ objects }: OwnChain, { key, fields }: OwnDigest): string[] {
  const { receipts, waiting } = fields.trailseal;
  const expected = receipts.flatMap((sealed) => listedIn(objects.get(sealed.key)));
  const times = expected.flatMap(({ oldestEventTime, newestEventTime }) => [
    oldestEventTime,
    newestEventTime,
  ]);
  const sorted = times.filter((time) => typeof time === 'string').sort();
  return [
    ...receipts.flatMap((sealed) => {
      const stored = objects.get(sealed.key);
      return unless(
        stored !== undefined && sha256(stored) === sealed.sha256,
        `${key} and ${sealed.key} differ`,
      );
    }),
    ...differences(key, [
      [canonical(fields.logFiles), canonical(expected)],
      [fields.oldestEventTime, sorted[0] ?? null],
      [fields.newestEventTime, sorted.at(-1) ?? null],
      [waiting.join(), [...new Set(waiting)].sort().join()],
    ]),
  ];
}

function listedIn(receipts: Buffer | undefined): Record<string, unknown>[] {
  try {
    const { logFiles } = JSON.parse(String(receipts)) as { logFiles: Record<string, string | null>[] };
    const hashed = logFiles.filter((logFile) => logFile['sha256'] !== null);
    if (!hashed.every(isListable)) return [];
    return hashed.map((logFile) => ({
      s3Object: logFile['key'],
      hashValue: logFile['sha256'],
      hashAlgorithm: 'SHA-256',
      newestEventTime: logFile['newestEventTime']?.replace(/\.\d+Z$/, 'Z') ?? null,
      oldestEventTime: logFile['oldestEventTime']?.replace(/\.\d+Z$/, 'Z') ?? null,
    }));
  } catch {
    return [];
  }
}

function isListable(logFile: Record<string, string | null>): boolean {
  const times = [logFile['oldestEventTime'], logFile['newestEventTime']];
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
  return (
    /^[0-9a-f]{64}$/.test(logFile['sha256'] ?? '') &&
    times.every((time) => time === null || isTime.test(time ?? ''))
  );
}

/** That nothing is sealed twice, or still waited for where it is sealed. */
function onceBreaches({ digests }: OwnChain): string[] {
  const sealed = new Set<string>();
  return digests.flatMap(({ key, fields }) => {
    const { receipts, waiting } = fields.trailseal;
    const again = receipts.filter((receipt) => sealed.has(receipt.key));
    for (const receipt of receipts) sealed.add(receipt.key);
    const late = waiting.filter((waited) => sealed.has(waited));
    return [
      ...again.map((receipt) => `${key} seals ${receipt.key} again`),
      ...late.map((waited) => `${key} waits for ${waited}, which is sealed`),
    ];
  });
}

/** That what was announced up to the end of the chain is sealed, if it is there. */
function completenessBreaches(own: OwnChain): string[] {
  const end = own.digests.at(-1)?.fields.digestEndTime ?? '';
  const sealed = new Set(sealedIn(own));
  return [...own.objects.keys()].flatMap((key) => {
    const [, hour = '', receipts = ''] = /^sealing\/([^/]+)\/(.*)$/.exec(key) ?? [];
    const isDue = hour !== '' && hour < end.slice(0, 13) && own.objects.has(receipts);
    return unless(!isDue || sealed.has(receipts), `${receipts}, announced in ${hour}, is not sealed`);
  });
}

function strayBreaches({ objects, digests }: OwnChain, signers: readonly SigningKey[]): string[] {
  const keys = [...objects.keys()];
  const signed = new Map<string, string>();
  for (const { fields } of digests.toReversed())
    signed.set(fields.digestPublicKeyFingerprint, fields.digestStartTime);
  const isElsewhere = /^(?:events|plans|receipts|quarantine|sealing|AWSLogs)\//;
  const strays = keys.filter(
    (key) =>
      !isElsewhere.test(key) &&
      key !== 'seals/chain.json' &&
      !signers.some(({ fingerprint }) => key === `seals/keys/${fingerprint}.json`),
  );
  return [
    ...strays.map((key) => `stray: ${key}`),
    ...[...signed].flatMap(([fingerprint, since]) => keyBreaches(objects, signers, fingerprint, since)),
  ];
}

/** That a key that signed is on record, from before it did. */
function keyBreaches(
  objects: OwnChain['objects'],
  signers: readonly SigningKey[],
  fingerprint: string,
  since: string,
): string[] {
  const stored = objects.get(`seals/keys/${fingerprint}.json`);
  if (stored === undefined) return [`the key ${fingerprint} is not on record`];
  const key = JSON.parse(stored.toString()) as Record<string, string>;
  return [
    ...differences(fingerprint, [
      [key['Fingerprint'], fingerprint],
      [key['Value'], signers.find((signer) => signer.fingerprint === fingerprint)?.value],
    ]),
    ...unless((key['ValidityStartTime'] ?? '9') <= since, `the key ${fingerprint} is on record too late`),
  ];
}

function differences(
  what: string,
  pairs: readonly (readonly [found: unknown, expected: unknown])[],
): string[] {
  return pairs.flatMap(([found, expected]) =>
    unless(found === expected, `${what} says ${String(found)}, not ${String(expected)}`),
  );
}

function unless(isSo: boolean, breach: string): string[] {
  return isSo ? [] : [breach];
}

/** But for the bucket that log files lie in, which receipts don't say. */
function canonical(logFiles: readonly Record<string, unknown>[]): string {
  const sorted = logFiles.map((logFile) => Object.entries(logFile).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(sorted.map((fields) => fields.filter(([name]) => name !== 's3Bucket')));
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
