import { isAscii } from 'node:buffer';
import type { ColumnMetaData, DecodedArray, SchemaTree } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { readDataPageV2 } from 'hyparquet/src/datapage.js';
import { getMaxDefinitionLevel } from 'hyparquet/src/schema.js';
import { unzstd } from './parquet-zstd.ts';

/**
 * One leaf of a row group as Parquet has it (Dremel's levels), without building rows: hyparquet's own assembly makes an array for each
 * optional level of each value, loses a map's key `__proto__`, and strips a text's byte order mark.
 */

export type LeafValue = string | number | bigint | Uint8Array | null;

export interface Leaf {
  /** One a slot, NULL where its level says so. */
  readonly values: LeafValue[];
  /** One a slot: how many of the optional and repeated ancestors, itself included, are there. */
  readonly definitionLevels: number[];
  /** One a slot, 0 where a row begins; empty for a leaf that can't repeat: its slots are the rows. */
  readonly repetitionLevels: number[];
}

type Decoder = Parameters<typeof readDataPageV2>[2];

/** Decodes a column chunk as hyparquet-writer makes it. `path` is the schema's, root to leaf. */
export function readLeaf(view: DataView, metadata: ColumnMetaData, path: SchemaTree[]): Leaf {
  const decoder = decoderOf(metadata, path);
  const reader = { view, offset: 0 };
  const pages: Leaf[] = [];
  let dictionary: readonly LeafValue[] = [];
  while (reader.offset < view.byteLength) {
    const header = parquetHeader(reader);
    if (header.type === 'DICTIONARY_PAGE') {
      // Undecoded: the schema's own types would be applied to it by `convert`, not by `readPage`.
      const { data } = readPage(reader, header, decoder, undefined, undefined, 0);
      dictionary = decoded(data ?? [], decoder);
      continue;
    }
    const bytes = new Uint8Array(view.buffer, view.byteOffset + reader.offset, header.compressed_page_size);
    reader.offset += header.compressed_page_size;
    const { dataPage, definitionLevels = [], repetitionLevels } = readDataPageV2(bytes, header, decoder);
    const coded = header.data_page_header_v2?.encoding === 'RLE_DICTIONARY';
    const present = coded ? lookUp(dataPage, dictionary) : decoded(dataPage, decoder);
    pages.push({ values: spread(present, definitionLevels, decoder), definitionLevels, repetitionLevels });
  }
  return joined(pages);
}

function decoderOf(metadata: ColumnMetaData, schemaPath: SchemaTree[]): Decoder {
  const element = schemaPath.at(-1)?.element;
  if (element === undefined) throw new Error(`the schema has no ${metadata.path_in_schema.join('.')}`);
  return {
    ...metadata,
    pathInSchema: metadata.path_in_schema,
    element,
    schemaPath,
    parsers: DEFAULT_PARSERS,
    compressors: { ZSTD: unzstd },
  };
}

function lookUp(indexes: DecodedArray, dictionary: readonly LeafValue[]): LeafValue[] {
  return Array.from<number | bigint, LeafValue>(indexes, (index) => dictionary[Number(index)] ?? null);
}

function decoded(data: DecodedArray, { element }: Decoder): LeafValue[] {
  if (element.type !== 'BYTE_ARRAY' || element.converted_type !== 'UTF8') return Array.from<LeafValue>(data);
  return textsOf(data as Uint8Array[]);
}

/** The values are windows of one page: it is decoded once, and ASCII, nearly all there is, cut out of that. */
function textsOf(windows: readonly Uint8Array[]): string[] {
  const [first] = windows;
  const last = windows.at(-1);
  if (first === undefined || last === undefined) return [];
  const page = Buffer.from(first.buffer, first.byteOffset, last.byteOffset + last.length - first.byteOffset);
  const text = page.toString('latin1');
  return windows.map((window) => {
    const start = window.byteOffset - first.byteOffset;
    const end = start + window.length;
    return isAscii(window) ? text.slice(start, end) : page.toString('utf8', start, end);
  });
}

function spread(present: readonly LeafValue[], levels: readonly number[], decoder: Decoder): LeafValue[] {
  const defined = getMaxDefinitionLevel(decoder.schemaPath);
  let next = 0;
  return levels.map((level) => (level === defined ? (present[next++] ?? null) : null));
}

function joined(pages: readonly Leaf[]): Leaf {
  const [only, ...others] = pages;
  if (only !== undefined && others.length === 0) return only;
  return {
    values: pages.flatMap(({ values }) => values),
    definitionLevels: pages.flatMap(({ definitionLevels }) => definitionLevels),
    repetitionLevels: pages.flatMap(({ repetitionLevels }) => repetitionLevels),
  };
}
