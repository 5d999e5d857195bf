import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { EnableSecurityHubCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventBusAlerts } from '../../shared/adapters/event-bus-alerts.ts';
import { SecurityHubAlerts } from '../../shared/adapters/security-hub-alerts.ts';
import { SnsAlerts } from '../../shared/adapters/sns-alerts.ts';
import { alertOf, decodeAlert, eventPart, moreOf, type Alert } from '../../shared/core/rules/alert.ts';
import { groupOf } from '../../shared/core/rules/alert-group.ts';
import { recordViewOfValue } from '../../shared/core/rules/record-view.ts';
import type { AlertChannel } from '../../shared/jobs/alert-channel.ts';
import { HALF_PAST, ruleOf } from '../support/alerting.ts';
import { startMoto, type Emulator } from '../support/aws-emulator.ts';
import { emulatedAws, uniqueName } from '../support/emulated-aws.ts';
import { sqsClient } from '../support/emulated-queue.ts';
import { emptyTopic, SubscribedQueue } from '../support/subscribed-queue.ts';

emulatedAws();

const RULE = ruleOf({
  id: 'root-used',
  title: 'Root was used',
  severity: 'critical',
  attack: ['T1078.004'],
  pattern: { userIdentity: { type: ['Root'] } },
});

/** An alert of its own: no two have the same group. */
function alertNamed(eventID: string, record: Record<string, string> = {}): Alert {
  const view = recordViewOfValue({
    eventID,
    eventName: 'ConsoleLogin',
    eventSource: 'signin.amazonaws.com',
    awsRegion: 'eu-west-1',
    recipientAccountId: '111122223333',
    userIdentity: { type: 'Root', arn: `arn:aws:iam::111122223333:root/${eventID}` },
    ...record,
  });
  const group = groupOf(RULE, view, HALF_PAST);
  return alertOf(RULE, group, eventPart(view, HALF_PAST, 'AWSLogs/x.json.gz', new Set()), 1);
}

async function sent(channel: AlertChannel, alerts: readonly Alert[]): Promise<void> {
  expect(await channel.send(alerts)).toEqual(alerts.map(() => undefined));
}

describe('the subscribers of the alerts topic', () => {
  let topic: string;
  let all: SubscribedQueue;
  let critical: SubscribedQueue;
  let other: SubscribedQueue;

  beforeAll(async () => {
    topic = await emptyTopic();
    all = await SubscribedQueue.to(topic);
    critical = await SubscribedQueue.to(topic, {
      severity: ['critical'],
      region: ['eu-west-1'],
      kind: ['alert'],
    });
    other = await SubscribedQueue.to(topic, { rule: ['another-rule'] });
  });

  it('get the alert as JSON, with attributes to filter by', async () => {
    const alert = alertNamed('one');
    await sent(new SnsAlerts(topic), [alert, moreOf(alert, 1, 5, 1)]);
    const told = await all.taken();
    expect(told.map(({ Message: text }) => decodeAlert(JSON.parse(text)).kind).sort()).toEqual([
      'alert',
      'more',
    ]);
    const [first] = await critical.taken();
    expect(decodeAlert(JSON.parse(first?.Message ?? ''))).toEqual(alert);
    expect(first).toMatchObject({ Subject: '[critical] Root was used (111122223333, eu-west-1)' });
    const attributes = Object.entries(first?.MessageAttributes ?? {});
    expect(Object.fromEntries(attributes.map(([name, { Value }]) => [name, Value]))).toEqual({
      account: '111122223333',
      eventName: 'ConsoleLogin',
      kind: 'alert',
      region: 'eu-west-1',
      rule: 'root-used',
      severity: 'critical',
    });
    expect([await critical.taken(), await other.taken()]).toEqual([[], []]);
  });

  it('get many at once, each in its place, the largest too', async () => {
    const large = { requestParameters: '"\\é'.repeat(60_000), userAgent: 'x\u0000\uD800'.repeat(9000) };
    const alerts = Array.from({ length: 23 }, (_, i) => alertNamed(`many-${i}`, i % 5 === 0 ? large : {}));
    await sent(new SnsAlerts(topic), alerts);
    const ids = (await all.taken()).map(({ Message: text }) => decodeAlert(JSON.parse(text)).event.eventId);
    expect(ids.sort()).toEqual(alerts.map(({ event }) => event.eventId).sort());
    await critical.taken();
  });

  it('that are none are an error for each alert', async () => {
    const failures = await new SnsAlerts(`${topic}-gone`).send([alertNamed('a'), alertNamed('b')]);
    expect(failures.map((error) => error?.message)).toEqual([
      expect.stringMatching(/nobody could be told through .*-gone: does it exist/),
      expect.stringMatching(/nobody could be told/),
    ]);
  });
});

