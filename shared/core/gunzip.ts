import { constants, crc32, inflateRawSync } from 'node:zlib';
import { UnreadableLogFile } from './unreadable.ts';

/**
 * Decompresses a log file as CloudTrail writes it: exactly one gzip member (RFC 1952) and nothing behind it.
 *
 * Stricter than `gunzip` on purpose. CloudTrail's digests hash what the first member holds, and tools that stop there
 * (the AWS CLI) never see a second member or trailing bytes: rows from those would be rows nobody can vouch for.
 *
 * The trailer's size field is the attacker's word. It sizes the output buffer and caps it, so a bomb is stopped at
 * `limit` bytes or at what it claimed, whichever is less, before that much memory is filled.
 */
export function gunzipLogFile(stored: Uint8Array, limit: number): Uint8Array {
  if (stored.length > 1 && !isGzip(stored))
    throw new UnreadableLogFile('gzip-corrupt', 'it does not start as gzip does');
  const start = endOfGzipHeader(stored);
  const trailerAt = stored.length - 8;
  if (trailerAt < start) throw truncated();
  const claimed = readUint32(stored, stored.length - 4);
  const attempt = claimed <= limit ? inflate(stored, start, claimed) : undefined;
  // Whatever isn't a plain single member with a true trailer is inflated once more, up to the limit, to name what's wrong.
  const inflated = attempt ?? inflate(stored, start, limit);
  if (inflated === undefined) {
    throw new UnreadableLogFile('too-large', `more than ${limit} bytes after decompression`);
  }
  checkMember(stored, start + inflated.consumed, inflated.bytes);
  return inflated.bytes;
}

/** Bytes of text that the log file says it holds: for gzip the trailer's word, which `gunzipLogFile` holds it to. */
export function claimedTextBytes(stored: Uint8Array): number {
  return isGzip(stored) && stored.length >= 4 ? readUint32(stored, stored.length - 4) : stored.length;
}

/** Whether these bytes start like gzip. Decided by content: archives gunzip log files and keep the name, and the reverse. */
export function isGzip(stored: Uint8Array): boolean {
  return stored[0] === 0x1f && stored[1] === 0x8b;
}

/** Whether the deflate data that ends at `at` is followed by a trailer that says this, and by nothing else. */
export function endsAsSaid(stored: Uint8Array, at: number, checksum: number, textBytes: number): boolean {
  return at + 8 === stored.length && trailerSays(stored, at, checksum, textBytes);
}

function trailerSays(stored: Uint8Array, at: number, checksum: number, textBytes: number): boolean {
  return readUint32(stored, at) === checksum && readUint32(stored, at + 4) === textBytes % 2 ** 32;
}

/** Checks the member's trailer at `at` and that nothing follows it. */
function checkMember(stored: Uint8Array, at: number, bytes: Uint8Array): void {
  if (at + 8 > stored.length) throw truncated();
  if (!trailerSays(stored, at, crc32(bytes), bytes.length)) {
    throw new UnreadableLogFile(
      'gzip-corrupt',
      'checksum or size in the gzip trailer does not match the data',
    );
  }
  const rest = stored.length - (at + 8);
  if (rest === 0) return;
  if (isGzip(stored.subarray(at + 8))) {
    throw new UnreadableLogFile(
      'gzip-several-members',
      'a second gzip member follows the first, and no CloudTrail digest covers it; gunzip the file yourself if you trust it',
    );
  }
  throw new UnreadableLogFile('gzip-trailing-bytes', `${rest} bytes follow the end of the gzip data`);
}

/** Inflates the member; undefined if it would exceed `limit` bytes. `consumed` counts deflate bytes read. */
function inflate(
  stored: Uint8Array,
  start: number,
  limit: number,
): { bytes: Uint8Array; consumed: number } | undefined {
  try {
    const { buffer, engine } = inflateRawSync(stored.subarray(start), {
      info: true,
      // One chunk of the right size is the fastest way; zlib wants 64 bytes at least.
      chunkSize: Math.max(64, Math.min(limit, 16 * 1024 * 1024) + 1),
      maxOutputLength: Math.max(1, limit),
      finishFlush: constants.Z_FINISH,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return { bytes: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    if (code === 'Z_BUF_ERROR') throw truncated(error);
    throw new UnreadableLogFile('gzip-corrupt', 'the compressed data is damaged', { cause: error });
  }
}

/** Where the deflate data starts: behind the fixed header and its optional fields (RFC 1952, 2.3). Throws `UnreadableLogFile`. */
export function endOfGzipHeader(stored: Uint8Array): number {
  if (stored.length < 18) throw truncated();
  const flags = stored[3] as number;
  if (stored[2] !== 8 || flags > 0x1f) {
    throw new UnreadableLogFile('gzip-corrupt', 'the gzip header is not one this format knows');
  }
  let at = 10;
  if (flags & 0x04) at += 2 + (stored[at] as number) + (stored[at + 1] as number) * 256;
  if (flags & 0x08) at = afterZero(stored, at);
  if (flags & 0x10) at = afterZero(stored, at);
  if (flags & 0x02) at += 2;
  return at;
}

function afterZero(stored: Uint8Array, from: number): number {
  const zero = stored.indexOf(0, from);
  if (zero === -1) throw truncated();
  return zero + 1;
}

function readUint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}

function truncated(cause?: unknown): UnreadableLogFile {
  return new UnreadableLogFile('gzip-truncated', 'the gzip data ends too early', { cause });
}
