import type { BatchReceipts } from '../core/lake-format.ts';
import type { Limits } from '../core/limits.ts';
import type { SkipReason } from '../core/log-file-key.ts';
import type { LedgerCache } from './ledger-cache.ts';
import type { FetchedLogFile, LogFileSource, ObjectStore } from './ports.ts';
import type { WeightedGate } from './weighted-gate.ts';

/** A log file that a message says was delivered. */
export interface Delivery {
  readonly key: string;
  /** In a versioned bucket, if the message says so. */
  readonly versionId?: string | undefined;
  /** Bytes as stored, if the message says so. */
  readonly size?: number | undefined;
  /** As `LogFileSource.version` has it, if the message says so: one that some plan holds already isn't fetched again. */
  readonly version?: string | undefined;
}

/** Where one log file is had by name. */
export interface LogFileFetcher extends Pick<LogFileSource, 'read'> {
  /** Without bytes if there are more than `maxBytes`. Throws `SourceError`. */
  fetch(key: string, versionId: string | undefined, maxBytes: number): Promise<FetchedLogFile>;
}

export interface DeliveryPorts {
  readonly source: LogFileFetcher;
  readonly lake: ObjectStore;
  /** Of this lake, with the same limits. */
  readonly ledgers: LedgerCache;
  /** Over all streams: stored bytes that were fetched, and bytes of text being worked on, that may be in memory at once. */
  readonly gates: { readonly fetched: WeightedGate; readonly text: WeightedGate };
  /** Whether there is time for another batch. */
  readonly hasTime: () => boolean;
  /** Milliseconds since 1970: by when receipts have to be sealed. */
  readonly now: () => number;
}

export interface DeliveryOptions {
  readonly limits: Limits;
  /** Log files to a plan, at most. */
  readonly batchFiles: number;
  /** Bytes of text to a plan. */
  readonly batchBytes: number;
}

/** What became of one delivery. Only `failed` is to be delivered again. */
export type DeliveryOutcome =
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  /** The receipt that names it is in the lake. `again`: some plan held it before. */
  | { readonly kind: 'stored'; readonly again: boolean }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface DeliveriesResult<D> {
  readonly outcomes: ReadonlyMap<D, DeliveryOutcome>;
  /** Of the batches that this call carried out. */
  readonly receipts: readonly BatchReceipts[];
}
