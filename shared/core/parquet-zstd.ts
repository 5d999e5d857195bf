import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** What writers of Parquet need of zstd. */
export function zstd(level: number): (bytes: Uint8Array) => Uint8Array {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  return (bytes) => {
    if (bytes.length > 0) return zstdCompressSync(bytes, { params });
    // Most columns of most files hold nothing, and making a compressor takes longer than compressing a page.
    const compressed = nothing.get(level) ?? zstdCompressSync(bytes, { params });
    nothing.set(level, compressed);
    return compressed;
  };
}

/** By level. */
const nothing = new Map<number, Uint8Array>();

/** What readers of Parquet need of it; `length` is the page header's word, and no more is ever made. */
export function unzstd(bytes: Uint8Array, length: number): Uint8Array {
  return zstdDecompressSync(bytes, { maxOutputLength: Math.max(length, 1) });
}
