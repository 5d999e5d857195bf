import { PublishBatchCommand, SNSClient, type PublishBatchRequestEntry } from '@aws-sdk/client-sns';
import { encodeAlert, type Alert } from '../core/rules/alert.ts';
import { alertSubject, alertText } from '../core/rules/alert-text.ts';
import type { AlertChannel } from '../jobs/alert-channel.ts';
import { PATIENCE, sendInPortions } from './in-portions.ts';
import { NotifyError, subjectOf } from './sns-notifier.ts';

/** Entries and bytes of one `PublishBatch` (Amazon SNS API reference), with some bytes left for attributes. */
const LIMITS = { entries: 10, bytes: 240_000 };

/** SNS takes no attribute without a value. */
const UNKNOWN = 'unknown';

/** Alerts as messages of an SNS topic: text for mail, JSON for everything else, and attributes that subscribers filter by. */
export class SnsAlerts implements AlertChannel {
  readonly name = 'sns';
  readonly #topic: string;
  readonly #client = new SNSClient(PATIENCE);

  constructor(topicArn: string) {
    this.#topic = topicArn;
  }

  async send(alerts: readonly Alert[]): Promise<readonly (Error | undefined)[]> {
    const messages = alerts.map(messageOf).map((message) => ({ message, bytes: bytesOf(message) }));
    return await sendInPortions(
      messages,
      LIMITS,
      async (portion) => await this.#publish(portion.map(({ message }) => message)),
    );
  }

  async #publish(messages: readonly Message[]): Promise<(Error | undefined)[]> {
    const PublishBatchRequestEntries = messages.map((message, i) => ({ ...message, Id: String(i) }));
    const { Failed = [] } = await this.#client
      .send(new PublishBatchCommand({ TopicArn: this.#topic, PublishBatchRequestEntries }))
      .catch((cause: unknown) => {
        throw new NotifyError(this.#topic, { cause });
      });
    const refused = new Map(Failed.map(({ Id, Code, Message: why }) => [Id, `${Code}: ${why}`]));
    return messages.map((_, i) => {
      const cause = refused.get(String(i));
      return cause === undefined ? undefined : new NotifyError(this.#topic, { cause });
    });
  }
}

type Message = Omit<PublishBatchRequestEntry, 'Id'>;

function messageOf(alert: Alert): Message {
  const { kind, rule, event } = alert;
  const attributes = {
    kind,
    rule: rule.id,
    severity: rule.severity,
    account: event.account,
    region: event.region,
    eventName: event.eventName,
  };
  return {
    Subject: subjectOf(alertSubject(alert)),
    Message: JSON.stringify({ default: encodeAlert(alert), email: alertText(alert) }),
    MessageStructure: 'json',
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        { DataType: 'String', StringValue: attributeOf(value) },
      ]),
    ),
  };
}

const MAX_ATTRIBUTE = 256;

/** What any subscriber's filter can read, and SNS takes: XML's characters (Amazon SNS developer guide, "Message attributes"). */
function attributeOf(text: string): string {
  const plain = text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
  return plain === '' ? UNKNOWN : plain.slice(0, MAX_ATTRIBUTE).toWellFormed();
}

function bytesOf({ Message: text = '', MessageAttributes }: Message): number {
  return Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(MessageAttributes));
}
