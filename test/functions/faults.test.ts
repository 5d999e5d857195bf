import { GetPartitionsCommand, GlueClient } from '@aws-sdk/client-glue';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { GlueCatalogue } from '../../shared/adapters/glue-catalogue.ts';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { eventsKey, partitionPrefix } from '../../shared/core/lake-keys.ts';
import { PartitionRegistrar } from '../../shared/jobs/register-partitions.ts';
import { partitionOf } from '../support/catalogue-contract.ts';
import { emptyBucket, emulatedAws } from '../support/emulated-aws.ts';
import { emptyTable, TABLE } from '../support/emulated-table.ts';
import { faultyAws, type AwsFault, type AwsRequest, type FaultyAws } from '../support/faulty-aws.ts';
import { breachesOf, s3VersionOf } from '../support/lake-audit.ts';
import { contextWith, packagedHandler, queueEvent, type Handler } from '../support/packaged-handler.ts';
import { smallLogFiles, type SmallLogFile } from '../support/small-log-files.ts';

/**
 * The packaged functions, with every write of theirs broken once on the wire: before the service hears of it, after it has done its
 * work, and by a service that is too busy. `once`: one attempt, which the SDK makes good. `call`: every attempt of the invocation, which
 * is the queue's to make good.
 */

emulatedAws();
const QUIET = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
const MODES: readonly (readonly [AwsFault, 'once' | 'call'])[] = [
  ['lost', 'once'],
  ['lost', 'call'],
  ['applied', 'once'],
  ['applied', 'call'],
  ['throttled', 'once'],
];

/** Says what becomes of a request; by the name of the bucket or the database it is for. */
const plans = new Map<string, (request: AwsRequest) => AwsFault | undefined>();
let proxy: FaultyAws;

beforeAll(async () => {
  proxy = await faultyAws(inject('awsEndpoint'), (request) => {
    const about = request.path === '/' ? databaseOf(request) : request.path.split('/')[1];
    return plans.get(about ?? '')?.(request);
  });
  process.env['AWS_ENDPOINT_URL'] = proxy.endpoint;
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
});

function databaseOf({ body }: AwsRequest): string {
  return /"DatabaseName":"(\w+)"/.exec(body.toString())?.[1] ?? '';
}

/** Breaks the `number`-th write (each by its first attempt), in the first invocation. Counts the writes it sees. */
function breaking(
  isWrite: (request: AwsRequest) => string | undefined,
  number: number,
  mode?: (typeof MODES)[number],
) {
  const seen: string[] = [];
  const state = { invocation: 1, broken: 0, seen };
  const plan = (request: AwsRequest): AwsFault | undefined => {
    const write = isWrite(request);
    if (write === undefined) return undefined;
    const attempt = `${state.invocation} ${write}`;
    if (!seen.includes(attempt)) seen.push(attempt);
    if (mode === undefined || state.invocation > 1 || seen.indexOf(attempt) !== number) return undefined;
    if (mode[1] === 'once' && state.broken > 0) return undefined;
    state.broken += 1;
    return mode[0];
  };
  return { plan, state };
}

/** Delivers until nothing is reported as failed. Returns how many messages each invocation reported. */
async function deliver(
  handler: Handler,
  bodies: readonly unknown[],
  state: { invocation: number },
): Promise<number[]> {
  const failures: number[] = [];
  let left = [...bodies];
  for (; left.length > 0 && failures.length < 4; state.invocation += 1) {
    const { batchItemFailures } = await handler(queueEvent(left), contextWith(300));
    failures.push(batchItemFailures.length);
    left = batchItemFailures.map(({ itemIdentifier }) => left[Number(itemIdentifier)]);
  }
  expect(left).toEqual([]);
  return failures;
}

