import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { constants, crc32, createInflateRaw } from 'node:zlib';
import { endOfGzipHeader, endsAsSaid, isGzip } from '../gunzip.ts';
import { decompressedLimit, type Limits } from '../limits.ts';

/**
 * Log files too large to be held in memory as text. They are gunzipped twice: once to know that all of the text is there and is what
 * its checksum says, for no row may come from one that isn't; and once for its records. The second costs a fifth of the work.
 */

/** What is known of a text that was looked through: it is UTF-8, and no larger than a log file may be. */
export interface SoundText {
  readonly sha256: string;
  readonly textBytes: number;
}

/** The text, in pieces of so many bytes. Throws, sooner or later, what zlib throws if it isn't gzip. */
export async function* textPieces(stored: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  if (isGzip(stored)) yield* inflated(stored, pieceBytes);
  else for (let at = 0; at < stored.length; at += pieceBytes) yield stored.subarray(at, at + pieceBytes);
}

/** The same of gzip; returns where the compressed data ends. */
async function* inflated(stored: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array, number> {
  const start = endOfGzipHeader(stored);
  const inflate = createInflateRaw({ chunkSize: pieceBytes, finishFlush: constants.Z_FINISH });
  inflate.end(stored.subarray(start));
  for await (const piece of inflate) yield piece as Uint8Array;
  return start + inflate.bytesWritten;
}

/** Undefined if anything at all is wrong with the text: the reference says what. */
export async function soundText(
  stored: Uint8Array,
  limits: Limits,
  pieceBytes: number,
): Promise<SoundText | undefined> {
  const gzipped = isGzip(stored);
  const limit = gzipped ? decompressedLimit(stored.length, limits) : limits.logFileBytes;
  const check = new TextCheck(limit);
  try {
    const end = await drain(gzipped ? inflated(stored, pieceBytes) : textPieces(stored, pieceBytes), check);
    return check.isSound() && (!gzipped || endsAsSaid(stored, Number(end), check.crc32, check.textBytes))
      ? { sha256: check.sha256(), textBytes: check.textBytes }
      : undefined;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** To the end, or to where the text is known not to be sound; what the generator returns. */
async function drain(
  pieces: AsyncGenerator<Uint8Array, number | void>,
  check: TextCheck,
): Promise<number | void> {
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) return next.value;
    if (!check.takes(next.value)) return void (await pieces.return(undefined));
  }
}

class TextCheck {
  readonly #limit: number;
  readonly #hash = createHash('sha256');
  /** The start of a character whose end is in the next piece. */
  #cut: Uint8Array = new Uint8Array();
  #failed = false;
  textBytes = 0;
  crc32 = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether there is any use in going on. */
  takes(piece: Uint8Array): boolean {
    this.textBytes += piece.length;
    this.#hash.update(piece);
    this.crc32 = crc32(piece, this.crc32);
    const bytes = this.#cut.length === 0 ? piece : Buffer.concat([this.#cut, piece]);
    const end = endOfCharacters(bytes);
    this.#cut = bytes.slice(end);
    this.#failed ||= this.textBytes > this.#limit || !isUtf8(bytes.subarray(0, end));
    return !this.#failed;
  }

  isSound(): boolean {
    return !this.#failed && this.#cut.length === 0;
  }

  sha256(): string {
    return this.#hash.digest('hex');
  }
}

/** Where the last character ends that is there whole. */
function endOfCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
