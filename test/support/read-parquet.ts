import { zstdDecompressSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects, type FileMetaData } from 'hyparquet';

/** A Parquet file's rows, read by another implementation; bytes where the schema says nothing of text. */
export async function readParquet(file: Uint8Array): Promise<Record<string, unknown>[]> {
  const compressors = { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) };
  return await parquetReadObjects({ file: arrayBuffer(file), compressors, utf8: false });
}

export function metadataOf(file: Uint8Array): FileMetaData {
  return parquetMetadata(arrayBuffer(file));
}

function arrayBuffer(file: Uint8Array): ArrayBuffer {
  return new Uint8Array(file).buffer;
}
