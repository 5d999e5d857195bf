import { describe, expect, it } from 'vitest';
import { dashboard } from '../../deploy/dashboard.ts';
import { forward } from '../../deploy/forward.ts';
import { normalise } from '../../deploy/normalise.ts';
import { partitions } from '../../deploy/partitions.ts';
import { compact } from '../../deploy/compact.ts';
import { seal } from '../../deploy/seal.ts';
import type { Resource } from '../../deploy/template.ts';
import { verify } from '../../deploy/verify.ts';
import { deliveryCounts } from '../../functions/deliveries.ts';
import { followUpCounts, forwardCounts, ruleCounts } from '../../functions/forward-counts.ts';
import { registrationCounts } from '../../functions/registration-counts.ts';
import { compactCounts } from '../../functions/compact-counts.ts';
import { sealCounts } from '../../functions/seal-counts.ts';
import { toldCounts, verifyCounts } from '../../functions/verify-counts.ts';
import { finding, FINDING_CODES } from '../../shared/core/finding.ts';
import type { FollowedUp } from '../../shared/jobs/follow-up.ts';
import type { ForwardResult } from '../../shared/jobs/forward.ts';
import type { CompactSummary } from '../../shared/jobs/compact.ts';
import type { SealSummary } from '../../shared/jobs/seal.ts';
import type { HourlyResult } from '../../shared/jobs/verify-hourly.ts';
import { nothingVerified } from '../../shared/jobs/verify.ts';

const SEALED: SealSummary = {
  chain: { format: 1, account: '', region: '', trail: '', bucket: '', start: '' },
  digests: [{ key: '', endTime: '', logFiles: 0, receipts: 0, waiting: 0, own: true }],
  upTo: '',
  behind: false,
};

const COMPACTED: CompactSummary = {
  partitions: 0,
  open: 0,
  current: 0,
  compacted: 0,
  moved: 0,
  added: { objects: 0, rows: 0 },
  made: { objects: 0, rows: 0, deliveries: 0, bytes: 0 },
  superseded: 0,
  failures: [],
  behind: false,
};

/** With a finding of every kind, which all have a count of their own. */
const VERIFIED: HourlyResult = {
  verification: {
    format: 1,
    at: '',
    since: '',
    behind: false,
    counts: {},
    findings: FINDING_CODES.map((code) => finding(code, '', '')),
    own: null,
    chains: [],
    batchesLeft: [],
    regions: [],
  },
  counts: nothingVerified(),
};

const FORWARDED: ForwardResult<unknown> = {
  outcomes: new Map(),
  records: 0,
  unreadable: { records: 0, logFiles: 0 },
  rules: new Map([['a-rule', { matches: 1, alerts: 1, suppressed: 1, tooOld: 1 }]]),
  undecided: [],
  unsent: [],
};
const FOLLOWED_UP: FollowedUp = { more: 0, late: 0, unsent: [], failed: new Map(), behind: false };

/** What the functions count, by the names they give CloudWatch. */
const COUNTED = new Set([
  ...Object.keys(deliveryCounts({ outcomes: new Map(), receipts: [] }, new Map())).map(
    (name) => `normalise ${name}`,
  ),
  ...Object.keys(registrationCounts([], 0)).map((name) => `partitions ${name}`),
  ...Object.keys(forwardCounts(FORWARDED, new Map())).map((name) => `forward ${name}`),
  ...Object.keys(followUpCounts(FOLLOWED_UP)).map((name) => `followup ${name}`),
  ...Object.keys(compactCounts(COMPACTED)).map((name) => `compact ${name}`),
  ...Object.keys(sealCounts(SEALED)).map((name) => `seal ${name}`),
  ...[toldCounts({ fresh: 0, messages: 0 }), verifyCounts(VERIFIED, 0)]
    .flatMap(Object.keys)
    .map((name) => `verify ${name}`),
]);

type Metric = readonly [namespace: string, metric: string, dimension: string, value: string];

function dashboardMetrics(): readonly Metric[] {
  const body = dashboard('test').Resources['Dashboard']?.Properties['DashboardBody'] as { 'Fn::Sub': string };
  const { widgets } = JSON.parse(body['Fn::Sub']) as { widgets: { properties: { metrics: Metric[] } }[] };
  return widgets.flatMap(({ properties }) => properties.metrics);
}

const ALARMS: readonly Resource[] = [
  normalise('test'),
  partitions('test'),
  await forward('test', 'rules', 72),
  compact('test'),
  seal('test', 1),
  verify('test', 1),
]
  .flatMap(({ Resources }) => Object.values(Resources))
  .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');

