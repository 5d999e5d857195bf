import type { SealSummary } from '../shared/jobs/seal.ts';

/** The metrics of one invocation of seal, by name. */
export function sealCounts({ digests, behind }: SealSummary): Record<string, number> {
  const own = digests.filter((digest) => digest.own);
  const newest = digests.at(-1);
  return {
    DigestsSealed: own.length,
    LogFilesSealed: own.reduce((sum, { logFiles }) => sum + logFiles, 0),
    ReceiptsSealed: own.reduce((sum, { receipts }) => sum + receipts, 0),
    SealBehind: Number(behind),
    // A run without a digest knows of none, which isn't the same as there being none.
    ...(newest !== undefined && { ReceiptsWaiting: newest.waiting }),
  };
}
