import type { TableInput } from '@aws-sdk/client-glue';
import { CATALOGUE } from './server.ts';

/** A view as Trino and Athena keep it in Glue; columns are in the order of the SELECT. */
export interface ViewDefinition {
  readonly sql: string;
  readonly columns: readonly ViewColumn[];
}

export interface ViewColumn {
  readonly name: string;
  /** Trino's. */
  readonly type: string;
  /** Glue's. */
  readonly hiveType: string;
}

/**
 * The Glue table that is a view of Athena's: Trino's `ConnectorViewDefinition` as JSON, in Base64, between the marks that Trino's
 * `ViewReaderUtil` (plugin/trino-hive) looks for.
 */
export function prestoView(name: string, database: string, { sql, columns }: ViewDefinition): TableInput {
  const view = {
    originalSql: sql,
    catalog: CATALOGUE,
    schema: database,
    columns: columns.map((column) => ({ name: column.name, type: column.type })),
    runAsInvoker: true,
  };
  return {
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
    PartitionKeys: [],
    StorageDescriptor: {
      Columns: columns.map((column) => ({ Name: column.name, Type: column.hiveType })),
      SerdeInfo: {},
    },
  };
}
