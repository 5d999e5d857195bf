import { COMPACTED_COLUMNS, PARTITION_COLUMNS } from '../shared/core/columns.ts';
import { DELIVERIES } from '../shared/core/events-view.ts';
import { PLAN_FIELDS, RECEIPTS_FIELDS } from './documents.ts';
import { documentColumns, hiveType } from './glue-columns.ts';
import { glueViews } from './glue-views.ts';
import { ref, sub, type Fragment, type Resource, type Value } from './template.ts';

/** The lake as Athena knows it: its events in AWS's documented columns, and its own bookkeeping. */
export function catalogue(stage: string): Fragment {
  return {
    Resources: {
      Database: {
        Type: 'AWS::Glue::Database',
        Properties: {
          CatalogId: ref('AWS::AccountId'),
          DatabaseInput: {
            Name: databaseName(stage),
            Description: 'The audit lake: what CloudTrail recorded, and how it got here',
          },
        },
      },
      EventsTable: eventsTable(),
      ...glueViews(databaseName(stage)),
      ReceiptsTable: documentTable(
        'trailseal_receipts',
        'receipts',
        'What came of each log file, one row a batch',
        documentColumns(RECEIPTS_FIELDS),
      ),
      PlansTable: documentTable(
        'trailseal_plans',
        'plans',
        'Which log files a batch reads, one row a batch',
        documentColumns(PLAN_FIELDS),
      ),
    },
  };
}

/** Glue allows a hyphen in a name, but Athena wants it in quotes then. */
export function databaseName(stage: string): string {
  return `trailseal_${stage.replaceAll('-', '_')}`;
}

function eventsTable(): Resource {
  return table({
    Name: DELIVERIES,
    Description:
      "CloudTrail's records as they are stored, in the columns of the Athena user guide; cloudtrail_logs shows each event once",
    Parameters: { classification: 'parquet' },
    PartitionKeys: PARTITION_COLUMNS.map((name) => ({ Name: name, Type: 'string' })),
    StorageDescriptor: {
      Columns: COMPACTED_COLUMNS.map(({ name, type }) => ({ Name: name, Type: hiveType(type) })),
      Location: sub('s3://${LakeBucket}/events/'),
      InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
    },
  });
}

/** A table over JSON documents, one a line, one a file. */
function documentTable(name: string, folder: string, description: string, columns: Value): Resource {
  return table({
    Name: name,
    Description: description,
    Parameters: { classification: 'json' },
    StorageDescriptor: {
      Columns: columns,
      Location: sub(`s3://\${LakeBucket}/${folder}/`),
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
        // The default, said aloud: it is what finds the document's `logFiles` for the column `logfiles`.
        Parameters: { 'case.insensitive': 'true' },
      },
    },
  });
}

function table(input: Readonly<Record<string, Value>>): Resource {
  return {
    Type: 'AWS::Glue::Table',
    Properties: {
      CatalogId: ref('AWS::AccountId'),
      DatabaseName: ref('Database'),
      TableInput: { TableType: 'EXTERNAL_TABLE', ...input },
    },
  };
}
