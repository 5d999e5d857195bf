import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { PublicKey } from '../../shared/core/digest-checks.ts';
import type { EvidenceStore } from '../../shared/jobs/evidence.ts';
import { memoryEvidence } from './memory-evidence.ts';

/**
 * A trail's log files and digests as CloudTrail would write them, with real signatures by keys of the test's own. Written after the user
 * guide, and sharing nothing with what verifies it.
 */

export const BUCKET = 'trail-bucket';
export const START = Date.parse('2026-11-20T22:00:00Z');
const HOUR = 60 * 60 * 1000;

export interface SigningKey {
  readonly privateKey: KeyObject;
  /** Base64 of PKCS#1 DER. */
  readonly value: string;
  readonly fingerprint: string;
}

export function signingKey(modulusLength = 2048): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const der = publicKey.export({ format: 'der', type: 'pkcs1' });
  return {
    privateKey,
    value: der.toString('base64'),
    fingerprint: createHash('md5').update(der).digest('hex'),
  };
}

export const CLOUDTRAIL = signingKey();

/** Valid for the days around the trail. */
export function answerOf(key: SigningKey, from = START - 24 * HOUR, to = START + 48 * HOUR): PublicKey {
  return { value: key.value, validFrom: from, validTo: to };
}

export type DigestFields = Record<string, unknown> & { logFiles: Record<string, unknown>[] };

export interface Stored {
  readonly bytes: Buffer;
  readonly signature?: string | undefined;
}

export interface TrailPlace {
  readonly account: string;
  readonly region: string;
}

const PLACE: TrailPlace = { account: '111122223333', region: 'us-east-1' };

/** What a log file says that is delivered at a time. */
export type TextOf = (at: number, place: TrailPlace) => string;

const oneRecord: TextOf = (at) => `{"Records":[{"eventTime":"${iso(at)}","eventID":"${at}"}]}`;

/** Objects of a bucket, by key; tests change them as an attacker would. */
export class SignedTrail {
  readonly objects = new Map<string, Stored>();
  /** In the order of time. */
  readonly digests: string[] = [];
  readonly logFiles: string[] = [];
  readonly #place: TrailPlace;
  readonly #bucket: string;
  readonly #textOf: TextOf;

  /** `hours` digests, two log files each but for the fourth, which is of an hour without events. */
  constructor(hours = 6, place = PLACE, bucket = BUCKET, textOf = oneRecord) {
    this.#place = place;
    this.#bucket = bucket;
    this.#textOf = textOf;
    for (let hour = 0; hour < hours; hour += 1) this.#write(hour, hour === 3 ? 0 : 2);
  }

  #write(hour: number, count: number): void {
    const [from, to] = [START + hour * HOUR, START + (hour + 1) * HOUR];
    const logFiles = Array.from({ length: count }, (_, i) => this.#logFile(from + i * 60_000));
    const previous = this.digests.at(-1);
    const key = this.#key('CloudTrail-Digest', to, `audit_us-east-1_${compact(to, true)}`);
    const stored = previous === undefined ? undefined : this.objects.get(previous);
    this.digests.push(key);
    this.sign(key, {
      awsAccountId: this.#place.account,
      digestStartTime: iso(from),
      digestEndTime: iso(to),
      digestS3Bucket: this.#bucket,
      digestS3Object: key,
      digestPublicKeyFingerprint: CLOUDTRAIL.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: count === 0 ? null : iso(from),
      oldestEventTime: count === 0 ? null : iso(from),
      previousDigestS3Bucket: previous === undefined ? null : this.#bucket,
      previousDigestS3Object: previous ?? null,
      previousDigestHashValue: stored === undefined ? null : sha256(gunzipSync(stored.bytes)),
      previousDigestHashAlgorithm: stored === undefined ? null : 'SHA-256',
      previousDigestSignature: stored?.signature ?? null,
      logFiles,
    });
  }

  #logFile(at: number): Record<string, unknown> {
    const s3Object = this.#key('CloudTrail', at, `${compact(at, false)}_${sha256(String(at)).slice(0, 16)}`);
    const text = this.#textOf(at, this.#place);
    this.objects.set(s3Object, { bytes: gzipSync(text) });
    this.logFiles.push(s3Object);
    const time = iso(at);
    const hash = { hashValue: sha256(text), hashAlgorithm: 'SHA-256' };
    return { s3Bucket: this.#bucket, s3Object, ...hash, newestEventTime: time, oldestEventTime: time };
  }

  #key(folder: string, at: number, rest: string): string {
    const { account, region } = this.#place;
    const day = iso(at).slice(0, 10).replaceAll('-', '/');
    return `AWSLogs/${account}/${folder}/${region}/${day}/${account}_${folder}_${region}_${rest}.json.gz`;
  }

  /** What a digest says. */
  fields(key: string): DigestFields {
    return JSON.parse(gunzipSync(this.objects.get(key)?.bytes ?? '').toString()) as DigestFields;
  }

  /** Writes a digest, signed by this key, whatever it says. */
  sign(key: string, fields: DigestFields, by = CLOUDTRAIL): void {
    const text = JSON.stringify(fields);
    const previous = (fields['previousDigestSignature'] as string | null) ?? 'null';
    const place = `${String(fields['digestS3Bucket'])}/${String(fields['digestS3Object'])}`;
    const signed = [fields['digestEndTime'], place, sha256(text), previous].join('\n');
    const signature = sign('RSA-SHA256', Buffer.from(signed), by.privateKey).toString('hex');
    this.objects.set(key, { bytes: gzipSync(text), signature });
  }

  /** The bucket, or without its metadata a downloaded copy below a folder. */
  store(kind: 'bucket' | 'folder' = 'bucket'): EvidenceStore {
    return memoryEvidence(this.objects, kind === 'bucket' ? this.#bucket : undefined);
  }
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function compact(time: number, seconds: boolean): string {
  const text = iso(time).replaceAll(/[-:]/g, '');
  return seconds ? text : `${text.slice(0, 13)}Z`;
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
