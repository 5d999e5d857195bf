/**
 * A strict RFC 8259 scanner over UTF-8 bytes that finds where values begin and end, and parses nothing: the lake keeps the
 * record's own text, which `JSON.parse` and `JSON.stringify` would change (`500.0`, integers above 2^53, duplicate keys).
 *
 * It walks iteratively: nesting is the attacker's to choose, the call stack is ours.
 */

export type JsonErrorCode = 'unexpected-byte' | 'unexpected-end' | 'too-deep';

/** The text at `offset` is not JSON. */
export class JsonError extends Error {
  readonly code: JsonErrorCode;
  readonly offset: number;

  constructor(code: JsonErrorCode, offset: number) {
    super(`${code} at byte ${offset}`);
    this.name = 'JsonError';
    this.code = code;
    this.offset = offset;
  }
}

/** One member of an object: its decoded key, and where its value stands. */
export interface Member {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** Deeper text is not scanned at all. Records are refused far earlier (see `limits.ts`). */
const MAX_SCAN_DEPTH = 1_000_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

export class JsonScanner {
  readonly bytes: Buffer;
  /** Where the scanner stands. */
  position: number;
  /** Deepest nesting that the last `skipValue` met; 0 for a scalar. */
  depth = 0;
  readonly #end: number;
  /** The closing bytes still owed, innermost last. */
  #open = new Uint8Array(64);

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = start;
    this.#end = end;
  }

  /** The next byte that is not whitespace, or -1 at the end; stands on it. */
  peek(): number {
    while (this.position < this.#end) {
      const byte = this.bytes[this.position] as number;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.position += 1;
    }
    return -1;
  }

  /** Steps over the next byte, which must be `byte`. */
  expect(byte: number): void {
    if (this.peek() !== byte) this.#fail();
    this.position += 1;
  }

