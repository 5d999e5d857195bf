import { join } from 'node:path';
import {
  COLUMNS,
  COMPACTED_COLUMNS,
  duckdbType,
  OTHER_DELIVERIES,
  PARTITION_COLUMNS,
  type Column,
} from '../core/columns.ts';
import { DELIVERIES } from '../core/events-view.ts';
import { COMPACTED, EVENTS } from '../core/lake-keys.ts';
import { currentObjects, type CurrentObjects } from '../jobs/current-objects.ts';
import { DirectoryStore } from './directory-store.ts';
import { SETTLED, UNSETTLED } from './duckdb-once-each.ts';

/**
 * DuckDB SQL that mounts a lake's Parquet files, as they are now: rows of days that are compacted and nothing besides, which are each an
 * event; all others, which may be deliveries of the same; and both together. A lake without any has the columns all the same.
 */
export async function mount(root: string): Promise<string[]> {
  const { settled, unsettled } = await currentObjects(new DirectoryStore(root));
  return [
    `CREATE VIEW ${SETTLED} AS ${rowsOf(root, settled, COMPACTED_COLUMNS)}`,
    `CREATE VIEW ${UNSETTLED} AS ${both(root, unsettled)}`,
    `CREATE VIEW ${DELIVERIES} AS SELECT * FROM ${SETTLED} UNION ALL SELECT * FROM ${UNSETTLED}`,
  ];
}

function both(root: string, { compacted, small }: CurrentObjects['unsettled']): string {
  if (compacted.length === 0) return rowsOf(root, small, COLUMNS);
  return `${rowsOf(root, compacted, COMPACTED_COLUMNS)} UNION ALL ${rowsOf(root, small, COLUMNS)}`;
}

/** Rows of objects with these columns; those of `COMPACTED_COLUMNS` that they lack are NULL. */
function rowsOf(root: string, keys: readonly string[], columns: readonly Column[]): string {
  const others = `NULL::${duckdbType(OTHER_DELIVERIES.type)} AS ${OTHER_DELIVERIES.name}`;
  if (keys.length === 0) {
    const typed = COMPACTED_COLUMNS.map(({ name, type }) => `NULL::${duckdbType(type)} AS "${name}"`);
    const partition = PARTITION_COLUMNS.map((name) => `NULL::VARCHAR AS "${name}"`);
    return `SELECT ${[...typed, ...partition].join(', ')} WHERE false`;
  }
  const own = columns === COMPACTED_COLUMNS ? `"${OTHER_DELIVERIES.name}"` : others;
  const names = [
    ...COLUMNS.map(({ name }) => `"${name}"`),
    own,
    ...PARTITION_COLUMNS.map((name) => `"${name}"`),
  ];
  const files = keys.map((key) => literal(join(globbed(root), key)));
  // Partition values stay strings: '05' is not 5, as in Athena.
  const options = 'hive_partitioning = true, hive_types_autocast = false';
  return `SELECT ${names.join(', ')} FROM read_parquet([${files.join(', ')}], ${options})`;
}

/** Folders that DuckDB may read. The pattern is compared as it is written, the files as they are called. */
export function mountedFolders(root: string): string[] {
  return [EVENTS, COMPACTED].flatMap((folder) => [join(root, folder), join(globbed(root), folder)]);
}

/** A path in which nothing is a pattern. */
function globbed(path: string): string {
  return path.replaceAll(/[[*?]/g, '[$&]');
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
