import type { QueueMessage } from '../core/queue-messages.ts';
import type { Clock } from './pacer.ts';

/** A queue of messages. Each may arrive more than once. */
export interface MessageQueue {
  /**
   * Sends up to ten messages, 256 KiB together. Returns those that were refused while the others were taken. Throws `QueueError`
   * if it can't be said that any was taken.
   */
  send(bodies: readonly string[]): Promise<readonly Refusal[]>;
}

export interface Refusal {
  /** Which of the messages. */
  readonly index: number;
  readonly reason: string;
  /** It would be refused again. */
  readonly forGood: boolean;
}

export type QueueErrorCode = 'no-queue' | 'denied' | 'throttled' | 'unavailable';

/** A queue that can't be used (now). The message says which, and what to do. */
export class QueueError extends Error {
  readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueueError';
    this.code = code;
  }
}

export interface Undelivered {
  readonly message: QueueMessage;
  readonly reason: string;
}

/** How often a message is offered, and the first pause in between; each is twice the one before: 0.5 to 16 s. */
export const ATTEMPTS = 7;
const FIRST_PAUSE_MS = 500;

/**
 * Sends one batch, and again what was refused of it, with growing pauses. Returns what the queue wouldn't take in the end. An answer
 * that got lost means sending twice, which the pipeline is made for. Throws `QueueError` if the queue could not be used at all.
 */
export async function deliver(
  batch: readonly QueueMessage[],
  queue: MessageQueue,
  clock: Clock,
): Promise<readonly Undelivered[]> {
  const refusedForGood: Undelivered[] = [];
  let left = batch;
  for (let attempt = 1; ; attempt += 1) {
    const refusals = await offer(left, queue, attempt < ATTEMPTS);
    const undelivered = refusals.flatMap(({ index, reason, forGood }) => {
      const message = left[index];
      return message === undefined ? [] : [{ message, reason, forGood }];
    });
    refusedForGood.push(...undelivered.filter(({ forGood }) => forGood));
    const again = undelivered.filter(({ forGood }) => !forGood);
    if (again.length === 0) return refusedForGood;
    if (attempt === ATTEMPTS) return [...refusedForGood, ...again];
    left = again.map(({ message }) => message);
    await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
  }
}

/** A queue that is busy or out of reach has refused everything, as long as there is another attempt to make. */
async function offer(
  messages: readonly QueueMessage[],
  queue: MessageQueue,
  mayFail: boolean,
): Promise<readonly Refusal[]> {
  try {
    return await queue.send(messages.map(({ body }) => body));
  } catch (error) {
    const passing =
      error instanceof QueueError && (error.code === 'throttled' || error.code === 'unavailable');
    if (!passing || !mayFail) throw error;
    return messages.map((_, index) => ({ index, reason: error.message, forGood: false }));
  }
}
