import { athenaEvents } from '../shared/adapters/athena-once-each.ts';
import { ALL_VIEWS } from '../shared/core/views/all-views.ts';
import { TABLE_COLUMNS } from '../shared/core/views/by-day.ts';
import { spell, trinoType, type TypeSpelling, type ViewType } from '../shared/core/views/view-type.ts';
import { viewSql, type View } from '../shared/core/views/view.ts';
import { capitalised, ref, sub, type Resource, type Value } from './template.ts';

/** `cloudtrail_logs`, which shows each stored event once, and the views over it, in the catalogue's database. */
export function glueViews(database: string): Readonly<Record<string, Resource>> {
  const others = ALL_VIEWS.map((view) => [
    resourceName(view),
    glueView(view, database, viewSql(view), inBase64),
  ]);
  const logs = glueView(EVENTS, database, athenaEvents('s3://${LakeBucket}'), whenDeployed);
  return Object.fromEntries([[resourceName(EVENTS), logs], ...others]) as Record<string, Resource>;
}

const EVENTS: Pick<View, 'name' | 'description' | 'columns'> = {
  name: 'cloudtrail_logs',
  description: 'Each event of CloudTrail once, in the columns of the Athena user guide',
  columns: TABLE_COLUMNS,
};

function inBase64(text: string): Value {
  return `${BEGIN}${Buffer.from(text).toString('base64')}${END}`;
}

/** Where the lake's bucket is named, which is known when it is deployed. */
function whenDeployed(text: string): Value {
  return { 'Fn::Join': ['', [BEGIN, { 'Fn::Base64': sub(text) }, END]] };
}

const [BEGIN, END] = ['/* Presto View: ', ' */'];

/** `ocsf_api_activity` as `OcsfApiActivityView`. */
function resourceName({ name }: Pick<View, 'name'>): string {
  return `${name.split('_').map(capitalised).join('')}View`;
}

/**
 * A view as Athena keeps it in the Glue catalogue: Trino's `ConnectorViewDefinition` as JSON in Base64, between the marks that
 * Trino's `ViewReaderUtil` (plugin/trino-hive) looks for.
 */
function glueView(
  view: Pick<View, 'name' | 'description' | 'columns'>,
  database: string,
  originalSql: string,
  encoded: (text: string) => Value,
): Resource {
  const columns = Object.entries(view.columns).map(([name, { type }]) => ({ name, type }));
  const definition = {
    originalSql,
    catalog: 'awsdatacatalog',
    schema: database,
    columns: columns.map(({ name, type }) => ({ name, type: trinoType(type) })),
    runAsInvoker: true,
  };
  return {
    Type: 'AWS::Glue::Table',
    Properties: {
      CatalogId: ref('AWS::AccountId'),
      DatabaseName: ref('Database'),
      TableInput: {
        Name: view.name,
        // No description: Trino takes it for the comment, by which it knows a view (ViewReaderUtil.isTrinoView).
        TableType: 'VIRTUAL_VIEW',
        Parameters: { presto_view: 'true', comment: 'Presto View' },
        ViewOriginalText: encoded(JSON.stringify(definition)),
        ViewExpandedText: '/* Presto View */',
        StorageDescriptor: {
          Columns: columns.map(({ name, type }) => ({ Name: name, Type: hiveTypeOfView(type) })),
          SerdeInfo: {},
        },
      },
    },
  };
}

const HIVE: TypeSpelling = {
  scalars: {
    varchar: 'string',
    boolean: 'boolean',
    integer: 'int',
    bigint: 'bigint',
    'timestamp(3)': 'timestamp',
    varbinary: 'binary',
  },
  row: (fields) => `struct<${fields.map(([name, type]) => `${name}:${type}`).join(',')}>`,
  array: (element) => `array<${element}>`,
  map: (value) => `map<string,${value}>`,
};

/** The type as Glue and Athena (Hive) write it. */
export function hiveTypeOfView(type: ViewType): string {
  return spell(type, HIVE);
}