describe('normalise', () => {
  // Rows of two partitions, a record and a whole file for quarantine, a doubled delivery.
  const FILES = smallLogFiles({ accounts: 1, regions: 1, days: 1, filesPerDay: 2, recordsPerFile: 2 });
  const s3 = new S3Client({ forcePathStyle: true });

  /** A container and its buckets, for one run after the other: each brings the same log files under another prefix. */
  class Container {
    readonly #buckets: { readonly log: string; readonly lake: string };
    readonly #handler: Handler;
    readonly #files: SmallLogFile[] = [];
    #runs = 0;

    private constructor(buckets: { readonly log: string; readonly lake: string }, handler: Handler) {
      this.#buckets = buckets;
      this.#handler = handler;
    }

    static async start(): Promise<Container> {
      const [log, lake] = [await emptyBucket(), await emptyBucket()];
      const names = { LOG_BUCKET: log, LAKE_BUCKET: lake };
      return new Container({ log, lake }, await packagedHandler('normalise', { ...QUIET, ...names }));
    }

    async run(
      number: number,
      mode?: (typeof MODES)[number],
    ): Promise<{ failures: number[]; writes: number; broken: number }> {
      const { log, lake } = this.#buckets;
      this.#runs += 1;
      const files = FILES.map((file) => below(`run-${this.#runs}/`, file));
      this.#files.push(...files);
      for (const { key, bytes } of files)
        await s3.send(new PutObjectCommand({ Bucket: log, Key: key, Body: bytes }));
      const isWrite = ({ method, path }: AwsRequest): string | undefined =>
        method === 'PUT' ? path : undefined;
      const { plan, state } = breaking(isWrite, number, mode);
      plans.set(lake, plan);
      const bodies = [...files, ...files].map(({ key }) => ({ s3Bucket: log, s3ObjectKey: [key] }));
      const failures = await deliver(this.#handler, bodies, state);
      return { failures, writes: new Set(state.seen).size, broken: state.broken };
    }

    async breaches(): Promise<string[]> {
      const lake = new S3Store(this.#buckets.lake, { pathStyle: true });
      return await breachesOf(lake, this.#files, s3VersionOf);
    }
  }

  it('leaves exactly the rows of an undisturbed run, whichever write breaks and however', async () => {
    const first = await Container.start();
    const undisturbed = await first.run(0);
    expect(undisturbed.failures).toEqual([0]);
    expect(undisturbed.writes).toBeGreaterThanOrEqual(7);
    const numbers = Array.from({ length: undisturbed.writes }, (_, i) => i);
    await Promise.all(
      MODES.map(async (mode) => {
        const container = await Container.start();
        for (const number of numbers) {
          const { failures, broken } = await container.run(number, mode);
          expect(broken).toBeGreaterThan(0);
          // What the SDK makes good, the queue doesn't hear of.
          expect(failures).toHaveLength(mode[1] === 'once' ? 1 : 2);
        }
        expect(await container.breaches()).toEqual([]);
      }),
    );
    expect(await first.breaches()).toEqual([]);
  });
});

/** The same log file in another folder of the bucket. */
function below(folder: string, { key, bytes, rows }: SmallLogFile): SmallLogFile {
  return { key: `${folder}${key}`, bytes, rows: rows.map((row) => `${folder}${row}`) };
}

describe('partitions', () => {
  const PARTITIONS = [1, 2, 3].map(partitionOf);
  const glue = new GlueClient({});

  async function run(target: string, mode: (typeof MODES)[number]): Promise<number[]> {
    const database = await emptyTable();
    const lake = 's3://lake-bucket';
    const { plan, state } = breaking((request) => (request.target === target ? target : undefined), 0, mode);
    const names = { LAKE_BUCKET: 'lake-bucket', GLUE_DATABASE: database, GLUE_TABLE: TABLE };
    const container = { ...QUIET, ...names };
    const bodies = PARTITIONS.map((partition) => ({
      s3Bucket: 'lake-bucket',
      s3ObjectKey: [1, 2].map((part) => eventsKey(partition, '0123456789abcdef0123', part)),
    }));
    // One of them is registered by another container, so that locations are compared.
    await new PartitionRegistrar(new GlueCatalogue(database, TABLE), lake, Date.now).register(
      PARTITIONS.slice(0, 1),
    );
    plans.set(database, plan);
    const failures = await deliver(await packagedHandler('partitions', container), bodies, state);
    const { Partitions: found = [] } = await glue.send(
      new GetPartitionsCommand({ DatabaseName: database, TableName: TABLE }),
    );
    const locations = found.map(({ StorageDescriptor: at }) => at?.Location ?? '');
    expect(locations.sort()).toEqual(PARTITIONS.map((one) => `${lake}/${partitionPrefix(one)}`).sort());
    expect(state.broken).toBeGreaterThan(0);
    return failures;
  }

  it.each(['AWSGlue.BatchCreatePartition', 'AWSGlue.BatchGetPartition', 'AWSGlue.GetTable'])(
    'registers each partition once, however %s breaks',
    async (target) => {
      await Promise.all(
        MODES.map(async (mode) => {
          expect(await run(target, mode)).toHaveLength(mode[1] === 'once' ? 1 : 2);
        }),
      );
    },
  );
});
