import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzipLogFile, isGzip } from '../../shared/core/gunzip.ts';
import { decompressedLimit, DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { UnreadableLogFile } from '../../shared/core/unreadable.ts';

const LIMIT = 16 * 1024 * 1024;
const TEXT = Buffer.from('{"Records":[]}'.repeat(100));

function codeOf(stored: Uint8Array, limit = LIMIT): string {
  try {
    gunzipLogFile(stored, limit);
    return 'read';
  } catch (error) {
    if (error instanceof UnreadableLogFile) return error.code;
    throw error;
  }
}

/** One gzip member with the header fields that RFC 1952 allows. */
function member(flags: number, fields: Uint8Array, text: Uint8Array = TEXT): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(text), 0);
  trailer.writeUInt32LE(text.length, 4);
  return Buffer.concat([header, fields, deflateRawSync(text), trailer]);
}

/** The same with other words in its last eight bytes. */
function withTrailer(stored: Uint8Array, change: { readonly crc?: number; readonly size?: number }): Buffer {
  const changed = Buffer.from(stored);
  if (change.crc !== undefined) changed.writeUInt32LE(change.crc, changed.length - 8);
  if (change.size !== undefined) changed.writeUInt32LE(change.size, changed.length - 4);
  return changed;
}

describe('one gzip member', () => {
  it('is read whole, of any size and level', () => {
    const text = fc.uint8Array({ maxLength: 100_000, size: 'max' });
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 9 }), (text, level) => {
        expect(Buffer.compare(gunzipLogFile(gzipSync(text, { level }), LIMIT), text)).toBe(0);
      }),
    );
  });

  it.each([0, 1, 63, 64, 65, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1, 4 * 1024 * 1024 + 2, 9_000_001])(
    'of %i bytes is read whole',
    (size) => {
      const text = Buffer.alloc(size, 'trailseal');
      expect(Buffer.compare(gunzipLogFile(gzipSync(text), LIMIT), text)).toBe(0);
    },
  );

  it.each([
    ['FTEXT', 0x01, Buffer.alloc(0)],
    ['FHCRC', 0x02, Buffer.from([0xaa, 0xbb])],
    ['FEXTRA', 0x04, Buffer.from([3, 0, 0, 0, 0])],
    ['an empty FEXTRA', 0x04, Buffer.from([0, 0])],
    ['FNAME', 0x08, Buffer.from('log.json\0')],
    ['FCOMMENT', 0x10, Buffer.from('\0')],
    ['all of them', 0x1f, Buffer.from([2, 0, 0x1f, 0x8b, ...Buffer.from('name\0comment\0'), 9, 9])],
  ])('is read with %s in its header', (_, flags, fields) => {
    expect(gunzipLogFile(member(flags, fields), LIMIT)).toEqual(TEXT);
  });

  it('of exactly the limit is read, of one byte more not', () => {
    const stored = gzipSync(Buffer.alloc(1000, 1));
    expect(codeOf(stored, 1000)).toBe('read');
    expect(codeOf(stored, 999)).toBe('too-large');
  });
});

