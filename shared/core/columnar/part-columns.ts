import { isUtf8 } from 'node:buffer';
import { claimedTextBytes } from '../gunzip.ts';
import { JsonScanner } from '../json-scan.ts';
import type { Partition } from '../lake-keys.ts';
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
import { DigestFileFound, findRecords } from '../records.ts';
import { sha256Hex } from '../sha256.ts';
import { UnreadableLogFile } from '../unreadable.ts';
import { encodeObject } from './encode-object.ts';
import type { Engine } from './engine.ts';
import { GatheredRows, type RowsOfLogFile } from './gathered-rows.ts';
import { giveRow } from './give-row.ts';
import type { MemoryViews } from './memory-views.ts';
import { startEngine } from './start-engine.ts';
import { soundText, textPieces } from './text-pieces.ts';

/**
 * Log files become the columns of a part: what the engine reads of them, it reads; the rest is read by the reference, `normaliseLogFile`,
 * to the same rows. When a part is full depends on content alone: parts come out the same on every run.
 */

/** All in bytes. Tests have smaller ones. */
export interface PartSizes {
  /** What a part's rows weigh, about. */
  readonly partWeight: number;
  /** Of larger texts only a window is in memory. CloudTrail's own log files are smaller; archives of days aren't. */
  readonly largeText: number;
  /** Of these, what comes at once. */
  readonly pieceBytes: number;
}

export const PART_SIZES: PartSizes = {
  partWeight: 64 * 1024 * 1024,
  largeText: 16 * 1024 * 1024,
  pieceBytes: 1024 * 1024,
};

/** What reading yields when the part must be taken before it goes on. */
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

/** Of text, beside the piece that comes: no record that the engine reads is as long. */
const WINDOW_BYTES = 4 * 1024 * 1024;
const SMALL_BYTES = 8 * 1024 * 1024;
const LONGEST_START = 64;
const LONGEST_REST = 64;

export class PartColumns {
  readonly #sizes: PartSizes;
  readonly #engine: Engine;
  readonly #memory: MemoryViews;
  readonly #record: number;
  readonly #rows: GatheredRows;
  /** Of all its parts. */
  #heaviest = 0;

  constructor(sizes: Partial<PartSizes> = {}, started = startEngine()) {
    this.#sizes = { ...PART_SIZES, ...sizes };
    const { engine, memory, record } = started;
    this.#engine = engine;
    this.#memory = memory;
    this.#record = record;
    this.#rows = new GatheredRows(engine, memory);
  }

