import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DirectoryStore } from '../../shared/adapters/directory-store.ts';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { duckdbEventsWhere } from '../../shared/adapters/duckdb-once-each.ts';
import type { ReportFigures } from '../../shared/core/report/report-figures.ts';
import { compileRule } from '../../shared/core/rules/compiled-rule.ts';
import { report } from '../../shared/jobs/report.ts';
import { rulesFigures } from '../../shared/jobs/report-rules.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';

const NOW = new Date('2026-11-23T00:00:00Z');
const PERIOD = {
  from: new Date('2026-11-21T00:00:00Z'),
  to: new Date('2026-11-22T00:00:00Z'),
  baselineFrom: new Date('2026-11-01T00:00:00Z'),
};

let ids = 0;

function event(eventTime: string, eventName: string, more: object = {}): object {
  ids += 1;
  return {
    eventID: `e${ids}`,
    eventVersion: '1.11',
    eventTime,
    eventName,
    awsRegion: 'us-east-1',
    eventSource: 's3.amazonaws.com',
    recipientAccountId: '111122223333',
    sourceIPAddress: '192.0.2.1',
    readOnly: true,
    eventType: 'AwsApiCall',
    userIdentity: user('alice'),
    ...more,
  };
}

function user(userName: string, accessKeyId = 'AKIAEXAMPLEALICE'): object {
  return {
    type: 'IAMUser',
    userName,
    arn: `arn:aws:iam::111122223333:user/${userName}`,
    accountId: '111122223333',
    accessKeyId,
  };
}

const role = {
  type: 'AssumedRole',
  arn: 'arn:aws:sts::111122223333:assumed-role/deploy/one',
  sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/deploy' } },
};
const mallory = {
  userIdentity: user('mallory', 'AKIAEXAMPLEMALLORY'),
  sourceIPAddress: '2001:db8::1',
  errorCode: 'AccessDenied',
};
const signIn = (outcome: string, mfa: string, more: object = {}): object => ({
  eventSource: 'signin.amazonaws.com',
  eventType: 'AwsConsoleSignIn',
  responseElements: { ConsoleLogin: outcome },
  additionalEventData: { MFAUsed: mfa },
  ...more,
});

const DOUBLED = event('2026-11-21T08:00:00Z', 'PutObject', { readOnly: false });

const RECORDS = [
  event('2026-11-20T08:00:00Z', 'GetObject'),
  event('2026-11-20T08:00:00Z', 'GetObject', { userIdentity: role }),
  DOUBLED,
  event('2026-11-21T08:59:59Z', 'GetObject', { userIdentity: role }),
  event('2026-11-21T09:00:00Z', 'GetObject', {
    userIdentity: { ...role, arn: role.arn.replace('one', 'two') },
  }),
  event('2026-11-21T10:00:00Z', 'ListUsers', { ...mallory, eventSource: 'iam.amazonaws.com' }),
  event('2026-11-21T10:10:00Z', 'ListRoles', { ...mallory, eventSource: 'iam.amazonaws.com' }),
  event('2026-11-21T11:00:00Z', 'ConsoleLogin', signIn('Success', 'No')),
  event(
    '2026-11-21T11:05:00Z',
    'ConsoleLogin',
    signIn('Failure', 'No', { errorMessage: 'Failed authentication' }),
  ),
  event(
    '2026-11-21T12:00:00Z',
    'ConsoleLogin',
    signIn('Success', 'No', { userIdentity: role, awsRegion: 'eu-west-1' }),
  ),
  event('2026-11-21T13:00:00Z', 'CreateUser', {
    eventSource: 'iam.amazonaws.com',
    userIdentity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root' },
  }),
  event('2026-11-22T00:00:00Z', 'GetObject'),
];

const deniedRule = compileRule({
  id: 'denied',
  title: 'Denied',
  severity: 'high',
  owner: 'o',
  why: 'w',
  runbook: 'r',
  falsePositives: ['f'],
  pattern: { errorCode: ['AccessDenied'] },
});

