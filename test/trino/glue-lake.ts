import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { catalogue } from '../../deploy/catalogue.ts';
import type { Value } from '../../deploy/template.ts';
import { GlueCatalogue } from '../../shared/adapters/glue-catalogue.ts';
import { DELIVERIES } from '../../shared/adapters/duckdb-once-each.ts';
import { EVENTS, parseEventsKey, partitionPrefix, type Partition } from '../../shared/core/lake-keys.ts';
import { PartitionRegistrar } from '../../shared/jobs/register-partitions.ts';
import { now } from '../support/now.ts';
import { eventsView } from './events-view.ts';
import { prestoView } from './presto-view.ts';

/** A lake as it is when deployed: objects in S3, tables, views and partitions in Glue. */
export interface GlueLake {
  readonly bucket: string;
  readonly database: string;
  readonly partitions: readonly Partition[];
}

export const LOGS = 'cloudtrail_logs';

/**
 * Puts a lake that was made in a directory into the emulated S3, its tables into the emulated Glue by the definitions that are deployed,
 * and its partitions by what registers them in AWS. Clients find the emulator in the environment.
 */
export async function deployToGlue(root: string, name: string): Promise<GlueLake> {
  const [bucket, database] = [name.replaceAll('_', '-'), name.replaceAll('-', '_')];
  const keys = await putAll(root, bucket);
  const glue = new GlueClient();
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  for (const input of tableInputs(bucket))
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: input }));
  await glue.send(
    new CreateTableCommand({ DatabaseName: database, TableInput: prestoView(LOGS, database, eventsView()) }),
  );
  const partitions = partitionsOf(keys);
  const registrar = new PartitionRegistrar(new GlueCatalogue(database, DELIVERIES), `s3://${bucket}`, now);
  for (const [prefix, outcome] of await registrar.register(partitions))
    if (outcome.kind !== 'added') throw new Error(`${prefix} was not registered`, { cause: outcome });
  return { bucket, database, partitions };
}

/** Every object of the lake; their keys. */
async function putAll(root: string, bucket: string): Promise<string[]> {
  const s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const keys: string[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const key = relative(root, path).replaceAll(sep, '/');
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(path) }));
    keys.push(key);
  }
  return keys;
}

/** The tables of deploy/catalogue.ts, of which the events' holds deliveries. */
function tableInputs(bucket: string): TableInput[] {
  return Object.values(catalogue('trino').Resources)
    .filter(({ Type: type }) => type === 'AWS::Glue::Table')
    .map(({ Properties: properties }) => {
      const input = resolved(properties['TableInput'] ?? {}, bucket) as TableInput;
      if (input.Name === LOGS) input.Name = DELIVERIES;
      return input;
    });
}

/** CloudFormation's `Fn::Sub` of the lake's bucket, done. */
function resolved(value: Value, bucket: string): unknown {
  if (Array.isArray(value)) return value.map((item: Value) => resolved(item, bucket));
  if (typeof value !== 'object') return value;
  const text = 'Fn::Sub' in value ? value['Fn::Sub'] : undefined;
  if (typeof text === 'string') return text.replaceAll('${LakeBucket}', bucket);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, bucket)]));
}

function partitionsOf(keys: readonly string[]): Partition[] {
  const byPrefix = new Map<string, Partition>();
  for (const key of keys) {
    const partition = key.startsWith(EVENTS) ? parseEventsKey(key)?.partition : undefined;
    if (partition !== undefined) byPrefix.set(partitionPrefix(partition), partition);
  }
  return [...byPrefix.values()];
}
