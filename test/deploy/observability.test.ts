import { describe, expect, it } from 'vitest';
import { dashboard } from '../../deploy/dashboard.ts';
import { normalise } from '../../deploy/normalise.ts';
import { partitions } from '../../deploy/partitions.ts';
import type { Resource } from '../../deploy/template.ts';
import { deliveryCounts } from '../../functions/delivery-counts.ts';
import { registrationCounts } from '../../functions/registration-counts.ts';

/** What the functions count, by the names they give CloudWatch. */
const COUNTED = new Set([
  ...Object.keys(deliveryCounts({ outcomes: new Map(), receipts: [] }, 0)).map((name) => `normalise ${name}`),
  ...Object.keys(registrationCounts([], 0)).map((name) => `partitions ${name}`),
]);

type Metric = readonly [namespace: string, metric: string, dimension: string, value: string];

function dashboardMetrics(): readonly Metric[] {
  const body = dashboard('test').Resources['Dashboard']?.Properties['DashboardBody'] as { 'Fn::Sub': string };
  const { widgets } = JSON.parse(body['Fn::Sub']) as { widgets: { properties: { metrics: Metric[] } }[] };
  return widgets.flatMap(({ properties }) => properties.metrics);
}

const ALARMS: readonly Resource[] = [normalise('test'), partitions('test')]
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
    const own = ALARMS.filter(({ Properties }) => Properties['Namespace'] === 'Trailseal/test');
    const watched = own.map(({ Properties }) => {
      const [dimension] = Properties['Dimensions'] as unknown as { Name: string; Value: string }[];
      expect(dimension?.Name).toBe('service');
      return `${dimension?.Value} ${Properties['MetricName'] as string}`;
    });
    expect(watched).toEqual([
      'normalise QuarantinedLogFiles',
      'normalise QuarantinedRecords',
      'partitions PartitionConflicts',
    ]);
    expect(watched.filter((name) => !COUNTED.has(name))).toEqual([]);
  });

  it('is silence while nothing happens, and an alarm somebody hears', () => {
    for (const { Properties } of ALARMS) {
      expect(Properties).toMatchObject({
        TreatMissingData: 'notBreaching',
        AlarmActions: [{ Ref: 'AlarmTopic' }],
        AlarmName: expect.stringMatching(/^trailseal-test-/) as string,
      });
    }
  });
});