describe('refused is', () => {
  const stored = gzipSync(TEXT);

  it('every beginning of a gzip file, as truncated', () => {
    for (let length = 2; length < stored.length; length += 1) {
      expect([length, codeOf(stored.subarray(0, length))]).toEqual([length, 'gzip-truncated']);
    }
  });

  it.each([
    ['a header cut off in its name', 0x08, Buffer.from('x'.repeat(20)), 'gzip-truncated'],
    ['an extra field longer than the file', 0x04, Buffer.from([0xff, 0xff]), 'gzip-truncated'],
    ['a flag that no version defines', 0x20, Buffer.alloc(0), 'gzip-corrupt'],
  ])('%s', (_, flags, fields, code) => {
    const text = member(flags, fields);
    expect(codeOf(code === 'gzip-truncated' ? text.subarray(0, 30) : text)).toBe(code);
  });

  it.each([
    ['another compression method', Buffer.from(stored).fill(7, 2, 3)],
    ['a wrong checksum', withTrailer(stored, { crc: 1 })],
    ['a size that is too small', withTrailer(stored, { size: TEXT.length - 1 })],
    ['a size of 0', withTrailer(stored, { size: 0 })],
    ['a size that is too large', withTrailer(stored, { size: TEXT.length + 1 })],
    ['a size beyond the limit', withTrailer(stored, { size: 0xffffffff })],
    ['an impossible block type', Buffer.from(stored).fill(0xff, 10, 11)],
    ['garbage behind a header', Buffer.concat([stored.subarray(0, 10), Buffer.alloc(100, 0xff)])],
  ])('%s, as corrupt', (_, bytes) => {
    expect(codeOf(bytes)).toBe('gzip-corrupt');
  });

  it.each([
    ['a second member', Buffer.concat([stored, stored]), 'gzip-several-members'],
    ['an empty second member', Buffer.concat([stored, gzipSync('')]), 'gzip-several-members'],
    ['a larger second member', Buffer.concat([stored, gzipSync(Buffer.alloc(1e6))]), 'gzip-several-members'],
    ['bytes behind the member', Buffer.concat([stored, Buffer.from('x')]), 'gzip-trailing-bytes'],
    ['zeros behind the member', Buffer.concat([stored, Buffer.alloc(512)]), 'gzip-trailing-bytes'],
    ['its own trailer again', Buffer.concat([stored, stored.subarray(-8)]), 'gzip-trailing-bytes'],
  ])('%s', (_, bytes, code) => {
    expect(codeOf(bytes)).toBe(code);
  });

  it('any file with one bit turned, or it is read as it was', () => {
    fc.assert(
      fc.property(fc.nat(stored.length * 8 - 1), (bit) => {
        const changed = Buffer.from(stored);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const read = codeOf(changed) === 'read' ? gunzipLogFile(changed, LIMIT) : TEXT;
        expect(Buffer.compare(read, TEXT)).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a bomb', () => {
  it('that claims little is stopped at the limit', () => {
    const bomb = gzipSync(Buffer.alloc(40_000_000));
    expect(codeOf(withTrailer(bomb, { size: 10 }))).toBe('too-large');
    expect(codeOf(bomb)).toBe('too-large');
  });

  it('of 1 GB in 1 MB is stopped while memory stays flat', () => {
    const script = fileURLToPath(new URL('../fixtures/hostile/gunzip-bomb.ts', import.meta.url));
    const child = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    expect(child.stderr).toBe('');
    const { storedBytes, code, grownBytes } = JSON.parse(child.stdout) as Record<string, unknown>;
    expect(code).toBe('too-large');
    expect(storedBytes).toBeLessThan(1.1e6);
    // What the file may legally be, once in chunks and once in whole, and no more.
    expect(grownBytes).toBeLessThan(2.2 * decompressedLimit(Number(storedBytes), DEFAULT_LIMITS));
  });

  it('by its stored size alone may be 16 MB, or 64 times itself, or 256 MB', () => {
    const MB = 1024 * 1024;
    expect(decompressedLimit(100, DEFAULT_LIMITS)).toBe(16 * MB);
    expect(decompressedLimit(MB, DEFAULT_LIMITS)).toBe(64 * MB);
    expect(decompressedLimit(200 * MB, DEFAULT_LIMITS)).toBe(256 * MB);
  });
});

describe('gzip', () => {
  it('is told by its first two bytes', () => {
    expect(isGzip(gzipSync(TEXT, { level: constants.Z_NO_COMPRESSION }))).toBe(true);
    expect([TEXT, Buffer.alloc(0), Buffer.from([0x1f]), Buffer.from([0x1f, 0x8c])].map(isGzip)).not.toContain(
      true,
    );
  });
});
