import { claimedTextBytes } from '../core/gunzip.ts';
import type { DeliveryOptions } from './delivery.ts';
import type { FetchedLogFile } from './ports.ts';

/** How the deliveries of one stream are divided: into portions to fetch, by stored bytes, and then into batches to plan, by bytes of text. */

/** Stored bytes fetched before the first of them are worked on, for one stream. */
const PORTION_BYTES = 4 * 1024 * 1024;
/** A delivery on its way, and the bytes it is taken to have as stored. */
export interface Waiting<D> {
  readonly delivery: D;
  readonly size: number;
}

/** A delivery and its log file; the bytes are there unless they are too many or some plan holds them already. */
export interface InHand<D> {
  readonly delivery: D;
  readonly logFile: FetchedLogFile;
}

/** Removes as many from the front as are fetched together. */
export function nextPortion<D>(
  waiting: Waiting<D>[],
  most: number,
): { some: readonly Waiting<D>[]; bytes: number } {
  let [files, bytes] = [0, 0];
  for (const { size } of waiting) {
    if (files > 0 && (files >= most || bytes + size > PORTION_BYTES)) break;
    files += 1;
    bytes += size;
  }
  return { some: waiting.splice(0, files), bytes };
}

/** Divides log files into batches of no more than so many files and bytes of text. */
export function inBatches<D>(
  logFiles: readonly InHand<D>[],
  { batchFiles, batchBytes }: DeliveryOptions,
): InHand<D>[][] {
  const batches: InHand<D>[][] = [];
  let text = Infinity;
  for (const one of logFiles) {
    const more = textBytesOf(one);
    const current = batches.at(-1);
    if (current === undefined || current.length >= batchFiles || text + more > batchBytes) {
      batches.push([one]);
      text = more;
    } else {
      current.push(one);
      text += more;
    }
  }
  return batches;
}

/** What isn't in hand is too large to be read. */
export function textBytesOf({ logFile: { bytes } }: InHand<unknown>): number {
  return bytes === undefined ? 0 : claimedTextBytes(bytes);
}
