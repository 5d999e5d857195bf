import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The deployed service on emulated AWS, as a person or a script finds it. */
export interface Emulation {
  /** `AWS_…` variables of every client. */
  readonly env: Readonly<Record<string, string>>;
  readonly ids: Readonly<
    Record<
      | 'logBucket'
      | 'lakeBucket'
      | 'resultsBucket'
      | 'queueUrl'
      | 'partitionsQueueUrl'
      | 'alertsTopic'
      | 'workgroup'
      | 'database',
      string
    >
  >;
  /** Whether there are log files in the log bucket already. */
  readonly withSample: boolean;
}

/** Variables that would turn a client to somebody's real account. */
export const HIDDEN_VARIABLES = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_SQS',
  'AWS_ENDPOINT_URL_ATHENA',
  'AWS_ENDPOINT_URL_GLUE',
];

/** For a shell to `eval`. */
export function exportLines({ env, ids }: Emulation): string[] {
  const names = { LOG_BUCKET: ids.logBucket, LAKE_BUCKET: ids.lakeBucket, QUEUE_URL: ids.queueUrl };
  const more = { WORKGROUP: ids.workgroup, DATABASE: ids.database };
  return [
    `unset ${HIDDEN_VARIABLES.join(' ')}`,
    ...Object.entries({ ...env, ...names, ...more }).map(([name, value]) => `export ${name}=${value}`),
  ];
}

/** What a person is told when all is ready: every command can be copied as it stands. */
export function guide(emulation: Emulation): string {
  const { ids } = emulation;
  const rows: readonly (readonly [string, string])[] = [
    ['log bucket', ids.logBucket],
    ['lake bucket', ids.lakeBucket],
    ['results bucket', ids.resultsBucket],
    ['queue of log files', ids.queueUrl],
    ["queue of the lake's objects", ids.partitionsQueueUrl],
    ['topic of alerts', ids.alertsTopic],
    ['Athena workgroup', ids.workgroup],
    ['Glue database', ids.database],
  ];
  return [
    '',
    "Trailseal's functions run on emulated AWS services, on this machine, until Ctrl-C.",
    '',
    ...rows.map(([what, id]) => `  ${what.padEnd(28)}${id}`),
    '',
    'In another terminal, in this folder:',
    '',
    ...exportLines(emulation).map((line) => `  ${line}`),
    '',
    ...steps(emulation, hasAwsCli()).map(([what, commands]) =>
      [what, ...commands.map((line) => `  ${line}`), ''].join('\n'),
    ),
    'How the queues fill and drain is told below, as it happens.',
  ].join('\n');
}

const SAMPLE =
  'npx trailseal sample ./demo/emulated --force --start 2026-11-20T22:30:00Z --hours 2 --events-per-hour 500';

function steps({ withSample }: Emulation, awsCli: boolean): [string, readonly string[]][] {
  const put: [string, readonly string[]] = awsCli
    ? [
        '1. Put log files into the log bucket: each becomes rows and a receipt in the lake',
        [SAMPLE, 'aws s3 cp --recursive --only-show-errors ./demo/emulated "s3://$LOG_BUCKET/"'],
      ]
    : ['1. Put log files into the log bucket: there is no AWS CLI here, so stop this and run', [WITH_SAMPLE]];
  const drain = awsCli
    ? 'aws sqs get-queue-attributes --endpoint-url "$AWS_ENDPOINT_URL" --queue-url "$QUEUE_URL" --attribute-names ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible'
    : 'npx trailseal status --workgroup "$WORKGROUP" --no-events';
  return [
    withSample
      ? [
          '1. Sample log files are in the log bucket already; what is there',
          [`npx trailseal backfill "s3://$LOG_BUCKET" --dry-run`],
        ]
      : put,
    ['2. See the queue drain', [drain]],
    [
      '3. Ask the lake, through Athena (whose emulator has no views: cloudtrail_deliveries stands for cloudtrail_logs)',
      [
        'npx trailseal status --workgroup "$WORKGROUP"',
        `npx trailseal query --workgroup "$WORKGROUP" "SELECT eventname, count(*) AS n FROM cloudtrail_deliveries GROUP BY 1 ORDER BY n DESC LIMIT 5"`,
        'npx trailseal lookup --workgroup "$WORKGROUP" --error --limit 5',
      ],
    ],
    [
      '4. Deliver everything once more: the lake stays as it is',
      [
        'npx trailseal backfill "s3://$LOG_BUCKET" --queue "$QUEUE_URL"',
        'npx trailseal status --workgroup "$WORKGROUP"',
      ],
    ],
  ];
}

const WITH_SAMPLE = 'npm run emulate -- --with-sample';

function hasAwsCli(): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'aws'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
