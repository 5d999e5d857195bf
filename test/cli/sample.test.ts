import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CommanderError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sampleCommand, type SampleSummary } from '../../cli/commands/sample.ts';
import { UsageError } from '../../cli/usage-error.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'trailseal-sample-'));

async function run(...args: string[]): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  log.mockClear();
  const command = sampleCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await command.parseAsync(args, { from: 'user' });
  return log.mock.calls.flat().join('\n');
}

async function summaryOf(...args: string[]): Promise<SampleSummary> {
  return JSON.parse(await run(...args, '--json')) as SampleSummary;
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
}

describe('trailseal sample', () => {
  afterEach(() => vi.restoreAllMocks());

  it('writes the bucket into a new folder and sums it up', async () => {
    const dir = join(folder(), 'new');
    const summary = await summaryOf(dir, '--hours', '1', '--events-per-hour', '300');
    const files = filesIn(dir);
    expect(summary.files).toBe(files.length);
    expect(summary.bytes).toBe(files.reduce((sum, path) => sum + statSync(path).size, 0));
    expect(Object.values(summary.kinds).reduce((sum, n) => sum + n, 0)).toBe(files.length);
    expect(summary.from).toMatch(/^2026-11-01T00:/);
    const texts = files.map((path) => gunzipSync(readFileSync(path)).toString());
    const records = texts.flatMap((text) => (JSON.parse(text) as { Records?: unknown[] }).Records ?? []);
    expect(summary.records).toBe(records.length);
  });

  it('says the same in words', async () => {
    expect(await run(folder(), '--events', '50')).toMatch(
      /^\d+ files in .*: \d+ records, .* of JSON, .* compressed\nfrom 2026-11-01T/,
    );
  });

  it('stops at the size, the events or the hours that were asked for', async () => {
    const bySize = await summaryOf(folder(), '--size', '300kB');
    expect(bySize.rawBytes).toBeGreaterThanOrEqual(300_000);
    expect(bySize.rawBytes).toBeLessThan(2_000_000);
    const byEvents = await summaryOf(folder(), '--events', '100');
    expect(byEvents.records).toBeGreaterThanOrEqual(100);
    const both = await summaryOf(folder(), '--size', '1GB', '--hours', '0.25', '--events-per-hour', '100');
    expect(both.rawBytes).toBeLessThan(1_000_000);
  });

  it('takes seed, start, accounts and regions', async () => {
    const dir = folder();
    const summary = await summaryOf(
      dir,
      ...'--seed s --start 2025-02-28T23:30 --hours 1 --accounts 1 --regions 2 --doubled-share 0'.split(' '),
    );
    expect(summary.from).toMatch(/^2025-02-28T23:3/);
    expect(readdirSync(join(dir, 'AWSLogs'))).toEqual(['111122223333']);
    expect(readdirSync(join(dir, 'AWSLogs/111122223333/CloudTrail')).sort()).toEqual([
      'eu-central-1',
      'us-east-1',
    ]);
  });

  it('refuses a folder that is not empty, unless forced', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'mine.txt'), '');
    await expect(run(dir, '--events', '10')).rejects.toThrow(
      /is not empty: name a new folder, or add --force/,
    );
    expect(readdirSync(dir)).toEqual(['mine.txt']);
    await expect(run(dir, '--events', '10', '--force')).resolves.toContain('records');
  });

  it('refuses a file in the place of a folder', async () => {
    const path = join(folder(), 'file');
    writeFileSync(path, '');
    await expect(run(path)).rejects.toThrow(UsageError);
  });

  it.each([
    ['--size', 'large'],
    ['--size', '0'],
    ['--events', '-3'],
    ['--hours', '0'],
    ['--start', 'yesterday'],
    ['--start', '2026-02-31T99:00:00Z'],
    ['--doubled-share', ''],
  ])('does not take %s %j', async (option, value) => {
    await expect(run(folder(), option, value)).rejects.toThrow(CommanderError);
  });

  it.each([
    ['--regions', '99', /regions must be a whole number from 1 to 17/],
    ['--doubled-share', '2', /doubledShare must be from 0 to 1/],
  ])('says what %s may be', async (option, value, message) => {
    const refused = run(folder(), option, value, '--events', '10');
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });
});
