import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DELIVERIES } from '../../shared/core/events-view.ts';
import { COLUMNS, PARTITION_COLUMNS } from '../../shared/core/columns.ts';
import { uniqueName } from './emulated-aws.ts';

/**
 * Puts a lake that was made on this machine where a deployed one lies, with workgroup, database and table, and gives the workgroup's
 * name. The emulator's Athena reads the Parquet files as they are: neither partitions nor column types come from the table, and it has no
 * views: `cloudtrail_logs` is the table once more there.
 */
export async function deployLake(root: string): Promise<{ workgroup: string; bucket: string }> {
  const bucket = uniqueName('lake');
  const s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const key = path.slice(root.length + 1);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(path) }));
  }
  const workgroup = await createWorkgroup(bucket);
  await createTables(workgroup.replaceAll('-', '_'), `s3://${bucket}/events/`);
  return { workgroup, bucket };
}

/** A workgroup of a new name, whose results go to the bucket. */
export async function createWorkgroup(bucket: string): Promise<string> {
  const Name = uniqueName('trailseal');
  const ResultConfiguration = { OutputLocation: `s3://${bucket}/athena-results/` };
  await new AthenaClient().send(new CreateWorkGroupCommand({ Name, Configuration: { ResultConfiguration } }));
  return Name;
}

async function createTables(database: string, location: string): Promise<void> {
  await new GlueClient().send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  for (const name of [DELIVERIES, 'cloudtrail_logs']) await createTable(database, name, location);
}

async function createTable(database: string, name: string, location: string): Promise<void> {
  const glue = new GlueClient();
  const strings = (names: readonly string[]) => names.map((Name) => ({ Name, Type: 'string' }));
  await glue.send(
    new CreateTableCommand({
      DatabaseName: database,
      TableInput: {
        Name: name,
        Parameters: { classification: 'parquet' },
        PartitionKeys: strings(PARTITION_COLUMNS),
        StorageDescriptor: { Location: location, Columns: strings(COLUMNS.map(({ name }) => name)) },
      },
    }),
  );
}
