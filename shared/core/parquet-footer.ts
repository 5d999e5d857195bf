import type { BoundaryOrder, Encoding } from 'hyparquet';
import {
  BoundaryOrders,
  CompressionCodecs,
  Encodings,
  PageTypes,
  ParquetTypes,
} from 'hyparquet/src/constants.js';
import type { FooterLeaf, FooterSchema } from './footer-schema.ts';
import { THRIFT, type ThriftCompactWriter } from './thrift-compact.ts';

/**
 * All that a Parquet file says about its values: page headers, page indexes, footer. Each function writes one struct of the format's
 * definition (github.com/apache/parquet-format, src/main/thrift/parquet.thrift), and the numbers beside fields are that file's. Sizes and
 * offsets are bytes. It knows no values: bounds come as bytes, from whoever encoded the values. What this lake's files never have (CRCs,
 * encryption, key-value metadata, codecs but zstd) is not written. Long, for it is that one definition, struct by struct.
 */

/** The smallest and largest value, PLAIN but without a byte array's length; if they aren't exact, nothing is smaller or larger. */
export interface Bounds {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
  readonly minIsExact?: boolean;
  readonly maxIsExact?: boolean;
}

/** Of a chunk or a page. */
export interface Statistics {
  readonly nulls: number;
  /** None if every value is NULL, or none are wanted. */
  readonly bounds?: Bounds | undefined;
}

/** Where something lies in the file. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** A column chunk that has been written. */
export interface ColumnChunk {
  readonly leaf: FooterLeaf;
  /** Of the data pages. */
  readonly encoding: Encoding;
  readonly dataPages: number;
  readonly dataPageOffset: number;
  readonly dictionaryPageOffset?: number | undefined;
  /** NULLs counted, as a level is written for each. */
  readonly values: number;
  /** With page headers. */
  readonly uncompressedSize: number;
  readonly compressedSize: number;
  /** Where there are some, how many pages have which encoding is said as well. */
  readonly statistics?: Statistics | undefined;
  readonly offsetIndex?: Span | undefined;
  readonly columnIndex?: Span | undefined;
  readonly bloomFilter?: Span | undefined;
}

export interface RowGroup {
  readonly rows: number;
  /** In the schema's order, wherever they lie. */
  readonly columns: readonly ColumnChunk[];
}

export interface FileMetaData {
  readonly schema: FooterSchema;
  readonly createdBy: string;
  readonly rowGroups: readonly RowGroup[];
}

export interface DataPageHeader {
  /** Levels and values, without the header. */
  readonly uncompressedSize: number;
  readonly compressedSize: number;
  /** NULLs counted. */
  readonly values: number;
  readonly nulls: number;
  readonly rows: number;
  readonly encoding: Encoding;
  readonly definitionLevelBytes: number;
  readonly repetitionLevelBytes: number;
}

export interface DictionaryPageHeader {
  readonly uncompressedSize: number;
  readonly compressedSize: number;
  readonly values: number;
}

export interface ColumnIndex {
  /** A page without bounds holds nothing but NULLs. */
  readonly pages: readonly Statistics[];
  readonly order: BoundaryOrder;
}

export interface PageLocation {
  readonly offset: number;
  /** With the header. */
  readonly compressedSize: number;
  /** Of the row group. */
  readonly firstRow: number;
}

/** `PAR1`: how a Parquet file begins and ends. */
export const MAGIC = new Uint8Array([0x50, 0x41, 0x52, 0x31]);

const FORMAT_VERSION = 2;
const ZSTD = CompressionCodecs.indexOf('ZSTD');
const PLAIN = Encodings.indexOf('PLAIN');
const DICTIONARY_PAGE = PageTypes.indexOf('DICTIONARY_PAGE');
const DATA_PAGE_V2 = PageTypes.indexOf('DATA_PAGE_V2');

/** `FileMetaData`, its length and the magic: the end of the file. */
export function writeFooter(out: ThriftCompactWriter, metadata: FileMetaData): void {
  const start = out.length;
  writeFileMetaData(out, metadata);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(out.length - start);
  out.append(length);
  out.append(MAGIC);
}

function writeFileMetaData(out: ThriftCompactWriter, metadata: FileMetaData): void {
  const { schema, createdBy, rowGroups } = metadata;
  out.open();
  out.i32(1, FORMAT_VERSION);
  out.written(2, THRIFT.list, schema.elements);
  out.i64(
    3,
    rowGroups.reduce((sum, { rows }) => sum + rows, 0),
  );
  out.list(4, THRIFT.struct, rowGroups.length);
  for (const group of rowGroups) writeRowGroup(out, group);
  out.text(6, createdBy);
  out.written(7, THRIFT.list, schema.orders);
  out.close();
}

/** `PageHeader` of a `DATA_PAGE_V2`: levels follow, uncompressed, and then values. */
export function writeDataPageHeader(out: ThriftCompactWriter, header: DataPageHeader): void {
  openPageHeader(out, DATA_PAGE_V2, header);
  out.open(8);
  out.i32(1, header.values);
  out.i32(2, header.nulls);
  out.i32(3, header.rows);
  out.i32(4, Encodings.indexOf(header.encoding));
  out.i32(5, header.definitionLevelBytes);
  out.i32(6, header.repetitionLevelBytes);
  out.close();
  out.close();
}

