import { JsonError, JsonScanner, type Member } from './json-scan.ts';
import type { Limits } from './limits.ts';
import { UnreadableLogFile, type UnreadableCode } from './unreadable.ts';

/**
 * Finds the records in a log file's text, whatever container an archive keeps them in: `{"Records":[…]}` as CloudTrail
 * writes it, a bare array, one record a line (NDJSON) or a single record. Whitespace between values is free, so
 * pretty-printed files read the same. What a record says is `record-row.ts`'s business.
 */

/** An element that stands where a record should. Offsets are bytes of the decompressed text. */
export interface FoundRecord {
  readonly kind: 'record';
  /** Position in the log file, from 0, unreadable pieces counted. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
  /** Nesting: 1 for an object without objects or arrays in it. */
  readonly depth: number;
}

/** A piece of the text that is no record. */
export interface UnreadablePiece {
  readonly kind: 'unreadable';
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly code: UnreadableCode;
  readonly detail: string;
}

export type Found = FoundRecord | UnreadablePiece;

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

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const NEWLINE = 0x0a;
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

type Stop = readonly [code: UnreadableCode, detail: string];

class RecordFinder {
  readonly #text: Uint8Array;
  readonly #limits: Limits;
  readonly #scanner: JsonScanner;
  #index = 0;
  #unreadable = 0;
  /** Where the element or value being scanned starts: what a syntax error takes with it. */
  #piece = 0;
  /** Whether every top-level value so far ended its line: then the next line is a safe place to go on. */
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
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
      throw new UnreadableLogFile('not-json', 'the log file does not start like JSON');
    }
    for (let values = 0; this.#scanner.peek() !== -1; values += 1) {
      if (this.#mustStop()) break;
      try {
        yield* this.#value(values === 0);
        this.#wholeLines &&= this.#atLineEnd();
      } catch (error) {
        if (!(error instanceof JsonError)) throw error;
        if (this.#index === 0) throw notJson(error);
        yield this.#broken(error, values > 0 && this.#wholeLines);
      }
      if (this.#stop !== undefined) break;
    }
    if (this.#stop !== undefined) yield this.#rest(this.#stop);
  }

  /** One top-level value: a container, or a record on its own. */
  *#value(first: boolean): Generator<Found, void> {
    this.#piece = this.#scanner.position;
    const next = this.#scanner.peek();
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
    const members = this.#scanner.members();
    const { position: end, depth } = this.#scanner;
    const keys = new Set(members.map((member) => member.key));
    if (keys.has('Records')) {
      yield* this.#inside(members);
      if (this.#stop === undefined) this.#scanner.position = end;
    } else if (first && keys.has('digestS3Object')) {
      throw new DigestFileFound();
    } else if (first && this.#scanner.peek() === -1 && keys.isDisjointFrom(RECORD_FIELDS)) {
      throw new UnreadableLogFile('records-missing', 'the log file has no Records, and is no record itself');
    } else {
      yield { kind: 'record', index: this.#index++, start, end, members, depth };
    }
  }

  /** A container already scanned. */
  *#inside(members: readonly Member[]): Generator<Found, void> {
    for (const { key, start, end } of members) {
      this.#scanner.position = start;
      if (key !== 'Records') {
        yield this.#strayField(start, end);
      } else if (this.#scanner.peek() === OPEN_BRACKET) {
        yield* this.#elements();
      } else if (this.#index === 0) {
        throw new UnreadableLogFile('records-not-array', 'Records is not an array');
      } else {
        yield this.#unreadablePiece(start, end, 'records-not-array', 'Records is not an array');
      }
      if (this.#stop !== undefined) return;
    }
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
      const members = this.#scanner.members();
      const { position: end, depth } = this.#scanner;
      this.#piece = end;
      return { kind: 'record', index: this.#index++, start, end, members, depth };
    }
    this.#scanner.skipValue();
    this.#piece = this.#scanner.position;
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
  #broken(error: JsonError, lines: boolean): UnreadablePiece {
    const newline = lines ? this.#text.indexOf(NEWLINE, error.offset) : -1;
    const end = newline === -1 ? this.#text.length : newline;
    this.#scanner.position = end;
    return this.#unreadablePiece(this.#piece, end, 'broken-json', `the JSON breaks off: ${error.message}`);
  }

  #rest([code, detail]: Stop): UnreadablePiece {
    const start = this.#scanner.position;
    this.#scanner.position = this.#text.length;
    return this.#unreadablePiece(start, this.#text.length, code, detail);
  }

  #unreadablePiece(start: number, end: number, code: UnreadableCode, detail: string): UnreadablePiece {
    this.#unreadable += 1;
    return { kind: 'unreadable', index: this.#index++, start, end, code, detail };
  }

  /** Whether a limit is reached while there is more to read. */
  #mustStop(): boolean {
    const { records, unreadableRecords } = this.#limits;
    if (this.#index >= records) {
      this.#stop = ['too-many-records', `only the first ${records} records were read`];
    } else if (this.#unreadable >= unreadableRecords) {
      const detail = `reading stopped after ${unreadableRecords} unreadable records`;
      this.#stop = ['too-many-unreadable-records', detail];
    }
    return this.#stop !== undefined;
  }

  #atLineEnd(): boolean {
    let at = this.#scanner.position;
    while (this.#text[at] === 0x20 || this.#text[at] === 0x0d || this.#text[at] === 0x09) at += 1;
    return at >= this.#text.length || this.#text[at] === NEWLINE;
  }
}

function notJson(cause: JsonError): UnreadableLogFile {
  return new UnreadableLogFile('not-json', `the log file is not JSON: ${cause.message}`, { cause });
}

function startsWithByteOrderMark(text: Uint8Array): boolean {
  return text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
}
