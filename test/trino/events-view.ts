import { hiveType } from '../../deploy/glue-columns.ts';
import { COLUMNS, PARTITION_COLUMNS, type ColumnType } from '../../shared/core/columns.ts';
import { SAME_EVENT } from '../../shared/core/events-view.ts';
import type { ViewColumn, ViewDefinition } from './presto-view.ts';

/**
 * The view `cloudtrail_logs`: each event of the deliveries once. Compacted objects hold each once already. They are told apart by a range of
 * `"$path"`, which Trino looks at before it opens a file: with `LIKE`, both branches would read all of them (docs/trino.md).
 */
export function eventsView(bucket: string): ViewDefinition {
  const [from, to] = [`'s3://${bucket}/compacted/'`, `'s3://${bucket}/compacted0'`];
  const columns = viewColumns();
  const names = columns.map(({ name }) => name).join(', ');
  const sql = `
SELECT ${names} FROM cloudtrail_deliveries WHERE "$path" >= ${from} AND "$path" < ${to}
UNION ALL
SELECT ${names} FROM (
  SELECT ${names}, row_number() OVER (PARTITION BY ${SAME_EVENT.join(', ')} ORDER BY logfile, recordindex) AS delivery
  FROM cloudtrail_deliveries WHERE "$path" < ${from} OR "$path" >= ${to}
) WHERE delivery = 1 OR eventid IS NULL`;
  return { sql, columns };
}

export function viewColumns(): ViewColumn[] {
  return [
    ...COLUMNS.map(({ name, type }) => ({ name, type: trinoType(type), hiveType: hiveType(type) })),
    ...PARTITION_COLUMNS.map((name) => ({ name, type: 'varchar', hiveType: 'string' })),
  ];
}

/** The column's type as Trino writes it. */
export function trinoType(type: ColumnType): string {
  if (typeof type === 'string') return TRINO_SCALARS[type];
  if ('struct' in type) {
    const fields = Object.entries(type.struct).map(([name, field]) => `${name} ${trinoType(field)}`);
    return `row(${fields.join(', ')})`;
  }
  if ('array' in type) return `array(${trinoType(type.array)})`;
  return 'map(varchar, varchar)';
}

const TRINO_SCALARS = {
  string: 'varchar',
  json: 'varchar',
  timestamp: 'timestamp(3)',
  int: 'integer',
  binary: 'varbinary',
} as const satisfies Record<Extract<ColumnType, string>, string>;
