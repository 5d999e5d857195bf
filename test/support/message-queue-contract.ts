import { describe, expect, it } from 'vitest';
import { MAX_BATCH_BYTES, MessagePacker } from '../../shared/core/queue-messages.ts';
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
      const packer = new MessagePacker('bucket', { logFilesPerMessage: 10, messagesPerBatch: 10 });
      // The longest key is three times as long when it is encoded.
      const keys = Array.from({ length: 200 }, (_, i) => `${String(i).padStart(4, '0')}${'ü'.repeat(510)}`);
      const batches = keys.map((key) => packer.add({ key, size: 1000, version: 'etag:"0123456789abcdef"' }));
      const largest = batches.find((batch) => batch !== undefined) ?? [];
      const bytes = largest.reduce((sum, { body }) => sum + body.length, 0);
      expect(bytes).toBeGreaterThan(0.8 * MAX_BATCH_BYTES);
      expect(bytes).toBeLessThanOrEqual(MAX_BATCH_BYTES);
      expect(await queue.send(largest.map(({ body }) => body))).toEqual([]);
      expect(await drain()).toHaveLength(largest.length);
    });
  });
}
