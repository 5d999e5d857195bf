import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtestMarkdown } from '../../cli/output/rules-backtest-markdown.ts';
import { backtestText } from '../../cli/output/rules-backtest.ts';
import { explainText, explanationOf } from '../../cli/output/rules-explain.ts';
import { loadRules } from '../../cli/rule-files.ts';
import { runForward, type ForwardSummary } from '../../cli/run-forward.ts';
import { DirectorySource } from '../../shared/adapters/directory-source.ts';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { duckdbEventsWhere } from '../../shared/adapters/duckdb-once-each.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import type { AlertGroup } from '../../shared/core/rules/alert-group.ts';
import type { Alert } from '../../shared/core/rules/alert.ts';
import type { CompiledRule } from '../../shared/core/rules/compiled-rule.ts';
import { factsOf } from '../../shared/core/rules/event-facts.ts';
import { compilePredicate } from '../../shared/core/rules/match.ts';
import { ruleSql } from '../../shared/core/rules/predicate-sql.ts';
import { RECORD_COLUMNS } from '../../shared/core/rules/row-record.ts';
import { eventNamesOf } from '../../shared/core/rules/rule-cost.ts';
import { recordViews } from '../../shared/core/rules/record-views.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { backtest, type BacktestOptions, type BacktestReport } from '../../shared/jobs/backtest.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { execution, resultPage, startAthenaStub, type AthenaReply } from '../support/athena-stub.ts';
import { rowOfRecord } from '../support/rows-of-text.ts';
import { trailseal } from '../support/run-cli.ts';
import { scratchFolder, writeFiles } from '../support/scratch-folder.ts';

const PACK = fileURLToPath(new URL('../../rules', import.meta.url));
/** Morning and break-in of a small organisation, some log files twice. */
const SAMPLE = {
  ...DEFAULT_SAMPLE_OPTIONS,
  hours: 4,
  eventsPerHour: 250,
  accounts: 2,
  regions: 2,
  doubledShare: 0.2,
};

let folder: string;
let logs: string;
let root: string;
let rules: readonly CompiledRule[];
let pack: BacktestReport;
/** Groups that reach their threshold, and how many events they have. */
const groups: [AlertGroup, number][] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailseal-rules-'));
  [logs, root] = [join(folder, 'logs'), join(folder, 'lake')];
  await writeFiles(logs, sampleFiles());
  await ingestFolder([logs], root);
  rules = (await loadRules(PACK)).map(({ rule }) => rule);
  pack = await overLake({ onGroup: (group, events) => groups.push([group, events]) });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function* sampleFiles(): Generator<readonly [string, Uint8Array]> {
  for (const { key, body } of sampleLogFiles(SAMPLE)) yield [key, body];
}

async function overLake(options: Partial<BacktestOptions> = {}): Promise<BacktestReport> {
  using lake = await DuckdbLake.open(root);
  const query = (sql: string): ReturnType<DuckdbLake['query']> => lake.query(sql);
  const ports = { query, eventsWhere: duckdbEventsWhere };
  return await backtest(ports, { rules, samples: Infinity, now: Date.now(), ...options });
}

/** Ids of the sample's events that a predicate selects, read from the log files themselves. */
function selectedInLogs(): ReadonlyMap<string, ReadonlySet<string>> {
  const tests = rules.map((rule) => [rule.definition.id, compilePredicate(rule.predicate)] as const);
  const found = new Map(tests.map(([id]) => [id, new Set<string>()]));
  for (const { body, folder: kind } of sampleLogFiles(SAMPLE)) {
    if (kind === 'CloudTrail-Digest') continue;
    for (const record of recordViews(body, DEFAULT_LIMITS))
      for (const [id, selects] of tests) if (selects(record)) found.get(id)?.add(factsOf(record).eventId);
  }
  return found;
}