describe('an event bus', () => {
  it('takes alerts as events that its rules can select, and a bus that isn’t there is an error', async () => {
    const [bus, events, sqs] = [uniqueName('bus'), new EventBridgeClient({}), sqsClient()];
    const { EventBusArn: arn = '' } = await events.send(new CreateEventBusCommand({ Name: bus }));
    const { QueueUrl: url = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: uniqueName('remedies') }),
    );
    const { Attributes: found = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    const pattern = { source: ['trailseal'], detail: { rule: { id: ['root-used'] } } };
    await events.send(
      new PutRuleCommand({ Name: 'remedy', EventBusName: bus, EventPattern: JSON.stringify(pattern) }),
    );
    await events.send(
      new PutTargetsCommand({
        Rule: 'remedy',
        EventBusName: bus,
        Targets: [{ Id: 'q', Arn: found['QueueArn'] ?? '' }],
      }),
    );
    const alerts = Array.from({ length: 12 }, (_, i) => alertNamed(`bus-${i}`));
    await sent(new EventBusAlerts(arn), alerts);
    const bodies: string[] = [];
    while (bodies.length < alerts.length) {
      const { Messages: some = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
      );
      if (some.length === 0) break;
      bodies.push(...some.map(({ Body: body = '' }) => body));
    }
    const received = bodies.map((body) => JSON.parse(body) as { 'detail-type': string; detail: unknown });
    expect(new Set(received.map((event) => event['detail-type']))).toEqual(new Set(['Trailseal Alert']));
    expect(received.map(({ detail }) => decodeAlert(detail).event.eventId).sort()).toEqual(
      alerts.map(({ event }) => event.eventId).sort(),
    );
  });
});

describe('Security Hub', () => {
  let moto: Emulator;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => {
    await moto[Symbol.asyncDispose]();
  });

  it('takes alerts as findings, and how many more there were as the same finding', async () => {
    const before = { ...process.env };
    Object.assign(process.env, moto.env);
    try {
      const hub = new SecurityHubClient({ region: 'us-east-1' });
      await hub.send(new EnableSecurityHubCommand({}));
      const place = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
      const channel = new SecurityHubAlerts(place, () => HALF_PAST);
      const alert = alertNamed('hub');
      await sent(channel, [alert, alertNamed('other')]);
      await sent(channel, [moreOf(alert, 1, 7, 1)]);
      const { Findings: findings = [] } = await hub.send(new GetFindingsCommand({}));
      const mine = findings.filter(({ ProductFields: fields }) => fields?.['trailseal/eventId'] === 'hub');
      expect(mine.at(-1)).toMatchObject({
        Id: `trailseal/${alert.alertId}`,
        AwsAccountId: '123456789012',
        Severity: { Label: 'CRITICAL' },
        Title: '[critical] Root was used (111122223333, eu-west-1)',
        Description: expect.stringContaining('7 events') as string,
        GeneratorId: 'trailseal/root-used',
      });
    } finally {
      process.env = before;
    }
  });
});
