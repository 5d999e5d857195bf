import { batchSizeAt, MessagePacker, type QueueMessage } from '../core/queue-messages.ts';
import type { SkipReason } from '../core/log-file-key.ts';
import { deliver, type MessageQueue } from './deliver.ts';
import { Pacer, type Clock } from './pacer.ts';
import type { SortedLogFile } from './sort-log-files.ts';

/**
 * Tells the deployed pipeline of log files that were there before it: as messages in its queue, no faster than asked. What the
 * pipeline does with them is what it does with new ones, so nothing here has to be remembered: whoever sends them all again does no
 * harm, and a lake to compare with only spares work.
 */

export interface BackfillPorts {
  /** `sortLogFiles` gives them. */
  readonly logFiles: AsyncIterable<readonly SortedLogFile[]>;
  readonly queue: MessageQueue;
  readonly clock: Clock;
}

export interface BackfillOptions {
  /** Where the log files lie. */
  readonly bucket: string;
  /** Log files a second, on average. */
  readonly rate: number;
}

/** What became of log files. Counts add up: `found` = `sent` + `present` + `refused` + all `skipped`. */
export interface BackfillSummary {
  readonly logFiles: {
    found: number;
    sent: number;
    /** In the lake already. */
    present: number;
    /** In messages that the queue didn't take. */
    refused: number;
    readonly skipped: Partial<Record<SkipReason, number>>;
  };
  /** Of those sent: planned once, but not finished. */
  unfinished: number;
  messages: number;
  /** As stored, of those sent. */
  bytes: number;
  /** What needs somebody's attention: the first hundred. */
  readonly problems: { readonly logFile: string; readonly problem: string }[];
}

const MAX_PROBLEMS = 100;

/** Log files a second where nothing else is said: 17 million a day, while functions have room for what is delivered meanwhile. */
export const DEFAULT_RATE = 200;

export function emptySummary(): BackfillSummary {
  return {
    logFiles: { found: 0, sent: 0, present: 0, refused: 0, skipped: {} },
    unfinished: 0,
    messages: 0,
    bytes: 0,
    problems: [],
  };
}

/**
 * Sends all that the lake hasn't got; adds to `summary` what became of each, as it goes along, and says so to `advanced`. Throws
 * `QueueError` if the queue can't be reached: running it again goes on.
 */
export async function backfill(
  { logFiles, queue, clock }: BackfillPorts,
  { bucket, rate }: BackfillOptions,
  summary: BackfillSummary,
  advanced: () => void,
): Promise<void> {
  const packer = new MessagePacker(bucket, batchSizeAt(rate));
  const pacer = new Pacer(rate, clock);
  const send = async (batch: readonly QueueMessage[]): Promise<void> => {
    await pacer.take(batch.reduce((sum, message) => sum + message.logFiles.length, 0));
    const refused = await deliver(batch, queue, clock);
    const reasons = new Map(refused.map(({ message, reason }) => [message, reason]));
    for (const message of batch) count(message, reasons.get(message), summary);
    advanced();
  };
  for await (const page of logFiles) {
    for (const { entry, state } of page) {
      summary.logFiles.found += 1;
      if (state === 'new' || state === 'unfinished') {
        summary.unfinished += Number(state === 'unfinished');
        const batch = packer.add(entry);
        if (batch !== undefined) await send(batch);
      } else if (state === 'present') summary.logFiles.present += 1;
      else summary.logFiles.skipped[state] = (summary.logFiles.skipped[state] ?? 0) + 1;
    }
    advanced();
  }
  for (const batch of packer.finish()) await send(batch);
}

function count(message: QueueMessage, refused: string | undefined, summary: BackfillSummary): void {
  const { logFiles, problems } = summary;
  if (refused === undefined) {
    logFiles.sent += message.logFiles.length;
    summary.messages += 1;
    summary.bytes += message.logFiles.reduce((sum, { size }) => sum + size, 0);
    return;
  }
  logFiles.refused += message.logFiles.length;
  for (const { key } of message.logFiles) {
    if (problems.length < MAX_PROBLEMS) problems.push({ logFile: key, problem: refused });
  }
}
