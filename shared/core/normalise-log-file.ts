import { isUtf8 } from 'node:buffer';
import { recordText, type Found } from './found-record.ts';
import { gunzipLogFile, isGzip } from './gunzip.ts';
import { partitionPrefix } from './lake-keys.ts';
import { decompressedLimit, type Limits } from './limits.ts';
import { parseTrailKey, type TrailKey } from './log-file-key.ts';
import { FEDERATED_ATTRIBUTES, isStruct, rowOf, valueAt, type Refused, type Row } from './record-row.ts';
import { DigestFileFound, findRecords } from './records.ts';
import { sha256Hex } from './sha256.ts';
import { UnreadableLogFile, type UnreadableCode } from './unreadable.ts';

/** A record, or a piece of the log file, that could not become a row: its bytes as they stand, and why. */
export interface UnreadableRecord {
  readonly index: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly code: UnreadableCode;
  readonly detail: string;
}

/** What a log file was, once all of it has been read. */
export type LogFileOutcome =
  /** Its records are rows, or refused one by one. `sha256` is of the decompressed bytes, as in CloudTrail's digests. */
  | { readonly kind: 'read'; readonly sha256: string; readonly textBytes: number; readonly records: number }
  /** None of it could be read. */
  | { readonly kind: 'unreadable'; readonly code: UnreadableCode; readonly detail: string }
  /** Evidence, not events. */
  | { readonly kind: 'digest'; readonly sha256: string; readonly textBytes: number };

/** A row, and what it weighs in memory: its text, what dense text becomes, and what any row takes. Follows from the bytes alone. */
export interface RowRead {
  readonly row: Row;
  readonly weight: number;
}

/**
 * Reads one log file as stored (gzipped or not) into rows. Pure and lazy: yields rows and refusals in the order of the file and
 * returns the outcome. Never throws for bad input.
 */
export function* normaliseLogFile(
  key: string,
  stored: Uint8Array,
  limits: Limits,
): Generator<RowRead | UnreadableRecord, LogFileOutcome> {
  let text: Buffer | undefined;
  let records = 0;
  try {
    text = logFileText(stored, limits);
    const source = { key, trail: parseTrailKey(key), text, allUtf8: isUtf8(text), limits };
    const partitions = new Set<string>();
    for (const found of findRecords(text, limits)) {
      records = found.index + 1;
      yield readFound(found, source, partitions);
    }
  } catch (error) {
    if (error instanceof UnreadableLogFile)
      return { kind: 'unreadable', code: error.code, detail: error.message };
    if (!(error instanceof DigestFileFound) || text === undefined) throw error;
    return { kind: 'digest', sha256: sha256Hex(text), textBytes: text.length };
  }
  return { kind: 'read', sha256: sha256Hex(text), textBytes: text.length, records };
}

export function isRow(item: RowRead | UnreadableRecord): item is RowRead {
  return 'row' in item;
}

/**
 * SHA-256 of what the log file says, lower-case hex; undefined if it can't be read. The same for the same text, however it is stored:
 * encrypted anew, copied, gunzipped.
 */
export function textSha256(stored: Uint8Array, limits: Limits): string | undefined {
  try {
    return sha256Hex(logFileText(stored, limits));
  } catch (error) {
    if (error instanceof UnreadableLogFile) return undefined;
    throw error;
  }
}

/** What a log file says, gunzipped if it is gzipped. Throws `UnreadableLogFile`. */
export function logFileText(stored: Uint8Array, limits: Limits): Buffer {
  if (stored.length === 0) throw new UnreadableLogFile('empty', 'the log file is empty');
  const limit = isGzip(stored) ? decompressedLimit(stored.length, limits) : limits.logFileBytes;
  const text = isGzip(stored) ? gunzipLogFile(stored, limit) : stored;
  if (text.length > limit) throw new UnreadableLogFile('too-large', `more than ${limit} bytes`);
  return Buffer.from(text.buffer, text.byteOffset, text.byteLength);
}

