import type { PartColumns, PartObject } from '../core/columnar/part-columns.ts';
import { eventsKey } from '../core/lake-keys.ts';
import type { BatchReceipts } from '../core/lake-format.ts';
import type { Limits } from '../core/limits.ts';
import type { LogFileOutcome, UnreadableRecord } from '../core/normalise-log-file.ts';
import { sha256Hex } from '../core/sha256.ts';
import { mapAhead } from './map-ahead.ts';
import type { ObjectStore } from './ports.ts';
import { putSame } from './put-same.ts';

/** What became of a log file whose rows are gathered, or stored already. */
export interface LogFileGathered {
  readonly outcome: LogFileOutcome;
  readonly unreadable: readonly UnreadableRecord[];
  /** Of its rows, milliseconds since the epoch; Infinity and -Infinity if there is none. */
  readonly oldest: number;
  readonly newest: number;
}

/** Objects on their way to the lake at once. */
const PUTS_AHEAD = 4;

/** Gathers one batch's rows by partition and writes them as Parquet objects at keys that follow from the plan alone. */
export class BatchWriter {
  readonly #lake: ObjectStore;
  readonly #planId: string;
  readonly #objects: BatchReceipts['objects'] = [];
  readonly #columns: PartColumns;
  #part = 1;
  /** Per log file of the plan: object key → rows. */
  readonly #written: Map<string, number>[] = [];

  /** `columns` must be empty, and is empty again after `finish`. */
  constructor(lake: ObjectStore, planId: string, columns: PartColumns) {
    this.#lake = lake;
    this.#planId = planId;
    this.#columns = columns;
  }

  /** Takes the rows of the plan's `position`-th file. */
  async add(key: string, stored: Uint8Array, limits: Limits, position: number): Promise<LogFileGathered> {
    const unreadable: UnreadableRecord[] = [];
    const items = this.#columns.read(key, stored, limits, position);
    let item = await items.next();
    for (; item.done !== true; item = await items.next()) {
      if (item.value === 'full') await this.#flush();
      else unreadable.push(item.value);
    }
    return { ...item.value, unreadable };
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

  /** The next object is made while those before it are on their way. */
  async #flush(): Promise<void> {
    const put = async ({ partition, bytes, rows, rowsOf }: PartObject): Promise<StoredObject> => {
      const key = eventsKey(partition, this.#planId, this.#part);
      const object = { key, bytes: bytes.length, sha256: sha256Hex(bytes), rows };
      await putSame(this.#lake, key, bytes);
      return { object, rowsOf };
    };
    for await (const { object, rowsOf } of mapAhead(this.#columns.take(), PUTS_AHEAD, put)) {
      this.#objects.push(object);
      for (const [logFile, rows] of rowsOf) {
        (this.#written[logFile] ??= new Map<string, number>()).set(object.key, rows);
      }
    }
    this.#part += 1;
  }
}

interface StoredObject {
  readonly object: BatchReceipts['objects'][number];
  readonly rowsOf: PartObject['rowsOf'];
}
