import { createHash, sign } from 'node:crypto';
import { gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { expect } from 'vitest';
import { publicKeysOf, type PublicKeys } from '../../shared/core/digest-checks.ts';
import { encodeDocument, type BatchReceipts, type Plan } from '../../shared/core/lake-format.ts';
import { parseCompactionKey } from '../../shared/core/lake-keys.ts';
import { objectOfRows } from './object-of-rows.ts';
import { storedDigest } from '../../shared/core/sealed-digest.ts';
import type { Struct } from '../../shared/core/record-row.ts';
import { DEFAULT_BATCH, ingest } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import type { Metadata, ObjectStore } from '../../shared/jobs/ports.ts';
import {
  nothingVerified,
  verify,
  type VerifyCounts,
  type VerifyOptions,
  type VerifyPlaces,
} from '../../shared/jobs/verify.ts';
import type { Finding } from '../../shared/core/finding.ts';
import { memoryEvidence } from './memory-evidence.ts';
import { MemorySource } from './memory-source.ts';
import type { OwnFields } from './own-chain.ts';
import { OWN_KEY, sealOnce } from './seal-once.ts';
import {
  answerOf,
  BUCKET,
  CLOUDTRAIL,
  SignedTrail,
  signingKey,
  START,
  type DigestFields,
  type SigningKey,
  type TrailPlace,
} from './signed-trail.ts';

/**
 * A whole pipeline in memory: trails of two accounts and two regions with real signatures, a lake that the real jobs made of them hour by
 * hour, and our own chain over it, signed by one key and then by another. Made once a process; tests tamper with copies.
 */

export const HOUR = 60 * 60 * 1000;
/** Just after the last digests. */
export const UNTIL = START + 6 * HOUR + 40 * 60_000;
export const NEXT_KEY = signingKey();
export const LAKE_BUCKET = 'lake-bucket';
export const PLACES: readonly [TrailPlace, TrailPlace, TrailPlace] = [
  { account: '111122223333', region: 'eu-west-1' },
  { account: '111122223333', region: 'us-east-1' },
  { account: '444455556666', region: 'us-east-1' },
];

export interface Stored {
  readonly bytes: Uint8Array;
  readonly signature?: string | undefined;
}

/** A bucket: keeps an object's metadata, as `MemoryStore` doesn't. */
export class MapStore implements ObjectStore {
  readonly #objects: Map<string, Stored>;

  constructor(objects: Map<string, Stored>) {
    this.#objects = objects;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#objects.get(key)?.bytes);
  }

  putIfAbsent(key: string, bytes: Uint8Array, metadata?: Metadata): Promise<'stored' | 'exists'> {
    if (this.#objects.has(key)) return Promise.resolve('exists');
    this.#objects.set(key, { bytes: new Uint8Array(bytes), signature: metadata?.['signature'] });
    return Promise.resolve('stored');
  }

  list(prefix: string, after?: string): AsyncIterable<string> {
    return memoryEvidence(this.#objects, LAKE_BUCKET).list(prefix, after);
  }
}

/** Objects of both buckets, by key; tests change them as an attacker would. */
export class SealedTrail {
  readonly logs: Map<string, Stored>;
  readonly lake: Map<string, Stored>;
  /** CloudTrail's, as they were made: its digests and log files by account and region. */
  readonly trails: readonly SignedTrail[];

  constructor(logs: Map<string, Stored>, lake: Map<string, Stored>, trails: readonly SignedTrail[]) {
    this.logs = logs;
    this.lake = lake;
    this.trails = trails;
  }

  copy(): SealedTrail {
    return new SealedTrail(new Map(this.logs), new Map(this.lake), this.trails);
  }

  /** Keys of our own digests, the oldest first. */
  get seals(): string[] {
    return this.keys('AWSLogs/');
  }

  /** Keys of the lake. */
  keys(prefix: string): string[] {
    return [...this.lake.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  places(kind: 'bucket' | 'folder' = 'bucket'): Required<VerifyPlaces> {
    const isBucket = kind === 'bucket';
    return {
      logs: memoryEvidence(this.logs, isBucket ? BUCKET : undefined),
      lake: memoryEvidence(this.lake, isBucket ? LAKE_BUCKET : undefined),
    };
  }

  bytes(key: string): Buffer {
    return Buffer.from(this.lake.get(key)?.bytes ?? this.logs.get(key)?.bytes ?? '');
  }

  receipts(key: string): BatchReceipts {
    return JSON.parse(this.bytes(key).toString()) as BatchReceipts;
  }

  plan(key: string): Plan {
    return JSON.parse(this.bytes(key).toString()) as Plan;
  }

  /** Puts an object into the lake; its metadata is gone, as when somebody copies a file there. */
  put(key: string, bytes: Uint8Array | string): void {
    this.lake.set(key, { bytes: Buffer.from(bytes) });
  }

  putReceipts(key: string, receipts: BatchReceipts): void {
    this.put(key, encodeDocument(receipts));
  }

  /** What one of our digests says. */
  fields(key: string): OwnFields {
    return JSON.parse(gunzipSync(this.bytes(key)).toString()) as OwnFields;
  }

  /** Writes one of our digests, signed by this key, whatever it says. */
  sign(key: string, fields: object, by: SigningKey = NEXT_KEY): void {
    const said = { ...(fields as OwnFields), digestPublicKeyFingerprint: by.fingerprint };
    const text = Buffer.from(JSON.stringify(said));
    const signature = signatureOf(said, text, by);
    this.lake.set(key, { bytes: storedDigest(text, signature), signature });
  }

  /** Signs a digest of ours and all behind it anew, so that each link is right: what whoever has the key can do. */
  signFrom(
    key: string,
    change: (fields: OwnFields) => object = (fields) => fields,
    by: SigningKey = NEXT_KEY,
  ): void {
    const [first, ...later] = this.seals.slice(this.seals.indexOf(key));
    if (first === undefined) throw new Error(`there is no ${key}`);
    this.sign(first, change(this.fields(first)), by);
    let before = first;
    for (const next of later) {
      this.sign(next, { ...this.fields(next), ...this.linkTo(before) }, by);
      before = next;
    }
  }

  /** The fields by which the next of our digests names this one. */
  linkTo(key: string): Partial<OwnFields> {
    return {
      previousDigestS3Object: key,
      previousDigestHashValue: sha256(gunzipSync(this.bytes(key))),
      previousDigestSignature: this.lake.get(key)?.signature ?? null,
    };
  }

  /** Has the digests of ours that seal these receipts say their hash, and the log files in them, as they are now; signed with the true key. */
  reseal(receipts: string): void {
    const sealing = this.seals.find((key) => this.sealedBy(key).includes(receipts));
    if (sealing === undefined) throw new Error(`nothing seals ${receipts}`);
    this.signFrom(sealing, (fields) => {
      const sealed = fields.trailseal.receipts.map(({ key }) => ({ key, sha256: sha256(this.bytes(key)) }));
      const logFiles = sealed
        // Receipts of a generation name objects, and no log files.
        .flatMap(({ key }) => (parseCompactionKey(key) ? [] : this.receipts(key).logFiles))
        .filter((one) => one.sha256 !== null);
      return {
        ...fields,
        logFiles: logFiles.map((one) => ({
          s3Bucket: BUCKET,
          s3Object: one.key,
          hashValue: one.sha256,
          hashAlgorithm: 'SHA-256',
          newestEventTime: one.newestEventTime,
          oldestEventTime: one.oldestEventTime,
        })),
        trailseal: { ...fields.trailseal, receipts: sealed },
      };
    });
  }

  sealedBy(key: string): string[] {
    return this.fields(key).trailseal.receipts.map((receipts) => receipts.key);
  }

  /** What one of CloudTrail's digests says. */
  cloudTrailFields(key: string): DigestFields {
    return JSON.parse(gunzipSync(this.logs.get(key)?.bytes ?? '').toString()) as DigestFields;
  }

  /** Writes one of CloudTrail's digests, signed by this key. */
  signAsCloudTrail(key: string, fields: DigestFields, by = CLOUDTRAIL): void {
    const text = JSON.stringify(fields);
    const signature = signatureOf(fields as unknown as OwnFields, Buffer.from(text), by);
    this.logs.set(key, { bytes: gzipSync(text), signature });
  }

  /** Rows of a Parquet object, as they were written. */
  async rows(key: string): Promise<Struct[]> {
    const compressors = { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) };
    const file = new Uint8Array(this.bytes(key)).buffer;
    const rows = await parquetReadObjects({ file, compressors, utf8: false });
    return rows.map((row) => asWritten(row) as Struct);
  }

  /** Puts rows in place of an object's. */
  putRows(key: string, rows: readonly Struct[]): void {
    const partition = { account: '', region: '', year: '', month: '', day: '' };
    this.put(
      key,
      objectOfRows(rows.map((values) => ({ values, partition, time: Number(values['event_ts']) }))),
    );
  }

  /** Has receipts say the hash and size that an object has now, and so many rows. */
  async recount(receipts: string, object: string): Promise<void> {
    const rows = (await this.rows(object)).length;
    const bytes = this.bytes(object);
    const known = this.receipts(receipts);
    const objects = known.objects.map((one) =>
      one.key === object ? { key: object, bytes: bytes.length, sha256: sha256(bytes), rows } : one,
    );
    this.putReceipts(receipts, { ...known, objects });
  }
}

export const KEYS: PublicKeys = publicKeysOf([answerOf(CLOUDTRAIL), answerOf(OWN_KEY), answerOf(NEXT_KEY)]);

let made: Promise<SealedTrail> | undefined;

/** The pipeline that nobody touched; made by the first who asks. */
export async function sealedTrail(): Promise<SealedTrail> {
  made ??= make();
  return await made;
}

async function make(): Promise<SealedTrail> {
  const trails = PLACES.map((place) => new SignedTrail(6, place, BUCKET, recordsOf));
  const delivered = new Map(trails.flatMap(({ objects }) => [...objects]));
  const lake = new Map<string, Stored>();
  const store = new MapStore(lake);
  for (let hour = -1; hour <= 6; hour += 1) {
    const end = START + hour * HOUR;
    const files = [...delivered].filter(([key]) => deliveredAt(key) < end);
    const source = new MemorySource(new Map(files.map(([key, { bytes }]) => [key, bytes])));
    const now = (): number => end - 20 * 60_000;
    await ingest(
      { source, lake: store, run: (batch) => normalise(batch, { source, lake: store, now }) },
      { ...DEFAULT_BATCH, concurrency: 1 },
      () => {},
    );
    await sealOnce(store, end + 5 * 60_000, { key: hour < 3 ? OWN_KEY : NEXT_KEY });
  }
  return new SealedTrail(new Map(delivered), lake, trails);
}

/** Two events, one of which may be of the day before; in one log file of each trail, something that can't be read as well. */
function recordsOf(at: number, { account, region }: TrailPlace): string {
  const event = (index: number): string =>
    JSON.stringify({
      eventVersion: '1.11',
      eventID: `${account}-${region}-${at}-${index}`,
      eventTime: `${new Date(at - index * 40 * 60_000).toISOString().slice(0, 19)}Z`,
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
      awsRegion: region,
      recipientAccountId: account,
      sourceIPAddress: '203.0.113.7',
      requestParameters: { bucketName: `b-${index}` },
    });
  const bad = at === START + HOUR ? ['{"eventID":"without a time"}'] : [];
  return `{"Records":[${[event(0), event(1), ...bad].join(',')}]}`;
}

/** Of a log file; digests come with the rest of the bucket and are passed over. */
function deliveredAt(key: string): number {
  const [, day = '', hour, minute] = /_(\d{8})T(\d{2})(\d{2})\d*Z/.exec(key) ?? [];
  return Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${hour}:${minute}:00Z`);
}

/** What was found: code and subject, notices with the word before them; sorted. */
export async function findingsIn(
  places: VerifyPlaces,
  options: Partial<VerifyOptions> = {},
  counts: VerifyCounts = nothingVerified(),
): Promise<string[]> {
  const all = { keys: KEYS, until: UNTIL, sealedUntil: UNTIL, ...options };
  return (await Array.fromAsync(verify(places, all, counts))).map(told).sort();
}

/** Options for a downloaded copy, of which nobody knows how new it should be. */
export const COPY = { until: undefined, sealedUntil: undefined } as const;

export function told({ code, severity, subject }: Finding): string {
  return `${severity === 'notice' ? 'notice: ' : ''}${code} ${subject}`;
}

export function isAlarm(one: string): boolean {
  return !one.startsWith('notice: ');
}

/** What whoever may write both buckets does. */
export type Attack = (trail: SealedTrail) => void | Promise<void>;

export interface Found {
  readonly both: readonly string[];
  /** Without log files; the same in a bucket and in a copy. Nothing: nobody can see it from the lake alone. */
  readonly lake?: readonly string[];
}

/** Each attack is at least one alarm where the log files are at hand. */
export async function foundAfter(attack: (trail: SealedTrail) => void | Promise<void>): Promise<Found> {
  const trail = (await sealedTrail()).copy();
  await attack(trail);
  const [both, lake, copy] = await Promise.all([
    findingsIn(trail.places()),
    findingsIn({ lake: trail.places().lake }),
    findingsIn({ lake: trail.places('folder').lake }),
  ]);
  expect(both.filter(isAlarm)).not.toEqual([]);
  expect(copy).toEqual(lake);
  return { both, lake };
}

export function sorted({ both, lake = [] }: Found): Found {
  return { both: both.toSorted(), lake: lake.toSorted() };
}

export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function signatureOf(fields: OwnFields, text: Buffer, by: SigningKey): string {
  const place = `${fields.digestS3Bucket}/${fields.digestS3Object}`;
  const signed = [fields.digestEndTime, place, sha256(text), fields.previousDigestSignature ?? 'null'];
  return sign('RSA-SHA256', Buffer.from(signed.join('\n')), by.privateKey).toString('hex');
}

/** Timestamps as numbers and text as strings, which is how rows are written. */
function asWritten(value: unknown, name = ''): unknown {
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return name === 'recordhash' ? value : Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map((one) => asWritten(one));
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asWritten(one, key)]));
}
