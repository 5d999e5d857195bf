import { S3Client } from '@aws-sdk/client-s3';
import { changeOfLogBucket, deployedStack } from './deployed-stack.ts';
import {
  hasLogFiles,
  logKeyPrefix,
  switchOnEventBridge,
  type AttachedBucket,
} from './event-notifications.ts';
import type { Log, Serverless } from './osls.ts';

/** What a deployment does about the log bucket that CloudFormation can't: look before, attach after, say what stays. */
export class LogBucketSteps {
  readonly #serverless: Serverless;
  readonly #log: Log;

  constructor(serverless: Serverless, log: Log) {
    this.#serverless = serverless;
    this.#log = log;
  }

  /** Before anything is made: a mistyped bucket must not cost a stack that is rolled back. */
  async mustBeReadable(): Promise<void> {
    const attached = await this.#attachedBucket();
    if (attached === undefined) return;
    const prefix = this.#param('LogPrefix');
    const found = await hasLogFiles(await this.#s3(), attached, prefix).catch((cause: unknown) => {
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      return this.#fail(
        `The log bucket "${attached.bucket}" can't be read (${reason}). It must exist, in this account (${attached.account}) and region.`,
        'LOG_BUCKET_UNREADABLE',
      );
    });
    if (!found) {
      const looked = `${attached.bucket}/${logKeyPrefix(prefix)}`;
      this.#log.warning(
        `No object under ${looked} yet. If the trail has a prefix, give it: --param logPrefix=…`,
      );
    }
  }

  async attach(): Promise<void> {
    const attached = await this.#attachedBucket();
    if (attached === undefined) return;
    const outcome = await switchOnEventBridge(await this.#s3(), attached);
    this.#log.notice(
      outcome === 'already-on'
        ? `${attached.bucket} tells EventBridge of new objects already.`
        : `Switched on: ${attached.bucket} tells EventBridge of new objects. Its other notifications stay as they were.`,
    );
  }

  /** A forgotten parameter must not make or remove a trail. */
  async mustNotChange(): Promise<void> {
    const before = await this.#deployedLogBucket();
    if (before === undefined || this.#serverless.service.custom.logBucketMayChange === 'yes') return;
    const refusal = changeOfLogBucket(before, this.#param('ExistingLogBucket'));
    if (refusal !== undefined) this.#fail(refusal, 'LOG_BUCKET_WOULD_CHANGE');
  }

  /** Before the stack goes, which alone knows. */
  async sayWhatRemains(): Promise<void> {
    const bucket = (await this.#deployedLogBucket()) ?? '';
    const log = bucket === '' ? ' and log' : '';
    this.#log.notice(
      `Kept, with all they hold: the lake, results${log} buckets, the key they are encrypted with, and those that sign digests.`,
    );
    if (bucket === '') return;
    this.#log.notice(
      `Left on: ${bucket} tells EventBridge of new objects, for other rules may listen by now.`,
    );
  }

  /** Of the stack as it is; undefined where there is none, or one that never got as far as its parameters. */
  async #deployedLogBucket(): Promise<string | undefined> {
    const provider = this.#serverless.getProvider('aws');
    const config = await provider.getAwsSdkV3Config();
    const stack = await deployedStack(config, provider.naming.getStackName());
    return stack?.parameters.get('ExistingLogBucket');
  }

  async #attachedBucket(): Promise<AttachedBucket | undefined> {
    const bucket = this.#param('ExistingLogBucket');
    if (bucket === '') return undefined;
    return { bucket, account: await this.#serverless.getProvider('aws').getAccountId() };
  }

  async #s3(): Promise<S3Client> {
    return new S3Client(await this.#serverless.getProvider('aws').getAwsSdkV3Config());
  }

  /** The value the stack gets, by its name in the template. */
  #param(key: string): string {
    const { stackParameters = [] } = this.#serverless.service.provider;
    return stackParameters.find(({ ParameterKey }) => ParameterKey === key)?.ParameterValue ?? '';
  }

  #fail(message: string, code: string): never {
    throw new this.#serverless.classes.Error(message, code);
  }
}
