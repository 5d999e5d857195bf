import { arnOf, capitalised, ref, type Fragment, type Resource, type Value } from './template.ts';

export interface QueueSettings {
  /** The function it feeds. */
  readonly name: string;
  readonly stage: string;
  /** Of the function, in seconds. */
  readonly timeout: number;
  /** Tries before a message is a dead letter. */
  readonly tries: number;
  /** Who alone may send, as policy statements' conditions on a service. */
  readonly sender: Sender;
  /** Who alone may put aside what it couldn't deliver. */
  readonly undeliverable?: Sender;
}

export interface Sender {
  readonly service: string;
  readonly condition: Value;
}

const DAY = 24 * 60 * 60;
/** The most that Lambda waits for a batch to fill, in seconds; a message it waits with is received, and not to come back yet. */
const LARGEST_BATCHING_WINDOW = 300;

/** A function's queue, the queue of its dead letters, and who may send to them. */
export function queueWithDeadLetters(settings: QueueSettings): Fragment['Resources'] {
  const queue = `${capitalised(settings.name)}Queue`;
  const deadLetters = `${capitalised(settings.name)}DeadLetters`;
  return {
    [queue]: encryptedQueue(`trailseal-${settings.stage}-${settings.name}`, {
      // As AWS asks of a Lambda trigger: time for a throttled batch to be tried again before its messages come back.
      VisibilityTimeout: 6 * settings.timeout + LARGEST_BATCHING_WINDOW,
      MessageRetentionPeriod: 7 * DAY,
      RedrivePolicy: { deadLetterTargetArn: arnOf(deadLetters), maxReceiveCount: settings.tries },
    }),
    [`${queue}Policy`]: queuePolicy(queue, settings.sender),
    [deadLetters]: encryptedQueue(`trailseal-${settings.stage}-${settings.name}-dead-letters`, {
      // The most there is. A message's age counts from when it was first sent: this leaves a week, at least, to look at it.
      MessageRetentionPeriod: 14 * DAY,
    }),
    [`${deadLetters}Policy`]: queuePolicy(deadLetters, settings.undeliverable),
  };
}

function encryptedQueue(name: string, properties: Readonly<Record<string, Value>>): Resource {
  return {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: name,
      // SQS' own key: with one of ours, its policy would have to let every sender in.
      SqsManagedSseEnabled: true,
      ...properties,
    },
  };
}

function queuePolicy(queue: string, sender: Sender | undefined): Resource {
  const tlsOnly = {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: arnOf(queue),
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [ref(queue)],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: sender === undefined ? [tlsOnly] : [tlsOnly, mayAlsoSend(queue, sender)],
      },
    },
  };
}

function mayAlsoSend(queue: string, { service, condition }: Sender): Value {
  return {
    Sid: 'OnlyItsSourceSends',
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sqs:SendMessage',
    Resource: arnOf(queue),
    Condition: condition,
  };
}
