import { GetObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import type { SQSEvent } from 'aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { GlueCatalogue } from '../../shared/adapters/glue-catalogue.ts';
import { SUPERSEDED_TAG } from '../../shared/adapters/s3-expiry.ts';
import { s3Options } from '../../shared/adapters/s3-options.ts';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { COMPACTED, EVENTS, SEALING, type Partition } from '../../shared/core/lake-keys.ts';
import { currentObjects } from '../../shared/jobs/current-objects.ts';
import { repointAll } from '../../shared/jobs/repoint-all.ts';
import { PartitionRegistrar } from '../../shared/jobs/register-partitions.ts';
import { breachesOfCompaction, partitionsIn } from '../support/compact-once.ts';
import { emptyBucket, emulatedAws } from '../support/emulated-aws.ts';
import { emptyTable, TABLE } from '../support/emulated-table.ts';
import { ingestOnce } from '../support/ingest-once.ts';
import { MemorySource } from '../support/memory-source.ts';
import { contextWith, packagedHandler, type Handler } from '../support/packaged-handler.ts';
import { asMap, keyOf, logFileOf, recordOf, smallLogFiles } from '../support/small-log-files.ts';

/** The packaged function compact, on emulated S3 and Glue. The tests are one story, told in order. */

emulatedAws();

const FILES = smallLogFiles({ accounts: 1, regions: 1, days: 1, filesPerDay: 3, recordsPerFile: 3 });
const LATE = logFileOf(keyOf({ account: 0, region: 0, day: 0, number: 58 }), [
  recordOf({ account: 0, region: 0, day: 0, number: 58 }, 0),
]);
/** No clock's tick says anything. */
const TICK = {} as SQSEvent;

let bucket: string;
let lake: S3Store;
let catalogue: GlueCatalogue;
let partitions: readonly Partition[];
let handler: (keepDays: number) => Promise<Handler>;

beforeAll(async () => {
  bucket = await emptyBucket();
  lake = new S3Store(bucket, s3Options());
  const database = await emptyTable();
  catalogue = new GlueCatalogue(database, TABLE);
  await ingestOnce(new MemorySource(asMap(FILES)), lake, { batchFiles: 2 });
  partitions = await partitionsIn(lake);
  await new PartitionRegistrar(catalogue, `s3://${bucket}`, Date.now).register(partitions);
  handler = async (keepDays) =>
    await packagedHandler('compact', {
      LAKE_BUCKET: bucket,
      GLUE_DATABASE: database,
      GLUE_TABLE: TABLE,
      KEEP_REPLACED_DAYS: String(keepDays),
    });
});

/** Folders that the catalogue points at, and those that the current objects lie in. */
async function places(): Promise<{ catalogued: string[]; current: string[] }> {
  const { settled, unsettled } = await currentObjects(lake);
  const folders = [...settled, ...unsettled.compacted].map(
    (key) => `s3://${bucket}/${key.replace(/[^/]+$/, '')}`,
  );
  const catalogued = (await catalogue.locations(partitions)).map(String);
  return { catalogued: catalogued.sort(), current: [...new Set(folders)].sort() };
}

async function tagsOf(key: string): Promise<unknown> {
  const s3 = new S3Client({ forcePathStyle: true });
  return (await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }))).TagSet;
}

describe('a tick', () => {
  it('compacts closed days, announces them to seal, and moves their partitions', async () => {
    await (
      await handler(7)
    )(TICK, contextWith(900));
    expect(await breachesOfCompaction(lake, { compacted: true })).toEqual([]);
    const { catalogued, current } = await places();
    expect(catalogued).toEqual(current);
    const announced = await Array.fromAsync(lake.list(SEALING));
    expect(announced.filter((key) => key.includes('/compactions/'))).toHaveLength(partitions.length);
  });

  it('with too little time left begins nothing, and the next goes on', async () => {
    await ingestOnce(new MemorySource(asMap([...FILES, LATE])), lake);
    const before = await places();
    await (
      await handler(7)
    )(TICK, contextWith(100));
    expect(await places()).toEqual(before);
    await Promise.all([
      (await handler(7))(TICK, contextWith(900)),
      (await handler(7))(TICK, contextWith(900)),
    ]);
    expect(await breachesOfCompaction(lake, { compacted: true })).toEqual([]);
    const { catalogued, current } = await places();
    expect(catalogued).toEqual(current);
    expect(current.some((folder) => folder.includes('/000002-'))).toBe(true);
  });

  it('is made good by hand where somebody dropped or moved partitions', async () => {
    const { current } = await places();
    const [first] = partitions;
    if (first === undefined) throw new Error('there are no partitions');
    await catalogue.move([{ partition: first, location: `s3://${bucket}/elsewhere/` }]);
    const lost = await emptyTable();
    const ports = (database: string) => ({
      lake,
      catalogue: new GlueCatalogue(database, TABLE),
      root: `s3://${bucket}`,
    });
    expect(await repointAll({ ...ports(lost), catalogue })).toBe(1);
    expect(await repointAll(ports(lost))).toBe(partitions.length);
    expect((await places()).catalogued).toEqual(current);
    expect((await new GlueCatalogue(lost, TABLE).locations(partitions)).map(String).sort()).toEqual(current);
  });

  it('gives up what was replaced days ago to the lifecycle rule, and nothing that queries see', async () => {
    await (
      await handler(0)
    )(TICK, contextWith(900));
    const small = await Array.fromAsync(lake.list(EVENTS));
    for (const key of small) expect(await tagsOf(key)).toEqual([SUPERSEDED_TAG]);
    const old = (await Array.fromAsync(lake.list(COMPACTED))).filter((key) => key.includes('/000001-'));
    const current = (await currentObjects(lake)).settled;
    for (const key of old.filter((one) => !current.includes(one)))
      expect(await tagsOf(key)).toEqual([SUPERSEDED_TAG]);
    for (const key of current) expect(await tagsOf(key)).toEqual([]);
  });
});
