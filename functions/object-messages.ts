import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { reportFailure } from './observed.ts';
import { asError } from '../shared/core/as-error.ts';
import { createdObjects, createdObjectsOfText, type CreatedObject } from '../shared/core/object-created.ts';

/** What went wrong with each of some objects; nothing for those that are done. */
export type Failures = ReadonlyMap<CreatedObject, unknown>;

/**
 * Answers an invocation that tells of new objects, from a queue or directly: has `handle` see every object once, however many messages
 * name it, and tells the queue which messages to deliver again: those that could not be understood, and those with a failed object.
 * Called directly, throws the first failure.
 */
export async function answerObjectMessages(
  event: unknown,
  context: Context,
  handle: (objects: readonly CreatedObject[]) => Promise<Failures>,
): Promise<SQSBatchResponse | undefined> {
  const seen = new Map<string, CreatedObject>();
  const once = (objects: readonly CreatedObject[]): CreatedObject[] =>
    objects.map((object) => remember(seen, object));
  if (!isFromQueue(event)) {
    once(createdObjects(event));
    const [failure] = (await handle([...seen.values()])).values();
    if (failure !== undefined) throw asError(failure);
    return undefined;
  }
  const messages = new Map(event.Records.map((record) => [record.messageId, understand(record, once)]));
  const failures = await handle([...seen.values()]);
  const settle = (record: SQSRecord): Promise<void> => {
    const message = messages.get(record.messageId);
    if (message === undefined || 'error' in message) return Promise.reject(asError(message?.error));
    const failed = message.objects.find((object) => failures.has(object));
    return failed === undefined ? Promise.resolve() : Promise.reject(asError(failures.get(failed)));
  };
  const processor = new BatchProcessor(EventType.SQS);
  // All of a batch failing is an answer too: an error of the function is for errors of the function.
  return await processPartialResponse(event, settle, processor, { context, throwOnFullBatchFailure: false });
}

type Understood = { readonly objects: readonly CreatedObject[] } | { readonly error: unknown };

function understand(
  { body, messageId }: SQSRecord,
  once: (objects: readonly CreatedObject[]) => CreatedObject[],
): Understood {
  try {
    return { objects: once(createdObjectsOfText(body)) };
  } catch (error) {
    reportFailure('message not understood', { messageId }, error);
    return { error };
  }
}

function remember(seen: Map<string, CreatedObject>, object: CreatedObject): CreatedObject {
  const identity = JSON.stringify([object.bucket, object.key, object.versionId, object.etag]);
  const first = seen.get(identity) ?? object;
  seen.set(identity, first);
  return first;
}

function isFromQueue(event: unknown): event is SQSEvent {
  if (typeof event !== 'object' || event === null || !('Records' in event)) return false;
  const { Records: records } = event;
  return Array.isArray(records) && records.some(({ eventSource }: SQSRecord) => eventSource === 'aws:sqs');
}
