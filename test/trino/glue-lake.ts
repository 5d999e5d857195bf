import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { catalogue, databaseName } from '../../deploy/catalogue.ts';
import type { Value } from '../../deploy/template.ts';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { GlueCatalogue } from '../../shared/adapters/glue-catalogue.ts';
import { DELIVERIES } from '../../shared/core/events-view.ts';
import { s3Options } from '../../shared/adapters/s3-options.ts';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import {
  COMPACTED,
  COMPACTIONS,
  EVENTS,
  parseCompactedKey,
  parseEventsKey,
  partitionPrefix,
  type Partition,
} from '../../shared/core/lake-keys.ts';
import { mapAhead } from '../../shared/jobs/map-ahead.ts';
import { PartitionRegistrar } from '../../shared/jobs/register-partitions.ts';
import { repoint } from '../../shared/jobs/repoint.ts';
import { now } from '../support/now.ts';

/** A lake as it is when deployed: objects in S3, tables, views and partitions in Glue. */
export interface GlueLake {
  readonly bucket: string;
  readonly database: string;
  readonly partitions: readonly Partition[];
  /** The views of the catalogue, but for `cloudtrail_logs`. */
  readonly views: readonly string[];
}

export const LOGS = 'cloudtrail_logs';
const VIEW = 'VIRTUAL_VIEW';

/**
 * Puts a lake that was made in a directory into the emulated S3, its tables into the emulated Glue by the definitions that are deployed,
 * and its partitions by what registers them in AWS. Clients find the emulator in the environment.
 */
export async function deployToGlue(root: string, stage: string): Promise<GlueLake> {
  const [bucket, database] = [`lake-${stage}`, databaseName(stage)];
  const keys = await putAll(root, bucket);
  const glue = new GlueClient();
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  const inputs = tableInputs(stage, bucket);
  for (const input of inputs)
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: input }));
  const partitions = partitionsOf(keys);
  const [adapter, url] = [new GlueCatalogue(database, DELIVERIES), `s3://${bucket}`];
  for (const [prefix, outcome] of await new PartitionRegistrar(adapter, url, now).register(partitions))
    if (outcome.kind !== 'added') throw new Error(`${prefix} was not registered`, { cause: outcome });
  const lake = new S3Store(bucket, s3Options());
  const isCompacted = keys.some((key) => key.startsWith(COMPACTED));
  for (const partition of isCompacted ? partitions : [])
    await repoint(partition, { lake, catalogue: adapter, root: url });
  const views = inputs.filter(({ Name: name, TableType: type }) => type === VIEW && name !== LOGS);
  return { bucket, database, partitions, views: views.map(({ Name: name = '' }) => name) };
}

/** What queries read, and what says where partitions lie. */
const NEEDED = [EVENTS, COMPACTED, COMPACTIONS];
const PUTS_AT_ONCE = 16;

/** Every object of the lake that is needed here; their keys. */
async function putAll(root: string, bucket: string): Promise<string[]> {
  const s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const put = async (key: string): Promise<string> => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(join(root, key)) }));
    return key;
  };
  return await Array.fromAsync(mapAhead(keysIn(root), PUTS_AT_ONCE, put));
}

async function* keysIn(root: string): AsyncGenerator<string> {
  for (const prefix of NEEDED) yield* new DirectoryStore(root).list(prefix);
}

/** The tables and views of deploy/catalogue.ts. */
function tableInputs(stage: string, bucket: string): TableInput[] {
  return Object.values(catalogue(stage).Resources)
    .filter(({ Type: type }) => type === 'AWS::Glue::Table')
    .map(({ Properties: properties }) => resolved(properties['TableInput'] ?? {}, bucket) as TableInput);
}

/** CloudFormation's functions, as far as the tables have them. */
function resolved(value: Value, bucket: string): unknown {
  if (Array.isArray(value)) return value.map((item: Value) => resolved(item, bucket));
  if (typeof value !== 'object') return value;
  const fields = value as Readonly<Record<string, Value>>;
  if (typeof fields['Fn::Sub'] === 'string') return fields['Fn::Sub'].replaceAll('${LakeBucket}', bucket);
  if (fields['Fn::Base64'] !== undefined)
    return Buffer.from(String(resolved(fields['Fn::Base64'], bucket))).toString('base64');
  if (fields['Fn::Join'] !== undefined) {
    const [separator, parts] = resolved(fields['Fn::Join'], bucket) as [string, string[]];
    return parts.join(separator);
  }
  return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, resolved(item, bucket)]));
}

function partitionsOf(keys: readonly string[]): Partition[] {
  const byPrefix = new Map<string, Partition>();
  for (const key of keys) {
    const partition = parseEventsKey(key)?.partition ?? parseCompactedKey(key)?.partition;
    if (partition !== undefined) byPrefix.set(partitionPrefix(partition), partition);
  }
  return [...byPrefix.values()];
}
