import { ALL_VIEWS } from '../shared/core/views/all-views.ts';
import { spell, trinoType, type TypeSpelling, type ViewType } from '../shared/core/views/view-type.ts';
import { viewSql, type View } from '../shared/core/views/view.ts';
import { capitalised, ref, type Resource } from './template.ts';

/** The views over `cloudtrail_logs`, in the catalogue's database. */
export function glueViews(database: string): Readonly<Record<string, Resource>> {
  return Object.fromEntries(ALL_VIEWS.map((view) => [resourceName(view), glueView(view, database)]));
}

/** `ocsf_api_activity` as `OcsfApiActivityView`. */
function resourceName({ name }: View): string {
  return `${name.split('_').map(capitalised).join('')}View`;
}

/**
 * A view as Athena keeps it in the Glue catalogue: Trino's `ConnectorViewDefinition` as JSON in Base64, between the marks that
 * Trino's `ViewReaderUtil` (plugin/trino-hive) looks for.
 */
function glueView(view: View, database: string): Resource {
  const columns = Object.entries(view.columns).map(([name, { type }]) => ({ name, type }));
  const definition = {
    originalSql: viewSql(view),
    catalog: 'awsdatacatalog',
    schema: database,
    columns: columns.map(({ name, type }) => ({ name, type: trinoType(type) })),
    runAsInvoker: true,
  };
  const encoded = Buffer.from(JSON.stringify(definition)).toString('base64');
  return {
    Type: 'AWS::Glue::Table',
    Properties: {
      CatalogId: ref('AWS::AccountId'),
      DatabaseName: ref('Database'),
      TableInput: {
        Name: view.name,
        Description: view.description,
        TableType: 'VIRTUAL_VIEW',
        Parameters: { presto_view: 'true', comment: 'Presto View' },
        ViewOriginalText: `/* Presto View: ${encoded} */`,
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
