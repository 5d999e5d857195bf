import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { announceMissed } from '../../shared/jobs/announce-missed.ts';
import { readOwnChain, sealedIn } from '../support/own-chain.ts';
import { commit, HOUR, MINUTE, NOON, sealOnce, storeReceipts } from '../support/seal-once.ts';

describe('receipts that no digest has', () => {
  it('are announced once more, and sealed by the next digest, once', async () => {
    const lake = new MemoryStore();
    const first = await commit(lake, NOON - 30 * MINUTE, 1);
    const { chain } = await sealOnce(lake, NOON);
    const second = await commit(lake, NOON + 10 * MINUTE, 2);
    await sealOnce(lake, NOON + HOUR);
    // Their announcement was lost, or came hours too late.
    const missed = [await storeReceipts(lake, 3), await storeReceipts(lake, 4)].sort();
    await sealOnce(lake, NOON + 5 * HOUR);

    expect(await announceMissed(lake, chain, NOON + 5 * HOUR + MINUTE)).toEqual(missed);
    await sealOnce(lake, NOON + 6 * HOUR);
    expect(sealedIn(await readOwnChain(lake))).toEqual([first, second, ...missed]);
    expect(await announceMissed(lake, chain, NOON + 6 * HOUR)).toEqual([]);
  });
});
