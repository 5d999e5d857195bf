import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { execution, startAthenaStub } from '../support/athena-stub.ts';
import { createWorkgroup, deployLake } from '../support/deployed-lake.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { trailseal, type CliResult } from '../support/run-cli.ts';
import { writeFiles } from '../support/scratch-folder.ts';
import { TRAILSEAL } from '../support/trailseal-entry.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * The same lake on this machine and where a deployed one lies, asked through the emulated Athena. Days from the tenth of a month on: the
 * emulator takes partition values for numbers, and `05` for 5.
 */
describe('a deployed lake', () => {
  const env = emulatedAws();
  let folder: string;
  let lake: string;
  let workgroup: string;
  let bucket: string;

  const athena = (command: string, ...args: string[]): Promise<CliResult> =>
    trailseal([command, '--workgroup', workgroup, ...args], env);
  const laptop = (command: string, ...args: string[]): Promise<CliResult> =>
    trailseal([command, '--lake', lake, ...args]);

  /** The rows of a command on both, which the emulator's lack of NULL and of strings as partition values must not part. */
  const bothRows = async (command: string, ...args: string[]): Promise<[Row[], Row[]]> => {
    const [there, here] = await Promise.all([
      athena(command, '--json', ...args),
      laptop(command, '--json', ...args),
    ]);
    expect(there).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Athena read .*\n$/) as string });
    return [rowsOf(there), rowsOf(here)];
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trailseal-deployed-'));
    lake = join(folder, 'lake');
    const sample = {
      ...DEFAULT_SAMPLE_OPTIONS,
      start: new Date('2026-11-20T22:30:00Z'),
      hours: 3,
      eventsPerHour: 250,
    };
    await writeFiles(join(folder, 'logs'), files(sample));
    await writeFiles(join(folder, 'logs'), [['broken.json', 'this is not JSON']]);
    await ingestFolder([join(folder, 'logs')], lake);
    ({ workgroup, bucket } = await deployLake(lake));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('answers a query as the laptop does, and tells what it read and costs beside the rows', async () => {
    const sql = (table: string): string =>
      `SELECT eventsource, count(*) AS n, count(DISTINCT eventname) AS names FROM ${table} WHERE eventsource IS NOT NULL GROUP BY eventsource ORDER BY n DESC, 1`;
    const there = await athena('query', '--json', sql('cloudtrail_logs'));
    const here = await laptop('query', '--json', sql('cloudtrail_deliveries'));
    expect(there).toEqual({
      code: 0,
      stdout: here.stdout,
      stderr: expect.stringMatching(/^Athena read [\d.]+ k?B, about \$0\.00005\n$/) as string,
    });
    expect(JSON.parse(there.stdout)).not.toEqual([]);
    const table = await athena('query', sql('cloudtrail_logs'));
    expect(table.stdout).toBe((await laptop('query', sql('cloudtrail_deliveries'))).stdout);
    expect(table.stderr).toMatch(/^Athena read/);
  });

  it('takes its database from --database where the workgroup is called otherwise', async () => {
    const database = workgroup.replaceAll('-', '_');
    const sql = 'SELECT count(*) AS n FROM cloudtrail_logs';
    const other = await createWorkgroup(bucket);
    const found = await trailseal(['query', '-w', other, '--database', database, sql, '--json'], env);
    expect(JSON.parse(found.stdout)).toEqual([{ n: expect.any(Number) as number }]);
    const lost = await trailseal(['query', '-w', other, sql, '--json'], env);
    expect(lost).toMatchObject({ code: 1, stdout: '' });
    expect(lost.stderr).toContain('trailseal: Athena could not run the query: ');
  });

  it('finds the events that the laptop finds, each once, whatever is looked up', async () => {
    const events = rowsOf(await laptop('lookup', '--json', '--limit', '2000'));
    expect(events.length).toBeGreaterThan(300);
    await fc.assert(
      fc.asyncProperty(filterOf(events), async (args) => {
        const [there, here] = await bothRows('lookup', '--limit', '2000', ...args);
        expect(there).toEqual(here);
      }),
      { numRuns: 8 },
    );
  });

  it('shows a lookup in a table like the laptop', async () => {
    for (const args of [['--error'], ['--limit', '3'], ['--user', "' OR 1=1 --"]]) {
      const [there, here] = await Promise.all([athena('lookup', ...args), laptop('lookup', ...args)]);
      expect(there).toMatchObject({ code: 0, stdout: here.stdout });
    }
  });

  it('has the status of the laptop', async () => {
    const [there, here] = await Promise.all([athena('status', '--json'), laptop('status', '--json')]);
    const told = JSON.parse(there.stdout) as Row;
    expect(told).toEqual(JSON.parse(here.stdout));
    expect(told).toMatchObject({ quarantined: { files: 1 }, days: { count: 2 } });
    expect(Number(told['deliveries'])).toBeGreaterThan(Number(told['events']));
    expect(there.stderr).toMatch(/^Athena read/);
    expect((await athena('status')).stdout).toBe((await laptop('status')).stdout);
  });

  it('tells its status without asking Athena, where the count of events is not worth it', async () => {
    const [there, here] = await Promise.all([
      athena('status', '--json', '--no-events'),
      laptop('status', '--json', '--no-events'),
    ]);
    expect(there).toEqual({ code: 0, stdout: here.stdout, stderr: '' });
    expect(JSON.parse(there.stdout)).toMatchObject({
      events: null,
      deliveries: expect.any(Number) as number,
    });
    expect((await laptop('status', '--no-events')).stdout).toContain('not counted (');
  });

  it('that is none is told from an empty one', async () => {
    const { code, stderr } = await trailseal(['status', '-w', 'trailseal-nowhere'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('trailseal_nowhere');
    expect(stderr).toContain('--database');
  });
});

