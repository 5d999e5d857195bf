import { isoTime } from '../../shared/core/iso-time.ts';
import type { NewDigest, SealSummary } from '../../shared/jobs/seal.ts';
import { count } from './human.ts';

const HOUR = 60 * 60 * 1000;

/** What `trailseal seal` did: a line for each digest. */
export function sealReport({ chain, digests, upTo }: SealSummary): string {
  if (digests.length > 0) return digests.map(lineOf).join('\n');
  const due = Math.floor(Date.parse(upTo ?? chain.start) / HOUR) * HOUR + HOUR;
  return `nothing is due before ${isoTime(due)}${upTo === null ? '' : `: the lake is sealed up to ${upTo}`}`;
}

function lineOf({ endTime, logFiles, receipts, waiting, own }: NewDigest): string {
  const parts = [
    `${count(logFiles, 'log file')} in ${count(receipts, 'receipt')}`,
    ...(waiting === 0 ? [] : [`${count(waiting, 'receipt')} waiting for the next`]),
    ...(own ? [] : ['made by another run']),
  ];
  return `sealed up to ${endTime}: ${parts.join(', ')}`;
}
