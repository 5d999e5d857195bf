import { GetPartitionsCommand, GlueClient } from '@aws-sdk/client-glue';
import { describe, expect, it } from 'vitest';
import { GlueCatalogue } from '../../shared/adapters/glue-catalogue.ts';
import { MemoryCatalogue } from '../../shared/adapters/memory-catalogue.ts';
import { catalogueContract, partitionOf } from '../support/catalogue-contract.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { COLUMNS, emptyTable, TABLE } from '../support/emulated-table.ts';

emulatedAws();

catalogueContract('MemoryCatalogue', () => Promise.resolve(new MemoryCatalogue()));
catalogueContract('GlueCatalogue', async () => new GlueCatalogue(await emptyTable(), TABLE));

describe('a partition in the Glue catalogue', () => {
  it('has its table’s columns and formats, and its values in the order of the table’s keys', async () => {
    const database = await emptyTable();
    await new GlueCatalogue(database, TABLE).add([{ partition: partitionOf(1), location: 's3://lake/1/' }]);
    const { Partitions: found } = await new GlueClient({}).send(
      new GetPartitionsCommand({ DatabaseName: database, TableName: TABLE }),
    );
    expect(found).toMatchObject([
      {
        Values: ['111122223333', 'eu-west-1', '2026', '11', '02'],
        StorageDescriptor: { Columns: COLUMNS, InputFormat: 'parquet', Location: 's3://lake/1/' },
      },
    ]);
  });

  it('of a table that isn’t there is an error that names the table', async () => {
    const catalogue = new GlueCatalogue('no_such_database', TABLE);
    await expect(
      catalogue.add([{ partition: partitionOf(1), location: 's3://lake/1/' }]),
    ).rejects.toMatchObject({
      name: 'CatalogueError',
      code: 'no-table',
      message: expect.stringContaining(`no_such_database.${TABLE}`) as string,
    });
  });
});
