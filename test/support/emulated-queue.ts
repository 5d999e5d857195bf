import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';

/** The queue's address as a message carries it may name a host that isn't this one. */
export function sqsClient(): SQSClient {
  return new SQSClient({ useQueueUrlAsEndpoint: false });
}

/** Messages that wait in a queue, and those being worked on. */
export async function messagesIn(
  client: SQSClient,
  queueUrl: string,
): Promise<{ waiting: number; taken: number }> {
  const { Attributes: found = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  return {
    waiting: Number(found['ApproximateNumberOfMessages']),
    taken: Number(found['ApproximateNumberOfMessagesNotVisible']),
  };
}

/** Resolves when the condition holds; throws after `seconds`, telling what was seen last. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  seconds = 60,
): Promise<T> {
  let seen = await look();
  for (const end = performance.now() + seconds * 1000; performance.now() < end; seen = await look()) {
    if (holds(seen)) return seen;
    await sleep(100);
  }
  throw new Error(`${what}: not within ${seconds} s; last seen: ${JSON.stringify(seen)}`);
}
