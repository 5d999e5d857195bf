import { hash } from 'node:crypto';
import { inMemory, parquetRows } from '../../shared/core/parquet-rows.ts';
import type { Struct } from '../../shared/core/record-row.ts';

/** Same bytes, same rows: tests that read thousands of lakes read each object once. */
const READ = new Map<string, Promise<readonly Struct[]>>();

export async function rowsOfObject(bytes: Uint8Array): Promise<readonly Struct[]> {
  const id = hash('sha1', bytes);
  const reading = READ.get(id) ?? parquetRows(inMemory(bytes));
  READ.set(id, reading);
  return await reading;
}
