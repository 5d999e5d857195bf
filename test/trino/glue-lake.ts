import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { catalogue, databaseName } from '../../deploy/catalogue.ts';
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
  if (!inputs.some(({ Name: name }) => name === LOGS))
    inputs.push(prestoView(LOGS, database, eventsView(bucket)));
  for (const input of inputs)
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: input }));
  const partitions = partitionsOf(keys);
  const registrar = new PartitionRegistrar(new GlueCatalogue(database, DELIVERIES), `s3://${bucket}`, now);
  for (const [prefix, outcome] of await registrar.register(partitions))
    if (outcome.kind !== 'added') throw new Error(`${prefix} was not registered`, { cause: outcome });
  const views = inputs.filter(({ Name: name, TableType: type }) => type === VIEW && name !== LOGS);
  return { bucket, database, partitions, views: views.map(({ Name: name = '' }) => name) };
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
function tableInputs(stage: string, bucket: string): TableInput[] {
  return Object.values(catalogue(stage).Resources)
    .filter(({ Type: type }) => type === 'AWS::Glue::Table')
    .map(({ Properties: properties }) => {
      const input = resolved(properties['TableInput'] ?? {}, bucket) as TableInput;
      if (input.Name === LOGS && input.TableType !== VIEW) input.Name = DELIVERIES;
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
