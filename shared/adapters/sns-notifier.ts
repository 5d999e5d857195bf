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

/** SNS takes fewer than 100 characters of ASCII as a subject, and 256 KiB of UTF-8 with the attributes (Amazon SNS API reference, "Publish"). */
const MAX_SUBJECT = 99;
const MAX_MESSAGE_BYTES = 250_000;
const CUT = '\n… (the rest was too long for a message)';

/** Tells the subscribers of an SNS topic. Throws `NotifyError`. */
export class SnsNotifier implements Notifier {
  readonly #topic: string;
  readonly #client = new SNSClient({ maxAttempts: 6 });

  constructor(topicArn: string) {
    this.#topic = topicArn;
  }

  async tell(subject: string, message: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    const text = { Subject: subjectOf(subject), Message: messageOf(message) };
    await this.#client
      .send(new PublishCommand({ TopicArn: this.#topic, ...text, MessageAttributes }))
      .catch((cause: unknown) => {
        throw new NotifyError(this.#topic, { cause });
      });
  }
}

/** As SNS takes it: short, and ASCII. */
export function subjectOf(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?').slice(0, MAX_SUBJECT);
}

/** As many whole characters as fit. */
function messageOf(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_MESSAGE_BYTES) return text;
  let end = MAX_MESSAGE_BYTES;
  // 10xxxxxx goes on with a character.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}${CUT}`;
}
