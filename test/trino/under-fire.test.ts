import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GlueCatalogue } from '../../shared/adapters/glue-catalogue.ts';
import { s3Options } from '../../shared/adapters/s3-options.ts';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { DELIVERIES } from '../../shared/core/events-view.ts';
import { parseEventsKey } from '../../shared/core/lake-keys.ts';
import { DEFAULT_BATCH, ingest } from '../../shared/jobs/ingest.ts';
import { normalise } from '../../shared/jobs/normalise.ts';
import { PartitionRegistrar } from '../../shared/jobs/register-partitions.ts';
import { startMoto } from '../support/aws-emulator.ts';
import { compactOnce } from '../support/compact-once.ts';
import { MemorySource } from '../support/memory-source.ts';
import { now } from '../support/now.ts';
import { asMap, smallLogFiles, type SmallLogFile } from '../support/small-log-files.ts';
import { TrinoClient } from './client.ts';
import { deployToGlue } from './glue-lake.ts';
import { startTrino } from './server.ts';

/** Two accounts, two days each, which are compacted from the first log file on: whatever comes afterwards comes late. */
const FILES = smallLogFiles({ accounts: 2, regions: 1, days: 1, filesPerDay: 60, recordsPerFile: 8 });
const FILES_AT_ONCE = 4;
const ALL = eventsOf(FILES).size;

const stack = new AsyncDisposableStack();
let trino: TrinoClient;
let lake: S3Store;
let catalogue: GlueCatalogue;
let root: string;

beforeAll(async () => {
  const moto = stack.use(await startMoto());
  Object.assign(process.env, moto.env);
  const nothing = await mkdtemp(join(tmpdir(), 'trailseal-under-fire-'));
  stack.defer(() => rm(nothing, { recursive: true }));
  const { bucket, database } = await deployToGlue(nothing, 'fire');
  [lake, catalogue, root] = [
    new S3Store(bucket, s3Options()),
    new GlueCatalogue(database, DELIVERIES),
    `s3://${bucket}`,
  ];
  // A partition that moves is asked for anew each time.
  const server = stack.use(await startTrino(moto.env, console.error, { 'hive.metastore-cache-ttl': '0s' }));
  trino = new TrinoClient(server.url, database);
});

afterAll(async () => {
  await stack.disposeAsync();
});

it('queries count right, each of them, while log files arrive and compaction runs', async () => {
  /** Stored and registered; and those that a compaction which is over has found. */
  const [arrived, settled] = [new Set<string>(), new Set<string>()];
  let begun = new Set<string>();
  const writer = { isOver: false };
  const generations: number[] = [];
  const answers: { least: number; most: number; events: number; distinct: number }[] = [];

  const write = async (): Promise<void> => {
    const registrar = new PartitionRegistrar(catalogue, root, now);
    for (let from = 0; from < FILES.length; from += FILES_AT_ONCE) {
      const some = FILES.slice(from, from + FILES_AT_ONCE);
      begun = begun.union(eventsOf(some));
      for (const key of await ingestInto(lake, some)) {
        const partition = parseEventsKey(key)?.partition;
        if (partition !== undefined) await registrar.register([partition]);
      }
      for (const event of eventsOf(some)) arrived.add(event);
    }
    writer.isOver = true;
  };
  const compactAgainAndAgain = async (): Promise<void> => {
    for (let isLast = false; !isLast;) {
      isLast = writer.isOver;
      const before = new Set(arrived);
      const options = { sizes: { sliceRows: 100, slicesPerObject: 1 } };
      const { compacted, failures } = await compactOnce({ lake, catalogue: { catalogue, root } }, options);
      expect(failures).toEqual([]);
      generations.push(compacted);
      for (const event of before) settled.add(event);
    }
  };
  const ask = async (): Promise<void> => {
    while (!writer.isOver || settled.size < ALL) {
      const least = settled.size;
      const [[events, distinct] = []] = (
        await trino.query('SELECT count(*), count(DISTINCT eventid) FROM cloudtrail_logs')
      ).rows;
      answers.push({ least, most: begun.size, events: Number(events), distinct: Number(distinct) });
    }
  };
  await Promise.all([write(), compactAgainAndAgain(), ask(), ask()]);

  expect(answers.filter(({ least, most, events }) => events < least || events > most)).toEqual([]);
  expect(answers.filter(({ events, distinct }) => events !== distinct)).toEqual([]);
  const { rows } = await trino.query('SELECT count(*), count(DISTINCT eventid) FROM cloudtrail_logs');
  expect(rows).toEqual([[ALL, ALL]]);
  // Or nothing of this was shown.
  console.error(`${answers.length} answers while ${generations.length} compactions ran`);
  expect(generations.filter((compacted) => compacted > 0).length).toBeGreaterThan(2);
  expect(new Set(answers.map(({ events }) => events)).size).toBeGreaterThan(5);
});

/** By what is the same in all deliveries of an event. */
function eventsOf(files: readonly SmallLogFile[]): Set<string> {
  return new Set(files.flatMap(({ rows }) => rows.map((row) => row.slice(row.lastIndexOf(' ')))));
}

/** Keys of the objects that came of them. */
async function ingestInto(lake: S3Store, files: readonly SmallLogFile[]): Promise<string[]> {
  const source = new MemorySource(asMap(files));
  const keys: string[] = [];
  const run = async (batch: Parameters<typeof normalise>[0]): ReturnType<typeof normalise> =>
    await normalise(batch, { source, lake, now });
  await ingest({ source, lake, run }, { ...DEFAULT_BATCH, concurrency: 1 }, (event) => {
    if (event.kind === 'done') keys.push(...event.receipts.objects.map(({ key }) => key));
  });
  return keys;
}
