import { cellBytes, CsvError, CsvScanner, type CsvRow } from './csv-rows.ts';
import type { Found, UnreadablePiece } from './found-record.ts';
import { decodeString, JsonError, JsonScanner, type Member } from './json-scan.ts';
import type { Limits } from './limits.ts';
import { reachedLimit } from './reached-limit.ts';
import { UnreadableLogFile, type UnreadableCode } from './unreadable.ts';

/**
 * What CloudTrail Lake gives its users back: saved query results (CSV, with lines of `# Execution Time: …` above the header, as the
 * AWS CLI's own tests have them) and the answers of GetQueryResults (JSON). Records stand in the column `eventJson`, whole. Results
 * without it are refused: `requestParameters` and its like are maps of strings there, from which nobody can tell what was in the record.
 */

const EVENT_JSON = 'eventjson';
/** Of GetQueryResults: a list of rows, each a list of columns, each a map of its name to its text. */
export const ANSWER_ROWS = 'QueryResultRows';

/** Columns of an event data store, any of which shows that somebody exported events without their text. */
const LAKE_COLUMNS: ReadonlySet<string> = new Set([
  'eventversion',
  'useridentity',
  'eventtime',
  'eventsource',
  'eventname',
  'eventid',
  'eventcategory',
  'recipientaccountid',
]);

const HASH = 0x23;
const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
/** Bytes that the lines above the rows may have: a real header has hundreds. */
const HEADER_BYTES = 64 * 1024;
const MAX_COLUMNS = 1000;