async function figuresOf(period = PERIOD): Promise<ReportFigures> {
  const folder = await scratchFolder();
  const files = [JSON.stringify({ Records: RECORDS }), JSON.stringify({ Records: [DOUBLED] })];
  await writeFiles(
    join(folder, 'logs'),
    files.map((text, i) => [`${i}.json`, text] as const),
  );
  const root = join(folder, 'lake');
  await ingestFolder([join(folder, 'logs')], root);
  using lake = await DuckdbLake.open(root);
  const query = (sql: string): ReturnType<DuckdbLake['query']> => lake.query(sql);
  const ports = { query, eventsWhere: duckdbEventsWhere };
  return await report(
    {
      query,
      lake: new DirectoryStore(root),
      verify: undefined,
      rules: () => rulesFigures(ports, [deniedRule], { period, now: NOW }),
    },
    { period, lake: { name: 'lake', options: ['--lake', 'lake'] }, now: NOW },
  );
}

describe('a report', () => {
  it('counts what happened in the period, each event once, before the period’s end', async () => {
    const { totals, byAccount, byService, principals, deniedByPrincipal, deniedByCall, ...rest } =
      await figuresOf();
    expect(totals).toMatchObject({
      events: 9,
      accounts: 1,
      regions: 2,
      denied: 2,
      failed: 3,
      changes: 1,
      root: 1,
    });
    expect(byAccount.series).toEqual([
      {
        name: '111122223333',
        counts: {
          '2026-11-21 08': 2,
          '2026-11-21 09': 1,
          '2026-11-21 10': 2,
          '2026-11-21 11': 2,
          '2026-11-21 12': 1,
          '2026-11-21 13': 1,
        },
        total: 9,
      },
    ]);
    expect(byAccount.denied['2026-11-21 10']).toBe(2);
    expect(byService.series.map(({ name, total }) => [name, total])).toEqual([
      ['iam.amazonaws.com', 3],
      ['s3.amazonaws.com', 3],
      ['signin.amazonaws.com', 3],
    ]);
    // A role stands for its sessions.
    expect(principals.rows.map(({ name, events }) => [name, events])).toEqual([
      ['arn:aws:iam::111122223333:role/deploy', 3],
      ['arn:aws:iam::111122223333:user/alice', 3],
      ['arn:aws:iam::111122223333:user/mallory', 2],
      ['arn:aws:iam::111122223333:root', 1],
    ]);
    expect(principals).toMatchObject({ names: 4, others: undefined });
    const mallory = 'arn:aws:iam::111122223333:user/mallory';
    expect(deniedByPrincipal.rows).toEqual([
      { name: mallory, denied: 2, calls: 2, addresses: 1, first: '2026-11-21T10:00:00Z' },
    ]);
    expect(deniedByCall.rows.map(({ name }) => name)).toEqual([
      'iam.amazonaws.com ListRoles',
      'iam.amazonaws.com ListUsers',
    ]);
    expect(rest.signIns.series.map(({ name, counts }) => [name, counts])).toEqual([
      ['failed', { '2026-11-21 11': 1 }],
      ['federated', { '2026-11-21 12': 1 }],
      ['without MFA', { '2026-11-21 11': 1 }],
    ]);
    expect(rest.signInsByUser.rows[0]).toMatchObject({
      signIns: 2,
      failed: 1,
      withoutMfa: 1,
      last: '2026-11-21T11:05:00Z',
    });
    const found = rest.newAccess.kinds.map(({ kind, rows }) => [kind, rows.map(({ name }) => name)]);
    expect(found).toEqual([
      ['principal', [mallory, 'arn:aws:iam::111122223333:root']],
      ['address', ['2001:db8::1']],
      ['access key', ['AKIAEXAMPLEMALLORY']],
      ['region', ['eu-west-1']],
    ]);
    expect(rest.rules?.over).toEqual({ denied: { '2026-11-21 10': 2 } });
    expect(rest.integrity).toMatchObject({
      receipts: { logFiles: 2, rows: 13 },
      seals: null,
      hourly: null,
      now: null,
    });
  });

  it('does not ask what is new where nothing came before', async () => {
    const { newAccess } = await figuresOf({ ...PERIOD, baselineFrom: PERIOD.from });
    expect(newAccess).toMatchObject({ baseline: { events: 0, days: 0 }, kinds: [] });
  });
});