/** A log file whose records are being read. */
export interface LogFileText {
  readonly key: string;
  readonly trail: TrailKey | undefined;
  readonly text: Buffer;
  /** Whether all of it is UTF-8. */
  readonly allUtf8: boolean;
  readonly limits: Limits;
}

/** Reads what was found in the text. `partitions`: prefixes of those that its rows went to so far; one may be added. */
export function readFound(
  found: Found,
  { key, trail, text, allUtf8, limits }: LogFileText,
  partitions: Set<string>,
): RowRead | UnreadableRecord {
  const { index, start, end } = found;
  const bytes = text.subarray(start, end);
  if (found.kind === 'unreadable')
    return { index, offset: start, bytes, code: found.code, detail: found.detail };
  const record = recordText(found, text);
  const own = record.text.subarray(record.start, record.end);
  const values = valuesIn(own);
  const row =
    refusal(own, found.depth, allUtf8, limits, values) ??
    rowOf(record.text, record, { logFile: key, trail, index });
  const refused = 'values' in row ? outsidePartitions(row, partitions, limits) : row;
  if (refused !== undefined)
    return { index, offset: start, bytes, code: refused.code, detail: refused.detail };
  return { row: row as Row, weight: weightOf(row as Row, own, values) };
}

/**
 * Why the row may not be kept, if it would go to one partition more than a log file may fill: each is an object to store and a partition
 * to register, so eight thousand bytes of made-up dates would hold up everything else.
 */
function outsidePartitions({ partition }: Row, partitions: Set<string>, limits: Limits): Refused | undefined {
  const prefix = partitionPrefix(partition);
  if (!partitions.has(prefix) && partitions.size >= limits.partitions) {
    const detail = `the log file's records go to more than ${limits.partitions} partitions`;
    return { code: 'too-many-partitions', detail };
  }
  partitions.add(prefix);
  return undefined;
}

/** What keeps a well-formed record out of the lake before its fields are looked at. `allUtf8`: the whole log file is known to be. */
export function refusal(
  bytes: Uint8Array,
  depth: number,
  allUtf8: boolean,
  limits: Limits,
  values = valuesIn(bytes),
): Refused | undefined {
  if (bytes.length > limits.recordBytes) {
    return { code: 'record-too-large', detail: `more than ${limits.recordBytes} bytes` };
  }
  if (values > limits.recordValues) {
    return { code: 'record-too-many-values', detail: `more than ${limits.recordValues} values` };
  }
  if (depth > limits.recordDepth) {
    return { code: 'record-too-deep', detail: `nested deeper than ${limits.recordDepth} levels` };
  }
  if (!allUtf8 && !isUtf8(bytes)) return { code: 'invalid-utf8', detail: 'the record is not valid UTF-8' };
  return undefined;
}

/** Only records denser than any real one, so large that it matters, are counted. */
const COUNTED_FROM = 64 * 1024;
const COMMA = 0x2c;
const BYTES_PER_VALUE = 200;

/** At least as many values as the record has; 0 for records of ordinary size. */
function valuesIn(bytes: Uint8Array): number {
  if (bytes.length < COUNTED_FROM) return 0;
  let commas = 0;
  for (const byte of bytes) commas += Number(byte === COMMA);
  return commas + 1;
}

/** What a row weighs beyond its text: a million tiny records are not a small batch. */
const ROW_BYTES = 1024;
const BYTES_PER_ELEMENT = 48;

function weightOf({ values: row }: Row, bytes: Uint8Array, values: number): number {
  const { unmapped, resources } = row;
  const attributes = valueAt(row, FEDERATED_ATTRIBUTES);
  const kept = typeof unmapped === 'string' ? Buffer.byteLength(unmapped) : 0;
  const elements = Array.isArray(resources) ? resources.length : 0;
  const entries = isStruct(attributes) ? Object.keys(attributes).length : 0;
  return (
    ROW_BYTES + bytes.length + values * BYTES_PER_VALUE + kept + (elements + entries) * BYTES_PER_ELEMENT
  );
}
