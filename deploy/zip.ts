import { crc32, deflateRawSync } from 'node:zlib';

/**
 * A zip archive of one file, the same bytes for the same contents: osls' own archiver takes modes and paths from the
 * machine it runs on. Format: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end).
 */
export function zipOfOneFile(name: string, contents: Uint8Array): Buffer {
  const path = Buffer.from(name);
  const stored = deflateRawSync(contents, { level: 9 });
  const common = commonFields(path, contents, stored);
  const local = Buffer.concat([word(LOCAL_HEADER), half(DEFLATE_VERSION), common, path, stored]);
  const directory = Buffer.concat([
    word(DIRECTORY_HEADER),
    half(MADE_BY_UNIX | DEFLATE_VERSION),
    half(DEFLATE_VERSION),
    common,
    // No comment, first disk, no internal attributes.
    Buffer.alloc(6),
    word(READABLE_BY_ALL),
    // The local header stands at the archive's first byte.
    word(0),
    path,
  ]);
  const end = [
    word(END),
    Buffer.alloc(4),
    half(1),
    half(1),
    word(directory.length),
    word(local.length),
    half(0),
  ];
  return Buffer.concat([local, directory, ...end]);
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_HEADER = 0x02014b50;
const END = 0x06054b50;
const DEFLATE_VERSION = 20;
const MADE_BY_UNIX = 3 << 8;
/** Lambda runs as another user than the one who packages. */
const READABLE_BY_ALL = 0o100644 * 2 ** 16;
const NAMES_ARE_UTF8 = 1 << 11;
const DEFLATE = 8;
/** 1 January 1980, where the format's calendar begins. */
const NO_TIME = 0x00210000;

/** What the local header and the directory both say, from the flags to the length of the extra field. */
function commonFields(path: Buffer, contents: Uint8Array, stored: Buffer): Buffer {
  return Buffer.concat([
    half(NAMES_ARE_UTF8),
    half(DEFLATE),
    word(NO_TIME),
    word(crc32(contents)),
    word(stored.length),
    word(contents.length),
    half(path.length),
    half(0),
  ]);
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
