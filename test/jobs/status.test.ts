import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { encodeDocument, LakeFormatError, type BatchReceipts } from '../../shared/core/lake-format.ts';
import { receiptsKey } from '../../shared/core/lake-keys.ts';
import { status } from '../../shared/jobs/status.ts';

/** A bucket that answers later, and counts how many reads it has at once. */
class SlowStore extends MemoryStore {
  atOnce = 0;
  most = 0;

  override async get(key: string): Promise<Uint8Array | undefined> {
    this.atOnce += 1;
    this.most = Math.max(this.most, this.atOnce);
    await sleep(1);
    this.atOnce -= 1;
    return await super.get(key);
  }
}

function receipts(sequence: number): BatchReceipts {
  const logFile: BatchReceipts['logFiles'][number] = {
    key: `log-${sequence}`,
    size: 10,
    version: 'v',
    outcome: 'read',
    sha256: null,
    textBytes: 100,
    records: 2,
    rows: [],
    quarantined: { 'not-json': 1 },
    oldestEventTime: `2026-11-${String((sequence % 28) + 1).padStart(2, '0')}T00:00:00.000Z`,
    newestEventTime: null,
  };
  return { format: 1, stream: 's', sequence, plan: 'p', logFiles: [logFile], objects: [], quarantine: [] };
}

async function storeOf(batches: number): Promise<SlowStore> {
  const store = new SlowStore();
  for (let sequence = 1; sequence <= batches; sequence += 1) {
    const document = receipts(sequence);
    await store.putIfAbsent(receiptsKey(document), encodeDocument(document));
  }
  return store;
}

describe('the status of a lake', () => {
  it('adds up every receipt, many read at once but not all', async () => {
    const store = await storeOf(500);
    expect(await status(store)).toMatchObject({
      logFiles: 500,
      records: 1000,
      quarantined: { records: 500, byReason: { 'not-json': 500 } },
      oldestEventTime: '2026-11-01T00:00:00.000Z',
    });
    expect(store.most).toBeGreaterThan(8);
    expect(store.most).toBeLessThanOrEqual(32);
  });

  it.each([1, 3, 60, 119])('tells of a damaged receipt, though it be number %i of 120', async (damaged) => {
    const store = await storeOf(0);
    for (let sequence = 1; sequence <= 120; sequence += 1) {
      const document = receipts(sequence);
      const bytes = sequence === damaged ? Buffer.from('{}') : encodeDocument(document);
      await store.putIfAbsent(receiptsKey(document), bytes);
    }
    await expect(status(store)).rejects.toThrow(LakeFormatError);
  });
});
