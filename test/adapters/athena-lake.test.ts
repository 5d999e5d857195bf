import { afterEach, describe, expect, it } from 'vitest';
import { AthenaError, type AthenaErrorCode } from '../../shared/adapters/athena-error.ts';
import { AthenaLake } from '../../shared/adapters/athena-lake.ts';
import type { JsonValue } from '../../shared/core/query-result.ts';
import {
  execution,
  resultPage,
  startAthenaStub,
  type AthenaCall,
  type AthenaReply,
  type AthenaStub,
} from '../support/athena-stub.ts';

const PLACE = { workgroup: 'trailseal-prod', database: 'trailseal_prod' };
const STARTED: AthenaReply = { QueryExecutionId: 'q-1' };

let stub: AthenaStub | undefined;

afterEach(async () => {
  await stub?.[Symbol.asyncDispose]();
  stub = undefined;
});

type Answers = Readonly<Record<string, (call: AthenaCall, earlier: number) => AthenaReply>>;

/** A lake whose Athena starts every query and finishes it at once, but for what `answers` says. */
async function lakeAnswering(
  answers: Answers,
  signal = new AbortController().signal,
): Promise<{ lake: AthenaLake; actions: () => string[] }> {
  const usual: Answers = {
    StartQueryExecution: () => STARTED,
    GetQueryExecution: () => execution('SUCCEEDED'),
    GetQueryResults: () => resultPage([['a', 'integer']], [['a'], ['1']]),
    StopQueryExecution: () => ({}),
    ...answers,
  };
  const started = await startAthenaStub((call, earlier) => {
    const answer = usual[call.action];
    return answer?.(call, earlier) ?? { error: 'UnknownOperationException', message: call.action };
  });
  stub = started;
  Object.assign(process.env, started.env);
  return { lake: new AthenaLake(PLACE, signal), actions: () => started.calls.map(({ action }) => action) };
}

async function rowsOf(lake: AthenaLake, sql: string): Promise<(readonly JsonValue[])[]> {
  const { chunks } = await lake.query(sql);
  const rows = [];
  for await (const chunk of chunks) rows.push(...chunk);
  return rows;
}

const failing = async (lake: AthenaLake): Promise<AthenaError> => {
  const error: unknown = await rowsOf(lake, 'SELECT 1').catch((error: unknown) => error);
  expect(error).toBeInstanceOf(AthenaError);
  return error as AthenaError;
};

