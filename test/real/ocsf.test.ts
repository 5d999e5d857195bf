import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { OCSF_VERSION } from '../../shared/core/views/ocsf-common.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import {
  OCSF_CLASSES,
  ocsfEvents,
  ocsfValidator,
  type OcsfClassName,
  type OcsfEvent,
} from '../support/ocsf.ts';
import { hasSharedData, SHARED_DATA } from '../support/shared-data.ts';

// The real records are licensed data that is not in the repository.
describe.skipIf(!hasSharedData)('real records as OCSF (skipped where ../shared/data is absent)', () => {
  const events = new Map<OcsfClassName, readonly OcsfEvent[]>();
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'trailseal-ocsf-'));
    await ingestFolder([join(SHARED_DATA, 'records')], root);
    using lake = await DuckdbLake.open(root);
    for (const name of OCSF_CLASSES) events.set(name, await ocsfEvents(lake, name));
    const { chunks } = await lake.query('SELECT count(*) FROM cloudtrail_logs');
    for await (const [row] of chunks) total = Number(row?.[0]);
  });

  let total = 0;

  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  it('are each in exactly one class', () => {
    const ids = [...events.values()].flat().map((event) => JSON.stringify(event));
    expect(ids).toHaveLength(total);
    expect(total).toBeGreaterThan(3600);
    for (const name of OCSF_CLASSES) expect(events.get(name)?.length, name).toBeGreaterThan(50);
  });

  it('are valid, every one, by the schema of OCSF 1.5.0', async () => {
    const validate = await ocsfValidator(OCSF_VERSION);
    const invalid = OCSF_CLASSES.flatMap((name) =>
      (events.get(name) ?? []).flatMap((event) => validate(name, event)),
    );
    const counts = Object.entries(Object.groupBy(invalid, (problem) => problem)).map(
      ([problem, found]) => `${found?.length} times ${problem}`,
    );
    expect(counts).toEqual([]);
  });
});
