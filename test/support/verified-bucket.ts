import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { emptyBucket } from './emulated-aws.ts';
import { GrowingTrail, MINUTE } from './growing-trail.ts';
import { kmsKey } from './kms-key.ts';
import { contextWith, packagedHandler, type Handler } from './packaged-handler.ts';
import { emptyTopic, SubscribedQueue } from './subscribed-queue.ts';

export const REGIONS = ['us-east-1', 'eu-west-1'];

type Handlers = Readonly<Record<'normalise' | 'seal' | 'verify', Handler>>;

/** The packaged functions on emulated S3, KMS and SNS, hour by hour while the clock is moved; CloudTrail's side is written by keys of the test's own. */
export class VerifiedBucket {
  readonly trail: GrowingTrail;
  readonly findings: SubscribedQueue;
  /** In the lake. */
  readonly store: S3Store;
  readonly #env: Readonly<Record<string, string>>;
  readonly #handlers: Handlers;
  readonly #client = new S3Client({ forcePathStyle: true });
  readonly #put = new Set<string>();

  private constructor(env: Readonly<Record<string, string>>, handlers: Handlers, findings: SubscribedQueue) {
    this.#env = env;
    this.#handlers = handlers;
    this.findings = findings;
    this.trail = new GrowingTrail(env['LOG_BUCKET']);
    this.store = new S3Store(env['LAKE_BUCKET'] ?? '', { pathStyle: true });
  }

  /** `keysUrl`: of what answers ListPublicKeys. */
  static async make(keysUrl: string): Promise<VerifiedBucket> {
    const [LOG_BUCKET, LAKE_BUCKET] = [await emptyBucket(), await emptyBucket()];
    const [SEAL_KEY, FINDINGS_TOPIC] = [await kmsKey(), await emptyTopic()];
    const seal = { SEAL_KEY, TRAIL_NAME: 'trailseal-test', ACCOUNT_ID: '999988887777' };
    const verify = { LOG_ROOT: 'AWSLogs/', SEAL_KEYS: SEAL_KEY, FINDINGS_TOPIC };
    const metrics = { POWERTOOLS_METRICS_DISABLED: 'false', AWS_ENDPOINT_URL_CLOUDTRAIL: keysUrl };
    const env = { LOG_BUCKET, LAKE_BUCKET, ...seal, ...verify, ...metrics };
    const handlers = {
      normalise: await packagedHandler('normalise', env),
      seal: await packagedHandler('seal', env),
      verify: await packagedHandler('verify', env),
    };
    return new VerifiedBucket(env, handlers, await SubscribedQueue.to(FINDINGS_TOPIC));
  }

  get logBucket(): string {
    return this.#env['LOG_BUCKET'] ?? '';
  }

  get lakeBucket(): string {
    return this.#env['LAKE_BUCKET'] ?? '';
  }

  /** Another container of verify. */
  async verifier(): Promise<Handler> {
    return await packagedHandler('verify', this.#env);
  }

  /** An hour up to and with seal's run. The log files that came, by region. */
  async hour(): Promise<string[]> {
    const logFiles = REGIONS.map((region) => this.trail.deliver(region));
    this.trail.end(REGIONS);
    for (const [key, { bytes, signature }] of this.trail.logs.objects) {
      if (this.#put.has(key)) continue;
      this.#put.add(key);
      await this.putLog(key, bytes, signature);
    }
    const event: unknown = { s3Bucket: this.logBucket, s3ObjectKey: logFiles };
    await this.#at(-5, async () => await this.#handlers.normalise(event as SQSEvent, contextWith(60)));
    await this.#at(4, async () => await this.#handlers.seal({} as SQSEvent, contextWith(300)));
    return logFiles;
  }

  /** Verify's run. What it wrote to stdout. */
  async verify(minutes = 34, handlers: readonly Handler[] = [this.#handlers.verify]): Promise<string> {
    return await this.#at(minutes, async () => {
      await Promise.all(handlers.map(async (handler) => await handler({} as SQSEvent, contextWith(900))));
    });
  }

  async putLog(key: string, bytes: Uint8Array, signature?: string): Promise<void> {
    const Metadata = signature === undefined ? {} : { signature };
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.logBucket, Key: key, Body: bytes, Metadata }),
    );
  }

  async removeLog(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.logBucket, Key: key }));
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.lakeBucket, Key: key, Body: bytes }));
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.lakeBucket, Key: key }));
  }

  async get(key: string): Promise<Buffer> {
    const found = await this.#client.send(new GetObjectCommand({ Bucket: this.lakeBucket, Key: key }));
    return Buffer.from((await found.Body?.transformToByteArray()) ?? []);
  }

  async keys(prefix: string): Promise<string[]> {
    return await Array.fromAsync(this.store.list(prefix));
  }

  /** Does something so many minutes after the end of the last hour. What it wrote to stdout, which the metrics are. */
  async #at(minutes: number, act: () => Promise<unknown>): Promise<string> {
    const written: string[] = [];
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    vi.useFakeTimers({ toFake: ['Date'], now: this.trail.start + minutes * MINUTE });
    try {
      await act();
      return written.join('');
    } finally {
      vi.useRealTimers();
      stdout.mockRestore();
    }
  }
}
