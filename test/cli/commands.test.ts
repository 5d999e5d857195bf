import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trailseal, type CliResult } from '../support/run-cli.ts';

/** One small trail: Alice reads and writes, Bob is denied, root signs in; one file twice over, one that is broken. */
const RECORDS = [
  record('e1', '2026-11-20T23:59:59Z', 'GetObject', {
    readOnly: true,
    resources: [{ ARN: 'arn:aws:s3:::payroll/2026.csv' }],
  }),
  record('e2', '2026-11-21T08:00:00Z', 'PutObject', {
    readOnly: false,
    requestParameters: { bucketName: 'payroll' },
  }),
  record('e3', '2026-11-21T09:00:00Z', 'DescribeInstances', {
    eventSource: 'ec2.amazonaws.com',
    errorCode: 'Client.UnauthorizedOperation',
    userIdentity: { type: 'IAMUser', userName: 'bob', accessKeyId: 'AKIAEXAMPLEBOB' },
    sourceIPAddress: '198.51.100.7',
    awsRegion: 'eu-west-1',
  }),
  record('e4', '2026-11-21T10:00:00Z', 'ConsoleLogin', {
    eventSource: 'signin.amazonaws.com',
    userIdentity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root' },
    errorMessage: 'Failed authentication',
    userAgent: 'evil \u001b[31magent\u001b[0m',
  }),
];

function record(eventID: string, eventTime: string, eventName: string, more: object): object {
  return {
    eventVersion: '1.11',
    eventID,
    eventTime,
    eventName,
    eventSource: 's3.amazonaws.com',
    awsRegion: 'us-east-1',
    recipientAccountId: '111122223333',
    userIdentity: {
      type: 'IAMUser',
      userName: 'alice',
      arn: 'arn:aws:iam::111122223333:user/alice',
      accessKeyId: 'AKIAEXAMPLEALICE',
    },
    ...more,
  };
}