  /**
   * Reads a log file as stored; `position` is its place in the plan. Yields what could not become a row, and `FULL`: then the part's objects
   * must be taken before it goes on. Never throws for bad input.
   */
  async *read(
    key: string,
    stored: Uint8Array,
    limits: Limits,
    position: number,
  ): AsyncGenerator<typeof FULL | UnreadableRecord, LogFileRead> {
    const sound =
      claimedTextBytes(stored) > this.#sizes.largeText
        ? await soundText(stored, limits, this.#sizes.pieceBytes)
        : undefined;
    const of: RowsOfLogFile = {
      position,
      trail: parseTrailKey(key),
      partitions: new Set(),
      oldest: Infinity,
      newest: -Infinity,
    };
    const file = { key, stored, limits, of };
    let scanned = { records: 0, finished: false };
    this.#setLogFile(key);
    if (sound !== undefined) {
      scanned = yield* this.#scanPieces(file);
      if (scanned.finished) return { outcome: { kind: 'read', ...sound, records: scanned.records }, ...of };
    }
    const outcome = yield* this.#readText(file, scanned.records);
    return { outcome, oldest: of.oldest, newest: of.newest };
  }

  /** The part's objects, made one by one; then the part is empty. */
  *take(): Generator<PartObject, void> {
    for (const { partition, rows } of this.#rows.inOrder()) {
      this.#memory.putOrder(rows);
      const bytes = encodeObject(this.#engine, rows.length);
      yield { partition, bytes, rows: rows.length, rowsOf: this.#rows.countByLogFile(rows) };
    }
    this.forget();
  }

  /** Drops the part, in whatever state it is. */
  forget(): void {
    this.#heaviest = Math.max(this.#heaviest, this.#engine.weightSoFar());
    this.#rows.forget();
    this.#engine.forgetPart();
  }

  /** By the most that it ever held: of what it took, nothing is given back. */
  size(): 'small' | 'usual' | 'huge' {
    const text = this.#memory.textRoom();
    if (text > 2 * PART_SIZES.largeText) return 'huge';
    return text + this.#heaviest <= SMALL_BYTES ? 'small' : 'usual';
  }

  /** Reads the text as a whole, from its `from`-th record on: what came before has been read. */
  *#readText(file: LogFile, from: number): Generator<typeof FULL | UnreadableRecord, LogFileOutcome> {
    let text: Buffer;
    try {
      text = logFileText(file.stored, file.limits);
    } catch (error) {
      if (error instanceof UnreadableLogFile) return unreadable(error);
      throw error;
    }
    const source = { ...file, trail: file.of.trail, text, allUtf8: isUtf8(text) };
    const start = from === 0 && source.allUtf8 ? startOfRecords(text) : undefined;
    let scanned = { records: from, finished: false };
    if (start !== undefined) {
      this.#memory.putText(text);
      this.#engine.beginText(this.#engine.textAt.value + start);
      const ended = yield* this.#scan(file, { length: text.length, before: 0 });
      const rest = text.toString('latin1', this.#engine.place() - this.#engine.textAt.value);
      scanned = { records: this.#engine.index(), finished: ended && ENDS_WELL.test(rest) };
    }
    if (scanned.finished) return wasRead(text, scanned.records);
    return yield* this.#readByReference(source, file, scanned.records);
  }

  *#readByReference(
    source: LogFileText,
    file: LogFile,
    from: number,
  ): Generator<typeof FULL | UnreadableRecord, LogFileOutcome> {
    const { text } = source;
    let records = from;
    try {
      for (const found of findRecords(text, source.limits)) {
        if (found.index < from) continue;
        records = found.index + 1;
        yield* this.#keep(readFound(found, source, file.of.partitions), found.index, file);
      }
    } catch (error) {
      if (error instanceof UnreadableLogFile) return unreadable(error);
      if (!(error instanceof DigestFileFound)) throw error;
      return { kind: 'digest', sha256: sha256Hex(text), textBytes: text.length };
    }
    return wasRead(text, records);
  }

  /** Reads a sound text piece by piece, as far as the engine goes: how many records there were, and whether that was all. */
  async *#scanPieces(
    file: LogFile,
  ): AsyncGenerator<typeof FULL | UnreadableRecord, { records: number; finished: boolean }> {
    const engine = this.#engine;
    const textAt = engine.textAt.value;
    const window: TextWindow = { length: 0, before: 0 };
    let began = false;
    let ended = false;
    for await (const piece of textPieces(file.stored, this.#sizes.pieceBytes)) {
      this.#memory.putText(piece, window.length);
      window.length += piece.length;
      if (ended) {
        // Behind the array there is a brace, and room for a line break or two.
        if (window.length <= LONGEST_REST) continue;
        ended = false;
        break;
      }
      if (!began) {
        if (window.length < LONGEST_START) continue;
        const start = startOfRecords(this.#memory.text(window.length));
        if (start === undefined) return { records: 0, finished: false };
        engine.beginText(textAt + start);
        began = true;
      }
      ended = yield* this.#scan(file, window);
      const done = (ended ? engine.place() : engine.donePlace()) - textAt;
      this.#memory.keepText(done, window.length);
      window.length -= done;
      window.before += done;
      if (window.length > WINDOW_BYTES) break;
      engine.continueText(textAt);
    }
    const rest = this.#memory.text(window.length).toString('latin1');
    return { records: began ? engine.index() : 0, finished: ended && ENDS_WELL.test(rest) };
  }

  /** Reads records of the text that stands in the engine's memory: to the array's end (true), or to where the engine doesn't know on. */
  *#scan(file: LogFile, window: TextWindow): Generator<typeof FULL | UnreadableRecord, boolean> {
    const { limits, of } = file;
    for (;;) {
      // Rows that could be one partition too many are the reference's.
      const left = limits.partitions - of.partitions.size;
      const from = this.#engine.rowsSoFar();
      const stop = this.#engine.scanRecords(
        this.#record,
        from + left,
        limits.records,
        limits.recordBytes,
        limits.recordDepth,
        this.#sizes.partWeight,
      );
      this.#rows.addFrom(from, of);
      if (stop === END) return true;
      if (stop === UNKNOWN || left <= 0) return false;
      if (stop === HEAVY) yield* this.#full(file);
      else if (stop === FOR_REFERENCE) {
        yield* this.#keep(this.#readAgain(file, window), this.#engine.index(), file);
        this.#engine.stepOver();
      }
    }
  }

  /** The record at which the engine stopped, by the reference. */
  #readAgain({ key, limits, of }: LogFile, window: TextWindow): RowRead | UnreadableRecord {
    const text = this.#memory.text(window.length);
    const scanner = new JsonScanner(text, this.#engine.place() - this.#engine.textAt.value);
    const start = scanner.position;
    const members = scanner.members(limits.recordBytes);
    const { position: end, depth } = scanner;
    const index = this.#engine.index();
    const source = { key, trail: of.trail, text, allUtf8: true, limits };
    const item = readFound({ kind: 'record', index, start, end, members, depth }, source, of.partitions);
    if (isRow(item)) return item;
    // The text will be overwritten.
    return { ...item, offset: item.offset + window.before, bytes: Buffer.from(item.bytes) };
  }

  *#keep(
    item: RowRead | UnreadableRecord,
    index: number,
    file: LogFile,
  ): Generator<typeof FULL | UnreadableRecord, void> {
    if (!isRow(item)) {
      yield item;
      return;
    }
    const { row, weight } = item;
    const number = this.#engine.rowsSoFar();
    giveRow(this.#engine, this.#memory, row, index);
    this.#rows.add(number, row.partition, row.time, file.of);
    this.#engine.addWeight(weight);
    if (this.#engine.weightSoFar() >= this.#sizes.partWeight) yield* this.#full(file);
  }

  *#full({ key }: LogFile): Generator<typeof FULL, void> {
    yield FULL;
    if (this.#engine.rowsSoFar() > 0) throw new Error('a full part must be taken before more is read');
    this.#setLogFile(key);
  }

  #setLogFile(key: string): void {
    this.#engine.setLogFile(this.#memory.putScratch(key));
  }
}

/** A log file on its way. */
interface LogFile {
  readonly key: string;
  readonly stored: Uint8Array;
  readonly limits: Limits;
  readonly of: RowsOfLogFile;
}

/** What of a text is in the engine's memory. */
interface TextWindow {
  length: number;
  /** Bytes of text that came before it. */
  before: number;
}

/** CloudTrail's own container, and nothing before it: what the engine reads. */
const RECORDS_FIRST = /^[ \t\r\n]*\{[ \t\r\n]*"Records"[ \t\r\n]*:[ \t\r\n]*\[/;
const ENDS_WELL = /^[ \t\r\n]*\}[ \t\r\n]*$/;

/** Where the records start, behind the bracket; undefined if this is another container. */
function startOfRecords(text: Buffer): number | undefined {
  return RECORDS_FIRST.exec(text.toString('latin1', 0, LONGEST_START))?.[0].length;
}

function wasRead(text: Buffer, records: number): LogFileOutcome {
  return { kind: 'read', sha256: sha256Hex(text), textBytes: text.length, records };
}

function unreadable({ code, message }: UnreadableLogFile): LogFileOutcome {
  return { kind: 'unreadable', code, detail: message };
}
