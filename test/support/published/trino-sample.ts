import type { DuckDBConnection } from '@duckdb/node-api';
import { COLUMNS, PARTITION_COLUMNS } from '../../../shared/core/columns.ts';
import { trinoType, viewTypeOf, type ViewType } from '../../../shared/core/views/view-type.ts';

/**
 * Events of the DuckDB lake as a view of Trino's that reads no table, so that two hundred queries take minutes: of each kind of event
 * the first, every column of the type that the deployed table gives it.
 */
export async function trinoSample(lake: DuckDBConnection): Promise<string> {
  const found = await lake.runAndReadAll(
    `SELECT to_json(t)::VARCHAR FROM cloudtrail_logs t
     QUALIFY row_number() OVER (PARTITION BY eventsource, eventname, errorcode ORDER BY eventtime) = 1`,
  );
  const events = found.getRowsJson().flatMap(([event]) => (typeof event === 'string' ? [event] : []));
  const fields = Object.fromEntries(NAMED.map(({ name, type }) => [name, inJson(type)]));
  const rows = trinoType({ array: { row: fields } });
  const names = NAMED.map(({ name }) => `"${name}"`).join(', ');
  const selected = NAMED.map(({ name, type }) => `${fromJson(name, type)} AS "${name}"`);
  const json = `json_parse('[${events.join(',').replaceAll("'", "''")}]')`;
  return `SELECT ${selected.join(', ')} FROM UNNEST(CAST(${json} AS ${rows})) AS events (${names})`;
}

const NAMED: readonly { readonly name: string; readonly type: ViewType }[] = [
  ...COLUMNS.map(({ name, type }) => ({ name, type: viewTypeOf(type) })),
  ...PARTITION_COLUMNS.map((name) => ({ name, type: 'varchar' as const })),
];

/** JSON has neither times nor bytes. */
function inJson(type: ViewType): ViewType {
  return type === 'timestamp(3)' || type === 'varbinary' ? 'varchar' : type;
}

function fromJson(name: string, type: ViewType): string {
  return inJson(type) === type
    ? `"${name}"`
    : type === 'varbinary'
      ? `to_utf8("${name}")`
      : `CAST("${name}" AS ${trinoType(type)})`;
}
