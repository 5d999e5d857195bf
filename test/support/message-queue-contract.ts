import { describe, expect, it } from 'vitest';
import { MessagePacker } from '../../shared/core/queue-messages.ts';
import type { MessageQueue } from '../../shared/jobs/deliver.ts';

export interface QueueUnderTest {
  readonly queue: MessageQueue;
  /** Takes everything out of it. */
  readonly drain: () => Promise<readonly string[]>;
}

/** What every queue of messages must do. */
export function messageQueueContract(name: string, empty: () => Promise<QueueUnderTest>): void {
  describe(`${name}, as a queue`, () => {
    it('holds what was sent, body for body', async () => {
      const { queue, drain } = await empty();
      const bodies = ['{"a":1}', 'ünïcode ☃ 😀', 'tab\tand\nline', '\\ufffe'];
      expect(await queue.send(bodies)).toEqual([]);
      expect((await drain()).toSorted()).toEqual(bodies.toSorted());
    });

    it('takes the largest batch that is ever made', async () => {
      const { queue, drain } = await empty();
      const packer = new MessagePacker('bucket', { keysPerMessage: 50, messagesPerBatch: 10 });
      const keys = Array.from({ length: 700 }, (_, i) => `${String(i).padStart(4, '0')}${'k'.repeat(1000)}`);
      const largest = keys.map((key) => packer.add(key)).find((batch) => batch !== undefined) ?? [];
      expect(largest.reduce((sum, { body }) => sum + body.length, 0)).toBeGreaterThan(200 * 1024);
      expect(await queue.send(largest.map(({ body }) => body))).toEqual([]);
      expect(await drain()).toHaveLength(largest.length);
    });
  });
}