describe('what an operator sees', () => {
  it('is every count of the functions, and no other, on the dashboard', () => {
    const shown = dashboardMetrics()
      .filter(([namespace]) => namespace === 'Trailseal/test')
      .map(([, metric, , service]) => `${service} ${metric}`);
    expect(new Set(shown)).toEqual(COUNTED);
  });

  it('is an alarm on counts that the functions make', () => {
    const own = ALARMS.filter(
      ({ Properties }) =>
        Properties['Namespace'] === 'Trailseal/test' && Properties['MetricName'] !== 'RuleMatches',
    );
    const watched = own.map(({ Properties }) => {
      const [dimension] = Properties['Dimensions'] as unknown as { Name: string; Value: string }[];
      expect(dimension?.Name).toBe('service');
      return `${dimension?.Value} ${Properties['MetricName'] as string}`;
    });
    expect(watched).toEqual([
      'normalise DeliveriesFailed',
      'normalise QuarantinedLogFiles',
      'normalise QuarantinedRecords',
      'partitions DeliveriesFailed',
      'partitions PartitionConflicts',
      'forward DeliveriesFailed',
      'forward RecordsUndecided',
      'followup FollowUpRuns',
      'followup AlertsUnsent',
      'followup GroupsFailed',
      'followup FollowUpBehind',
      'compact CompactionRuns',
      'compact DaysNotCompacted',
      'compact CompactBehind',
      'seal DigestsSealed',
      'seal SealBehind',
      'verify VerifyRuns',
      'verify NewFindings',
      'verify RegionsWaiting',
      'verify VerifyBehind',
    ]);
    expect(watched.filter((name) => !COUNTED.has(name))).toEqual([]);
  });

  it('is an alarm on each recommendation of the CIS benchmark, on what forward counts for its rule', () => {
    const watched = ALARMS.filter(({ Properties }) => Properties['MetricName'] === 'RuleMatches');
    const numbers = watched.map(
      ({ Properties: { AlarmDescription: text } }) => /^CIS ([\d.]+):/.exec(text as string)?.[1],
    );
    expect(numbers).toEqual(Array.from({ length: 15 }, (_, i) => `4.${i + 1}`));
    expect([...ruleCounts(FORWARDED).values()].map(Object.keys)).toEqual([
      ['RuleMatches', 'RuleAlerts', 'RuleSuppressed', 'RuleTooOld'],
    ]);
    for (const { Properties } of watched) {
      const rule = /^trailseal-test-rule-(cis-4\.\d\d-.+)$/.exec(Properties['AlarmName'] as string)?.[1];
      expect(Properties).toMatchObject({
        Dimensions: [
          { Name: 'service', Value: 'forward' },
          { Name: 'rule', Value: rule },
        ],
        Threshold: 0,
        EvaluationPeriods: 1,
      });
    }
  });

  it('is an alarm on deliveries that keep failing, not on one that failed', () => {
    const failing = ALARMS.filter(({ Properties }) => Properties['MetricName'] === 'DeliveriesFailed');
    for (const { Properties } of failing) {
      expect(Properties).toMatchObject({
        Statistic: 'Sum',
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        Period: 300,
        DatapointsToAlarm: 3,
        EvaluationPeriods: 3,
      });
    }
  });

  it('is an alarm on hours without news, digest or verification, which no data means too', () => {
    const silent = ALARMS.filter(({ Properties }) => Properties['TreatMissingData'] === 'breaching');
    expect(silent.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        AlarmName: 'trailseal-test-normalise-silence',
        Namespace: 'AWS/Lambda',
        MetricName: 'Invocations',
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'NormaliseLambdaFunction' } }],
        Statistic: 'Sum',
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        Period: 3600,
        DatapointsToAlarm: 3,
        EvaluationPeriods: 3,
      }),
      ...[
        ['followup', 'FollowUpRuns'],
        ['compact', 'CompactionRuns'],
        ['seal', 'DigestsSealed'],
        ['verify', 'VerifyRuns'],
      ].map(
        ([service, metric]) =>
          expect.objectContaining({
            AlarmName: `trailseal-test-${service}-silence`,
            Namespace: 'Trailseal/test',
            MetricName: metric,
            Dimensions: [{ Name: 'service', Value: service }],
            Statistic: 'Sum',
            Threshold: 1,
            ComparisonOperator: 'LessThanThreshold',
            Period: 3600,
            DatapointsToAlarm: 2,
            EvaluationPeriods: 2,
          }) as unknown,
      ),
    ]);
  });

  it('is an alarm on runs of a schedule that fail twice in an hour, not on one that the next makes up for', () => {
    const errors = ALARMS.filter(({ Properties }) =>
      /-(?:followup|compact|seal|verify)-errors$/.test(Properties['AlarmName'] as string),
    );
    expect(errors.map(({ Properties }) => Properties)).toEqual(
      ['FollowupLambdaFunction', 'CompactLambdaFunction', 'SealLambdaFunction', 'VerifyLambdaFunction'].map(
        (name) =>
          expect.objectContaining({
            Dimensions: [{ Name: 'FunctionName', Value: { Ref: name } }],
            Threshold: 1,
            ComparisonOperator: 'GreaterThanThreshold',
            Period: 3600,
            DatapointsToAlarm: 1,
            EvaluationPeriods: 1,
          }),
      ),
    );
  });

  it('is an alarm on a finding at once, when it is new, and on seal or verify being behind for three hours', () => {
    const watch = (name: string): unknown =>
      ALARMS.find(({ Properties }) => Properties['AlarmName'] === `trailseal-test-${name}`)?.Properties;
    expect(watch('new-findings')).toMatchObject({ Threshold: 0, Period: 300, EvaluationPeriods: 1 });
    for (const name of ['seal-behind', 'verify-behind', 'regions-waiting']) {
      expect(watch(name)).toMatchObject({
        Threshold: 0,
        Period: 3600,
        DatapointsToAlarm: 3,
        EvaluationPeriods: 3,
      });
    }
  });

  it('is no other alarm while nothing happens, and one that somebody hears', () => {
    for (const { Properties } of ALARMS) {
      expect(Properties).toMatchObject({
        TreatMissingData: (Properties['AlarmName'] as string).endsWith('-silence')
          ? 'breaching'
          : 'notBreaching',
        AlarmActions: [{ Ref: 'AlarmTopic' }],
        AlarmName: expect.stringMatching(/^trailseal-test-/) as string,
      });
    }
  });
});
