import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Pages up to so many bytes are remembered, so many of them. */
const SMALL_BYTES = 256;
const REMEMBERED = 4096;

/**
 * What writers of Parquet need of zstd. Most columns of a small object hold nothing, or the one value that they held in the object before,
 * and making a compressor takes longer than compressing such a page: what became of it is remembered.
 */
export function zstd(level: number): Compressor {
  const known = COMPRESSORS.get(level) ?? compressor(level);
  COMPRESSORS.set(level, known);
  return known;
}

type Compressor = (bytes: Uint8Array) => Uint8Array;

const COMPRESSORS = new Map<number, Compressor>();

function compressor(level: number): Compressor {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  const known = new Map<string, Uint8Array>();
  return (bytes) => {
    if (bytes.length > SMALL_BYTES) return zstdCompressSync(bytes, { params });
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const found = known.get(text);
    if (found !== undefined) return found;
    const compressed = zstdCompressSync(bytes, { params });
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, compressed);
    return compressed;
  };
}

/** One piece for a page that is as long as we make them: zlib would make it of many, and give each of a few bytes a buffer of 16 kB. */
const LEAST_CHUNK = 64;
const MOST_CHUNK = 2 << 20;

/** What readers of Parquet need of it; `length` is the page header's word, and no more is ever made. */
export function unzstd(bytes: Uint8Array, length: number): Uint8Array {
  const chunkSize = Math.min(Math.max(length, LEAST_CHUNK), MOST_CHUNK);
  return zstdDecompressSync(bytes, { maxOutputLength: Math.max(length, 1), chunkSize });
}