describe('a query in Athena', () => {
  it('runs in the workgroup and the database, and is waited for', async () => {
    const states = ['QUEUED', 'RUNNING', 'SUCCEEDED'];
    const { lake, actions } = await lakeAnswering({
      GetQueryExecution: (_call, earlier) => execution(states[earlier] ?? 'SUCCEEDED'),
    });
    expect(await rowsOf(lake, 'SELECT a FROM t')).toEqual([[1]]);
    expect(actions()).toEqual([
      'StartQueryExecution',
      'GetQueryExecution',
      'GetQueryExecution',
      'GetQueryExecution',
      'GetQueryResults',
    ]);
    expect(stub?.calls[0]?.input).toMatchObject({
      QueryString: 'SELECT a FROM t',
      WorkGroup: 'trailseal-prod',
      QueryExecutionContext: { Database: 'trailseal_prod' },
    });
  });

  it('takes values for its question marks in their order, beside the text', async () => {
    const { lake } = await lakeAnswering({});
    await lake.query('SELECT a FROM t WHERE b = ? AND c > ?', ["'o''hara; DROP TABLE t'", '7']);
    await lake.query('SELECT 1');
    const [bound, plain] = (stub?.calls ?? []).filter(({ action }) => action === 'StartQueryExecution');
    expect(bound?.input).toMatchObject({
      QueryString: 'SELECT a FROM t WHERE b = ? AND c > ?',
      ExecutionParameters: ["'o''hara; DROP TABLE t'", '7'],
    });
    expect(plain?.input).not.toHaveProperty('ExecutionParameters');
  });

  it('gives every page, the columns named once, on the first', async () => {
    const columns = [['a', 'varchar']] as const;
    const { lake } = await lakeAnswering({
      GetQueryResults: ({ input }) => {
        if (input['NextToken'] === undefined) return resultPage(columns, [['a'], ['1']], 'two');
        // A value that is called like its column.
        if (input['NextToken'] === 'two') return resultPage(columns, [['a'], ['3']], 'three');
        return resultPage(columns, [['4']]);
      },
    });
    expect(await rowsOf(lake, 'SELECT a FROM t')).toEqual([['1'], ['a'], ['3'], ['4']]);
  });

  it('fetches no page that nobody wants', async () => {
    const { lake, actions } = await lakeAnswering({
      GetQueryResults: () => resultPage([['a', 'varchar']], [['a'], ['1']], 'more'),
    });
    for await (const _chunk of (await lake.query('SELECT a FROM t')).chunks) break;
    expect(actions().filter((action) => action === 'GetQueryResults')).toHaveLength(1);
  });

  it('gives values by their types, NULL and the empty string apart', async () => {
    const cases = [
      ['boolean', 'true', true],
      ['boolean', 'false', false],
      ['integer', '-7', -7],
      ['bigint', '9007199254740991', 9007199254740991],
      ['bigint', '9007199254740993', '9007199254740993'],
      ['double', '1.5E-3', 0.0015],
      ['double', 'NaN', 'NaN'],
      ['decimal', '1.10', '1.10'],
      ['varchar', '', ''],
      ['varchar', null, null],
      ['varchar', '7', '7'],
      ['timestamp', '2026-11-21 10:00:00.000', '2026-11-21 10:00:00.000'],
      ['varbinary', 'de ad be ef', 'deadbeef'],
      ['row', '{type=Root, arn=null}', '{type=Root, arn=null}'],
      ['bigint', null, null],
    ] as const;
    const { lake } = await lakeAnswering({
      GetQueryResults: () =>
        resultPage(
          cases.map(([type], i) => [`c${i}`, type] as const),
          [cases.map((_, i) => `c${i}`), cases.map(([, text]) => text)],
        ),
    });
    expect(await rowsOf(lake, 'SELECT 1')).toEqual([cases.map(([, , value]) => value)]);
  });

  it('keeps columns of one name apart, as on the laptop', async () => {
    const columns = [
      ['a', 'integer'],
      ['a', 'integer'],
    ] as const;
    const { lake } = await lakeAnswering({
      GetQueryResults: () =>
        resultPage(columns, [
          ['a', 'a'],
          ['1', '2'],
        ]),
    });
    expect((await lake.query('SELECT 1 AS a, 2 AS a')).columns).toEqual(['a', 'a:1']);
  });

  it('shows what EXPLAIN, SHOW and DESCRIBE print from its first line on', async () => {
    const texts: Readonly<Record<string, AthenaReply>> = {
      EXPLAIN: resultPage([['Query Plan', 'varchar']], [['Fragment 0 [SINGLE]'], ['    Output']]),
      SHOW: resultPage([['tab_name', 'string']], [['cloudtrail_logs']]),
      DESCRIBE: resultPage(
        [
          ['col_name', 'string'],
          ['data_type', 'string'],
          ['comment', 'string'],
        ],
        [['eventversion        \tstring              \t                    ']],
      ),
    };
    let asked = '';
    const { lake } = await lakeAnswering({
      StartQueryExecution: ({ input }) => {
        asked = String(input['QueryString']).split(' ', 1)[0] ?? '';
        return STARTED;
      },
      GetQueryExecution: () => execution('SUCCEEDED', {}, 0, 'UTILITY'),
      GetQueryResults: () => texts[asked] ?? {},
    });
    expect(await rowsOf(lake, 'EXPLAIN SELECT 1')).toEqual([['Fragment 0 [SINGLE]'], ['    Output']]);
    expect(await rowsOf(lake, 'SHOW TABLES')).toEqual([['cloudtrail_logs']]);
    expect(await rowsOf(lake, 'DESCRIBE cloudtrail_logs')).toEqual([['eventversion', 'string', '']]);
    expect(lake.scan).toEqual({ queries: 3, bytes: 0, dollars: 0 });
  });

  it('is tried again while Athena throttles, and started once for all that', async () => {
    const { lake, actions } = await lakeAnswering({
      StartQueryExecution: (_call, earlier) =>
        earlier < 2 ? { error: 'TooManyRequestsException', message: 'Rate exceeded' } : STARTED,
      GetQueryExecution: (_call, earlier) =>
        earlier < 1 ? { error: 'ThrottlingException', message: 'Rate exceeded' } : execution('SUCCEEDED'),
    });
    expect(await rowsOf(lake, 'SELECT 1')).toEqual([[1]]);
    const starts = (stub?.calls ?? []).filter(({ action }) => action === 'StartQueryExecution');
    expect(starts).toHaveLength(3);
    expect(new Set(starts.map(({ input }) => input['ClientRequestToken'])).size).toBe(1);
    expect(actions()).not.toContain('StopQueryExecution');
  });

  it('adds up what it read and what that costs', async () => {
    const { lake } = await lakeAnswering({
      GetQueryExecution: (_call, earlier) => execution('SUCCEEDED', {}, earlier === 0 ? 1_200_000 : 2e12),
    });
    await lake.query('SELECT 1');
    expect(lake.scan).toEqual({ queries: 1, bytes: 1_200_000, dollars: 0.00005 });
    await lake.query('SELECT 1');
    expect(lake.scan).toEqual({ queries: 2, bytes: 2_000_001_200_000, dollars: 10.00005 });
  });
});