function idsOf(report: BacktestReport): Map<string, ReadonlySet<string>> {
  return new Map(
    report.rules.map(({ rule, samples }) => [rule, new Set(samples.map(({ eventId }) => eventId))]),
  );
}

async function forwarded(
  lake: string,
  some = rules,
  maxAgeMs = Infinity,
): Promise<{ alerts: Alert[]; summary: ForwardSummary }> {
  const alerts: Alert[] = [];
  const send = (more: readonly Alert[]): Promise<undefined[]> => {
    alerts.push(...more);
    return Promise.resolve(more.map(() => undefined));
  };
  const source = new DirectorySource([logs], lake);
  const summary = await runForward({ source, rules: some, lake, channel: { name: 'test', send }, maxAgeMs });
  return { alerts, summary };
}

describe('a backtest of the pack', () => {
  it('selects the events that a direct look at each record of the log files does, each once', async () => {
    const report = pack;
    const expected = selectedInLogs();
    expect(idsOf(report)).toEqual(expected);
    const matches = report.rules.map(({ rule, matches }) => [rule, matches]);
    expect(matches).toEqual([...expected].map(([rule, { size }]) => [rule, size]));
    expect(report.rules.filter(({ matches }) => matches > 0).length).toBeGreaterThan(8);
  });

  it('has the groups and events of what forward alerts on the same log files, and forward alerts once', async () => {
    const report = pack;
    const lake = join(folder, 'alerts');
    const { alerts, summary } = await forwarded(lake);
    // The last message of a group has the count of all its events.
    const told = new Map(alerts.map(({ rule, group }) => [keyOf(rule.id, group), group.events]));
    const expected = groups.map(([{ rule, from, by }, events]) => [
      keyOf(rule, { from: new Date(from).toISOString().replace('.000', ''), by }),
      events,
    ]);
    expect(told).toEqual(new Map(expected as [string, number][]));
    const first = alerts.filter(({ kind }) => kind === 'alert');
    expect(new Set(first.map(({ alertId }) => alertId)).size).toBe(first.length);
    expect(first).toHaveLength(report.total.alerts);
    const ids = idsOf(report);
    for (const { rule, event } of first) expect(ids.get(rule.id)?.has(event.eventId)).toBe(true);
    const followUps = [...summary.rules.values()].reduce((sum, rule) => sum + rule.followUps, 0);
    expect([summary.failed, followUps]).toEqual([[], alerts.length - first.length]);
    expect((await forwarded(lake)).alerts).toEqual([]);
  });

  it('selects what the SQL of explain finds in the lake', async () => {
    const ids = idsOf(pack);
    const matching = rules.filter(({ definition }) => (ids.get(definition.id)?.size ?? 0) > 0);
    using lake = await DuckdbLake.open(root);
    for (const { predicate, definition } of matching) {
      const { columns, chunks } = await lake.query(ruleSql(predicate, definition.title));
      const eventId = columns.indexOf('eventid');
      const found = (await Array.fromAsync(chunks)).flat().map((row) => row[eventId]);
      expect({ rule: definition.id, found: new Set(found) }).toEqual({
        rule: definition.id,
        found: ids.get(definition.id),
      });
    }
  });

  it('of rules that name their events is the same, though only events of these names are read', async () => {
    const named = rules.filter(({ predicate }) => eventNamesOf([predicate]) !== undefined);
    expect(named.length).toBeGreaterThan(rules.length / 2);
    const some = await overLake({ rules: named });
    const ids = new Set(named.map(({ definition }) => definition.id));
    expect(some.rules).toEqual(pack.rules.filter(({ rule }) => ids.has(rule)));
    expect({ ...some, rules: [], total: [] }).toEqual({ ...pack, rules: [], total: [] });
  });

  it('keeps to the period', async () => {
    const [from, to] = [new Date('2026-11-01T02:00:00Z'), new Date('2026-11-01T03:00:00Z')];
    const hour = await overLake({ from, to });
    const within = pack.rules.map(({ samples }) =>
      samples
        .filter(({ time }) => time >= '2026-11-01T02' && time < '2026-11-01T03')
        .map(({ eventId }) => eventId),
    );
    const found = hour.rules.map(({ samples }) => samples.map(({ eventId }) => eventId));
    expect(found.map((ids) => ids.toSorted())).toEqual(within.map((ids) => ids.toSorted()));
    expect(found.flat().length).toBeGreaterThan(5);
    expect((await overLake({ from: new Date('2027-01-01') })).events).toBe(0);
  });

  it('is a table of figures, and of what changed, on a terminal and in a pull request', async () => {
    const chosen = rules.filter(({ definition }) => /^(?:cis-4\.01|root-console)/.test(definition.id));
    const plain = await overLake({ rules: chosen, samples: 1 });
    expect(backtestText(plain)).toMatch(/│ cis-4\.01-unauthorized-calls +│ low +│ \d+ +│ 0 +│ \d+ +│/);
    expect(backtestText(plain)).toMatch(/root-console-login: most by root 1; 1 of 1 event:\n {2}2026-11-01T/);
    expect(backtestMarkdown(plain)).toMatch(
      /\n\| `root-console-login` \| critical \| 1 \| 0 \| 1 \| 1\.0 \|/,
    );
    const was = chosen.filter(({ definition }) => !definition.id.startsWith('root'));
    const compared = await overLake({ rules: chosen, against: was, samples: 1 });
    expect(backtestText(compared)).toMatch(/│ root-console-login │ added │ – → 1 +│ – → 0 +│ – → 1 +│/);
    expect(backtestText(compared)).toContain('\n1 rule alert as before\n');
    expect(backtestMarkdown(compared)).toMatch(
      /\n\| `root-console-login` \(added\) \| – → 1 \| – → 0 \| – → 1 \| 0 → 1\.0 \| 1 \| 0 \|/,
    );
  });
});

