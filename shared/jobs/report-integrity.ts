import { parseDigestKey } from '../core/digest-key.ts';
import { countFindings, type Integrity, type VerifiedNow } from '../core/report/integrity.ts';
import { CHAIN_KEY, chainFolder } from '../core/seal-format.ts';
import type { ObjectStore } from './ports.ts';
import { readChain } from './seal.ts';
import { status } from './status.ts';
import { lastVerification } from './verification-store.ts';

export interface IntegrityPorts {
  readonly lake: ObjectStore;
  /** Verifies the lake; undefined if nobody gave public keys to do it with. */
  readonly verify: (() => Promise<VerifiedNow>) | undefined;
}

/** What receipts, seals and verification say of a lake. Throws what the store throws, and for what isn't of this program, its format's error. */
export async function integrityOf({ lake, verify }: IntegrityPorts, now: Date): Promise<Integrity> {
  const found = await status(lake);
  const { accounts: _accounts, regions: _regions, days: _days, ...receipts } = found;
  return {
    receipts,
    seals: await sealsOf(lake),
    hourly: await hourlyOf(lake, now),
    now: (await verify?.()) ?? null,
    standing: await standingOf(lake),
  };
}

/** How far the chain says it goes. That isn't verified here. */
async function sealsOf(lake: ObjectStore): Promise<Integrity['seals']> {
  const stored = await lake.get(CHAIN_KEY);
  if (stored === undefined) return null;
  let [digests, sealedUntil]: [number, string | null] = [0, null];
  for await (const key of lake.list(chainFolder(readChain(stored)))) {
    const endTime = parseDigestKey(key)?.endTime;
    if (endTime === undefined) continue;
    digests += 1;
    if (sealedUntil === null || endTime > sealedUntil) sealedUntil = endTime;
  }
  return { digests, sealedUntil };
}

async function hourlyOf(lake: ObjectStore, now: Date): Promise<Integrity['hourly']> {
  const last = await lastVerification(lake, now.getTime());
  if (last === undefined) return null;
  const { at, since, behind, own, findings } = last;
  return { at, since, behind, ownUntil: own?.endTime ?? null, findings: countFindings(findings) };
}

/** Named after their code (report-findings.ts): they needn't be read to be counted. */
async function standingOf(lake: ObjectStore): Promise<Integrity['standing']> {
  const counts = new Map<string, number>();
  for await (const key of lake.list('findings/')) {
    const code = /^findings\/([a-z-]+)\/[0-9a-f]+\.json$/.exec(key)?.[1];
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, findings]) => ({ code, findings }));
}
