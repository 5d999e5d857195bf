import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import type { LakeSize } from './figures.ts';

/** Who did what, when and from where, and whether it failed. */
export const USUAL_COLUMNS = [
  'event_ts',
  'eventsource',
  'eventname',
  'useridentity.arn',
  'sourceipaddress',
  'errorcode',
];

/** What lies in a lake that has been ingested but not compacted. */
export function lakeSize(lake: string): LakeSize {
  const objects = globSync('events/**/*.parquet', { cwd: lake });
  let objectBytes = 0;
  let usualBytes = 0;
  for (const key of objects) {
    const bytes = readFileSync(join(lake, key));
    objectBytes += bytes.length;
    usualBytes += usualBytesOf(bytes);
  }
  const batches = globSync('receipts/**/*.json', { cwd: lake }).length;
  return { batches, objects: objects.length, objectBytes, usualBytes };
}

function usualBytesOf({ buffer, byteOffset, length }: Buffer): number {
  const file = buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
  const { row_groups, metadata_length } = parquetMetadata(file);
  const columns = row_groups.flatMap((group) => group.columns.flatMap(({ meta_data }) => meta_data ?? []));
  const usual = columns.filter((column) => USUAL_COLUMNS.includes(column.path_in_schema.join('.')));
  return usual.reduce((sum, column) => sum + Number(column.total_compressed_size), metadata_length + 8);
}
