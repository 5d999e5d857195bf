import type { Found, UnreadablePiece } from './found-record.ts';
import { JsonError, JsonScanner, type Member } from './json-scan.ts';
import { ANSWER_ROWS, findExported, findInAnswer } from './lake-export.ts';
import type { Limits } from './limits.ts';
import { reachedLimit, type Stop } from './reached-limit.ts';
import { UnreadableLogFile, type UnreadableCode } from './unreadable.ts';

/**
 * Finds the records in a log file's text, whatever container an archive keeps them in: `{"Records":[…]}` as CloudTrail
 * writes it, a bare array, one record a line (NDJSON) or a single record. Whitespace between values is free, so
 * pretty-printed files read the same. What a record says is `record-row.ts`'s business.
 */

/** The text is a digest file under another name: evidence for verification, not events. */
export class DigestFileFound extends Error {
  constructor() {
    super('this is a CloudTrail digest file, not a log file');
    this.name = 'DigestFileFound';
  }
}

/**
 * Yields every record in order, and between them what can't be read. Throws `UnreadableLogFile` if there is nothing to read at all,
 * and `DigestFileFound`.
 */
export function findRecords(text: Uint8Array, limits: Limits): Generator<Found, void> {
  return new RecordFinder(text, limits).find();
}

const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const NEWLINE = 0x0a;
/** What a line of a printed value starts with, and one of NDJSON doesn't. */
const GOES_ON: ReadonlySet<number> = new Set(Buffer.from(' \t"}],:'));
/** CloudTrail's own container, recognised early so that its elements are scanned once, as a stream. */
const RECORDS_FIRST = /^\{\s*"Records"\s*:\s*\[/;
/** Any of these makes an object without `Records` a record on its own (or an envelope around one). */
const RECORD_FIELDS: ReadonlySet<string> = new Set([
  'eventVersion',
  'eventTime',
  'eventName',
  'eventID',
  'eventId',
  'userIdentity',
  'detail',
]);

class RecordFinder {
  readonly #text: Uint8Array;
  readonly #limits: Limits;
  readonly #scanner: JsonScanner;
  #index = 0;
  #unreadable = 0;
  /** Where the element or value being scanned starts: what a syntax error takes with it. */
  #piece = 0;
  /** Where the last piece that was yielded ends: a syntax error takes nothing of it. */
  #settled = 0;
  /** Where the top-level value being scanned starts. */
  #valueStart = 0;
  /** Whether every top-level value so far was a line of its own: then the next line is a safe place to go on. */
  #wholeLines = true;
  /** The limit that ended the reading, once one has. */
  #stop: Stop | undefined;

  constructor(text: Uint8Array, limits: Limits) {
    this.#text = text;
    this.#limits = limits;
    this.#scanner = new JsonScanner(text, startsWithByteOrderMark(text) ? 3 : 0);
  }

  *find(): Generator<Found, void> {
    const first = this.#scanner.peek();
    if (first === -1) throw new UnreadableLogFile('empty', 'the log file has no content');
    if (first === OPEN_BRACE || first === OPEN_BRACKET) yield* this.#values();
    else yield* findExported(this.#scanner.bytes, this.#scanner.position, this.#limits);
  }

  *#values(): Generator<Found, void> {
    for (let values = 0; this.#scanner.peek() !== -1; values += 1) {
      if (this.#mustStop()) break;
      try {
        yield* this.#value(values === 0);
        this.#wholeLines &&= this.#isLine();
      } catch (error) {
        if (!(error instanceof JsonError)) throw error;
        if (this.#index === 0) throw notJson(error);
        yield this.#broken(error, values > 0 ? this.#endOfBrokenLine(error) : undefined);
      }
      if (this.#stop !== undefined) break;
    }
    if (this.#stop !== undefined) yield this.#rest(this.#stop);
  }

  /** One top-level value: a container, or a record on its own. */
  *#value(first: boolean): Generator<Found, void> {
    const next = this.#scanner.peek();
    this.#valueStart = this.#scanner.position;
    this.#piece = this.#valueStart;
    if (next === OPEN_BRACKET) return yield* this.#elements();
    if (next !== OPEN_BRACE) throw new JsonError('unexpected-byte', this.#scanner.position);
    if (RECORDS_FIRST.test(this.#scanner.bytes.toString('latin1', this.#piece, this.#piece + 64))) {
      return yield* this.#container();
    }
    return yield* this.#object(first);
  }

  /** `{"Records":[…], …}`: elements are yielded while the array is scanned. */
  *#container(): Generator<Found, void> {
    this.#scanner.expect(OPEN_BRACE);
    this.#scanner.skipKey();
    yield* this.#elements();
    while (this.#stop === undefined && this.#scanner.nextMember()) {
      this.#scanner.peek();
      this.#piece = this.#scanner.position;
      const key = this.#scanner.key();
      if (key === 'Records' && this.#scanner.peek() === OPEN_BRACKET) {
        yield* this.#elements();
      } else {
        this.#scanner.skipValue();
        yield this.#strayField(this.#piece, this.#scanner.position);
      }
    }
  }

  /** An object whose first key isn't `Records`: scanned whole, then looked at. */
  *#object(first: boolean): Generator<Found, void> {
    const start = this.#scanner.position;
    const members = this.#scanner.members(this.#limits.recordBytes);
    const { position: end, depth } = this.#scanner;
    const keys = new Set(members.map((member) => member.key));
    const alone = first && this.#scanner.peek() === -1;
    this.#scanner.position = end;
    if (keys.has('Records')) {
      yield* this.#inside(members, start, end);
      if (this.#stop === undefined) this.#scanner.position = end;
    } else if (alone && keys.has(ANSWER_ROWS)) {
      yield* this.#answer(members, end);
    } else if (alone && keys.isDisjointFrom(RECORD_FIELDS)) {
      if (keys.has('digestS3Object')) throw new DigestFileFound();
      throw new UnreadableLogFile('records-missing', 'the log file has no Records, and is no record itself');
    } else {
      yield { kind: 'record', index: this.#index++, start, end, members, depth };
    }
  }

  /** What GetQueryResults answers. */
  *#answer(members: readonly Member[], end: number): Generator<Found, void> {
    yield* findInAnswer(this.#scanner.bytes, members, this.#limits);
    this.#scanner.position = end;
  }

  /** A container already scanned. */
  *#inside(members: readonly Member[], open: number, close: number): Generator<Found, void> {
    let from = open + 1;
    for (const { key, start, end } of members) {
      const field = this.#fieldBehind(from);
      from = end;
      this.#scanner.position = start;
      if (key !== 'Records') {
        yield this.#strayField(field, end);
      } else if (this.#scanner.peek() === OPEN_BRACKET) {
        yield* this.#elements();
      } else if (this.#index === 0) {
        throw new UnreadableLogFile('records-not-array', 'Records is not an array');
      } else {
        yield this.#unreadablePiece(start, end, 'records-not-array', 'Records is not an array');
      }
      if (this.#stop !== undefined) return;
    }
    const unlisted = this.#fieldBehind(from);
    if (unlisted < close - 1) yield this.#strayField(unlisted, close - 1);
  }

  /** Where the field behind the last one starts: its key, or the closing brace if there is none. */
  #fieldBehind(end: number): number {
    this.#scanner.position = end;
    if (this.#scanner.peek() === COMMA) this.#scanner.position += 1;
    this.#scanner.peek();
    return this.#scanner.position;
  }

  *#elements(): Generator<Found, void> {
    for (let more = this.#scanner.enterArray(); more; more = this.#scanner.nextElement()) {
      if (this.#mustStop()) return;
      yield this.#element();
    }
  }

  /** A container holds `Records` and nothing else; what else stands there is kept where somebody sees it. */
  #strayField(start: number, end: number): UnreadablePiece {
    return this.#unreadablePiece(start, end, 'stray-field', 'a field beside Records');
  }

  #element(): Found {
    const next = this.#scanner.peek();
    const start = this.#scanner.position;
    this.#piece = start;
    if (next === OPEN_BRACE) {
      const members = this.#scanner.members(this.#limits.recordBytes);
      const { position: end, depth } = this.#scanner;
      this.#settled = end;
      return { kind: 'record', index: this.#index++, start, end, members, depth };
    }
    this.#scanner.skipValue();
    return this.#unreadablePiece(
      start,
      this.#scanner.position,
      'not-an-object',
      'a record must be a JSON object',
    );
  }

  /**
   * What a syntax error costs: the rest of the text, for behind a break, text that a caller put into a request parameter could
   * pass for a record. Only in NDJSON does it cost just the line: a raw newline can't stand inside a JSON string.
   */
  #broken(error: JsonError, endOfLine = this.#text.length): UnreadablePiece {
    this.#scanner.position = endOfLine;
    const piece = this.#piece <= endOfLine ? this.#piece : this.#valueStart;
    const start = Math.max(piece, this.#settled);
    const detail = `the JSON breaks off: ${error.message}`;
    return this.#unreadablePiece(start, endOfLine, 'broken-json', detail);
  }

  /**
   * Where the broken value's line ends, if it is a line. A line cut off between two tokens is noticed only at the next line's first
   * byte; a break further on, or a next line that goes on with something, mean a value of several lines: one of them may be a piece
   * of this very record.
   */
  #endOfBrokenLine(error: JsonError): number | undefined {
    if (!this.#wholeLines) return undefined;
    const newline = this.#text.indexOf(NEWLINE, this.#valueStart);
    if (newline === -1) return undefined;
    let next = newline;
    while (this.#text[next] === NEWLINE || this.#text[next] === 0x0d) next += 1;
    if (GOES_ON.has(this.#text[next] ?? NEWLINE)) return undefined;
    return error.offset <= next ? newline : undefined;
  }

  #rest([code, detail]: Stop): UnreadablePiece {
    const start = this.#scanner.position;
    this.#scanner.position = this.#text.length;
    return this.#unreadablePiece(start, this.#text.length, code, detail);
  }

  #unreadablePiece(start: number, end: number, code: UnreadableCode, detail: string): UnreadablePiece {
    this.#unreadable += 1;
    this.#settled = end;
    return { kind: 'unreadable', index: this.#index++, start, end, code, detail };
  }

  /** Whether a limit is reached while there is more to read. */
  #mustStop(): boolean {
    this.#stop ??= reachedLimit(this.#index, this.#unreadable, this.#limits);
    return this.#stop !== undefined;
  }

  /** Whether the value just scanned stands on one line, and nothing behind it there. */
  #isLine(): boolean {
    let at = this.#scanner.position;
    const newline = this.#text.indexOf(NEWLINE, this.#valueStart);
    if (newline !== -1 && newline < at) return false;
    while (this.#text[at] === 0x20 || this.#text[at] === 0x0d || this.#text[at] === 0x09) at += 1;
    return at >= this.#text.length || at === newline;
  }
}

function notJson(cause: JsonError): UnreadableLogFile {
  return new UnreadableLogFile('not-json', `the log file is not JSON: ${cause.message}`, { cause });
}

function startsWithByteOrderMark(text: Uint8Array): boolean {
  return text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
}
