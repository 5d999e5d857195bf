import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { PublicKey } from '../../shared/core/digest-checks.ts';
import type { Finding } from '../../shared/core/finding.ts';
import {
  decodeVerification,
  encodeVerification,
  verificationKey,
  type Verification,
} from '../../shared/core/verification-format.ts';
import type { EvidenceStore } from '../../shared/jobs/evidence.ts';
import { DEFAULT_BATCH, ingest } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import type { Metadata, ObjectStore } from '../../shared/jobs/ports.ts';
import { PublicKeysUnavailableError } from '../../shared/jobs/region-keys.ts';
import { verifyHourly, type HourlyPorts, type HourlyResult } from '../../shared/jobs/verify-hourly.ts';
import { memoryEvidence } from './memory-evidence.ts';
import { MemorySource } from './memory-source.ts';
import { OWN_KEY, sealOnce } from './seal-once.ts';
import {
  answerOf,
  BUCKET,
  CLOUDTRAIL,
  SignedTrail,
  START,
  type DigestFields,
  type TrailPlace,
} from './signed-trail.ts';

export const HOUR = 60 * 60 * 1000;
export const MINUTE = 60 * 1000;

interface Stored {
  readonly bytes: Uint8Array;
  readonly signature?: string | undefined;
}

/** A bucket with its objects' metadata, to be written to and read as evidence. */
class Bucket implements ObjectStore {
  readonly objects = new Map<string, Stored>();
  readonly evidence: EvidenceStore;

  constructor(name: string) {
    this.evidence = memoryEvidence(this.objects, name);
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.objects.get(key)?.bytes);
  }

  putIfAbsent(key: string, bytes: Uint8Array, metadata?: Metadata): Promise<'stored' | 'exists'> {
    if (this.objects.has(key)) return Promise.resolve('exists');
    this.objects.set(key, { bytes: new Uint8Array(bytes), signature: metadata?.['signature'] });
    return Promise.resolve('stored');
  }

  list(prefix: string, after?: string): AsyncIterable<string> {
    return this.evidence.list(prefix, after);
  }
}

/** What a store was asked for. */
export interface Asked {
  reads: number;
  keysListed: number;
}

/**
 * A pipeline that grows by the hour: CloudTrail delivers, log files are brought in, seal and verify run. The hours are from 22:00 on. A region
 * may be named with its account and its trail, `444455556666:us-east-1/other`.
 */
export class GrowingTrail {
  readonly account = '111122223333';
  readonly logs: Bucket;
  readonly lake = new Bucket('lake-bucket');
  readonly asked: Asked = { reads: 0, keysListed: 0 };
  /** Log files that normalise doesn't get to see for now. */
  readonly held = new Set<string>();
  /** Regions whose public keys can't be had for now. */
  readonly keyless = new Set<string>();
  /** Digests whose successors were reported as late, in all runs of verify. */
  readonly late: string[] = [];
  /** Of all runs of verify. */
  readonly results: HourlyResult[] = [];
  state: Verification | undefined;
  hours = 0;
  readonly #bucket: string;
  readonly #regions = new Map<string, Region>();

  /** `bucket`: where CloudTrail says that it all lies. */
  constructor(bucket = BUCKET) {
    this.logs = new Bucket(bucket);
    this.#bucket = bucket;
  }

  /** When the hour that is under way began, in milliseconds since 1970. */
  get start(): number {
    return START + this.hours * HOUR;
  }

  /** As it is now, to be verified: CloudTrail delivers nothing more to it. */
  fork(): GrowingTrail {
    const copy = new GrowingTrail();
    for (const [key, object] of this.logs.objects) copy.logs.objects.set(key, object);
    for (const [key, object] of this.lake.objects) copy.lake.objects.set(key, object);
    copy.state = this.state;
    copy.hours = this.hours;
    return copy;
  }

  /** An hour in which every region has a log file (`quiet`: none), to its end and half an hour on, when verify runs. What was found. */
  async hour(regions: readonly string[] = ['us-east-1'], quiet = false): Promise<string[]> {
    for (const region of regions) if (!quiet) this.deliver(region, 15);
    this.end(regions);
    await this.ingest();
    await this.seal();
    return await this.verify();
  }