describe('rules', () => {
  it('are explained in words', () => {
    const burst = rules.find(({ definition }) => definition.id === 'denied-calls-burst');
    if (burst === undefined) throw new Error('the pack lacks it');
    const text = explainText(explanationOf(burst, 'a.yml', { noSql: 'for a reason' }, Date.now()));
    expect(text).toMatch(/^denied-calls-burst: [\s\S]*Selects events with\n {2}all of these:\n/);
    expect(text).toContain('in the same 15 minutes are one alert. It alerts once');
    expect(text).toContain('After 20 alerts in the same 15 minutes, all others are told of in one.');
    expect(text).toContain('alerts once they have at least 15 different values of eventName');
    expect(text).toContain('It is held against every event');
    expect(text).toMatch(/The same events by SQL\n {2}There is no such SQL: for a reason$/);
  });

  it('that are not there or broken are said to be so, and which may be meant', async () => {
    await expect(loadRules(PACK, ['trail-stoped'])).rejects.toThrow('did you mean trail-stopped?');
    await expect(loadRules(join(folder, 'nowhere'))).rejects.toThrow('holds no rules');
    const broken = await scratchFolder();
    await writeFiles(broken, [['a.yml', 'id: a']]);
    await expect(loadRules(broken)).rejects.toThrow(`trailseal rules check --rules ${broken}`);
  });
});

describe('forward', () => {
  it('leaves out what is older than asked for', async () => {
    const chosen = rules.filter(({ definition }) => definition.id === 'root-console-login');
    const { alerts, summary } = await forwarded(await scratchFolder(), chosen, 60_000);
    expect(alerts).toEqual([]);
    expect(summary.rules.get('root-console-login')).toMatchObject({ alerts: 0, tooOld: 1 });
  });
});

/** What two programs may say of one group in different words. */
function keyOf(rule: string, { from, by }: { from: string; by: object }): string {
  return `${rule} ${from} ${JSON.stringify(by)}`;
}

