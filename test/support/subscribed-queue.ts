import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { uniqueName } from './emulated-aws.ts';
import { sqsClient } from './emulated-queue.ts';

/** What a subscriber is told. */
export interface Notification {
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
}

/** A new topic in the emulated SNS; its ARN. */
export async function emptyTopic(): Promise<string> {
  const { TopicArn: arn } = await new SNSClient({}).send(
    new CreateTopicCommand({ Name: uniqueName('topic') }),
  );
  if (arn === undefined) throw new Error('SNS made no topic');
  return arn;
}

/** Attribute → the values it may have. */
export type FilterPolicy = Readonly<Record<string, readonly string[]>>;

/** A queue that is subscribed to a topic: to all of it, or to messages whose attributes pass a filter. */
export class SubscribedQueue {
  readonly #url: string;
  readonly #client = sqsClient();

  private constructor(url: string) {
    this.#url = url;
  }

  static async to(topic: string, filter?: FilterPolicy): Promise<SubscribedQueue> {
    const sqs = sqsClient();
    const { QueueUrl: url = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: uniqueName('subscribed') }),
    );
    const { Attributes: found = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    const Attributes = filter === undefined ? {} : { FilterPolicy: JSON.stringify(filter) };
    await new SNSClient({}).send(
      new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: found['QueueArn'], Attributes }),
    );
    return new SubscribedQueue(url);
  }

  /** All that has come since the last time. */
  async taken(): Promise<Notification[]> {
    const all: Notification[] = [];
    for (;;) {
      const { Messages: some = [] } = await this.#client.send(
        new ReceiveMessageCommand({ QueueUrl: this.#url, MaxNumberOfMessages: 10 }),
      );
      if (some.length === 0) return all;
      for (const { Body: body = '', ReceiptHandle } of some) {
        all.push(JSON.parse(body) as Notification);
        await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle }));
      }
    }
  }
}
