import { metricOfCode } from '../functions/verify-counts.ts';
import { FINDING_CODES } from '../shared/core/finding.ts';
import { sub, type Fragment } from './template.ts';

/**
 * The first page an operator opens: is anything wrong, does it flow, what does it cost. `rows` is long because it is the page, read from
 * left to right and top to bottom.
 */
export function dashboard(stage: string): Fragment {
  return {
    Resources: {
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardName: `trailseal-${stage}`,
          DashboardBody: sub(JSON.stringify({ widgets: laidOut(rows(stage)) })),
        },
      },
    },
  };
}

type Metric = readonly (string | Readonly<Record<string, string>>)[];

interface Graph {
  readonly title: string;
  readonly stat: 'Sum' | 'Maximum' | 'p95';
  readonly metrics: readonly Metric[];
}

function rows(stage: string): readonly (readonly Graph[])[] {
  const counted = (service: string, names: readonly string[]): readonly Metric[] =>
    names.map((name) => [`Trailseal/${stage}`, name, 'service', service]);
  const queues = (metric: string, names: readonly string[]): readonly Metric[] =>
    names.map((name) => ['AWS/SQS', metric, 'QueueName', `trailseal-${stage}-${name}`, { label: name }]);
  const functions = (metric: string): readonly Metric[] =>
    ['normalise', 'partitions', 'forward', 'followup', 'compact', 'seal', 'verify'].map((name) => [
      'AWS/Lambda',
      metric,
      'FunctionName',
      `trailseal-${stage}-${name}`,
      { label: name },
    ]);
  const queued = ['normalise', 'partitions', 'forward'];
  const deadLetters = queued.map((name) => `${name}-dead-letters`);
  const visible = 'ApproximateNumberOfMessagesVisible';
  return [
    [
      { title: 'Dead letters', stat: 'Maximum', metrics: queues(visible, deadLetters) },
      {
        title: 'Quarantined, in conflict',
        stat: 'Sum',
        metrics: [
          ...counted('normalise', ['QuarantinedLogFiles', 'QuarantinedRecords']),
          ...counted('partitions', ['PartitionConflicts']),
        ],
      },
      { title: 'Errors', stat: 'Sum', metrics: functions('Errors') },
    ],
    [
      {
        title: 'Findings',
        stat: 'Sum',
        metrics: counted('verify', ['NewFindings', 'AlarmFindings', 'FindingMessages']),
      },
      { title: 'Findings by kind', stat: 'Sum', metrics: counted('verify', FINDING_CODES.map(metricOfCode)) },
      {
        title: 'Not verified yet',
        stat: 'Maximum',
        metrics: counted('verify', ['VerifyBehind', 'RegionsWaiting', 'BatchesLeft', 'BatchesNotRecomputed']),
      },
    ],
    [
      {
        title: 'Alerts, and events that rules selected',
        stat: 'Sum',
        metrics: [...counted('forward', ['Alerts', 'Matches']), ...counted('followup', ['FollowUps'])],
      },
      {
        title: 'Alerts not sent yet, and sent late',
        stat: 'Sum',
        metrics: [
          ...counted('forward', ['AlertsUnsent']),
          ...counted('followup', ['AlertsUnsent', 'AlertsSentLate', 'GroupsFailed', 'FollowUpBehind']),
        ],
      },
      {
        title: 'Log files and records matched',
        stat: 'Sum',
        metrics: [
          ...counted('forward', [
            'LogFilesMatched',
            'ObjectsSkipped',
            'RecordsMatched',
            'UnmatchedRecords',
            'UnmatchedLogFiles',
            'RecordsUndecided',
          ]),
          ...counted('followup', ['FollowUpRuns']),
        ],
      },
    ],
    [
      {
        title: 'Days compacted, not compacted',
        stat: 'Sum',
        metrics: counted('compact', [
          'DaysCompacted',
          'DaysNotCompacted',
          'PartitionsMoved',
          'CompactBehind',
          'CompactionRuns',
        ]),
      },
      {
        title: 'Objects merged, made, given up',
        stat: 'Sum',
        metrics: counted('compact', ['ObjectsMerged', 'ObjectsMade', 'ObjectsSuperseded']),
      },
      {
        title: 'Events compacted, bytes of them',
        stat: 'Sum',
        metrics: counted('compact', ['EventsCompacted', 'CompactedBytes']),
      },
    ],
    [
      {
        title: 'What was verified',
        stat: 'Sum',
        metrics: counted('verify', [
          'DigestsVerified',
          'LogFilesVerified',
          'BatchesVerified',
          'GenerationsVerified',
        ]),
      },
      { title: 'Bytes verified', stat: 'Sum', metrics: counted('verify', ['VerifiedBytes']) },
      {
        title: 'Digests sealed, verifications',
        stat: 'Sum',
        metrics: [...counted('seal', ['DigestsSealed']), ...counted('verify', ['VerifyRuns'])],
      },
      {
        title: 'What was sealed',
        stat: 'Sum',
        metrics: counted('seal', ['LogFilesSealed', 'ReceiptsSealed']),
      },
      {
        title: 'Not sealed yet',
        stat: 'Maximum',
        metrics: counted('seal', ['ReceiptsWaiting', 'SealBehind']),
      },
    ],
    [
      {
        title: 'Log files',
        stat: 'Sum',
        metrics: counted('normalise', ['LogFiles', 'LogFilesPresent', 'ObjectsSkipped']),
      },
      { title: 'Events and rows', stat: 'Sum', metrics: counted('normalise', ['Records', 'Rows']) },
      {
        title: 'Bytes: text in, Parquet out',
        stat: 'Sum',
        metrics: counted('normalise', ['TextBytes', 'ParquetBytes']),
      },
    ],
    [
      { title: 'Invocations', stat: 'Sum', metrics: functions('Invocations') },
      { title: 'Waiting messages', stat: 'Maximum', metrics: queues(visible, queued) },
      {
        title: 'Age of the oldest, s',
        stat: 'Maximum',
        metrics: queues('ApproximateAgeOfOldestMessage', queued),
      },
      {
        title: 'Partitions',
        stat: 'Sum',
        metrics: counted('partitions', ['PartitionsRegistered', 'PartitionsKnown']),
      },
    ],
    [
      { title: 'Duration, 95th percentile, ms', stat: 'p95', metrics: functions('Duration') },
      { title: 'Throttles', stat: 'Sum', metrics: functions('Throttles') },
      {
        title: 'Deliveries to be tried again',
        stat: 'Sum',
        metrics: [
          ...queued.flatMap((service) => counted(service, ['DeliveriesFailed'])),
          ...['normalise', 'forward'].flatMap((service) => counted(service, ['DeliveriesDeferred'])),
        ],
      },
    ],
  ];
}

const WIDTH = 24;
const HEIGHT = 6;

function laidOut(graphs: readonly (readonly Graph[])[]): readonly object[] {
  return graphs.flatMap((row, y) =>
    row.map(({ title, stat, metrics }, x) => ({
      type: 'metric',
      x: (x * WIDTH) / row.length,
      y: y * HEIGHT,
      width: WIDTH / row.length,
      height: HEIGHT,
      properties: { title, stat, metrics, period: 300, region: '${AWS::Region}', view: 'timeSeries' },
    })),
  );
}