describe('--workgroup', () => {
  it.each([
    [['query', '-w', 'w', '--lake', 'l', 'SELECT 1'], '--lake'],
    [['lookup', '-w', 'w', '--lake', 'l'], '--lake'],
    [['status', '-w', 'w', '--lake', 'l'], '--lake'],
    [['query', '-w', 'w', '--as', 'my_trail', 'SELECT 1'], 'cloudtrail_logs instead of my_trail'],
    [['status', '--database', 'd'], '--workgroup'],
    [['query', '--lake', 's3://lake', 'SELECT 1'], '--workgroup'],
  ])('is not understood in %j, which is said', async (args, text) => {
    const { code, stderr } = await trailseal(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(text) as string });
  });

  it.each(['query', 'lookup', 'status'])('is in the help of %s, with --database', async (command) => {
    const { stdout } = await trailseal([command, '--help']);
    expect(stdout).toMatch(/--workgroup <name>[\s\S]*--database <name>[\s\S]*stderr/);
  });

  it('is used although TRAILSEAL_LAKE names a lake', async () => {
    await using stub = await startAthenaStub(() => ({ error: 'AccessDeniedException', message: 'no' }));
    const env = { ...stub.env, TRAILSEAL_LAKE: '/nowhere' };
    const { code, stderr } = await trailseal(['query', '-w', 'w', 'SELECT 1'], env);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('athena:StartQueryExecution') as string,
    });
  });

  it('asks for credentials where there are none', async () => {
    await using stub = await startAthenaStub(() => ({}));
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };
    const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    const { code, stderr } = await trailseal(['query', '-w', 'w', 'SELECT 1'], {
      ...stub.env,
      ...none,
      ...nowhere,
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('AWS_PROFILE') as string });
    expect(stub.calls).toEqual([]);
  });

  it('cancels the query in Athena on Ctrl-C', async () => {
    await using stub = await startAthenaStub(({ action }) => {
      if (action === 'StartQueryExecution') return { QueryExecutionId: 'q-1' };
      return action === 'GetQueryExecution' ? execution('RUNNING') : {};
    });
    const child = spawn(process.execPath, [TRAILSEAL, 'query', '-w', 'w', 'SELECT 1'], {
      env: { ...process.env, ...stub.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    while (!stub.calls.some(({ action }) => action === 'GetQueryExecution')) await sleep(20);
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'trailseal: the query was cancelled\n' });
    expect(stub.calls.at(-1)?.action).toBe('StopQueryExecution');
  });
});

function* files(options: Parameters<typeof sampleLogFiles>[0]): Generator<[string, Uint8Array]> {
  for (const { key, body } of sampleLogFiles(options)) yield [key, body];
}

/** Rows without what the emulator can't tell apart: NULL and the empty string, a number and its text. */
function rowsOf({ stdout }: CliResult): Row[] {
  const plain = (value: unknown): unknown => {
    if (value === null) return '';
    return typeof value === 'number' ? String(value) : value;
  };
  return (JSON.parse(stdout) as Row[]).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
  );
}

/** Command lines of up to three conditions that events of the lake meet; `--resource` has a lambda, which the emulator doesn't take. */
function filterOf(events: readonly Row[]): fc.Arbitrary<string[]> {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const of = (event: Row): string[][] => {
    const identity = (event['useridentity'] === '' ? {} : event['useridentity']) as Row;
    return [
      ['--user', text(identity['username']) || text(identity['arn'])],
      ['--user', text(identity['principalid']).split(':').at(-1) ?? ''],
      ['--event-name', text(event['eventname'])],
      ['--source', text(event['eventsource']).split('.', 1)[0] ?? ''],
      ['--access-key', text(identity['accesskeyid'])],
      ['--event-id', text(event['eventid'])],
      ['--error', text(event['errorcode'])],
      ['--error'],
      ['--read-only', text(event['readonly'])],
      ['--ip', text(event['sourceipaddress'])],
      ['--account', text(event['account'])],
      ['--region', text(event['region'])],
      ['--from', text(event['event_ts'])],
      ['--to', text(event['event_ts'])],
    ].filter((args) => args[1] !== '');
  };
  return fc
    .constantFrom(...events)
    .chain((event) => fc.subarray(of(event), { minLength: 0, maxLength: 3 }).map((chosen) => chosen.flat()));
}
