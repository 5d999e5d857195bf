import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { toDuckdbSql } from '../../../shared/adapters/athena-sql/trino-dialect.ts';
import { PUBLISHED_TABLES as TABLES } from '../../support/published-tables.ts';
import { sampleLake } from './sample-lake.ts';

/**
 * A folder of `.sql` files, one query each; a file dropped in is a test. The queries here are written after published
 * ones, construct for construct, each under the address of its model. QUERIES names another folder: published queries
 * are tried as they are without being copied into this repository.
 */
const FOLDER = process.env['QUERIES'] ?? path.join(import.meta.dirname, '../../fixtures/published-queries');

/** The same of CloudTrail Lake's samples, over the view that has Lake's columns. */
const LAKE_FOLDER = path.join(import.meta.dirname, '../../fixtures/cloudtrail-lake-queries');

/** Mistakes in published queries, which fail in Athena as they do here. */
const FAILS_IN_ATHENA_TOO = [
  [
    'a field of a column of JSON text (IRP-STSTokenAbuse, 1, 2, 4)',
    'SELECT requestparameters.roleArn FROM cloudtrail_logs',
  ],
  [
    'the same in an aggregate (IRP-DataAccess, 2)',
    'SELECT sum(CAST(additionaleventdata.bytes AS BIGINT)) FROM cloudtrail_logs',
  ],
  [
    'FROM FROM (easttimor, general IAM investigation, 1 to 3)',
    "SELECT eventname FROM FROM cloudtrail_logs AND year = '2026'",
  ],
  [
    'a column misspelt (easttimor, creation of IAM principals)',
    "SELECT 1 FROM cloudtrail_logs WHERE evenname = 'CreateUser'",
  ],
  [
    'grouped by an aggregate (05-cloudtrail-threat-hunting, 4)',
    'SELECT eventname, count(*) FROM cloudtrail_logs GROUP BY 1, 2',
  ],
] as const;

let lake: DuckDBConnection;
const rowsOf = async (sql: string) =>
  (await lake.runAndReadAll(toDuckdbSql(sql, ['cloudtrail_logs', ...TABLES]))).getRowObjectsJson();
const rowsOfFile = (name: string) => rowsOf(readFileSync(path.join(FOLDER, name), 'utf8'));

beforeAll(async () => {
  lake = await sampleLake(TABLES);
});

describe('a published Athena query runs as it is', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));
  test.each(files)('%s', async (name) => {
    await expect(rowsOfFile(name)).resolves.toBeInstanceOf(Array);
  });
});

describe('a query that Athena refuses is refused', () => {
  test.each(FAILS_IN_ATHENA_TOO)('%s', async (_reason, sql) => {
    await expect(rowsOf(sql)).rejects.toThrow(/Error/);
  });
});

describe.skipIf(process.env['QUERIES'])('a published query finds', () => {
  test.each([
    [
      'athena-guide-unnest-deleted-bucket',
      { bucket: 'tab', owner: '111122223333', username: null, deleted_at: '2026-01-02T03:09:05Z' },
    ],
    [
      'athena-guide-unnest-by-arn',
      { eventname: 'GetObject', what: 'tab/example/datafile.txt', eventtime: '2026-01-02T03:04:05Z' },
    ],
    ['s3-guide-object-access', { bucket: 'tab', object: 'example/datafile.txt' }],
    ['hunt-login-without-mfa', { who: 'eve', eventtime: '2026-01-02T04:00:00Z' }],
    ['security-group-opened', { sg: 'sg-1', cidr: '0.0.0.0/0', eventtime: '2026-01-02T05:00:00Z' }],
    ['irp-data-staging', { source: 'other/key' }],
    ['error-share', { error_percent: 100 / 6 }],
    ['bootstrap-address-range', { account_partition: '111122223333', calls: ['GetObject'] }],
    ['mean-interval', { account_id: '111122223333', mean_seconds: 6955 / 4 }],
  ])('%s: %o', async (name, expected) => {
    const rows = await rowsOfFile(`${name}.sql`);
    expect(rows[0]).toMatchObject(expected);
  });

  test('one row for each field of each resource, numbered', async () => {
    const rows = await rowsOfFile('resources-as-columns.sql');
    expect(rows.map((row) => [row['arn'], row['type'], row['position']])).toEqual([
      ['arn:aws:s3:::tab', 'AWS::S3::Bucket', '1'],
      ['arn:aws:s3:::tab/example/datafile.txt', 'AWS::S3::Object', '1'],
      ['arn:aws:s3:::tab', 'AWS::S3::Bucket', '2'],
    ]);
  });
});

describe('a CloudTrail Lake query finds', () => {
  const KNOWN: Readonly<Record<string, readonly object[]>> = {
    'console-login-no-mfa': [{ who: 'eve', login_to: 'https://console.aws.amazon.com/console/home?state=x' }],
    'security-group-open': [{ sg: 'sg-1', cidr: '0.0.0.0/0' }],
    'first-port': [{ port: '22' }],
    'first-resource': [
      { eventname: 'GetObject', arn: 'arn:aws:s3:::tab/example/datafile.txt', owner: '111122223333' },
    ],
    'week-days': [{ week_day: '5', day: '2026-01-02', events: '5' }],
    writes: [{ role: 'Ops', eventname: 'DeleteBucket' }],
    'by-map': [{ eventname: 'CreateUser', calls: '1' }],
    'last-of-each': [
      { last_call: 'AuthorizeSecurityGroupIngress', address: '203.0.113.9' },
      { last_call: 'CreateUser', address: null },
      { last_call: 'GetObject', address: '198.51.100.7' },
      { last_call: 'DeleteBucket', address: null },
    ],
    'sessions-of-issuer': [{ eventname: 'GetObject' }, { eventname: 'DeleteBucket' }],
    'two-kinds': [
      { kind: 'denied', eventname: 'CreateUser' },
      { kind: 'login', eventname: 'ConsoleLogin' },
    ],
    joined: [{ before: 'ConsoleLogin', after: 'AuthorizeSecurityGroupIngress' }],
    'old-tls': [],
    flat: [{}, {}, {}, {}, {}, {}],
  };

  test('what each of the files asks for', () => {
    expect(readdirSync(LAKE_FOLDER)).toEqual(
      Object.keys(KNOWN)
        .map((name) => `${name}.sql`)
        .toSorted(),
    );
  });

  test.each(Object.entries(KNOWN))('%s: %o', async (name, expected) => {
    const rows = await rowsOf(readFileSync(path.join(LAKE_FOLDER, `${name}.sql`), 'utf8'));
    expect(rows).toMatchObject(expected);
  });
});
