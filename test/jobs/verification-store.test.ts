import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { PublicKey } from '../../shared/core/digest-checks.ts';
import {
  encodeVerification,
  verificationKey,
  VerificationFormatError,
  type Verification,
} from '../../shared/core/verification-format.ts';
import { archiveKeys, lastVerification, storeVerification } from '../../shared/jobs/verification-store.ts';
import { answerOf, CLOUDTRAIL } from '../support/signed-trail.ts';

const NOON = Date.parse('2026-11-21T12:34:56.789Z');
const DAY = 24 * 60 * 60 * 1000;

function verificationAt(time: number): Verification {
  return {
    format: 1,
    at: new Date(time).toISOString(),
    since: '2026-11-01T00:00:00.000Z',
    behind: false,
    counts: {},
    findings: [],
    own: null,
    chains: [],
    batchesLeft: [],
    regions: [],
  };
}

async function withRunsAt(...times: readonly number[]): Promise<MemoryStore> {
  const lake = new MemoryStore();
  for (const time of times) await storeVerification(lake, verificationAt(time));
  return lake;
}

describe('the last verification', () => {
  it.each([0, 1, 6, 7, 400])('is found %s days later', async (days) => {
    const lake = await withRunsAt(NOON - DAY, NOON - 60_000, NOON);
    expect((await lastVerification(lake, NOON + days * DAY))?.at).toBe('2026-11-21T12:34:56.789Z');
  });

  it('is none where there is none', async () => {
    expect(await lastVerification(new MemoryStore(), NOON)).toBeUndefined();
  });

  it('is none of the future', async () => {
    const lake = await withRunsAt(NOON, NOON + DAY, NOON + 1000);
    expect((await lastVerification(lake, NOON))?.at).toBe('2026-11-21T12:34:56.789Z');
  });

  it('is the first that was stored of two of the same second', async () => {
    const lake = await withRunsAt(NOON, NOON + 100);
    expect((await lastVerification(lake, NOON + DAY))?.at).toBe('2026-11-21T12:34:56.789Z');
  });

  it('that is damaged is an error which says so: going on from an earlier one is for a person to decide', async () => {
    const lake = await withRunsAt(NOON);
    const broken = verificationKey(NOON + 60_000);
    const bytes = encodeVerification({
      ...verificationAt(NOON + 60_000),
      format: 2,
    } as unknown as Verification);
    await lake.putIfAbsent(broken, bytes);
    const looked = lastVerification(lake, NOON + DAY);
    await expect(looked).rejects.toThrow(VerificationFormatError);
    await expect(looked).rejects.toThrow(broken);
  });

  it('that is deleted while it is looked for is an error, and never taken for none', async () => {
    const lake = await withRunsAt(NOON - DAY, NOON);
    const newest = verificationKey(NOON);
    let reads = 0;
    const racing = {
      list: (prefix: string, after?: string) => lake.list(prefix, after),
      putIfAbsent: async (key: string, bytes: Uint8Array) => await lake.putIfAbsent(key, bytes),
      get: async (key: string) => {
        reads += 1;
        return key === newest ? undefined : await lake.get(key);
      },
    };
    await expect(lastVerification(racing, NOON)).rejects.toThrow(newest);
    expect(reads).toBe(1);
  });
});

describe('the archive of public keys', () => {
  it('keeps each as ListPublicKeys tells of it, once a container', async () => {
    const lake = new MemoryStore();
    const known = new Set<string>();
    const keys: PublicKey[] = [answerOf(CLOUDTRAIL)];
    await archiveKeys(lake, 'us-east-1', keys, known);
    await archiveKeys(lake, 'us-east-1', keys, known);
    const key = `keys/cloudtrail/us-east-1/${CLOUDTRAIL.fingerprint}.json`;
    expect([await Array.fromAsync(lake.list('')), [...known]]).toEqual([[key], [key]]);
    expect(JSON.parse(Buffer.from((await lake.get(key)) ?? '').toString())).toEqual({
      Value: CLOUDTRAIL.value,
      ValidityStartTime: '2026-11-19T22:00:00.000Z',
      ValidityEndTime: '2026-11-22T22:00:00.000Z',
      Fingerprint: CLOUDTRAIL.fingerprint,
    });
  });
});