describe('what is not sent to Athena', () => {
  it.each([
    'DROP TABLE cloudtrail_logs',
    'INSERT INTO t SELECT 1',
    "UNLOAD (SELECT 1) TO 's3://x/'",
    'CREATE TABLE t AS SELECT 1',
    'MSCK REPAIR TABLE t',
    'EXPLAIN ANALYZE INSERT INTO t SELECT 1',
    'EXPLAIN (TYPE IO) CREATE TABLE t AS SELECT 1',
    '/* SELECT */ DELETE FROM t',
    '-- SELECT 1',
    '',
  ])('is %s', async (sql) => {
    const { lake, actions } = await lakeAnswering({});
    await expect(lake.query(sql)).rejects.toThrow(/read-only|empty/);
    expect(actions()).toEqual([]);
  });

  it.each([
    'WITH a AS (SELECT 1) SELECT * FROM a',
    '(SELECT 1) UNION (SELECT 2)',
    '-- why\nselect 1;',
    'EXPLAIN (TYPE DISTRIBUTED) SELECT 1',
    'EXPLAIN ANALYZE VERBOSE SELECT 1',
    'EXPLAIN (SELECT 1)',
    'SHOW PARTITIONS t',
  ])('is not %s', async (sql) => {
    const { lake } = await lakeAnswering({});
    expect(await rowsOf(lake, sql)).toEqual([[1]]);
  });
});

describe('a failure', () => {
  const status = (state: string, reason: string, bytes = 0): Answers => ({
    GetQueryExecution: () => execution(state, { StateChangeReason: reason }, bytes),
  });
  const refusal = (error: string, message: string): Answers => ({
    StartQueryExecution: () => ({ error, message }),
  });

  it.each<[AthenaErrorCode, Answers, string]>([
    [
      'failed',
      status('FAILED', "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved"),
      'line 1:8: Column',
    ],
    [
      'failed',
      status('FAILED', "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.a.b' does not exist"),
      'SHOW TABLES',
    ],
    ['scan-limit', status('CANCELLED', 'Bytes scanned limit was exceeded', 10e9), 'raise the limit'],
    ['cancelled', status('CANCELLED', 'Query cancelled by user'), 'cancelled in Athena'],
    [
      'no-database',
      status('FAILED', "SCHEMA_NOT_FOUND: line 1:15: Schema 'trailseal_prod' does not exist"),
      '--database',
    ],
    ['denied', status('FAILED', 'Access Denied (Service: Amazon S3; Status Code: 403)'), 'glue:GetTable'],
    [
      'no-workgroup',
      refusal('InvalidRequestException', 'WorkGroup trailseal-prod is not found.'),
      'AWS_REGION',
    ],
    [
      'denied',
      refusal('AccessDeniedException', 'not authorized to perform: athena:StartQueryExecution'),
      'athena:StartQueryExecution',
    ],
    [
      'failed',
      refusal('InvalidRequestException', 'Only one sql statement is allowed.'),
      'Only one sql statement',
    ],
    ['unavailable', refusal('SomethingNewException', 'oh'), 'oh'],
  ])('is told as %s, with what to do next', async (code, answers, text) => {
    const error = await failing((await lakeAnswering(answers)).lake);
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) as string });
  });

  it('says when it may be passing', async () => {
    const { lake } = await lakeAnswering({
      GetQueryExecution: () =>
        execution('FAILED', {
          StateChangeReason: 'INTERNAL_ERROR',
          AthenaError: { ErrorCategory: 1, Retryable: true },
        }),
    });
    expect((await failing(lake)).message).toContain('run the same command again');
  });

  it('is charged for where the limit cancelled a query, and free where it failed', async () => {
    const limited = await lakeAnswering(status('CANCELLED', 'Bytes scanned limit was exceeded', 10e9));
    await failing(limited.lake);
    expect(limited.lake.scan).toEqual({ queries: 1, bytes: 10e9, dollars: 0.05 });
    await stub?.[Symbol.asyncDispose]();
    const failed = await lakeAnswering(status('FAILED', 'no', 10e9));
    await failing(failed.lake);
    expect(failed.lake.scan.queries).toBe(0);
  });

  it('of a later page is told like that of the first', async () => {
    const { lake } = await lakeAnswering({
      GetQueryResults: ({ input }) =>
        input['NextToken'] === undefined
          ? resultPage([['a', 'varchar']], [['a'], ['1']], 'two')
          : { error: 'AccessDeniedException', message: 'not authorized to perform: s3:GetObject' },
    });
    expect(await failing(lake)).toMatchObject({ code: 'denied' });
  });
});

describe('a cancellation', () => {
  it('stops the query in Athena', async () => {
    const abort = new AbortController();
    const { lake, actions } = await lakeAnswering(
      {
        GetQueryExecution: (_call, earlier) => {
          if (earlier === 1) abort.abort();
          return execution('RUNNING');
        },
      },
      abort.signal,
    );
    expect(await failing(lake)).toMatchObject({ code: 'cancelled' });
    expect(actions().at(-1)).toBe('StopQueryExecution');
  });

  it('stops it too where nobody can ask after it any more', async () => {
    const { lake, actions } = await lakeAnswering({
      GetQueryExecution: () => ({ error: 'AccessDeniedException', message: 'no athena:GetQueryExecution' }),
    });
    expect(await failing(lake)).toMatchObject({ code: 'denied' });
    expect(actions().at(-1)).toBe('StopQueryExecution');
  });

  it('before the start sends nothing', async () => {
    const { lake, actions } = await lakeAnswering({}, AbortSignal.abort());
    expect(await failing(lake)).toMatchObject({ code: 'cancelled' });
    expect(actions()).toEqual([]);
  });
});
