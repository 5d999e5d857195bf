import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { JsonScanner } from '../json-scan.ts';
import { partitionPrefix, type Partition } from '../lake-keys.ts';
import type { Limits } from '../limits.ts';
import { parseTrailKey } from '../log-file-key.ts';
import {
  isRow,
  logFileText,
  readFound,
  type LogFileOutcome,
  type LogFileText,
  type RowRead,
  type UnreadableRecord,
} from '../normalise-log-file.ts';
import { partitionFrom } from '../record-row.ts';
import { DigestFileFound, findRecords } from '../records.ts';
import { sha256Hex } from '../sha256.ts';
import { UnreadableLogFile } from '../unreadable.ts';
import { encodeObject } from './encode-object.ts';
import type { Engine } from './engine.ts';
import { giveRow } from './give-row.ts';
import { numberOfLeaf } from './leaves.ts';
import { MOST_ROWS, type MemoryViews } from './memory-views.ts';
import { startEngine } from './start-engine.ts';

/**
 * Log files become the columns of a part: what the engine reads of them, it reads; the rest is read by the reference, `normaliseLogFile`,
 * to the same rows. A part is full when its rows weigh `PART_WEIGHT`, which depends on content alone: parts come out the same on every run.
 */

/** Bytes. */
export const PART_WEIGHT = 64 * 1024 * 1024;

/** What `read` yields when the part must be taken before it goes on. */
export const FULL = 'full';

export interface LogFileRead {
  readonly outcome: LogFileOutcome;
  /** Of its rows, milliseconds since the epoch; Infinity and -Infinity if there is none. */
  readonly oldest: number;
  readonly newest: number;
}

/** A Parquet object of one partition. */
export interface PartObject {
  readonly partition: Partition;
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Rows of each log file, by the position it was read with. */
  readonly rowsOf: ReadonlyMap<number, number>;
}

/** Why the engine stopped; as `engine/index.ts` has it. */
const END = 0;
const FOR_REFERENCE = 1;
const UNKNOWN = 2;
const HEAVY = 3;

/** Longer log files are rare. */
const SMALL_TEXT = 32 * 1024 * 1024;

export class PartColumns {
  readonly #partWeight: number;
  readonly #engine: Engine;
  readonly #memory: MemoryViews;
  readonly #record: number;
  /** By prefix, in the order of their first rows. */
  #partitions = new Map<string, Gathered>();
  /** Position of each row's log file. */
  readonly #logFiles = new Uint32Array(MOST_ROWS);

  /** `partWeight`: in bytes, `PART_WEIGHT` or less. */
  constructor(partWeight = PART_WEIGHT) {
    this.#partWeight = partWeight;
    const { engine, memory, record } = startEngine();
    this.#engine = engine;
    this.#memory = memory;
    this.#record = record;
  }

  /**
   * Reads a log file as stored; `position` is its place in the plan. Yields what could not become a row, and `FULL`: then the part's objects
   * must be taken before it goes on. Never throws for bad input.
   */
  *read(
    key: string,
    stored: Uint8Array,
    limits: Limits,
    position: number,
  ): Generator<typeof FULL | UnreadableRecord, LogFileRead> {
    let text: Buffer;
    try {
      text = logFileText(stored, limits);
    } catch (error) {
      if (!(error instanceof UnreadableLogFile)) throw error;
      return { outcome: unreadable(error), oldest: Infinity, newest: -Infinity };
    }
    const source = { key, trail: parseTrailKey(key), text, allUtf8: isUtf8(text), limits };
    const reading: Reading = { source, position, partitions: new Set(), oldest: Infinity, newest: -Infinity };
    const outcome = yield* this.#records(reading);
    return { outcome, oldest: reading.oldest, newest: reading.newest };
  }

