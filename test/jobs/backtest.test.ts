import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../shared/core/query-result.ts';
import { compileRule, type CompiledRule } from '../../shared/core/rules/compiled-rule.ts';
import { RECORD_COLUMNS } from '../../shared/core/rules/row-record.ts';
import { backtest, type BacktestOptions, type BacktestReport } from '../../shared/jobs/backtest.ts';
import { rowOfRecord } from '../support/rows-of-text.ts';

const NOW = Date.parse('2026-11-23T00:00:00Z');

interface Event {
  readonly eventID?: string;
  readonly eventTime: string;
  readonly [field: string]: unknown;
}

/** A call of somebody, at a time of 21 November unless it says otherwise. */
function call(eventID: string, time: string, more: object = {}): Event {
  const eventTime = time.length > 10 ? time : `2026-11-21T${time}Z`;
  const userIdentity = { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/alice' };
  return {
    eventID,
    eventTime,
    eventName: 'Denied',
    recipientAccountId: '111122223333',
    userIdentity,
    ...more,
  };
}

function rule(id: string, more: object = {}): CompiledRule {
  return compileRule({
    id,
    title: `The rule ${id}`,
    severity: 'low',
    owner: 'o',
    why: 'w',
    runbook: 'r',
    falsePositives: ['f'],
    pattern: { eventName: ['Denied'] },
    ...more,
  });
}

/** A lake of these events, as the job asks for them: its days, then the rows of each. */
async function run(events: readonly Event[], options: Partial<BacktestOptions>): Promise<BacktestReport> {
  const rows = events.map((event) => ({
    day: event.eventTime.slice(0, 10),
    cells: rowOfRecord(JSON.stringify(event)).values as Readonly<Record<string, JsonValue>>,
  }));
  const days = Map.groupBy(rows, ({ day }) => day);
  const columns = [...RECORD_COLUMNS, 'logfile'];
  const chunksOf = async function* (result: JsonValue[][]): AsyncGenerator<JsonValue[][]> {
    for (let i = 0; i < result.length; i += 2) yield await Promise.resolve(result.slice(i, i + 2));
  };
  const query = (sql: string): Promise<{ columns: string[]; chunks: AsyncGenerator<JsonValue[][]> }> => {
    const day = /year = '(\d+)' AND month = '(\d+)' AND day = '(\d+)'/.exec(sql)?.slice(1).join('-');
    const result =
      day === undefined
        ? [...days].map(([day, some]) =>
            dayRow(
              day,
              some.map(({ cells }) => cells['eventtime'] ?? ''),
            ),
          )
        : (days.get(day) ?? []).map(({ cells }) => columns.map((name) => cells[name] ?? null));
    return Promise.resolve({ columns, chunks: chunksOf(result) });
  };
  const ports = { query, eventsWhere: (condition: string) => condition };
  return await backtest(ports, { rules: [], samples: 3, now: NOW, ...options });
}

function dayRow(day: string, times: readonly JsonValue[]): JsonValue[] {
  const sorted = times.map(String).sort((a, b) => (a < b ? -1 : 1));
  return [day, times.length, sorted[0] ?? '', sorted.at(-1) ?? ''];
}

describe('a backtest', () => {
  it('counts events, and as alerts the groups that they make', async () => {
    const bob = { userIdentity: { arn: 'arn:aws:iam::111122223333:user/bob' } };
    const events = [
      call('e1', '10:00:00'),
      call('e2', '10:59:59'),
      call('e3', '11:00:00'),
      call('e4', '11:01:00', bob),
      call('e5', '11:02:00', { eventName: 'Other' }),
    ];
    const report = await run(events, { rules: [rule('denied')] });
    expect(report).toMatchObject({ events: 5, from: '2026-11-21T10:00:00Z', to: '2026-11-21T11:02:00Z' });
    expect(report.rules).toMatchObject([
      {
        rule: 'denied',
        title: 'The rule denied',
        matches: 4,
        suppressed: 0,
        groups: 3,
        alerts: 3,
        followUps: 1,
        principals: [
          { principal: 'arn:aws:iam::111122223333:user/alice', matches: 3 },
          { principal: 'arn:aws:iam::111122223333:user/bob', matches: 1 },
        ],
        samples: [{ eventId: 'e1', time: '2026-11-21T10:00:00Z' }, { eventId: 'e2' }, { eventId: 'e3' }],
      },
    ]);
  });

  it('has alerts a day over the time that the events are from, at least a day', async () => {
    const days = [...Array(4).keys()].map((i) => call(`e${i}`, `2026-11-${18 + i}T12:00:00Z`));
    const report = await run([...days, call('e9', '13:30:00')], { rules: [rule('denied')] });
    const [denied] = report.rules;
    expect(report.days).toBeCloseTo(3 + 1.5 / 24);
    expect(denied?.alertsADay).toEqual({ mean: 5 / report.days, most: 2, mostOn: '2026-11-21' });
    expect(report.total).toEqual({ alerts: 5, ...denied?.alertsADay });
    expect((await run(days.slice(0, 1), { rules: [rule('denied')] })).total.mean).toBe(1);
  });

  it('waits for a threshold, of events or of different values', async () => {
    const events = [...Array(4).keys()].map((i) => call(`e${i}`, `10:0${i}:00`, { awsRegion: `r${i % 3}` }));
    const threshold = (events: number, distinct?: string): object => ({ threshold: { events, distinct } });
    const rules = [
      rule('four', threshold(4)),
      rule('five', threshold(5)),
      rule('three-regions', threshold(3, 'awsRegion')),
      rule('four-regions', threshold(4, 'awsRegion')),
    ];
    const report = await run(events, { rules });
    const figures = report.rules.map(({ matches, alerts, followUps }) => [matches, alerts, followUps]);
    expect(figures).toEqual([
      [4, 1, 0],
      [4, 0, 0],
      [4, 1, 1],
      [4, 0, 0],
    ]);
  });

  it('tells of the groups of a window beyond the most in one alert', async () => {
    const events = [...Array(5).keys()].flatMap((i) => {
      const userIdentity = { arn: `user-${i}` };
      return [call(`a${i}`, '10:00:00', { userIdentity }), call(`b${i}`, '10:30:00', { userIdentity })];
    });
    const rules = [3, 5].map((most) =>
      rule(`most-${most}`, { group: { by: ['userIdentity.arn'], window: '1h', most } }),
    );
    const report = await run(events, { rules });
    expect(report.rules).toMatchObject([
      { groups: 5, alerts: 4, followUps: 4 },
      { groups: 5, alerts: 5, followUps: 5 },
    ]);
  });

  it('counts an event once a group, whatever comes twice', async () => {
    const events = [
      call('e1', '10:00:00'),
      call('e1', '10:00:00', { awsRegion: 'copied' }),
      call('e2', '10:01:00'),
    ];
    const report = await run(events, { rules: [rule('two', { threshold: { events: 3 } })] });
    expect(report.rules).toMatchObject([{ matches: 2, alerts: 0 }]);
  });

  it('leaves out what is suppressed, as long as that holds for the time of the event', async () => {
    const pattern = { awsRegion: ['eu-west-1'] };
    const suppressions = [{ reason: 'agreed', until: '2026-11-20', pattern }];
    const events = ['2026-11-20T23:59:59Z', '2026-11-21T00:00:00Z'].map((time) =>
      call(time, time, { awsRegion: 'eu-west-1' }),
    );
    const report = await run(events, { rules: [rule('denied', { suppressions })] });
    expect(report.rules).toMatchObject([{ matches: 1, suppressed: 1, alerts: 1 }]);
  });

  it('shows no more samples than asked for, and counts on', async () => {
    const events = [...Array(9).keys()].map((i) => call(`e${i}`, `10:00:0${i}`));
    const report = await run(events, { rules: [rule('denied')], samples: 2 });
    expect(report.rules[0]).toMatchObject({ matches: 9, samples: [{ eventId: 'e0' }, { eventId: 'e1' }] });
  });

  it('takes the time of the log file for events that say a time to come', async () => {
    const report = await run([call('e1', '2026-11-29T00:00:00Z')], { rules: [rule('denied')] });
    expect(report).toMatchObject({
      from: null,
      rules: [{ alerts: 1, alertsADay: { mostOn: '2026-11-21' } }],
    });
  });

  it('of a lake without events in the period says so', async () => {
    const report = await run([], { rules: [rule('denied')] });
    expect(report).toMatchObject({ events: 0, from: null, to: null, rules: [{ matches: 0, alerts: 0 }] });
  });

  it('is compared with the rules as they were: events gained and lost, by rule', async () => {
    const events = [
      call('e1', '10:00:00'),
      call('e2', '10:01:00', { errorCode: 'x' }),
      call('e3', '10:02:00', { eventName: 'Refused' }),
    ];
    const changed = rule('changed', {
      pattern: { eventName: ['Denied', 'Refused'], errorCode: [{ exists: false }] },
    });
    const report = await run(events, {
      rules: [changed, rule('same'), rule('new')],
      against: [rule('changed'), rule('same'), rule('old')],
    });
    const samples = (...ids: string[]): object => ({
      events: ids.length,
      samples: ids.map((eventId): unknown => expect.objectContaining({ eventId })),
    });
    expect(report.against?.changes).toEqual([
      { rule: 'changed', kind: 'kept', gained: samples('e3'), lost: samples('e2') },
      { rule: 'new', kind: 'added', gained: samples('e1', 'e2'), lost: samples() },
      { rule: 'old', kind: 'removed', gained: samples(), lost: samples('e1', 'e2') },
      { rule: 'same', kind: 'kept', gained: samples(), lost: samples() },
    ]);
    expect(report.against?.rules).toMatchObject([{ rule: 'changed', matches: 2 }, {}, { rule: 'old' }]);
    expect(report.rules).toMatchObject([{ rule: 'changed', matches: 2 }, {}, { rule: 'new' }]);
  });

  it('sees a suppression as events lost', async () => {
    const suppressions = [{ reason: 'agreed', until: '2026-12-31', pattern: { awsRegion: ['r'] } }];
    const report = await run([call('e1', '10:00:00', { awsRegion: 'r' })], {
      rules: [rule('denied', { suppressions })],
      against: [rule('denied')],
    });
    expect(report.against?.changes).toMatchObject([{ gained: { events: 0 }, lost: { events: 1 } }]);
  });
});
