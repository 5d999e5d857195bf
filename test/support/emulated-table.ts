import { CreateDatabaseCommand, CreateTableCommand, GlueClient, type Column } from '@aws-sdk/client-glue';
import { DELIVERIES } from '../../shared/core/events-view.ts';
import { PARTITION_COLUMNS } from '../../shared/core/columns.ts';
import { uniqueName } from './emulated-aws.ts';

export const TABLE = DELIVERIES;
export const COLUMNS: readonly Column[] = [{ Name: 'eventid', Type: 'string' }];

/** A new database with an empty table of events in the emulated Glue catalogue; the database's name. */
export async function emptyTable(): Promise<string> {
  const database = uniqueName('db').replaceAll('-', '_');
  const glue = new GlueClient({});
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  const StorageDescriptor = {
    Columns: [...COLUMNS],
    Location: 's3://lake-bucket/events/',
    InputFormat: 'parquet',
  };
  const PartitionKeys = PARTITION_COLUMNS.map((Name) => ({ Name, Type: 'string' }));
  const TableInput = { Name: TABLE, StorageDescriptor, PartitionKeys };
  await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  return database;
}
