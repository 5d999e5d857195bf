import { afterAll, describe, expect, it } from 'vitest';
import { BatchPool } from '../../shared/adapters/batch-pool.ts';
import { SourceError } from '../../shared/jobs/ports.ts';

describe('batches in worker threads', () => {
  const pool = new BatchPool(new URL('../support/pool-worker.ts', import.meta.url), 2, 'told once');
  afterAll(() => pool.close());

  it('return their receipts, each its own', async () => {
    const sequences = Array.from({ length: 20 }, (_, i) => i + 1);
    const receipts = await Promise.all(sequences.map((sequence) => pool.run({ stream: 'a', sequence })));
    expect(receipts.map(({ sequence, plan }) => [sequence, plan])).toEqual(
      sequences.map((i) => [i, 'told once']),
    );
  });

  it('throw a SourceError that is one, with code and key', async () => {
    const run = pool.run({ stream: 'fault', sequence: 1 });
    await expect(run).rejects.toBeInstanceOf(SourceError);
    await expect(run).rejects.toMatchObject({
      code: 'changed',
      key: 'a.json',
      message: 'a.json: it has changed',
    });
  });

  it('throw any other error as it is, and the next batch runs all the same', async () => {
    await expect(pool.run({ stream: 'throw', sequence: 1 })).rejects.toThrow('the lake is broken');
    await expect(pool.run({ stream: 'a', sequence: 1 })).resolves.toMatchObject({ sequence: 1 });
  });
});
