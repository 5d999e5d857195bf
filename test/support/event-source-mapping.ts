import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { messagesIn } from './emulated-queue.ts';

export interface MappingOptions {
  readonly functionName: string;
  readonly queueUrl: string;
  /** Messages to an invocation, at most. */
  readonly batchSize: number;
  /** Whether the answer to the `invocation`-th call gets lost: its messages aren't deleted, and come again. */
  readonly losesAnswer?: (invocation: number) => boolean;
}

/**
 * Stands in for Lambda's event source mapping where the emulator's own won't do: that one hands a function ten messages at most. Receives
 * from the queue, calls the function, deletes what it doesn't report as failed; returns when the queue is empty, with the number of calls.
 */
export async function pollQueue(sqs: SQSClient, options: MappingOptions): Promise<number> {
  const lambda = new LambdaClient({});
  let invocations = 0;
  let died = 0;
  for (;;) {
    const messages = await receive(sqs, options);
    if (messages.length === 0) {
      const { waiting, taken } = await messagesIn(sqs, options.queueUrl);
      if (waiting + taken === 0) return invocations;
      await sleep(200);
      continue;
    }
    invocations += 1;
    const failed = await invoke(lambda, options, messages);
    // As Lambda does: what was in hand when a container died comes again.
    if (failed === undefined) died += 1;
    if (died > MAX_DEATHS) throw new Error(`${options.functionName} dies again and again`);
    if (failed === undefined) continue;
    if (options.losesAnswer?.(invocations) === true) continue;
    await remove(
      sqs,
      options.queueUrl,
      messages.filter(({ MessageId: id = '' }) => !failed.has(id)),
    );
  }
}

async function receive(sqs: SQSClient, { queueUrl, batchSize }: MappingOptions): Promise<Message[]> {
  const batch: Message[] = [];
  while (batch.length < batchSize) {
    const answers = await Promise.all(
      Array.from(
        { length: Math.min(8, Math.ceil((batchSize - batch.length) / 10)) },
        async () =>
          await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 })),
      ),
    );
    const received = answers.flatMap(({ Messages = [] }) => Messages);
    if (received.length === 0) return batch;
    batch.push(...received);
  }
  return batch;
}

/** The emulator ends a function's process now and then, on a busy machine. */
const MAX_DEATHS = 3;
const DIED = 'Worker process died';

/** Ids of the messages that the function reports as failed; undefined if its process died. */
async function invoke(
  lambda: LambdaClient,
  { functionName, queueUrl }: MappingOptions,
  messages: readonly Message[],
): Promise<Set<string> | undefined> {
  const Records = messages.map(({ MessageId: messageId, ReceiptHandle: receiptHandle, Body: body }) => ({
    messageId,
    receiptHandle,
    body,
    attributes: {},
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queueUrl.slice(queueUrl.lastIndexOf('/') + 1)}`,
    awsRegion: 'us-east-1',
  }));
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify({ Records }) }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError !== undefined && text.includes(DIED)) return undefined;
  if (answer.FunctionError !== undefined) throw new Error(`${functionName} failed: ${text}`);
  const { batchItemFailures } = JSON.parse(text) as SQSBatchResponse;
  return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}

async function remove(sqs: SQSClient, queueUrl: string, messages: readonly Message[]): Promise<void> {
  const tens = Array.from({ length: Math.ceil(messages.length / 10) }, (_, i) =>
    messages.slice(i * 10, i * 10 + 10),
  );
  await Promise.all(
    tens.map(async (some) => {
      const Entries = some.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }),
  );
}