  /** Ends the hour: CloudTrail writes a digest for each of these regions. */
  end(regions: readonly string[]): void {
    this.hours += 1;
    for (const region of regions) this.digest(region);
  }

  /** CloudTrail delivers a log file, `minute` minutes into the hour. `inDigest` false: no digest will name it. Its key. */
  deliver(region: string, minute = 10, inDigest = true): string {
    return this.#of(region).deliver(this.start + minute * MINUTE, inDigest);
  }

  /** CloudTrail's digest of the hour that has ended last, with what was delivered since the one before. Its key. */
  digest(region: string): string {
    return this.#of(region).digest(this.start);
  }

  /** Takes back what a digest is to name, until it is given to a later one. */
  withhold(region: string): void {
    this.#of(region).withhold();
  }

  give(region: string): void {
    this.#of(region).give();
  }

  digests(region = 'us-east-1'): readonly string[] {
    return this.#of(region).digests;
  }

  /** Keys of our own digests. */
  get seals(): string[] {
    return [...this.lake.objects.keys()].filter((key) => key.startsWith('AWSLogs/')).sort();
  }

  keysOf(prefix: string): string[] {
    return [...this.lake.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  /** What was delivered is brought into the lake, `minutes` after the end of the last hour. */
  async ingest(minutes = -5): Promise<void> {
    const files = [...this.logs.objects].filter(
      ([key]) => !this.held.has(key) && key.includes('/CloudTrail/'),
    );
    const source = new MemorySource(new Map(files.map(([key, { bytes }]) => [key, bytes])));
    const now = (): number => this.start + minutes * MINUTE;
    await ingest(
      {
        source,
        lake: this.lake,
        run: async (batch) => await normalise(batch, { source, lake: this.lake, now }),
      },
      { ...DEFAULT_BATCH, concurrency: 1 },
      () => {},
    );
  }

  /** Seal's run, minutes after the end of the hour. */
  async seal(minutes = 4): Promise<void> {
    await sealOnce(this.lake, this.start + minutes * MINUTE);
  }

  /** Verify's run; goes on from the last, as it is stored. What was found, as `code subject`. */
  async verify(over: Partial<HourlyPorts> & { readonly minutes?: number } = {}): Promise<string[]> {
    const { minutes = 34, ...ports } = over;
    const result = await verifyHourly(this.state, {
      ...this.#ports(this.start + minutes * MINUTE),
      ...ports,
    });
    const { verification } = result;
    const at = verificationKey(Date.parse(verification.at));
    this.state = decodeVerification(at, encodeVerification(verification));
    this.results.push(result);
    const isLate = ({ code, severity }: Finding): boolean =>
      code === 'digest-too-old' && severity === 'notice';
    this.late.push(...verification.findings.filter(isLate).map(({ subject }) => subject));
    return verification.findings
      .filter((one) => !isLate(one))
      .map(({ code, severity, subject }) => `${severity === 'notice' ? 'notice: ' : ''}${code} ${subject}`);
  }

  #ports(now: number): HourlyPorts {
    return {
      logs: counted(this.logs.evidence, this.asked),
      lake: counted(this.lake.evidence, this.asked),
      keySource: {
        list: (region): Promise<readonly PublicKey[]> =>
          this.keyless.has(region)
            ? Promise.reject(new PublicKeysUnavailableError(region, { cause: undefined }))
            : Promise.resolve([answerOf(CLOUDTRAIL, START - 24 * HOUR, START + 1000 * HOUR)]),
      },
      ownKeys: [{ value: OWN_KEY.value, validFrom: -Infinity, validTo: Infinity }],
      archive: () => Promise.resolve(),
      unavailable: () => {},
      now,
      hasTime: () => true,
    };
  }

  /** `[ACCOUNT:]REGION[/TRAIL]` */
  #of(name: string): Region {
    const [, account = this.account, region = '', trail = 'audit'] =
      /^(?:(\d+):)?([^/]+)(?:\/(.+))?$/.exec(name) ?? [];
    const known =
      this.#regions.get(name) ?? new Region({ account, region }, trail, this.#bucket, this.logs.objects);
    this.#regions.set(name, known);
    return known;
  }
}

