import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Up to so many bytes, whose length a frame's header says in one. */
const SMALL_BYTES = 255;
/** Magic number; then, in the bits of one byte, that the content is one segment and its length a byte. */
const SMALL_FRAME = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20]);

/**
 * What writers of Parquet need of zstd. Half of a small object's pages are a few bytes, and making a compressor takes longer than compressing
 * such a page saves: they are framed as they are, which costs a half per cent of a small object's size, and of others nothing.
 */
export function zstd(level: number): Compressor {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  return (bytes) => (bytes.length <= SMALL_BYTES ? framed(bytes) : zstdCompressSync(bytes, { params }));
}

type Compressor = (bytes: Uint8Array) => Uint8Array;

/** A frame of one raw block, as RFC 8878 says in 3.1.1. */
function framed(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(SMALL_FRAME.length + 4 + bytes.length);
  frame.set(SMALL_FRAME);
  const header = (bytes.length << 3) | 1;
  frame.set([bytes.length, header & 0xff, header >> 8, 0], SMALL_FRAME.length);
  frame.set(bytes, SMALL_FRAME.length + 4);
  return frame;
}

/** One piece for a page that is as long as we make them: zlib would make it of many, and give each of a few bytes a buffer of 16 kB. */
const LEAST_CHUNK = 64;
const MOST_CHUNK = 2 << 20;

/** What readers of Parquet need of it; `length` is the page header's word, and no more is ever made. */
export function unzstd(bytes: Uint8Array, length: number): Uint8Array {
  const chunkSize = Math.min(Math.max(length, LEAST_CHUNK), MOST_CHUNK);
  return zstdDecompressSync(bytes, { maxOutputLength: Math.max(length, 1), chunkSize });
}