  /** The part's objects, made one by one; then the part is empty. */
  *take(): Generator<PartObject, void> {
    for (const { partition, rows } of this.#partitions.values()) {
      const ordered = this.#inOrder(rows);
      this.#memory.putOrder(ordered);
      const rowsOf = new Map<number, number>();
      for (const row of ordered) {
        const position = this.#logFiles[row] as number;
        rowsOf.set(position, (rowsOf.get(position) ?? 0) + 1);
      }
      yield { partition, bytes: encodeObject(this.#engine, ordered.length), rows: ordered.length, rowsOf };
    }
    this.#partitions = new Map();
    this.#engine.forgetPart();
  }

  /** Whether it takes no more memory than the next one would. */
  isSmall(): boolean {
    return this.#memory.textRoom() <= SMALL_TEXT;
  }

  *#records(reading: Reading): Generator<typeof FULL | UnreadableRecord, LogFileOutcome> {
    const { text } = reading.source;
    const scanned = yield* this.#scan(reading);
    if (scanned.finished) return wasRead(text, scanned.records);
    let { records } = scanned;
    try {
      for (const found of findRecords(text, reading.source.limits)) {
        if (found.index < scanned.records) continue;
        records = found.index + 1;
        yield* this.#keep(readFound(found, reading.source, reading.partitions), found.index, reading);
      }
    } catch (error) {
      if (error instanceof UnreadableLogFile) return unreadable(error);
      if (!(error instanceof DigestFileFound)) throw error;
      return { kind: 'digest', sha256: sha256Hex(text), textBytes: text.length };
    }
    return wasRead(text, records);
  }

  /** Reads with the engine as far as it goes: how many records there were, and whether that was all. */
  *#scan(
    reading: Reading,
  ): Generator<typeof FULL | UnreadableRecord, { records: number; finished: boolean }> {
    const { text, allUtf8, limits } = reading.source;
    const start = allUtf8 ? startOfRecords(text) : undefined;
    if (start === undefined) {
      this.#setLogFile(reading);
      return { records: 0, finished: false };
    }
    const engine = this.#engine;
    const textAt = this.#memory.putText(text);
    this.#setLogFile(reading);
    engine.beginText(textAt + start);
    for (;;) {
      // Rows that could be one partition too many are the reference's.
      const left = limits.partitions - reading.partitions.size;
      const from = engine.rowsSoFar();
      const stop = engine.scanRecords(
        this.#record,
        from + left,
        limits.records,
        limits.recordBytes,
        limits.recordDepth,
        this.#partWeight,
      );
      this.#gather(reading, from, engine.rowsSoFar(), textAt);
      if (stop === END) break;
      if (stop === UNKNOWN || left <= 0) return { records: engine.index(), finished: false };
      if (stop === HEAVY) yield* this.#full(reading);
      else if (stop === FOR_REFERENCE) {
        yield* this.#keep(this.#readAgain(reading, textAt), engine.index(), reading);
        engine.stepOver();
      }
    }
    const rest = text.toString('latin1', engine.place() - textAt);
    return { records: engine.index(), finished: ENDS_WELL.test(rest) };
  }

  /** The record at which the engine stopped, by the reference. */
  #readAgain({ source, partitions }: Reading, textAt: number): RowRead | UnreadableRecord {
    const scanner = new JsonScanner(source.text, this.#engine.place() - textAt);
    const start = scanner.position;
    const members = scanner.members(source.limits.recordBytes);
    const { position: end, depth } = scanner;
    const index = this.#engine.index();
    return readFound({ kind: 'record', index, start, end, members, depth }, source, partitions);
  }