describe('trailseal', () => {
  let folder: string;
  let lake: string;
  let ingested: CliResult;

  const lookup = async (...args: string[]): Promise<unknown[]> => {
    const { stdout, code } = await trailseal(['lookup', '--lake', lake, '--json', ...args]);
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { eventid: unknown }[]).map(({ eventid }) => eventid);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trailseal-cli-'));
    lake = join(folder, 'lake');
    const logs = join(folder, 'logs');
    await mkdir(logs);
    await writeFile(join(logs, 'a.json'), JSON.stringify({ Records: RECORDS }));
    await writeFile(join(logs, 'b.json'), JSON.stringify({ Records: RECORDS.slice(0, 2) }));
    await writeFile(join(logs, 'broken.json'), 'this is not JSON');
    await writeFile(join(logs, 'readme.txt'), 'not a log file');
    ingested = await trailseal(['ingest', logs, '--lake', lake, '--json']);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  describe('ingest', () => {
    it('sums up what became of every file, in JSON for programs, and is silent otherwise', () => {
      expect(ingested).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(ingested.stdout)).toMatchObject({
        logFiles: { found: 4, ingested: 3, present: 0, unavailable: 0, skipped: { 'not-a-log-file': 1 } },
        rows: 6,
        quarantined: { files: 1, records: 0, byReason: { 'not-json': 1 } },
        problems: [{ logFile: 'broken.json', problem: expect.stringContaining('not-json') as string }],
      });
    });

    it('tells people the same in sentences, with the files to look at', async () => {
      const { stdout, code } = await trailseal([
        'ingest',
        join(folder, 'logs'),
        '--lake',
        join(folder, 'second'),
      ]);
      expect(code).toBe(0);
      expect(stdout).toContain('3 log files ingested: 6 rows');
      expect(stdout).toContain('in quarantine: 1 file, 0 records');
      expect(stdout).toContain('broken.json: the file is in quarantine: not-json');
    });

    it('fails with a message, not a stack, where there is no such folder', async () => {
      const { code, stderr } = await trailseal(['ingest', join(folder, 'nowhere'), '--lake', lake]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^trailseal: .*nowhere: there is no such file or folder/);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    });
  });

  describe('slips', () => {
    it('are told apart from an empty result: the lake as the place to read, a folder without log files', async () => {
      const same = await trailseal(['ingest', lake, '--lake', lake]);
      expect(same).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('both the place to read and the lake') as string,
      });
      await mkdir(join(folder, 'empty'));
      const empty = await trailseal(['ingest', join(folder, 'empty'), '--lake', join(folder, 'third')]);
      expect(empty).toMatchObject({ code: 0, stdout: 'no log files found there\n' });
    });

    it('with files and folders are one line each, without a stack', async () => {
      const file = join(folder, 'logs', 'a.json');
      const { code, stderr } = await trailseal(['ingest', join(folder, 'logs'), '--lake', file]);
      expect(code).toBe(1);
      expect(stderr.trim()).toMatch(/^trailseal: .*a\.json.*: this is a file, and a folder is wanted$/);
    });
  });

  describe('query', () => {
    const rows = async (...args: string[]): Promise<unknown> => {
      const { stdout, stderr, code } = await trailseal(['query', '--lake', lake, '--json', ...args]);
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      return JSON.parse(stdout);
    };

    it('shows each event once in cloudtrail_logs and every delivery in cloudtrail_deliveries', async () => {
      const sql = (table: string): string => `SELECT count(*) AS n FROM ${table}`;
      expect(await rows(sql('cloudtrail_logs'))).toEqual([{ n: 4 }]);
      expect(await rows(sql('cloudtrail_deliveries'))).toEqual([{ n: 6 }]);
    });

    it('reads a query from a file, from standard input, and under another table name', async () => {
      const file = join(folder, 'q.sql');
      await writeFile(file, 'SELECT max(eventid) AS last FROM "default"."my_trail";');
      expect(await rows('--file', file, '--as', 'my_trail')).toEqual([{ last: 'e4' }]);
      const piped = await trailseal(['query', '-', '--lake', lake, '--json'], {}, 'SELECT 1 AS one');
      expect(JSON.parse(piped.stdout)).toEqual([{ one: 1 }]);
    });

    it('gives partition values as strings and no rows as an empty array', async () => {
      expect(await rows(`SELECT DISTINCT day FROM cloudtrail_logs WHERE month = '11' ORDER BY 1`)).toEqual([
        { day: '20' },
        { day: '21' },
      ]);
      expect(await rows('SELECT eventid FROM cloudtrail_logs WHERE false')).toEqual([]);
    });

    it('never lets an event steer the terminal', async () => {
      const { stdout } = await trailseal(['query', 'SELECT useragent FROM cloudtrail_logs', '--lake', lake]);
      expect(stdout).not.toContain('\u001b[31m');
      expect(stdout).toContain(String.raw`evil \u001b[31magent`);
    });

    it('cannot write into the lake, not even through what it explains', async () => {
      const object = join(lake, 'events', 'forged.parquet');
      const sql = `EXPLAIN ANALYZE COPY (SELECT 1 AS a) TO '${object}'`;
      const { code, stderr } = await trailseal(['query', sql, '--lake', lake]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('read-only') as string });
      await expect(readFile(object)).rejects.toThrow('ENOENT');
      expect((await trailseal(['query', 'EXPLAIN ANALYZE SELECT 1', '--lake', lake])).code).toBe(0);
    });

    it('keeps columns of one name apart', async () => {
      expect(await rows('SELECT 1 AS a, 2 AS a')).toEqual([{ a: 1, 'a:1': 2 }]);
    });

    it('never lets an error, or a program that prints its JSON, steer the terminal', async () => {
      const failing = await trailseal([
        'query',
        'SELECT CAST(useragent AS INTEGER) FROM cloudtrail_logs',
        '--lake',
        lake,
      ]);
      expect(failing.code).toBe(1);
      expect(failing.stderr).not.toContain('\u001b');
      const { stdout } = await trailseal([
        'query',
        `SELECT chr(155) || chr(8238) AS c`,
        '--lake',
        lake,
        '--json',
      ]);
      expect(stdout).toContain(String.raw`\u009b\u202e`);
      expect(JSON.parse(stdout)).toEqual([{ c: '\u009b\u202e' }]);
    });

    it('finds the lake whatever its folder is called, and refuses one that would pass for a partition', async () => {
      const odd = join(folder, 'lake [prod] *?');
      await trailseal(['ingest', join(folder, 'logs'), '--lake', odd]);
      const { stdout } = await trailseal([
        'query',
        'SELECT count(*) AS n FROM cloudtrail_logs',
        '--lake',
        odd,
        '--json',
      ]);
      expect(JSON.parse(stdout)).toEqual([{ n: 4 }]);
      const misleading = join(folder, 'year=1999', 'lake');
      await trailseal(['ingest', join(folder, 'logs'), '--lake', misleading]);
      const refused = await trailseal(['query', 'SELECT 1', '--lake', misleading]);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('year=1999') as string });
    });

    it('says how many rows it left out', async () => {
      const { stdout } = await trailseal([
        'query',
        'SELECT 1 FROM cloudtrail_deliveries',
        '--lake',
        lake,
        '--max-rows',
        '2',
      ]);
      expect(stdout).toContain('2 rows; there are more');
    });

    it.each([
      ['DROP VIEW cloudtrail_logs', 'read-only'],
      [`COPY (SELECT 1) TO '/tmp/trailseal-must-not-exist.csv'`, 'disabled by configuration'],
      [`SELECT * FROM read_csv('/etc/passwd')`, 'disabled by configuration'],
      ['SELECT 1; SELECT 2', 'one statement'],
      [`EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/trailseal-must-not-exist.csv'`, 'disabled by configuration'],
      ['EXPLAIN ANALYZE CREATE TABLE x (a INTEGER)', 'read-only'],
      ['EXPLAIN (ANALYZE) DROP VIEW cloudtrail_logs', 'read-only'],
      ['SELECT nonsense FROM cloudtrail_logs', 'nonsense'],
      ['SELECT 1 FROM my_own_table', '--as NAME'],
      ['', 'empty'],
    ])('refuses %s', async (sql, reason) => {
      const { code, stderr, stdout } = await trailseal(['query', sql, '--lake', lake]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(reason);
    });
  });

  describe('lookup', () => {
    it('finds events newest first', async () => {
      expect(await lookup()).toEqual(['e4', 'e3', 'e2', 'e1']);
      expect(await lookup('--limit', '1')).toEqual(['e4']);
    });

    it.each([
      [
        ['--user', 'alice'],
        ['e2', 'e1'],
      ],
      [
        ['--user', 'arn:aws:iam::111122223333:user/alice'],
        ['e2', 'e1'],
      ],
      [['--user', 'root'], ['e4']],
      [['--event-name', 'PutObject'], ['e2']],
      [['--source', 'ec2'], ['e3']],
      [['--source', 'signin.amazonaws.com'], ['e4']],
      [['--access-key', 'AKIAEXAMPLEBOB'], ['e3']],
      [['--resource', 'payroll'], ['e2']],
      [['--resource', 'arn:aws:s3:::payroll/2026.csv'], ['e1']],
      [['--resource', '2026.csv'], ['e1']],
      [['--event-id', 'e3'], ['e3']],
      [['--error'], ['e4', 'e3']],
      [['--error', 'Client.UnauthorizedOperation'], ['e3']],
      [['--error', 'AccessDenied'], []],
      [['--read-only', 'true'], ['e1']],
      [['--read-only', 'false'], ['e2']],
      [['--ip', '198.51.100.7'], ['e3']],
      [['--region', 'eu-west-1'], ['e3']],
      [['--account', '999999999999'], []],
      [
        ['--from', '2026-11-21'],
        ['e4', 'e3', 'e2'],
      ],
      [['--to', '2026-11-21'], ['e1']],
      [['--from', '2026-11-21T08:00:00Z', '--to', '2026-11-21T09:00:00Z'], ['e2']],
      [['--user', 'alice', '--read-only', 'true'], ['e1']],
      [['--user', `' OR 1=1 --`], []],
    ])('by %j finds %j', async (args, events) => {
      expect(await lookup(...args)).toEqual(events);
    });

    it('says when there are more', async () => {
      const { stdout } = await trailseal(['lookup', '--lake', lake, '--limit', '2']);
      expect(stdout).toContain('2 rows; there are more: --limit shows them');
    });

    it('refuses a time it cannot read, and says which it can', async () => {
      const { code, stderr } = await trailseal(['lookup', '--lake', lake, '--from', 'yesterday']);
      expect(code).toBe(2);
      expect(stderr).toContain('2026-11-01');
    });
  });

  describe('status', () => {
    it('tells what the lake holds', async () => {
      const { stdout, code } = await trailseal(['status', '--lake', lake, '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        logFiles: 3,
        rows: 6,
        events: 4,
        accounts: ['111122223333'],
        regions: ['eu-west-1', 'us-east-1'],
        days: { count: 2, first: '2026-11-20', last: '2026-11-21' },
        oldestEventTime: '2026-11-20T23:59:59.000Z',
        newestEventTime: '2026-11-21T10:00:00.000Z',
        quarantined: { files: 1, records: 0, byReason: { 'not-json': 1 } },
        unfinishedBatches: 0,
      });
    });

    it('says how to make a lake where there is none', async () => {
      const { code, stderr } = await trailseal(['status', '--lake', join(folder, 'nowhere')]);
      expect(code).toBe(1);
      expect(stderr).toContain('trailseal ingest');
    });
  });

  describe('help', () => {
    it.each(['ingest', 'query', 'lookup', 'status', 'sample', 'demo'])(
      'of %s has a description and an example',
      async (command) => {
        const { code, stdout } = await trailseal([command, '--help']);
        expect(code).toBe(0);
        expect(stdout).toMatch(/^Usage: trailseal /);
        expect(stdout).toMatch(/Examples?:/);
      },
    );

    it('is offered, with the nearest name, when a command is mistyped', async () => {
      const { code, stderr } = await trailseal(['qurey']);
      expect(code).toBe(2);
      expect(stderr).toContain('Did you mean query?');
    });

    it('documents the exit codes', async () => {
      const { stdout } = await trailseal(['--help']);
      expect(stdout).toContain('Exit codes: 0');
    });

    it('gives the version of package.json', async () => {
      const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
        version: string;
      };
      expect((await trailseal(['--version'])).stdout.trim()).toBe(manifest.version);
    });
  });
});
