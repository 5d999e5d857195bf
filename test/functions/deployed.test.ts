import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { GetPartitionsCommand, GlueClient } from '@aws-sdk/client-glue';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { S3Store } from '../../shared/adapters/s3-store.ts';
import { decodeAlert } from '../../shared/core/rules/alert.ts';
import { DELIVERIES } from '../../shared/core/events-view.ts';
import { EVENTS, parseEventsKey, partitionPrefix, RECEIPTS } from '../../shared/core/lake-keys.ts';
import { deployService, type DeployedService } from '../support/deployed-service.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { messagesIn, sqsClient, until } from '../support/emulated-queue.ts';
import { breachesOf, s3VersionOf } from '../support/lake-audit.ts';
import { keyOf, logFileOf, smallLogFiles, type SmallLogFile } from '../support/small-log-files.ts';
import { SubscribedQueue } from '../support/subscribed-queue.ts';

/**
 * The zips that `serverless package` makes, run as Lambda functions by the emulator behind the template's own rule, queues and event
 * source mappings: what is put into the log bucket comes out of Athena.
 */

emulatedAws({ ownAccount: true });

const FILES = [...smallLogFiles(), stoppedTrail()];
const s3 = new S3Client({ forcePathStyle: true });
const sqs = sqsClient();
let service: DeployedService;
let lake: S3Store;
let alerts: SubscribedQueue;

/** A log file of just now: forward alerts of what is new. */
function stoppedTrail(): SmallLogFile {
  const record = {
    eventVersion: '1.11',
    eventID: 'stopped',
    eventTime: new Date().toISOString().replace(/\.\d+/, ''),
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    awsRegion: 'us-east-1',
    recipientAccountId: '111122223333',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/mallory' },
  };
  const place = { account: 0, region: 0, day: 0, number: 40 };
  return logFileOf(keyOf(place), [JSON.stringify(record)]);
}

beforeAll(async () => {
  service = await deployService({
    forwards: true,
    change: (resources) => {
      // What was in hand when the emulator ended a function's process comes again, and soon.
      for (const queue of ['NormaliseQueue', 'PartitionsQueue', 'ForwardQueue'])
        Object.assign(resources[queue]?.Properties ?? {}, { VisibilityTimeout: 10 });
    },
  });
  lake = new S3Store(service.id('LakeBucket'), { pathStyle: true });
  alerts = await SubscribedQueue.to(service.id('AlertsTopic'));
  for (const { key, bytes } of FILES)
    await s3.send(new PutObjectCommand({ Bucket: service.id('LogBucket'), Key: key, Body: bytes }));
  for (const queue of ['NormaliseQueue', 'PartitionsQueue', 'ForwardQueue']) {
    // The second fills while the first drains.
    await until(
      `${queue} drains`,
      async () => await messagesIn(sqs, service.id(queue)),
      ({ waiting, taken }) => waiting + taken === 0,
    );
  }
});

describe('log files put into the log bucket of a deployed service', () => {
  it('are in the lake, each row once, each log file with its receipt', async () => {
    expect(await breachesOf(lake, FILES, s3VersionOf)).toEqual([]);
    expect(await Array.fromAsync(lake.list(RECEIPTS))).not.toEqual([]);
  });

  it('are matched against the packaged rules, and who subscribed to the alerts topic is told', async () => {
    const told = (await alerts.taken()).map(({ Message: text }) => decodeAlert(JSON.parse(text)));
    expect(told.map(({ rule, event }) => [rule.id, event.eventId, event.principal])).toContainEqual([
      'cis-4.05-trail-changed',
      'stopped',
      'arn:aws:iam::111122223333:user/mallory',
    ]);
    expect(new Set(told.map(({ event }) => event.eventId))).toEqual(new Set(['stopped']));
  });

  it('have their partitions in the Glue catalogue, where their objects lie', async () => {
    const { Partitions: found = [] } = await new GlueClient({}).send(
      new GetPartitionsCommand({ DatabaseName: service.database, TableName: DELIVERIES }),
    );
    const keys = await Array.fromAsync(lake.list(EVENTS));
    const prefixes = keys.flatMap((key) => {
      const parsed = parseEventsKey(key);
      return parsed === undefined ? [] : [partitionPrefix(parsed.partition)];
    });
    const expected = [...new Set(prefixes)].map((prefix) => `s3://${service.id('LakeBucket')}/${prefix}`);
    const locations = found.map(({ StorageDescriptor: at }) => at?.Location ?? 'nowhere');
    expect(locations.sort()).toEqual(expected.sort());
  });

  it('are what SQL through Athena returns', async () => {
    const rows = await athena(
      // The emulator has no views.
      `SELECT recipientaccountid, count(*) AS n FROM ${DELIVERIES} GROUP BY 1 ORDER BY 1`,
      service.database,
    );
    const perAccount = Map.groupBy(
      FILES.flatMap(({ key, rows }) => rows.map(() => /AWSLogs\/(\d+)/.exec(key)?.[1] ?? '')),
      (account) => account,
    );
    const expected = [...perAccount].map(([account, { length }]) => `${account} ${length}`);
    expect(rows.map((row) => row.join(' '))).toEqual(expected.sort());
  });

  it('leave nothing in the dead-letter queues', async () => {
    for (const queue of ['NormaliseDeadLetters', 'PartitionsDeadLetters'])
      expect(await messagesIn(sqs, service.id(queue))).toEqual({ waiting: 0, taken: 0 });
  });
});

async function athena(sql: string, database: string): Promise<(string | undefined)[][]> {
  const client = new AthenaClient({});
  const { QueryExecutionId } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      QueryExecutionContext: { Database: database },
      ResultConfiguration: { OutputLocation: `s3://${service.id('LogBucket')}/results/` },
    }),
  );
  await until(
    sql,
    async () => {
      const { QueryExecution: one } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      if (one?.Status?.State === 'FAILED') throw new Error(one.Status.StateChangeReason);
      return one?.Status?.State;
    },
    (state) => state === 'SUCCEEDED',
  );
  const { ResultSet: found } = await client.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return (found?.Rows ?? []).slice(1).map(({ Data }) => (Data ?? []).map(({ VarCharValue }) => VarCharValue));
}