  *#keep(
    item: RowRead | UnreadableRecord,
    index: number,
    reading: Reading,
  ): Generator<typeof FULL | UnreadableRecord, void> {
    if (!isRow(item)) {
      yield item;
      return;
    }
    const { row, weight } = item;
    const number = this.#engine.rowsSoFar();
    giveRow(this.#engine, this.#memory, row, index);
    this.#addRow(number, row.partition, row.time, reading);
    this.#engine.addWeight(weight);
    if (this.#engine.weightSoFar() >= this.#partWeight) yield* this.#full(reading);
  }

  *#full(reading: Reading): Generator<typeof FULL, void> {
    yield FULL;
    if (this.#engine.rowsSoFar() > 0) throw new Error('a full part must be taken before more is read');
    this.#setLogFile(reading);
  }

  /** Hashes the rows that the engine made, and puts them into their partitions. */
  #gather(reading: Reading, from: number, to: number, textAt: number): void {
    const { text, trail } = reading.source;
    const { values, times, spans } = this.#memory.ofRows();
    let last: { recipient: number; identity: number; region: number; day: number; in: Gathered } | undefined;
    for (let row = from; row < to; row += 1) {
      const start = (spans[row * 2] as number) - textAt;
      const end = (spans[row * 2 + 1] as number) - textAt;
      this.#memory.putHash(row, hash('sha256', text.subarray(start, end), 'binary'));
      const recipient = values(RECIPIENT, row);
      const identity = values(IDENTITY, row);
      const region = values(REGION, row);
      const time = times[row] as number;
      const day = Math.floor(time / DAY);
      if (
        last?.recipient !== recipient ||
        last.region !== region ||
        last.day !== day ||
        last.identity !== identity
      ) {
        const whereabouts = {
          recipient: this.#memory.textOf(recipient),
          identity: this.#memory.textOf(identity),
          region: this.#memory.textOf(region),
        };
        const partition = partitionFrom(whereabouts, time, trail);
        last = { recipient, identity, region, day, in: this.#gatheredIn(partition, reading) };
      }
      last.in.rows.push(row);
      this.#note(row, time, reading);
    }
  }

  #addRow(row: number, partition: Partition, time: number, reading: Reading): void {
    this.#gatheredIn(partition, reading).rows.push(row);
    this.#note(row, time, reading);
  }

  #note(row: number, time: number, reading: Reading): void {
    this.#logFiles[row] = reading.position;
    if (time < reading.oldest) reading.oldest = time;
    if (time > reading.newest) reading.newest = time;
  }

  #gatheredIn(partition: Partition, { partitions }: Reading): Gathered {
    const prefix = partitionPrefix(partition);
    partitions.add(prefix);
    const known = this.#partitions.get(prefix);
    if (known !== undefined) return known;
    const gathered = { partition, rows: [] };
    this.#partitions.set(prefix, gathered);
    return gathered;
  }

  /** In the order of their time; of one instant, the first stays first. */
  #inOrder(rows: readonly number[]): readonly number[] {
    const { times } = this.#memory.ofRows();
    const timeOf = (row: number): number => times[row] as number;
    const isSorted = rows.every((row, i) => i === 0 || timeOf(rows[i - 1] as number) <= timeOf(row));
    return isSorted ? rows : rows.toSorted((a, b) => timeOf(a) - timeOf(b));
  }

  #setLogFile({ source: { key } }: Reading): void {
    this.#engine.setLogFile(this.#memory.putScratch(key));
  }
}

/** A log file on its way. */
interface Reading {
  readonly source: LogFileText;
  readonly position: number;
  /** Prefixes of its rows' partitions. */
  readonly partitions: Set<string>;
  oldest: number;
  newest: number;
}

/** Rows of one partition, in the order of the plan. */
interface Gathered {
  readonly partition: Partition;
  readonly rows: number[];
}

const DAY = 86_400_000;
const RECIPIENT = numberOfLeaf('recipientaccountid');
const IDENTITY = numberOfLeaf('useridentity.accountid');
const REGION = numberOfLeaf('awsregion');

/** CloudTrail's own container, and nothing before it: what the engine reads. */
const RECORDS_FIRST = /^\s*\{\s*"Records"\s*:\s*\[/;
const ENDS_WELL = /^[ \t\r\n]*\}[ \t\r\n]*$/;

/** Where the records start, behind the bracket; undefined if this is another container. */
function startOfRecords(text: Buffer): number | undefined {
  return RECORDS_FIRST.exec(text.toString('latin1', 0, 64))?.[0].length;
}

function wasRead(text: Buffer, records: number): LogFileOutcome {
  return { kind: 'read', sha256: sha256Hex(text), textBytes: text.length, records };
}

function unreadable({ code, message }: UnreadableLogFile): LogFileOutcome {
  return { kind: 'unreadable', code, detail: message };
}
