import { fingerprintOf, isSignedBy, stringToSign, type ReadDigest } from './digest-file.ts';
import type { DigestKey } from './digest-key.ts';
import { finding, type Finding } from './finding.ts';
import { parseTrailKey } from './log-file-key.ts';

/** One public key, as ListPublicKeys answers. */
export interface PublicKey {
  /** Base64 of the PKCS#1 RSAPublicKey in DER. */
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** Keys by fingerprint. The fingerprint is worked out anew: the one that an answer states is somebody's word. */
export type PublicKeys = ReadonlyMap<string, PublicKey>;

export function publicKeysOf(keys: readonly PublicKey[]): PublicKeys {
  return new Map(keys.map((key) => [fingerprintOf(key.value), key]));
}

/** A digest that was read, where, and what vouches for it. */
export interface FoundDigest {
  readonly key: string;
  readonly parsed: DigestKey;
  readonly read: ReadDigest;
  /** From the object's metadata, hex; a folder has none. */
  readonly signature: string | undefined;
}

/** What the next digest of a chain is held against: the last one that was read. */
export interface ChainHead {
  readonly key: string;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly endTime: string;
  /** Of its text, hex. */
  readonly sha256: string;
  /** From its metadata, hex. */
  readonly signature: string | undefined;
}

export function headOf({ key, read, signature }: FoundDigest): ChainHead {
  return { key, endTime: read.digest.digestEndTime, sha256: read.sha256, signature };
}

/** CloudTrail writes a digest within the hour after its end, with the key of that time. */
const DELIVERY_MS = 2 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** Everything that one digest and the public keys can tell. `bucket`: the one that it lies in, if it is a bucket. */
export function checkDigest(found: FoundDigest, keys: PublicKeys, bucket: string | undefined): Finding[] {
  return [...checkPlace(found, bucket), ...checkHour(found), ...checkPublicKey(found, keys)];
}

/** The place is signed: a digest that lies elsewhere says nothing about the hour it seems to be of. */
function checkPlace({ key, parsed, read: { digest } }: FoundDigest, bucket: string | undefined): Finding[] {
  const { digestS3Bucket, digestS3Object, digestEndTime, digestStartTime, awsAccountId } = digest;
  const place = bucket === undefined ? fromLogs(key) : `${bucket}/${key}`;
  const stated = bucket === undefined ? fromLogs(digestS3Object) : `${digestS3Bucket}/${digestS3Object}`;
  const differences = [
    place !== stated && `it says that it lies at ${digestS3Bucket}/${digestS3Object}`,
    digestEndTime !== parsed.endTime && `it says that it ends at ${digestEndTime}`,
    awsAccountId !== parsed.account && `it says that it is of account ${awsAccountId}`,
    digestStartTime >= digestEndTime && `it starts at ${digestStartTime} and ends at ${digestEndTime}`,
  ].filter((difference) => difference !== false);
  return differences.length === 0 ? [] : [finding('digest-moved', key, differences.join('; '))];
}

/** A digest is of an hour, or what is left of the first. One of more would cover for those that are gone. */
function checkHour({ key, parsed, read: { digest } }: FoundDigest): Finding[] {
  const { digestStartTime: start, digestEndTime: end } = digest;
  if (parsed.backfill || Date.parse(end) - Date.parse(start) <= HOUR_MS) return [];
  return [finding('digest-hours-skipped', key, `it is of more than an hour, ${start} to ${end}`)];
}

/** A digest of CloudTrail's vouches for its own account's and region's log files, in its own bucket. */
export function checkLogFilesPlaces({ key, parsed, read: { digest } }: FoundDigest): Finding[] {
  const foreign = digest.logFiles.filter(({ s3Bucket, s3Object }) => {
    const trail = parseTrailKey(s3Object);
    const isOurs = trail?.account === parsed.account && trail.region === parsed.region;
    return !isOurs || s3Bucket !== digest.digestS3Bucket;
  });
  return foreign.map(({ s3Bucket, s3Object }) =>
    finding('log-file-foreign', `${s3Bucket}/${s3Object}`, `${key} names it, and is of another place`),
  );
}

function checkPublicKey({ key, parsed, read: { digest } }: FoundDigest, keys: PublicKeys): Finding[] {
  const { digestPublicKeyFingerprint: fingerprint, digestEndTime } = digest;
  const publicKey = keys.get(fingerprint);
  if (publicKey === undefined) {
    return [
      finding(
        'digest-key-unknown',
        key,
        `it names the public key ${fingerprint}, which is none of those given`,
      ),
    ];
  }
  // A backfill digest is signed when it is made, long after the hours it is of.
  if (parsed.backfill) return [];
  const end = Date.parse(digestEndTime);
  if (publicKey.validFrom <= end + DELIVERY_MS && publicKey.validTo >= end) return [];
  const [from, to] = [publicKey.validFrom, publicKey.validTo].map((time) => new Date(time).toISOString());
  const evidence = `it ends at ${digestEndTime}, and the key ${fingerprint} is valid from ${from} to ${to}`;
  return [finding('digest-key-not-valid-then', key, evidence)];
}

/** Whether this signature is the digest's, by the key that it names; nothing if the key isn't known, which is a finding of its own. */
export function checkSignature({ key, read }: FoundDigest, signature: string, keys: PublicKeys): Finding[] {
  const publicKey = keys.get(read.digest.digestPublicKeyFingerprint);
  if (publicKey === undefined || isSignedBy(stringToSign(read), signature, publicKey.value)) return [];
  return [
    finding('digest-signature-invalid', key, 'its signature is not of its contents, place and predecessor'),
  ];
}

/** How a digest and the one before it in its chain hang together. `before` undefined: none was found. */
export function checkLink(found: FoundDigest, before: ChainHead | undefined): Finding[] {
  const { key, read } = found;
  const {
    previousDigestS3Object: named,
    previousDigestHashValue: hash,
    digestStartTime: start,
  } = read.digest;
  if (named === null) {
    if (before === undefined) return [];
    return [
      finding('digest-chain-restarted', key, `it names no digest before it, but ${before.key} is there`),
    ];
  }
  if (before === undefined || fromLogs(named) !== fromLogs(before.key)) {
    return [finding('digest-missing', named, `${key} names it as the one before it`)];
  }
  const findings: Finding[] = [];
  const stated = read.digest.previousDigestSignature;
  if (hash !== before.sha256)
    findings.push(
      finding('digest-link-broken', before.key, `${key} has the hash ${hash} for it; it is ${before.sha256}`),
    );
  else if (before.signature !== undefined && stated !== before.signature)
    findings.push(
      finding('digest-link-broken', before.key, `${key} has another signature for it than it has itself`),
    );
  const end = before.endTime;
  if (start !== end && !found.parsed.backfill)
    findings.push(
      finding('digest-hours-skipped', key, `it starts at ${start}, and ${before.key} ends at ${end}`),
    );
  return findings;
}

/** The part of a key that a bucket and a copy of it share. */
export function fromLogs(key: string): string {
  return /^(?:.*\/)?(AWSLogs\/.*)$/s.exec(key)?.[1] ?? key;
}
