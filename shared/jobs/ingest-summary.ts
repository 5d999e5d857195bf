import type { SkipReason } from '../core/log-file-key.ts';
import { addReceipts, noReceipts, type ReceiptTotals } from '../core/receipt-totals.ts';
import type { IngestEvent } from './ingest.ts';

/** What an ingest run came to. Counts of log files add up: `found` = `ingested` + `present` + `unavailable` + all `skipped`. */
export interface IngestSummary extends ReceiptTotals {
  readonly logFiles: {
    found: number;
    ingested: number;
    /** In the lake, or in another run's hands, already. */
    present: number;
    /** Could not be read from where they lie. */
    unavailable: number;
    readonly skipped: Partial<Record<SkipReason | 'digest', number>>;
  };
  /** Batches that an earlier or another run had planned, and this one finished or found finished. */
  batchesOfOthers: number;
  /** Batches, whoever planned them, that could not be carried out: none of their log files is complete in the lake. */
  batchesUnfinished: number;
  /** What needs somebody's attention: the first hundred. */
  readonly problems: { readonly logFile: string; readonly problem: string }[];
}

const MAX_PROBLEMS = 100;

/** Adds events up into a summary, in constant memory. */
export class IngestTally {
  readonly summary: IngestSummary = {
    logFiles: { found: 0, ingested: 0, present: 0, unavailable: 0, skipped: {} },
    ...noReceipts(),
    batchesOfOthers: 0,
    batchesUnfinished: 0,
    problems: [],
  };

  add(event: IngestEvent): void {
    const { logFiles } = this.summary;
    switch (event.kind) {
      case 'skipped':
        logFiles.found += 1;
        logFiles.skipped[event.reason] = (logFiles.skipped[event.reason] ?? 0) + 1;
        break;
      case 'present':
        logFiles.found += 1;
        logFiles.present += 1;
        break;
      case 'unavailable':
        logFiles.found += 1;
        logFiles.unavailable += 1;
        this.#problem(event.entry.key, event.error.detail);
        break;
      case 'failed':
        logFiles.found += event.logFiles;
        logFiles.unavailable += event.logFiles;
        this.summary.batchesUnfinished += 1;
        this.#problem(
          event.error.key,
          `${event.error.detail}; its batch (${event.batch.stream}, number ${event.batch.sequence}) is unfinished`,
        );
        break;
      case 'done':
        this.#done(event);
        break;
    }
  }

  #done({ receipts, own }: Extract<IngestEvent, { kind: 'done' }>): void {
    const { summary } = this;
    if (!own) summary.batchesOfOthers += 1;
    for (const receipt of receipts.logFiles) {
      // Log files of others' batches were counted as present when they were met.
      if (own) summary.logFiles.found += 1;
      if (own && receipt.outcome === 'digest') {
        summary.logFiles.skipped.digest = (summary.logFiles.skipped.digest ?? 0) + 1;
      } else if (own) {
        summary.logFiles.ingested += 1;
      }
      this.#tellQuarantined(receipt.key, receipt.outcome === 'unreadable', receipt.quarantined);
    }
    addReceipts(summary, receipts);
  }

  #tellQuarantined(logFile: string, whole: boolean, reasons: Readonly<Record<string, number>>): void {
    for (const [reason, count] of Object.entries(reasons)) {
      const what = whole ? 'the file is' : `${count} of its records ${count === 1 ? 'is' : 'are'}`;
      this.#problem(logFile, `${what} in quarantine: ${reason}`);
    }
  }

  #problem(logFile: string, problem: string): void {
    if (this.summary.problems.length < MAX_PROBLEMS) this.summary.problems.push({ logFile, problem });
  }
}
