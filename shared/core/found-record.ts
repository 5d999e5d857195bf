import type { Member } from './json-scan.ts';
import type { UnreadableCode } from './unreadable.ts';

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
  /**
   * The record's own text, where the log file holds it as a cell of CSV or in a string of JSON. Then `members` count in it, and `start` to
   * `end` is the row that it stands in.
   */
  readonly decoded?: Buffer;
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

/** A record's text, and where in it the record and its members stand. */
export interface RecordText {
  readonly text: Buffer;
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
}

/** `logFile` is the text that the record was found in. */
export function recordText({ start, end, members, decoded }: FoundRecord, logFile: Buffer): RecordText {
  if (decoded === undefined) return { text: logFile, start, end, members };
  return { text: decoded, start: 0, end: decoded.length, members };
}
