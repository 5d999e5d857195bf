import { fromLogs } from '../core/digest-checks.ts';
import { decodeReceipts, LakeFormatError } from '../core/lake-format.ts';
import { RECEIPTS, streamPrefix } from '../core/lake-keys.ts';
import { streamOf } from '../core/log-file-key.ts';
import type { EvidenceStore } from './evidence.ts';

export interface FoundReceipts {
  /** Of the receipts. */
  readonly key: string;
  /** Of the log file's text; null if it had none. */
  readonly sha256: string | null;
}

type LogFiles = readonly { readonly key: string; readonly sha256: string | null }[];

/** Receipts of single log files. Reads all of a stream, once: for the few that are missed elsewhere. */
export class ReceiptsFinder {
  readonly #lake: EvidenceStore;
  readonly #streams = new Map<string, Promise<ReadonlyMap<string, readonly FoundReceipts[]>>>();

  constructor(lake: EvidenceStore) {
    this.#lake = lake;
  }

  async of(logFile: string): Promise<readonly FoundReceipts[]> {
    const stream = streamOf(logFile);
    const reading = this.#streams.get(stream) ?? this.#read(stream);
    this.#streams.set(stream, reading);
    return (await reading).get(fromLogs(logFile)) ?? [];
  }

  async #read(stream: string): Promise<Map<string, FoundReceipts[]>> {
    const found = new Map<string, FoundReceipts[]>();
    for await (const key of this.#lake.list(streamPrefix(RECEIPTS, stream))) {
      for (const { key: logFile, sha256 } of await this.#logFiles(key)) {
        const id = fromLogs(logFile);
        found.set(id, [...(found.get(id) ?? []), { key, sha256 }]);
      }
    }
    return found;
  }

  async #logFiles(key: string): Promise<LogFiles> {
    const evidence = await this.#lake.read(key);
    try {
      return evidence === undefined ? [] : decodeReceipts(key, evidence.bytes).logFiles;
    } catch (error) {
      // A finding elsewhere.
      if (error instanceof LakeFormatError) return [];
      throw error;
    }
  }
}