/** The commands themselves: each a process. */
describe('trailseal', () => {
  const event = {
    eventTime: '2026-11-21T10:20:00Z',
    eventID: 'e1',
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    recipientAccountId: '111122223333',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/eve' },
  };

  it('rules check passes the pack', async () => {
    const { code, stdout, stderr } = await trailseal(['rules', 'check', '--rules', PACK, '--json']);
    const {
      rules: n,
      complaints,
      cost,
    } = JSON.parse(stdout) as {
      rules: number;
      complaints: { level: string }[];
      cost: { events: number; rules: { lookedAt: number }[] };
    };
    expect({ code, stderr, serious: complaints.filter(({ level }) => level !== 'note') }).toEqual({
      code: 0,
      stderr: '',
      serious: [],
    });
    expect(n).toBe(rules.length);
    expect(cost.events).toBeGreaterThan(1000);
    expect(cost.rules).toHaveLength(rules.length);
  });

  it('rules check fails for errors, and with --strict for warnings', async () => {
    const [broken, warned] = [await scratchFolder(), await scratchFolder()];
    const text = await readFile(join(PACK, 'trail-stopped.yml'), 'utf8');
    await writeFiles(broken, [['a.yml', text.replace('severity: ', 'severety: ')]]);
    await writeFiles(warned, [['other-name.yml', text]]);
    const check = (...args: string[]): ReturnType<typeof trailseal> =>
      trailseal(['rules', 'check', '--no-cost', '--rules', ...args]);
    const [failed, passed, strict] = await Promise.all([
      check(broken),
      check(warned),
      check(warned, '--strict'),
    ]);
    expect(failed).toMatchObject({ code: 4, stderr: '' });
    expect(failed.stdout).toMatch(
      /a\.yml\n {2}error {4}rule trail-stopped: [\s\S]*severety[\s\S]*1 error, 0 warnings/,
    );
    expect(passed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('warning  the rule is called') as string,
    });
    expect(strict.code).toBe(4);
  });

  it('rules test says what matches, and for a near miss which condition failed', async () => {
    const test = (stdin: string, ...args: string[]): ReturnType<typeof trailseal> =>
      trailseal(['rules', 'test', '-', '--rules', PACK, ...args], {}, stdin);
    const gone = { ...event, errorCode: 'TrailNotFoundException' };
    const envelope = { 'detail-type': 'AWS API Call via CloudTrail', detail: gone };
    const [matched, missed] = await Promise.all([
      test(JSON.stringify({ Records: [event] }), '--json'),
      test(JSON.stringify(envelope), '--rule', 'trail-stopped'),
    ]);
    expect(matched.code).toBe(0);
    expect(JSON.parse(matched.stdout)).toMatchObject({
      event: { eventId: 'e1', name: 'StopLogging' },
      matches: expect.arrayContaining([
        expect.objectContaining({
          rule: 'trail-stopped',
          suppressedBy: null,
          group: expect.objectContaining({
            from: '2026-11-21T10:00:00Z',
            until: '2026-11-21T11:00:00Z',
          }) as object,
        }),
      ]) as object[],
    });
    expect(missed).toMatchObject({ code: 5, stderr: '' });
    expect(missed.stdout).toContain('  matches no rule\n  nearly:\n    trail-stopped');
    expect(missed.stdout).toContain('errorCode is absent; it is "TrailNotFoundException"');
  });

  it('rules explain has SQL that query runs, and rules backtest the same event', async () => {
    const [sql, tested] = await Promise.all([
      trailseal(['rules', 'explain', join(PACK, 'root-console-login.yml'), '--sql']),
      trailseal([
        'rules',
        'backtest',
        '--rules',
        PACK,
        '--rule',
        'root-console-login',
        '--lake',
        root,
        '--json',
      ]),
    ]);
    const found = await trailseal(['query', '--lake', root, '--json', '-'], {}, sql.stdout);
    const { rules: tallies } = JSON.parse(tested.stdout) as BacktestReport;
    const ids = (JSON.parse(found.stdout) as { eventid: string }[]).map(({ eventid }) => eventid);
    expect(ids).toHaveLength(1);
    expect(tallies.flatMap(({ samples }) => samples.map(({ eventId }) => eventId))).toEqual(ids);
  });

  it('rules backtest asks for a period where Athena is paid for it', async () => {
    const { code, stderr } = await trailseal(['rules', 'backtest', '--rules', PACK, '--workgroup', 'w']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--from') as string });
  });

  it('rules backtest asks Athena for the days, and for the events of each that the rules may want', async () => {
    const row = rowOfRecord(JSON.stringify(event)).values as Readonly<Record<string, string | undefined>>;
    const columns = [...RECORD_COLUMNS, 'logfile'].map((name) => [name, 'varchar'] as const);
    const names = columns.map(([name]) => name);
    const page = (header: readonly string[], cells: readonly (string | null)[]): AthenaReply =>
      resultPage(
        header.map((name) => [name, 'varchar'] as const),
        [header, cells],
      );
    await using stub = await startAthenaStub(({ action }, earlier) => {
      if (action === 'StartQueryExecution') return { QueryExecutionId: 'q-1' };
      if (action === 'GetQueryExecution') return execution('SUCCEEDED', {}, 2_000_000);
      return earlier === 0
        ? page(['day_utc', 'events', 'from', 'to'], ['2026-11-21', '7', event.eventTime, event.eventTime])
        : page(
            names,
            names.map((name) => row[name] ?? null),
          );
    });
    const args = [
      '--rule',
      'trail-stopped',
      '--workgroup',
      'w',
      '--from',
      '2026-11-21',
      '--to',
      '2026-11-22',
    ];
    const { code, stdout, stderr } = await trailseal(
      ['rules', 'backtest', '--rules', PACK, ...args, '--json'],
      stub.env,
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^Athena read 4\.0 MB/) as string,
    });
    expect(JSON.parse(stdout)).toMatchObject({ events: 7, rules: [{ matches: 1, alerts: 1 }] });
    const queries = stub.calls.flatMap(({ input }) => (input['QueryString'] as string | undefined) ?? []);
    expect(queries).toHaveLength(2);
    for (const sql of queries) expect(sql).toMatch(/ >= '2026-11-21' AND year >= '2026'/);
    expect(queries[1]).toMatch(
      /year = '2026' AND month = '11' AND day = '21'[\s\S]*lower\(eventname\) IN \(.*'stoplogging'/,
    );
  });

  it('forward prints each alert once, as JSON or text, and sums up beside it', async () => {
    const place = await scratchFolder();
    const file = gzipSync(JSON.stringify({ Records: [event, { ...event, eventID: 'e2' }] }));
    await writeFiles(place, [['logs/a.json.gz', file]]);
    const forward = (...args: string[]): ReturnType<typeof trailseal> =>
      trailseal(['forward', join(place, 'logs'), '--rules', PACK, '--rule', 'trail-stopped', ...args]);
    const [json, text] = await Promise.all([
      forward('--lake', join(place, 'json'), '--json'),
      forward('--lake', join(place, 'text')),
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'alert',
      rule: { id: 'trail-stopped' },
      group: { events: 2 },
    });
    expect(json.stderr).toMatch(
      /^2 records of 1 log file held[\s\S]*│ trail-stopped │ 2 [\s\S]*\n1 alert printed/,
    );
    expect(text.stdout).toMatch(/^\[\w+\] .*\n=+\n\nWhat: {7}StopLogging/);
    const [again, bucket] = await Promise.all([
      forward('--lake', join(place, 'json'), '--json'),
      forward('--lake', 's3://lake'),
    ]);
    expect(again).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('not told again') as string,
    });
    expect(bucket).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a folder of this machine') as string,
    });
  });
});