/** `PageHeader` of a `DICTIONARY_PAGE`: its values follow, PLAIN. */
export function writeDictionaryPageHeader(out: ThriftCompactWriter, header: DictionaryPageHeader): void {
  openPageHeader(out, DICTIONARY_PAGE, header);
  out.open(7);
  out.i32(1, header.values);
  out.i32(2, PLAIN);
  out.close();
  out.close();
}

/** `ColumnIndex`. */
export function writeColumnIndex(out: ThriftCompactWriter, { pages, order }: ColumnIndex): void {
  out.open();
  out.list(1, THRIFT.false, pages.length);
  for (const { bounds } of pages) out.booleanElement(bounds === undefined);
  out.list(2, THRIFT.binary, pages.length);
  for (const { bounds } of pages) out.binaryElement(bounds?.min ?? NO_BOUND);
  out.list(3, THRIFT.binary, pages.length);
  for (const { bounds } of pages) out.binaryElement(bounds?.max ?? NO_BOUND);
  out.i32(4, BoundaryOrders.indexOf(order));
  out.list(5, THRIFT.i64, pages.length);
  for (const { nulls } of pages) out.integer(nulls);
  out.close();
}

/** `OffsetIndex`. */
export function writeOffsetIndex(out: ThriftCompactWriter, pages: readonly PageLocation[]): void {
  out.open();
  out.list(1, THRIFT.struct, pages.length);
  for (const { offset, compressedSize, firstRow } of pages) {
    out.open();
    out.i64(1, offset);
    out.i32(2, compressedSize);
    out.i64(3, firstRow);
    out.close();
  }
  out.close();
}

/** `BloomFilterHeader`, and the blocks of a split block filter of xxHash (parquet-format, BloomFilter.md). */
export function writeBloomFilter(out: ThriftCompactWriter, blocks: Uint8Array): void {
  out.open();
  out.i32(1, blocks.length);
  for (const field of [2, 3, 4]) out.unionOfNothing(field, 1);
  out.close();
  out.append(blocks);
}

const NO_BOUND = new Uint8Array();

function openPageHeader(
  out: ThriftCompactWriter,
  type: number,
  { uncompressedSize, compressedSize }: Pick<DataPageHeader, 'uncompressedSize' | 'compressedSize'>,
): void {
  out.open();
  out.i32(1, type);
  out.i32(2, uncompressedSize);
  out.i32(3, compressedSize);
}

function writeRowGroup(out: ThriftCompactWriter, { rows, columns }: RowGroup): void {
  out.open();
  out.list(1, THRIFT.struct, columns.length);
  for (const column of columns) writeColumnChunk(out, column);
  out.i64(
    2,
    columns.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0),
  );
  out.i64(3, rows);
  out.i64(
    6,
    columns.reduce((sum, { compressedSize }) => sum + compressedSize, 0),
  );
  out.close();
}

function writeColumnChunk(out: ThriftCompactWriter, chunk: ColumnChunk): void {
  out.open();
  out.i64(2, chunk.dictionaryPageOffset ?? chunk.dataPageOffset);
  writeColumnMetaData(out, chunk);
  writeSpan(out, 4, chunk.offsetIndex);
  writeSpan(out, 6, chunk.columnIndex);
  out.close();
}

function writeColumnMetaData(out: ThriftCompactWriter, chunk: ColumnChunk): void {
  const { leaf, dictionaryPageOffset, statistics } = chunk;
  const encoding = Encodings.indexOf(chunk.encoding);
  out.open(3);
  out.i32(1, ParquetTypes.indexOf(leaf.type));
  out.list(2, THRIFT.i32, dictionaryPageOffset === undefined ? 1 : 2);
  if (dictionaryPageOffset !== undefined) out.integer(PLAIN);
  out.integer(encoding);
  out.written(3, THRIFT.list, leaf.path);
  out.i32(4, ZSTD);
  out.i64(5, chunk.values);
  out.i64(6, chunk.uncompressedSize);
  out.i64(7, chunk.compressedSize);
  out.i64(9, chunk.dataPageOffset);
  if (dictionaryPageOffset !== undefined) out.i64(11, dictionaryPageOffset);
  if (statistics !== undefined) {
    writeStatistics(out, 12, statistics);
    out.list(13, THRIFT.struct, dictionaryPageOffset === undefined ? 1 : 2);
    if (dictionaryPageOffset !== undefined) writePageEncodingStats(out, DICTIONARY_PAGE, PLAIN, 1);
    writePageEncodingStats(out, DATA_PAGE_V2, encoding, chunk.dataPages);
  }
  writeSpan(out, 14, chunk.bloomFilter);
  out.close();
}

function writeStatistics(out: ThriftCompactWriter, field: number, { nulls, bounds }: Statistics): void {
  out.open(field);
  out.i64(3, nulls);
  if (bounds !== undefined) {
    out.binary(5, bounds.max);
    out.binary(6, bounds.min);
    // Said only if they aren't: absent means exact to those who ask, and most are.
    if (bounds.maxIsExact === false) out.boolean(7, false);
    if (bounds.minIsExact === false) out.boolean(8, false);
  }
  out.close();
}

function writePageEncodingStats(
  out: ThriftCompactWriter,
  page: number,
  encoding: number,
  count: number,
): void {
  out.open();
  out.i32(1, page);
  out.i32(2, encoding);
  out.i32(3, count);
  out.close();
}

/** Two fields, one behind the other: an i64 offset and an i32 length. */
function writeSpan(out: ThriftCompactWriter, field: number, span: Span | undefined): void {
  if (span === undefined) return;
  out.i64(field, span.offset);
  out.i32(field + 1, span.length);
}
