import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestFolder } from '../support/ingest-folder.ts';
import { trailseal } from '../support/run-cli.ts';
import { writeFiles } from '../support/scratch-folder.ts';
import { asMap, smallLogFiles } from '../support/small-log-files.ts';

const FILES = smallLogFiles({ accounts: 1, regions: 1, days: 1, filesPerDay: 4, recordsPerFile: 3 });
const COUNTS =
  'SELECT (SELECT count(*) FROM cloudtrail_logs) AS events, count(*) AS stored, count(otherdeliveries) AS several FROM cloudtrail_deliveries';

describe('trailseal compact', () => {
  let folder: string;
  let lake: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trailseal-compact-'));
    lake = join(folder, 'lake');
    await writeFiles(join(folder, 'logs'), [...asMap(FILES)]);
    await ingestFolder([join(folder, 'logs')], lake);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const counts = async (): Promise<unknown> => {
    const { stdout } = await trailseal(['query', '--lake', lake, '--json', COUNTS]);
    return JSON.parse(stdout) as unknown;
  };
  const status = async (): Promise<unknown> =>
    JSON.parse((await trailseal(['status', '--lake', lake, '--json'])).stdout) as unknown;

  it('rewrites days that are over, says what became of them, and leaves every answer as it was', async () => {
    const before = { counts: await counts(), status: await status() };
    expect(before.counts).toEqual([{ events: 12, stored: 15, several: 0 }]);
    const { code, stdout, stderr } = await trailseal(['compact', '--lake', lake]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^2 days of an account and region compacted, 0 as they should be, 0 not over yet\n/,
    );
    expect(stdout).toContain('3 deliveries more of the same events noted beside them');
    expect(await counts()).toEqual([{ events: 12, stored: 12, several: 3 }]);
    expect(await status()).toEqual(before.status);
  });

  it('finds nothing more to do, and removes what was replaced when it is asked to', async () => {
    const again = await trailseal(['compact', '--lake', lake, '--json', '--remove-replaced', '0']);
    const summary = JSON.parse(again.stdout) as Record<string, unknown>;
    expect(summary).toMatchObject({ compacted: 0, current: 2, failures: [] });
    expect(summary['superseded']).toBeGreaterThan(0);
    const left = await readdir(join(lake, 'events'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
    expect(await counts()).toEqual([{ events: 12, stored: 12, several: 3 }]);
    expect((await trailseal(['compact', '--lake', lake])).stdout).toContain('nothing to compact');
  });

  it('does not understand what goes with another kind of lake', async () => {
    const wrong = [
      [['--database', 'x'], '--database goes with a lake in S3'],
      [['--repair'], '--repair goes with'],
      [['--remove-replaced', 'x'], 'Give a number of days'],
    ] as const;
    for (const [flags, text] of wrong) {
      const { code, stderr } = await trailseal(['compact', '--lake', lake, ...flags]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(text) as string });
    }
  });
});
