import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notifier } from '../jobs/report-findings.ts';

/** A message couldn't be sent. */
export class NotifyError extends Error {
  constructor(topic: string, options: ErrorOptions) {
    super(
      `nobody could be told through ${topic}: does it exist, and may this role publish to it and use its key?`,
      options,
    );
    this.name = 'NotifyError';
  }
}

/** SNS' limits, with some bytes to spare. */
const MAX_SUBJECT = 100;
const MAX_MESSAGE = 100_000;

/** Tells the subscribers of an SNS topic. Throws `NotifyError`. */
export class SnsNotifier implements Notifier {
  readonly #topic: string;
  readonly #client = new SNSClient({});

  constructor(topicArn: string) {
    this.#topic = topicArn;
  }

  async tell(subject: string, message: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    const text = { Subject: subject.slice(0, MAX_SUBJECT), Message: message.slice(0, MAX_MESSAGE) };
    await this.#client
      .send(new PublishCommand({ TopicArn: this.#topic, ...text, MessageAttributes }))
      .catch((cause: unknown) => {
        throw new NotifyError(this.#topic, { cause });
      });
  }
}
