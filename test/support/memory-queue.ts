import { createdObjectsOfText } from '../../shared/core/object-created.ts';
import {
  QueueError,
  type MessageQueue,
  type QueueErrorCode,
  type Refusal,
} from '../../shared/jobs/deliver.ts';

/** What befalls one call of `send`. */
export type SendFault =
  /** These of its messages are refused; the others are taken. */
  | { readonly refuse: readonly number[]; readonly forGood?: true }
  /** Nothing is known of it: nothing was taken or, if `applied`, all of it. */
  | { readonly fail: QueueErrorCode; readonly applied?: true };

/** A queue in memory, with faults by the number of the call, from 1. */
export class MemoryQueue implements MessageQueue {
  readonly batches: (readonly string[])[] = [];
  readonly taken: string[] = [];
  readonly #fault: (call: number) => SendFault | undefined;

  constructor(fault: (call: number) => SendFault | undefined = () => undefined) {
    this.#fault = fault;
  }

  /** Keys of the messages taken, in order. */
  get keys(): string[] {
    return this.taken.flatMap(createdObjectsOfText).map(({ key }) => key);
  }

  send(bodies: readonly string[]): Promise<readonly Refusal[]> {
    this.batches.push(bodies);
    const fault = this.#fault(this.batches.length);
    if (fault === undefined) return this.#take(bodies, []);
    if ('refuse' in fault) {
      const refused = fault.refuse.filter((index) => index < bodies.length);
      return this.#take(
        bodies,
        refused.map((index) => ({ index, reason: 'injected', forGood: fault.forGood ?? false })),
      );
    }
    if (fault.applied === true) this.taken.push(...bodies);
    return Promise.reject(new QueueError(fault.fail, 'injected'));
  }

  #take(bodies: readonly string[], refusals: readonly Refusal[]): Promise<readonly Refusal[]> {
    const refused = new Set(refusals.map(({ index }) => index));
    this.taken.push(...bodies.filter((_, index) => !refused.has(index)));
    return Promise.resolve(refusals);
  }
}
