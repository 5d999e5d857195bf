import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import type { JsonValue } from '../../shared/core/query-result.ts';
import { ALL_VIEWS } from '../../shared/core/views/all-views.ts';
import { spell, type TypeSpelling } from '../../shared/core/views/view-type.ts';
import { ingestFolder } from '../support/ingest-folder.ts';

const RECORDS: readonly object[] = [
  {
    eventVersion: '1.08',
    eventTime: '2026-11-21T10:00:00Z',
    eventID: 'opened',
    eventSource: 'ec2.amazonaws.com',
    eventName: 'AuthorizeSecurityGroupIngress',
    awsRegion: 'eu-west-1',
    recipientAccountId: '111122223333',
    readOnly: false,
    managementEvent: true,
    sessionCredentialFromConsole: 'true',
    userIdentity: {
      type: 'AssumedRole',
      sessionContext: {
        attributes: { creationDate: '2026-11-21T09:00:00Z', mfaAuthenticated: 'true' },
        sessionIssuer: { userName: 'admin' },
        ec2IssuedInVpc: 'vpc-1',
      },
    },
    requestParameters: {
      groupId: 'sg-1',
      ipPermissions: { items: [{ cidrIp: '0.0.0.0/0', port: 22 }] },
      dryRun: false,
      count: 500.0,
      nothing: null,
      words: 'null',
    },
    responseElements: '',
    annotation: 'noted',
    addendum: { reason: 'DELIVERY_DELAY' },
    resources: [{ ARN: 'arn:aws:ec2:sg-1', accountId: '111122223333', type: 'AWS::EC2::SecurityGroup' }],
  },
  {
    eventTime: '2026-11-22T10:00:00Z',
    eventID: 'signed in',
    eventSource: 'signin.amazonaws.com',
    eventName: 'ConsoleLogin',
    awsRegion: 'eu-west-1',
    recipientAccountId: '111122223333',
    additionalEventData: { MFAUsed: 'No' },
  },
];

const DUCKDB: TypeSpelling = {
  scalars: {
    varchar: 'VARCHAR',
    boolean: 'BOOLEAN',
    integer: 'INTEGER',
    bigint: 'BIGINT',
    'timestamp(3)': 'TIMESTAMP',
    varbinary: 'BLOB',
  },
  row: (fields) => `STRUCT(${fields.map(([name, type]) => `"${name}" ${type}`).join(', ')})`,
  array: (element) => `${element}[]`,
  map: (value) => `MAP(VARCHAR, ${value})`,
};

let root: string;
let lake: DuckdbLake;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'trailseal-views-'));
  await writeFile(join(root, 'records.json'), JSON.stringify({ Records: RECORDS }));
  await ingestFolder([join(root, 'records.json')], join(root, 'lake'));
  lake = await DuckdbLake.open(join(root, 'lake'));
});

afterAll(async () => {
  lake[Symbol.dispose]();
  await rm(root, { recursive: true });
});

async function rowsOf(sql: string, of = lake): Promise<(readonly JsonValue[])[]> {
  const rows: (readonly JsonValue[])[] = [];
  for await (const chunk of (await of.query(sql)).chunks) rows.push(...chunk);
  return rows;
}

describe('views on a laptop', () => {
  it.each(ALL_VIEWS.map((view) => [view.name, view.columns] as const))(
    '%s has the columns and types of its definition',
    async (name, columns) => {
      const described = (await rowsOf(`DESCRIBE ${name}`)).map(([column, type]) => [
        column,
        // A struct's names stand in quotes where they are words of DuckDB's; an instant of the lake has a zone, which is UTC.
        (type as string).replaceAll('"', '').replaceAll(' WITH TIME ZONE', ''),
      ]);
      const defined = Object.entries(columns).map(([column, { type }]) => [
        column,
        spell(type, DUCKDB).replaceAll('"', ''),
      ]);
      expect(described).toEqual(defined);
    },
  );

  it('are listed, and take a database in front of their names', async () => {
    const tables = (await rowsOf('SHOW TABLES')).flat();
    for (const { name } of ALL_VIEWS) expect(tables).toContain(name);
    expect(await rowsOf('SELECT count(*) FROM "awsdatacatalog"."trailseal_prod"."cloudtrail_lake"')).toEqual([
      [2],
    ]);
  });

  it('give way to a name under which the lake is mounted', async () => {
    using aliased = await DuckdbLake.open(join(root, 'lake'), ['cloudtrail_lake']);
    expect(await rowsOf('SELECT eventtime FROM cloudtrail_lake ORDER BY 1 LIMIT 1', aliased)).toEqual([
      ['2026-11-21T10:00:00Z'],
    ]);
  });
});

