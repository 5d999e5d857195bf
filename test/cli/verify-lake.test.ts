import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/core/finding.ts';
import { trailseal, type CliResult } from '../support/run-cli.ts';

/** The walk-through of docs/verify.md, on a smaller sample than the demo's. */

let folder: string;
let keys: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailseal-walk-'));
  const [logs, lake, key] = ['logs', 'lake', 'key.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const sampleKeys = join(folder, 'sample.json');
  const size = ['--hours', '2', '--events-per-hour', '200', '--accounts', '2', '--regions', '2'];
  await trailseal(['sample', logs, ...size, '--public-keys', sampleKeys]);
  await trailseal(['ingest', logs, '--lake', lake]);
  await trailseal(['seal', '--lake', lake, '--key-file', key]);
  const { stdout } = await trailseal(['serve-keys', '--key-file', key, '--print']);
  await writeFile(join(folder, 'own.json'), stdout);
  keys = ['--public-keys', sampleKeys, '--public-keys', join(folder, 'own.json')];
});

afterAll(() => rm(folder, { recursive: true }));

async function verify(...args: string[]): Promise<CliResult> {
  return await trailseal(['verify', ...args, ...keys]);
}

/** Codes and subjects of the alarms once a file has been changed. */
async function alarmsAfter(file: string, change: (path: string) => Promise<void>): Promise<string[]> {
  const copy = await mkdtemp(join(folder, 'copy-'));
  await cp(join(folder, 'logs'), join(copy, 'logs'), { recursive: true });
  await cp(join(folder, 'lake'), join(copy, 'lake'), { recursive: true });
  await change(join(copy, file));
  const { code, stdout } = await verify(join(copy, 'logs'), '--lake', join(copy, 'lake'), '--json');
  expect(code).toBe(4);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return findings
    .filter(({ severity }) => severity === 'alarm')
    .map((one) => `${one.code} ${one.subject}`)
    .sort();
}

async function firstBelow(place: string): Promise<string> {
  const entries = await readdir(join(folder, place), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort()[0]?.slice(folder.length + 1) ?? '';
}

describe('a sample, its lake and the digests of both', () => {
  it('are found whole, from either side and from both', async () => {
    const both = await verify(join(folder, 'logs'), '--lake', join(folder, 'lake'));
    expect(both).toMatchObject({ code: 0, stderr: '' });
    expect(both.stdout).toMatch(/of the lake verified: no alarm\n$/);
    const lake = await verify('--lake', join(folder, 'lake'));
    expect(lake.code).toBe(0);
    expect(lake.stdout).toMatch(
      /^1 chain, 1 digest, 0 log files, 0 B, \d+ batches of the lake verified: no alarm\n$/,
    );
  });

  it('name the object of the lake that a byte was added to', async () => {
    const file = await firstBelow('lake/events');
    const alarms = await alarmsAfter(file, (path) => appendFile(path, 'x'));
    expect(alarms).toEqual([`lake-object-changed ${file.slice('lake/'.length)}`]);
  });

  it('name the receipts that were edited, by our digest, and what contradicts them, by the log files', async () => {
    const file = await firstBelow('lake/receipts');
    const key = file.slice('lake/'.length);
    const alarms = await alarmsAfter(file, async (path) => {
      const text = await readFile(path, 'utf8');
      await writeFile(
        path,
        text.replace(/"rows":(\d+)/, (_, rows: string) => `"rows":${Number(rows) + 1}`),
      );
    });
    expect(alarms).toEqual([`receipts-changed ${key}`, `receipts-contradict-log-files ${key}`]);
  });

  it('name our digest that was removed', async () => {
    const file = await firstBelow('lake/AWSLogs');
    const alarms = await alarmsAfter(file, (path) => rm(path));
    expect(alarms).toEqual(expect.arrayContaining(['digest-missing seals/chain.json']));
  });
});

describe('trailseal verify that is cut off', () => {
  it('goes on with what it kept, and removes that when it is done', async () => {
    const kept = join(folder, 'kept.json');
    const whole = await verify(
      join(folder, 'logs'),
      '--lake',
      join(folder, 'lake'),
      '--json',
      '--resume',
      kept,
    );
    expect(whole.code).toBe(0);
    await expect(readFile(kept)).rejects.toThrow('ENOENT');
    await writeFile(kept, '{"format":2}');
    const strange = await verify(join(folder, 'logs'), '--resume', kept);
    expect(strange).toMatchObject({ code: 2, stdout: '' });
    expect(strange.stderr).toContain('remove it to start from the beginning');
  });
});
