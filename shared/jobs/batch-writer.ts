import { eventsKey, partitionPrefix } from '../core/lake-keys.ts';
import type { BatchReceipts } from '../core/lake-format.ts';
import { parquetFile } from '../core/parquet-file.ts';
import type { Row } from '../core/record-row.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { ObjectStore } from './ports.ts';
import { putSame } from './put-same.ts';

/** What a row weighs beyond its text: a million tiny records are not a small batch. */
const ROW_BYTES = 1024;

/** Record text held in memory before it is written as a part. Depends on content alone: parts must come out the same on every run. */
const PART_BYTES = 64 * 1024 * 1024;

/** Gathers one batch's rows by partition and writes them as Parquet objects at keys that follow from the plan alone. */
export class BatchWriter {
  readonly #lake: ObjectStore;
  readonly #planId: string;
  readonly #objects: BatchReceipts['objects'] = [];
  /** Rows waiting, by partition prefix; in the order of the plan. */
  #waiting = new Map<string, { row: Row; logFile: number }[]>();
  #waitingBytes = 0;
  #part = 1;
  /** Per log file of the plan: object key → rows. */
  readonly #written: Map<string, number>[] = [];

  constructor(lake: ObjectStore, planId: string) {
    this.#lake = lake;
    this.#planId = planId;
  }

  /** Takes a row of the plan's `logFile`-th file; `weight` is about what it takes in memory, in bytes. */
  async add(row: Row, weight: number, logFile: number): Promise<void> {
    const prefix = partitionPrefix(row.partition);
    const rows = this.#waiting.get(prefix);
    if (rows === undefined) this.#waiting.set(prefix, [{ row, logFile }]);
    else rows.push({ row, logFile });
    this.#waitingBytes += weight + ROW_BYTES;
    if (this.#waitingBytes >= PART_BYTES) await this.#flush();
  }

  /** Writes what is left. Returns every object, in order of writing, and what of each log file went into which. */
  async finish(): Promise<{
    objects: BatchReceipts['objects'];
    rowsOf: (logFile: number) => { object: string; rows: number }[];
  }> {
    await this.#flush();
    const rowsOf = (logFile: number): { object: string; rows: number }[] =>
      Array.from(this.#written[logFile] ?? [], ([object, rows]) => ({ object, rows }));
    return { objects: this.#objects, rowsOf };
  }

  async #flush(): Promise<void> {
    const waiting = [...this.#waiting.values()];
    this.#waiting = new Map();
    this.#waitingBytes = 0;
    for (const rows of waiting) {
      // The sort is stable: rows of one instant stay in the order of key and index.
      rows.sort((a, b) => a.row.time - b.row.time);
      await this.#write(rows);
    }
    this.#part += 1;
  }

  async #write(rows: readonly { row: Row; logFile: number }[]): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    const key = eventsKey(first.row.partition, this.#planId, this.#part);
    const bytes = parquetFile(rows.map(({ row }) => row));
    await putSame(this.#lake, key, bytes);
    this.#objects.push({ key, bytes: bytes.length, sha256: sha256Hex(bytes), rows: rows.length });
    for (const { logFile } of rows) {
      const written = (this.#written[logFile] ??= new Map<string, number>());
      written.set(key, (written.get(key) ?? 0) + 1);
    }
  }
}