/** A row's place in the log file. */
interface Place {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** The records of a saved query result that starts at `start`. Throws `UnreadableLogFile`, also for what is none. */
export function* findExported(text: Buffer, start: number, limits: Limits): Generator<Found, void> {
  const { column, columns, position } = readHeader(text, start);
  const scanner = new CsvScanner(text, position);
  let index = 0;
  let unreadable = 0;
  while (scanner.position < text.length) {
    const rest = { index, start: scanner.position, end: text.length };
    const stop = reachedLimit(index, unreadable, limits);
    if (stop !== undefined) {
      yield piece(rest, ...stop);
      return;
    }
    const row = nextRow(scanner, columns);
    // Behind a break, the inside of a cell could pass for rows.
    if (typeof row === 'string') {
      yield piece(rest, 'broken-csv', row);
      return;
    }
    if (row.start === row.end) continue;
    const found = readRow(text, row, column, index, limits);
    index += 1;
    unreadable += Number(found.kind === 'unreadable');
    yield found;
  }
}

interface Header {
  /** Which cell of a row holds the record. */
  readonly column: number;
  readonly columns: number;
  /** Where the rows start. */
  readonly position: number;
}

function readHeader(text: Buffer, start: number): Header {
  const above = behindComments(text, start);
  const scanner = new CsvScanner(text.subarray(0, above + HEADER_BYTES), above);
  const names = namesOf(text, scanner);
  const isEventJson = (name: string): boolean => name === EVENT_JSON;
  if (names.filter(isEventJson).length === 1)
    return { column: names.findIndex(isEventJson), columns: names.length, position: scanner.position };
  if (above === start && !names.some((name) => LAKE_COLUMNS.has(name) || isEventJson(name)))
    throw new UnreadableLogFile('not-json', 'the log file does not start like JSON');
  throw missing('its columns are not whole records');
}

/** Where the header stands: behind lines that say when the query was run. */
function behindComments(text: Buffer, start: number): number {
  let at = start;
  while (text[at] === HASH && at - start < HEADER_BYTES) {
    const newline = text.indexOf(NEWLINE, at);
    if (newline === -1) return text.length;
    at = newline + 1;
  }
  return at;
}

function namesOf(text: Buffer, scanner: CsvScanner): string[] {
  try {
    const cells = scanner.row(MAX_COLUMNS)?.cells ?? [];
    return cells.map((cell) => cellBytes(text, cell).toString('utf8').trim().toLowerCase());
  } catch (error) {
    if (error instanceof CsvError) return [];
    throw error;
  }
}

function missing(what: string): UnreadableLogFile {
  const advice = 'export them again with SELECT eventJson FROM … (docs/import.md)';
  return new UnreadableLogFile(
    'event-json-missing',
    `a query result of CloudTrail Lake, but ${what}; ${advice}`,
  );
}

/** The next row, or what is wrong with it. */
function nextRow(scanner: CsvScanner, columns: number): CsvRow | string {
  try {
    const row = scanner.row(columns);
    if (row === undefined || row.start === row.end || row.cells.length === columns)
      return row ?? 'it ends where a row should be';
    return `a row has ${row.cells.length} cells, and the header ${columns}`;
  } catch (error) {
    if (error instanceof CsvError) return `the CSV breaks off: ${error.message}`;
    throw error;
  }
}

function readRow(text: Buffer, row: CsvRow, column: number, index: number, limits: Limits): Found {
  const place = { index, start: row.start, end: row.end };
  const cell = row.cells[column];
  if (cell === undefined) return piece(place, 'event-json-missing', 'the row has no eventJson');
  if (cell.end - cell.start - cell.doubled > limits.recordBytes) return tooLarge(place, limits);
  return readRecord(cellBytes(text, cell), place);
}

/** The record that a cell holds. */
function readRecord(cell: Buffer, place: Place): Found {
  try {
    const start = startOf(cell);
    if (cell[start] !== OPEN_BRACE)
      return piece(place, 'not-an-object', 'what stands in eventJson is no JSON object');
    const text = cell.subarray(start);
    const scanner = new JsonScanner(text);
    const members = scanner.members();
    const { position, depth } = scanner;
    if (scanner.peek() !== -1) throw new JsonError('unexpected-byte', scanner.position);
    return { kind: 'record', ...place, members, depth, decoded: text.subarray(0, position) };
  } catch (error) {
    if (error instanceof JsonError)
      return piece(place, 'broken-json', `the JSON in eventJson breaks off: ${error.message}`);
    throw error;
  }
}

function startOf(cell: Buffer): number {
  const scanner = new JsonScanner(cell);
  scanner.peek();
  return scanner.position;
}

/**
 * The records of GetQueryResults' answer, whose members have been scanned. Throws `UnreadableLogFile` if its rows have no `eventJson`.
 */
export function* findInAnswer(
  text: Buffer,
  members: readonly Member[],
  limits: Limits,
): Generator<Found, void> {
  const [rows, another] = members.filter(({ key }) => key === ANSWER_ROWS);
  if (rows === undefined || another !== undefined || text[rows.start] !== OPEN_BRACKET)
    throw new UnreadableLogFile('records-not-array', `${ANSWER_ROWS} is not one array`);
  const scanner = new JsonScanner(text, rows.start, rows.end);
  let unreadable = 0;
  let more = scanner.enterArray();
  for (let index = 0; more; index += 1) {
    scanner.peek();
    const start = scanner.position;
    const stop = reachedLimit(index, unreadable, limits);
    if (stop !== undefined) {
      yield piece({ index, start, end: rows.end }, ...stop);
      return;
    }
    scanner.skipValue();
    const found = readAnswerRow(text, { index, start, end: scanner.position }, limits);
    unreadable += Number(found.kind === 'unreadable');
    yield found;
    more = scanner.nextElement();
  }
}

function readAnswerRow(text: Buffer, place: Place, limits: Limits): Found {
  const cells = eventJsonIn(text, place, limits);
  const [cell] = cells;
  if (cell === undefined && place.index === 0) throw missing('its rows are not whole records');
  if (cell === undefined || cells.length > 1 || text[cell.start] !== QUOTE)
    return piece(place, 'event-json-missing', 'the row has no eventJson, or several');
  // Escapes double a record's quotes; what is more than twice as long as a record may be is one too long.
  if (cell.end - cell.start > 2 * limits.recordBytes) return tooLarge(place, limits);
  const decoded = decodeString(text, cell.start, cell.end);
  if (!decoded.isWellFormed())
    return piece(place, 'invalid-utf8', 'what stands in eventJson has a lone surrogate');
  return readRecord(Buffer.from(decoded), place);
}

/** Values of `eventJson` in one row. */
function eventJsonIn(text: Buffer, { start, end }: Place, limits: Limits): Member[] {
  if (text[start] !== OPEN_BRACKET) return [];
  const scanner = new JsonScanner(text, start, end);
  const found: Member[] = [];
  for (let more = scanner.enterArray(); more; more = scanner.nextElement()) {
    if (scanner.peek() === OPEN_BRACE) found.push(...eventJsonOf(scanner, limits));
    else scanner.skipValue();
  }
  return found;
}

function eventJsonOf(scanner: JsonScanner, limits: Limits): Member[] {
  return scanner.members(limits.recordBytes).filter(({ key }) => key.toLowerCase() === EVENT_JSON);
}

function tooLarge(place: Place, { recordBytes }: Limits): UnreadablePiece {
  return piece(place, 'record-too-large', `more than ${recordBytes} bytes`);
}

function piece(place: Place, code: UnreadableCode, detail: string): UnreadablePiece {
  return { kind: 'unreadable', ...place, code, detail };
}
