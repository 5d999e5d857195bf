import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../shared/core/limits.ts';
import { partsByReference } from '../../oracle/reference-parts.ts';
import { compareFiles } from '../../support/fuzz-engine.ts';
import { LOG_FILE } from '../../support/rows-of-text.ts';
import { hasSharedData, SHARED_DATA } from '../../support/shared-data.ts';

const FOLDER = join(SHARED_DATA, 'records');

function recordsOf(name: string): string[] {
  return readFileSync(join(FOLDER, name), 'utf8').split('\n').filter(Boolean);
}

function containerOf(records: readonly string[]): { key: string; stored: Uint8Array } {
  return { key: LOG_FILE, stored: Buffer.from(`{"Records":[${records.join(',')}]}`) };
}

// The real records are licensed data that is not in the repository.
describe.skipIf(!hasSharedData)('all real records (skipped where ../shared/data is absent)', () => {
  const names = hasSharedData ? readdirSync(FOLDER).filter((name) => name.endsWith('.ndjson')) : [];
  const records = names.flatMap(recordsOf);

  it('become the same bytes by the engine and by the reference, source by source', async () => {
    const files = names.map((name) => containerOf(recordsOf(name)));
    expect((await compareFiles(files)).differing).toBeUndefined();
  });

  it('and each as a log file of its own', async () => {
    expect(records).toHaveLength(3760);
    for (let from = 0; from < records.length; from += 200) {
      const files = records.slice(from, from + 200).map((record) => containerOf([record]));
      expect((await compareFiles(files)).differing).toBeUndefined();
    }
  });

  it('are nearly all rows', () => {
    const { objects } = partsByReference([containerOf(records)], DEFAULT_LIMITS, Infinity);
    const rows = Array.from(objects.values(), ({ rowsOf }) => rowsOf.get(0) ?? 0);
    expect(rows.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3600);
  });
});
