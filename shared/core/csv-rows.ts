/**
 * Comma-separated rows (RFC 4180), found in bytes and left there: a cell may hold what somebody else wrote, byte for byte, and its place in
 * the file is what quarantine keeps. Strict: a quote stands around a whole cell or doubled within it, nowhere else, and every row has as
 * many cells as the first. Text that leaves the rules is not guessed at, for a guess could turn the inside of a cell into rows.
 */

/** The text at `offset` breaks the rules of CSV. */
export class CsvError extends Error {
  readonly offset: number;

  constructor(detail: string, offset: number) {
    super(`${detail} at byte ${offset}`);
    this.name = 'CsvError';
    this.offset = offset;
  }
}

/** One cell: what stands between its quotes, if it has them. */
export interface CsvCell {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** Quotes that stand doubled in it. */
  readonly doubled: number;
}

/** One row: its cells, and where it stands, the end of its line left out. */
export interface CsvRow {
  readonly start: number;
  readonly end: number;
  readonly cells: readonly CsvCell[];
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

export class CsvScanner {
  /** Where the next row starts. */
  position: number;
  readonly #text: Buffer;

  constructor(text: Buffer, start = 0) {
    this.#text = text;
    this.position = start;
  }

  /** The next row, of `most` cells at most; undefined at the end. Throws `CsvError`, and stays where it was. */
  row(most: number): CsvRow | undefined {
    const start = this.position;
    if (start >= this.#text.length) return undefined;
    const cells: CsvCell[] = [];
    let at = start;
    for (;;) {
      if (cells.length === most) throw new CsvError(`a row has more than ${most} cells`, at);
      const cell = this.#cell(at);
      cells.push(cell);
      at = cell.end + Number(cell.quoted);
      if (this.#text[at] !== COMMA) break;
      at += 1;
    }
    this.position = this.#behindLine(at);
    return { start, end: at, cells };
  }

  #cell(at: number): CsvCell {
    return this.#text[at] === QUOTE ? this.#quoted(at + 1) : this.#plain(at);
  }

  /** Byte by byte: a record has a quote every dozen bytes, and a search for each takes twice as long. */
  #quoted(start: number): CsvCell {
    let doubled = 0;
    for (let at = start; at < this.#text.length; at += 1) {
      if (this.#text[at] !== QUOTE) continue;
      if (this.#text[at + 1] !== QUOTE) {
        if (!this.#endsCell(at + 1)) throw new CsvError('something follows a closing quote', at + 1);
        return { start, end: at, quoted: true, doubled };
      }
      doubled += 1;
      at += 1;
    }
    throw new CsvError('a quoted cell does not end; it starts', start - 1);
  }

  #plain(start: number): CsvCell {
    let end = start;
    while (!this.#endsCell(end)) {
      if (this.#text[end] === QUOTE) throw new CsvError('a quote within a cell that has none around it', end);
      end += 1;
    }
    return { start, end, quoted: false, doubled: 0 };
  }

  #endsCell(at: number): boolean {
    const byte = this.#text[at];
    if (byte === undefined || byte === COMMA || byte === NEWLINE) return true;
    return byte === RETURN && (this.#text[at + 1] ?? NEWLINE) === NEWLINE;
  }

  /** Behind the end of the line that starts at `at`, if there is one. */
  #behindLine(at: number): number {
    const newline = this.#text[at] === RETURN ? at + 1 : at;
    return Math.min(newline + 1, this.#text.length);
  }
}

/** What a cell says: its own bytes, doubled quotes made single. */
export function cellBytes(text: Buffer, { start, end, doubled }: CsvCell): Buffer {
  if (doubled === 0) return text.subarray(start, end);
  const bytes = Buffer.allocUnsafe(end - start - doubled);
  let to = 0;
  for (let from = start; from < end; from += 1) {
    const byte = text[from] as number;
    bytes[to] = byte;
    to += 1;
    // The second of two quotes is passed over.
    if (byte === QUOTE) from += 1;
  }
  return bytes;
}