/** What CloudTrail writes for one region. */
class Region {
  readonly digests: string[] = [];
  readonly #place: TrailPlace;
  readonly #trail: string;
  readonly #bucket: string;
  readonly #objects: Map<string, Stored>;
  /** Signs, and remembers what it signed: the bucket may be tampered with. */
  readonly #signed: SignedTrail;
  #undigested: Record<string, unknown>[] = [];
  #withheld: Record<string, unknown>[] = [];

  constructor(place: TrailPlace, trail: string, bucket: string, objects: Map<string, Stored>) {
    this.#place = place;
    this.#trail = trail;
    this.#bucket = bucket;
    this.#objects = objects;
    this.#signed = new SignedTrail(0, this.#place);
  }

  deliver(at: number, inDigest: boolean): string {
    const { account, region } = this.#place;
    const key = this.#key(
      'CloudTrail',
      at,
      `${stamp(at).slice(0, 13)}Z_${sha256(`${at} ${this.#trail}`).slice(0, 16)}`,
    );
    const event = {
      eventVersion: '1.11',
      eventID: `${region}-${at}`,
      eventTime: iso(at - 5 * MINUTE),
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
      awsRegion: region,
      recipientAccountId: account,
    };
    const text = JSON.stringify({ Records: [event] });
    this.#objects.set(key, { bytes: gzipSync(text) });
    const time = iso(at);
    const hash = { hashValue: sha256(text), hashAlgorithm: 'SHA-256' };
    const times = { newestEventTime: time, oldestEventTime: time };
    if (inDigest) this.#undigested.push({ s3Bucket: this.#bucket, s3Object: key, ...hash, ...times });
    return key;
  }

  digest(end: number): string {
    const { account } = this.#place;
    const previous = this.digests.at(-1);
    const before = previous === undefined ? undefined : this.#signed.objects.get(previous);
    const key = this.#key('CloudTrail-Digest', end, `${this.#trail}_us-east-1_${stamp(end)}`);
    const fields: DigestFields = {
      awsAccountId: account,
      digestStartTime: iso(end - HOUR),
      digestEndTime: iso(end),
      digestS3Bucket: this.#bucket,
      digestS3Object: key,
      digestPublicKeyFingerprint: CLOUDTRAIL.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: null,
      oldestEventTime: null,
      previousDigestS3Bucket: before === undefined ? null : this.#bucket,
      previousDigestS3Object: previous ?? null,
      previousDigestHashValue: before === undefined ? null : sha256(gunzipSync(before.bytes)),
      previousDigestHashAlgorithm: before === undefined ? null : 'SHA-256',
      previousDigestSignature: before?.signature ?? null,
      logFiles: this.#undigested,
    };
    this.#undigested = [];
    this.#signed.sign(key, fields);
    const signed = this.#signed.objects.get(key);
    if (signed !== undefined) this.#objects.set(key, signed);
    this.digests.push(key);
    return key;
  }

  withhold(): void {
    this.#withheld = this.#undigested;
    this.#undigested = [];
  }

  give(): void {
    this.#undigested.push(...this.#withheld);
    this.#withheld = [];
  }

  #key(folder: string, at: number, rest: string): string {
    const { account, region } = this.#place;
    const day = iso(at).slice(0, 10).replaceAll('-', '/');
    return `AWSLogs/${account}/${folder}/${region}/${day}/${account}_${folder}_${region}_${rest}.json.gz`;
  }
}

function counted(store: EvidenceStore, asked: Asked): EvidenceStore {
  return {
    bucket: store.bucket,
    async *list(prefix, after) {
      for await (const key of store.list(prefix, after)) {
        asked.keysListed += 1;
        yield key;
      }
    },
    folders: async (prefix) => await store.folders(prefix),
    read: async (key) => {
      asked.reads += 1;
      return await store.read(key);
    },
  };
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** `YYYYMMDDTHHMMSSZ` */
function stamp(time: number): string {
  return iso(time).replaceAll(/[-:]/g, '');
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
