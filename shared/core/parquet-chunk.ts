import type { BoundaryOrder, Encoding } from 'hyparquet';
import { unconvertMinMax } from 'hyparquet-writer/src/unconvert.js';
import {
  writeBloomFilter,
  writeColumnIndex,
  writeDataPageHeader,
  writeDictionaryPageHeader,
  writeOffsetIndex,
  type Bounds,
  type ColumnChunk,
  type ColumnIndex,
  type PageLocation,
  type Span,
  type Statistics,
} from './parquet-footer.ts';
import type { LeafSchema } from './parquet-schema.ts';
import type { ThriftCompactWriter } from './thrift-compact.ts';

/**
 * Column chunks whose values somebody has encoded become bytes of a file: pages are compressed and get their headers, and what footer
 * and page indexes say of them is kept until the end of the file.
 */

export interface EncodedChunk {
  /** Of the data pages. */
  readonly encoding: Encoding;
  readonly dictionary?: EncodedDictionary | undefined;
  /** At least one. */
  readonly pages: readonly EncodedPage[];
  readonly statistics?: Statistics | undefined;
  /** Of the pages' bounds, if they have any: their order decides as whole values, before long ones are cut. */
  readonly pageOrder?: BoundaryOrder | undefined;
  /** Blocks of a split block filter. */
  readonly bloomFilter?: Uint8Array | undefined;
}

export interface EncodedDictionary {
  readonly values: number;
  /** PLAIN. */
  readonly bytes: Uint8Array;
}

/** A data page as the second version has it, before compression. */
export interface EncodedPage {
  readonly rows: number;
  /** NULLs counted. */
  readonly values: number;
  /** RLE; empty for a leaf that has none. */
  readonly repetitionLevels: Uint8Array;
  readonly definitionLevels: Uint8Array;
  /** Of the values that aren't NULL. */
  readonly bytes: Uint8Array;
  readonly statistics: Statistics;
}

/** A chunk in the file: what its indexes will say, which stand further down, is known. */
export interface WrittenChunk {
  readonly column: ColumnChunk;
  readonly pages: readonly PageLocation[];
  readonly columnIndex: ColumnIndex | undefined;
  readonly bloomFilter: Uint8Array | undefined;
}

/** What a writer does to any chunk. */
export interface ChunkOptions {
  readonly compress: (bytes: Uint8Array) => Uint8Array;
  /** Longer bounds are cut, outward, between characters. */
  readonly boundBytes: number;
}

/** Writes a chunk's pages, and says what it wrote. */
export function writeChunk(
  out: ThriftCompactWriter,
  chunk: EncodedChunk,
  leaf: LeafSchema,
  options: ChunkOptions,
): WrittenChunk {
  const { dictionary, encoding, pages, statistics, pageOrder, bloomFilter } = chunk;
  const start = out.length;
  let uncompressedSize = 0;
  if (dictionary !== undefined) uncompressedSize += writeDictionary(out, dictionary, options);
  const dataPageOffset = out.length;
  const locations: PageLocation[] = [];
  let firstRow = 0;
  let values = 0;
  for (const page of pages) {
    const offset = out.length;
    uncompressedSize += writePage(out, page, encoding, options);
    locations.push({ offset, compressedSize: out.length - offset, firstRow });
    firstRow += page.rows;
    values += page.values;
  }
  const cut = (statistics: Statistics): Statistics => cutStatistics(statistics, leaf, options.boundBytes);
  const column = {
    leaf: leaf.footer,
    encoding,
    dataPages: pages.length,
    dataPageOffset,
    dictionaryPageOffset: dictionary === undefined ? undefined : start,
    values,
    uncompressedSize,
    compressedSize: out.length - start,
    statistics: statistics && cut(statistics),
  };
  const columnIndex = pageOrder && {
    order: pageOrder,
    pages: pages.map(({ statistics }) => cut(statistics)),
  };
  return { column, pages: locations, columnIndex, bloomFilter };
}

/**
 * Writes what stands between the chunks, in the schema's order, row group by row group, and the footer: their page indexes and bloom
 * filters, kind by kind, so that a reader gets all of a kind in one request. A page index of one page says what the footer does; only
 * the offsets (parquet-format, PageIndex.md) `ofOnlyPages` are worth it, where something else in the file has a column index.
 */
export function writeIndexes(
  out: ThriftCompactWriter,
  chunks: readonly WrittenChunk[],
  ofOnlyPages: boolean,
): ColumnChunk[] {
  const columnIndexes = chunks.map(({ columnIndex: index }) =>
    index === undefined || index.pages.length <= 1
      ? undefined
      : span(out, () => writeColumnIndex(out, index)),
  );
  const offsetIndexes = chunks.map(({ pages }) =>
    pages.length <= 1 ? undefined : span(out, () => writeOffsetIndex(out, pages)),
  );
  if (ofOnlyPages) {
    for (const [i, { pages }] of chunks.entries()) {
      offsetIndexes[i] ??= span(out, () => writeOffsetIndex(out, pages));
    }
  }
  const bloomFilters = chunks.map(
    ({ bloomFilter: blocks }) => blocks && span(out, () => writeBloomFilter(out, blocks)),
  );
  return chunks.map(({ column }, i) => ({
    ...column,
    columnIndex: columnIndexes[i],
    offsetIndex: offsetIndexes[i],
    bloomFilter: bloomFilters[i],
  }));
}

function span(out: ThriftCompactWriter, write: () => void): Span {
  const offset = out.length;
  write();
  return { offset, length: out.length - offset };
}

/** Bytes before compression, the header's included. */
function writeDictionary(
  out: ThriftCompactWriter,
  { values, bytes }: EncodedDictionary,
  { compress }: ChunkOptions,
): number {
  const compressed = compress(bytes);
  const start = out.length;
  writeDictionaryPageHeader(out, {
    uncompressedSize: bytes.length,
    compressedSize: compressed.length,
    values,
  });
  const headerSize = out.length - start;
  out.append(compressed);
  return headerSize + bytes.length;
}

/** The same of a data page; its levels stay as they are. */
function writePage(
  out: ThriftCompactWriter,
  page: EncodedPage,
  encoding: Encoding,
  { compress }: ChunkOptions,
): number {
  const { repetitionLevels, definitionLevels, bytes } = page;
  const compressed = compress(bytes);
  const levels = repetitionLevels.length + definitionLevels.length;
  const start = out.length;
  writeDataPageHeader(out, {
    uncompressedSize: levels + bytes.length,
    compressedSize: levels + compressed.length,
    values: page.values,
    nulls: page.statistics.nulls,
    rows: page.rows,
    encoding,
    definitionLevelBytes: definitionLevels.length,
    repetitionLevelBytes: repetitionLevels.length,
  });
  const headerSize = out.length - start;
  out.append(repetitionLevels);
  out.append(definitionLevels);
  out.append(compressed);
  return headerSize + levels + bytes.length;
}

function cutStatistics(
  statistics: Statistics,
  { element, type }: LeafSchema,
  boundBytes: number,
): Statistics {
  const { nulls, bounds } = statistics;
  if (bounds === undefined || type !== 'BYTE_ARRAY') return statistics;
  if (Math.max(bounds.min.length, bounds.max.length) <= boundBytes) return statistics;
  const min = unconvertMinMax(bounds.min, element, false, boundBytes) ?? bounds.min;
  const max = unconvertMinMax(bounds.max, element, true, boundBytes) ?? bounds.max;
  const cut: Bounds = { min, max, minIsExact: min === bounds.min, maxIsExact: max === bounds.max };
  return { nulls, bounds: cut };
}