  /** Steps over whitespace and one whole value. */
  skipValue(): void {
    let level = 0;
    this.depth = 0;
    for (;;) {
      const byte = this.peek();
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        this.position += 1;
        const close = byte + 2;
        if (this.peek() === close) {
          this.position += 1;
          this.depth = Math.max(this.depth, level + 1);
        } else {
          this.#push(level, close);
          level += 1;
          this.depth = Math.max(this.depth, level);
          if (close === CLOSE_BRACE) this.skipKey();
          continue;
        }
      } else {
        this.#skipScalar(byte);
      }
      // A value has ended: close what ends with it, or go on to the next one.
      while (level > 0) {
        const next = this.peek();
        const close = this.#open[level - 1];
        if (next === close) {
          this.position += 1;
          level -= 1;
        } else if (next === COMMA) {
          this.position += 1;
          if (close === CLOSE_BRACE) this.skipKey();
          break;
        } else {
          this.#fail();
        }
      }
      if (level === 0) return;
    }
  }

  /**
   * Steps over one object and returns its members in order, duplicates included. `depth` is then the nesting of the whole
   * object. Members that start behind its first `within` bytes are stepped over and not returned: a hundred million of
   * them fit into a log file, and not into memory.
   */
  members(within = Infinity): Member[] {
    const found: Member[] = [];
    const last = this.position + within;
    let deepest = 0;
    this.expect(OPEN_BRACE);
    if (this.peek() === CLOSE_BRACE) {
      this.position += 1;
      this.depth = 1;
      return found;
    }
    for (;;) {
      const key = this.key();
      this.peek();
      const start = this.position;
      this.skipValue();
      deepest = Math.max(deepest, this.depth);
      if (start <= last) found.push({ key, start, end: this.position });
      if (!this.nextMember()) {
        this.depth = deepest + 1;
        return found;
      }
    }
  }

  /** Steps into an array: true if it has an element to scan, false if it was empty and is stepped over. */
  enterArray(): boolean {
    this.expect(OPEN_BRACKET);
    if (this.peek() !== CLOSE_BRACKET) return true;
    this.position += 1;
    return false;
  }

  /** After an element: true if another follows, false if the array ended and is stepped over. */
  nextElement(): boolean {
    if (this.peek() === COMMA) {
      this.position += 1;
      return true;
    }
    this.expect(CLOSE_BRACKET);
    return false;
  }

  /** After a member: true if another follows, false if the object ended and is stepped over. */
  nextMember(): boolean {
    if (this.peek() === COMMA) {
      this.position += 1;
      return true;
    }
    this.expect(CLOSE_BRACE);
    return false;
  }

  /** Steps over a member's key and its colon; returns the key, decoded. */
  key(): string {
    if (this.peek() !== QUOTE) this.#fail();
    const start = this.position;
    this.#skipString();
    const key = decodeString(this.bytes, start, this.position);
    this.expect(COLON);
    return key;
  }

  /** Steps over a member's key and its colon. */
  skipKey(): void {
    if (this.peek() !== QUOTE) this.#fail();
    this.#skipString();
    this.expect(COLON);
  }

  #skipScalar(byte: number): void {
    if (byte === QUOTE) this.#skipString();
    else if (byte === 0x74) this.#skipWord('true');
    else if (byte === 0x66) this.#skipWord('false');
    else if (byte === 0x6e) this.#skipWord('null');
    else this.#skipNumber();
  }

  #skipString(): void {
    const { bytes } = this;
    const end = this.#end;
    let at = this.position + 1;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.position = at + 1;
        return;
      }
      if (byte < 0x20) throw new JsonError('unexpected-byte', at);
      at = byte === BACKSLASH ? this.#afterEscape(at) : at + 1;
    }
    throw new JsonError('unexpected-end', end);
  }

  #afterEscape(at: number): number {
    const kind = at + 1 < this.#end ? (this.bytes[at + 1] as number) : -1;
    if (kind === -1) throw new JsonError('unexpected-end', this.#end);
    if (kind !== 0x75) {
      if (!SIMPLE_ESCAPES.has(kind)) throw new JsonError('unexpected-byte', at + 1);
      return at + 2;
    }
    for (let digit = at + 2; digit < at + 6; digit += 1) {
      if (digit >= this.#end) throw new JsonError('unexpected-end', this.#end);
      if (!isHexDigit(this.bytes[digit] as number)) throw new JsonError('unexpected-byte', digit);
    }
    return at + 6;
  }

  #skipWord(word: string): void {
    for (let i = 0; i < word.length; i += 1) {
      if (this.position + i >= this.#end) throw new JsonError('unexpected-end', this.#end);
      if (this.bytes[this.position + i] !== word.charCodeAt(i)) {
        throw new JsonError('unexpected-byte', this.position + i);
      }
    }
    this.position += word.length;
  }

  #skipNumber(): void {
    if (this.#at() === 0x2d) this.position += 1;
    if (this.#at() === 0x30) this.position += 1;
    else this.#skipDigits();
    if (this.#at() === 0x2e) {
      this.position += 1;
      this.#skipDigits();
    }
    if (this.#at() === 0x65 || this.#at() === 0x45) {
      this.position += 1;
      if (this.#at() === 0x2b || this.#at() === 0x2d) this.position += 1;
      this.#skipDigits();
    }
  }

  #skipDigits(): void {
    const start = this.position;
    for (let byte = this.#at(); byte >= 0x30 && byte <= 0x39; byte = this.#at()) this.position += 1;
    if (this.position === start) this.#fail();
  }

  #at(): number {
    return this.position < this.#end ? (this.bytes[this.position] as number) : -1;
  }

  #push(level: number, close: number): void {
    if (level >= MAX_SCAN_DEPTH) throw new JsonError('too-deep', this.position);
    if (level >= this.#open.length) {
      const larger = new Uint8Array(this.#open.length * 4);
      larger.set(this.#open);
      this.#open = larger;
    }
    this.#open[level] = close;
  }

  #fail(): never {
    throw new JsonError(
      this.position >= this.#end ? 'unexpected-end' : 'unexpected-byte',
      Math.min(this.position, this.#end),
    );
  }
}

/** The value of the JSON string at `start` (its quote) to `end`. May hold lone surrogates, as JSON allows. */
export function decodeString(bytes: Buffer, start: number, end: number): string {
  for (let at = start + 1; at < end - 1; at += 1) {
    if (bytes[at] === BACKSLASH) return JSON.parse(bytes.toString('utf8', start, end)) as string;
  }
  return bytes.toString('utf8', start + 1, end - 1);
}

const SIMPLE_ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