describe('cloudtrail_by_day', () => {
  it('has the day as dt and as timestamp', async () => {
    const sql = `SELECT dt, "timestamp", eventid FROM cloudtrail_by_day WHERE dt >= '2026-11-22' AND timestamp = '2026/11/22'`;
    expect(await rowsOf(sql)).toEqual([['2026-11-22', '2026/11/22', 'signed in']]);
  });

  it.each(["dt = '2026-11-22'", `"timestamp" BETWEEN '2026/11/22' AND '2026/11/23'`])(
    'reads no file of another day for %s',
    async (condition) => {
      const plan = await rowsOf(`EXPLAIN ANALYZE SELECT eventid FROM cloudtrail_by_day WHERE ${condition}`);
      const files = [...JSON.stringify(plan).matchAll(/Scanning Files:\s*(\d+)\/(\d+)/g)];
      expect(files.length).toBeGreaterThan(0);
      for (const [, read, all] of files) expect([read, all]).toEqual(['1', '2']);
    },
  );
});

describe('cloudtrail_lake', () => {
  it('has parameters as maps of text, and what is nested as JSON text', async () => {
    const keys = ['groupId', 'ipPermissions', 'dryRun', 'nothing', 'words', 'missing'];
    const values = keys.map((key) => `element_at(requestParameters, '${key}')`);
    expect(await rowsOf(`SELECT ${values.join(', ')} FROM cloudtrail_lake WHERE eventID = 'opened'`)).toEqual(
      [['sg-1', '{"items":[{"cidrIp":"0.0.0.0/0","port":22}]}', 'false', null, 'null', null]],
    );
  });

  it('has no map of what is no JSON object', async () => {
    const sql = `SELECT responseElements IS NULL, additionalEventData IS NULL FROM cloudtrail_lake WHERE eventID = 'opened'`;
    expect(await rowsOf(sql)).toEqual([[true, true]]);
  });

  it('has times as times, and takes text for them as CloudTrail Lake does', async () => {
    const sql = `
      SELECT eventTime, day_of_week(eventTime), userIdentity.sessionContext.attributes.creationDate
      FROM cloudtrail_lake WHERE eventTime > '2026-11-21 00:00:00' AND eventTime < '2026-11-22 00:00:00'`;
    expect(await rowsOf(sql)).toEqual([['2026-11-21T10:00:00.000Z', 6, '2026-11-21 09:00:00']]);
  });

  it('has booleans, structs and what the lake keeps elsewhere', async () => {
    const sql = `
      SELECT readOnly, managementEvent, userIdentity.sessionContext.sessionIssuer.userName,
        userIdentity.sessionContext.ec2IssuedInVpc, annotation, element_at(addendum, 'reason'), element_at(resources, 1).arn
      FROM cloudtrail_lake WHERE readOnly = false AND sessionCredentialFromConsole = true`;
    expect(await rowsOf(sql)).toEqual([
      [false, true, 'admin', 'vpc-1', 'noted', 'DELIVERY_DELAY', 'arn:aws:ec2:sg-1'],
    ]);
  });

  it('is there with its time as text, for an engine that compares a time with no text', async () => {
    const sql = `SELECT eventTime FROM cloudtrail_lake_text WHERE eventTime >= '2026-11-22 00:00:00'`;
    expect(await rowsOf(sql)).toEqual([['2026-11-22 10:00:00']]);
  });
});
