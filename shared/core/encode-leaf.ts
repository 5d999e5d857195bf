import type { Encoding, ParquetType } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { BloomBuilder } from 'hyparquet-writer/src/bloom.js';
import { deltaBinaryPack, deltaByteArray, deltaLengthByteArray } from 'hyparquet-writer/src/delta.js';
import { useDictionary } from 'hyparquet-writer/src/dictionary.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { writeByteStreamSplit } from 'hyparquet-writer/src/splitstream.js';
import type { EncodedChunk, EncodedPage } from './parquet-chunk.ts';
import type { Bounds } from './parquet-footer.ts';
import type { Leaf, LeafValue, Levels } from './parquet-leaf.ts';
import type { LeafSchema } from './parquet-schema.ts';
import { LENGTH_BYTES, plainValues, type PlainValues } from './plain-values.ts';
import { boundsOf, lessThan, orderOfPages, plainBounds } from './value-bounds.ts';

/** How a leaf's values become pages. */
export interface LeafEncoding {
  /** How many are NULL; `bounds`: the smallest and largest value as well. */
  readonly statistics: 'nulls' | 'bounds';
  /** The same of each page, so that readers can skip pages. */
  readonly columnIndex?: boolean;
  /** Bytes after which a page ends, before compression; an index into a dictionary counts as 4. */
  readonly pageBytes: number;
  /** A dictionary where it halves the values, plain otherwise, if absent. */
  readonly encoding?: Encoding;
  /** Share of absent values that it fails to tell. */
  readonly bloomFilter?: { readonly fpp: number } | false;
}

/** One leaf of a row group, at least one row. The encodings, and whether a dictionary is worth it, are hyparquet-writer's. */
export function encodeLeaf(leaf: Leaf, schema: LeafSchema, how: LeafEncoding): EncodedChunk {
  const { values } = leaf;
  const { dictionary, indexes } = dictionaryOf(values, schema.type, how.encoding);
  const distinct = dictionary ?? values;
  const plain = plainValues(distinct);
  const encoding = dictionary === undefined ? (how.encoding ?? 'PLAIN') : 'RLE_DICTIONARY';
  const slices = pageSlices(leaf, how.pageBytes, indexes ? sizeOfIndex : sizeOfPlain(plain, schema.type));
  const isLess = lessThan(plain.areComparable);
  const indexed = how.columnIndex === true && slices.length > 1;
  const bounds = slices.map(({ start, end }) => (indexed ? boundsOf(values, isLess, start, end) : undefined));
  const pages = slices.map((slice, i) => {
    const bytes = indexes
      ? indexPage(indexes, slice)
      : valuePage(values, plain, slice, schema.type, encoding);
    return encodedPage(leaf, schema, slice, bytes, plainBounds(bounds[i]));
  });
  const ofAll = how.statistics === 'bounds' ? plainBounds(boundsOf(distinct, isLess)) : undefined;
  const nulls = pages.reduce((sum, { statistics }) => sum + statistics.nulls, 0);
  return {
    encoding,
    dictionary: dictionary && { values: dictionary.length, bytes: plain.bytes },
    pages,
    statistics: { nulls, bounds: ofAll },
    pageOrder: indexed ? orderOfPages(bounds, isLess) : undefined,
    bloomFilter: bloomFilterOf(distinct, schema, how.bloomFilter),
  };
}

interface Slice {
  readonly start: number;
  readonly end: number;
}

function dictionaryOf(
  values: LeafValue[],
  type: ParquetType,
  encoding: Encoding | undefined,
): { dictionary?: LeafValue[]; indexes?: number[] } {
  // Most columns of a small file hold nothing, and nothing needs no dictionary.
  if (encoding === undefined && values.every((value) => value === null)) return {};
  return useDictionary(values, type, undefined, encoding);
}

/** A page begins where a row does, as the format asks, and so may be longer than the limit. */
function pageSlices(
  { values, repetitionLevels }: Leaf,
  limit: number,
  sizeOf: (value: LeafValue, slot: number) => number,
): Slice[] {
  const slices: Slice[] = [];
  let start = 0;
  let bytes = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? null;
    const size = value === null ? 0 : sizeOf(value, i);
    bytes += size;
    if (bytes < limit || i === start || (repetitionLevels[i] ?? 0) > 0) continue;
    slices.push({ start, end: i });
    start = i;
    bytes = size;
  }
  slices.push({ start, end: values.length });
  return slices;
}

const sizeOfIndex = (): number => 4;

function sizeOfPlain({ starts }: PlainValues, type: ParquetType): (value: LeafValue, slot: number) => number {
  const prefix = type === 'BYTE_ARRAY' ? LENGTH_BYTES : 0;
  return (_, slot) => (starts[slot + 1] ?? 0) - (starts[slot] ?? 0) - prefix;
}

function encodedPage(
  leaf: Leaf,
  { maxDefinitionLevel, maxRepetitionLevel }: LeafSchema,
  { start, end }: Slice,
  bytes: Uint8Array,
  bounds: Bounds | undefined,
): EncodedPage {
  const definitionLevels = leaf.definitionLevels.slice(start, end);
  const repetitionLevels = leaf.repetitionLevels.slice(start, end);
  let nulls = 0;
  for (const level of definitionLevels) if (level < maxDefinitionLevel) nulls += 1;
  let rows = 0;
  for (const level of repetitionLevels) if (level === 0) rows += 1;
  return {
    rows: maxRepetitionLevel === 0 ? end - start : rows,
    values: end - start,
    repetitionLevels: encodedLevels(repetitionLevels, maxRepetitionLevel),
    definitionLevels: encodedLevels(definitionLevels, maxDefinitionLevel),
    bytes,
    statistics: { nulls, bounds },
  };
}

function encodedLevels(levels: Levels, highest: number): Uint8Array {
  if (highest === 0) return NOTHING;
  return encodedBy((writer) => writeRleBitPackedHybrid(writer, levels, bitsFor(highest)));
}

const NOTHING = new Uint8Array();

/** `indexes` has holes where values are NULL. */
function indexPage(indexes: readonly number[], { start, end }: Slice): Uint8Array {
  const present = indexes.slice(start, end).filter((index) => index !== undefined);
  const bits = bitsFor(present.reduce((highest, index) => Math.max(highest, index), 0));
  return encodedBy((writer) => {
    writer.appendUint8(bits);
    writeRleBitPackedHybrid(writer, present, bits);
  });
}

function bitsFor(highest: number): number {
  return Math.ceil(Math.log2(highest + 1));
}

function valuePage(
  values: readonly LeafValue[],
  { bytes, starts }: PlainValues,
  { start, end }: Slice,
  type: ParquetType,
  encoding: Encoding,
): Uint8Array {
  if (encoding === 'PLAIN') return bytes.subarray(starts[start], starts[end]);
  const present: (number | bigint | Uint8Array)[] = [];
  for (let i = start; i < end; i++) {
    const value = values[i] ?? null;
    if (value === null) continue;
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    present.push(isNumber ? value : bytes.subarray((starts[i] ?? 0) + LENGTH_BYTES, starts[i + 1]));
  }
  return encodedBy((writer) => writeValues(writer, present, type, encoding));
}

function writeValues(writer: ByteWriter, values: unknown[], type: ParquetType, encoding: Encoding): void {
  if (encoding === 'DELTA_LENGTH_BYTE_ARRAY') deltaLengthByteArray(writer, values);
  else if (encoding === 'DELTA_BYTE_ARRAY') deltaByteArray(writer, values);
  else if (encoding === 'BYTE_STREAM_SPLIT') writeByteStreamSplit(writer, values, type, undefined);
  else if (encoding === 'DELTA_BINARY_PACKED' && (type === 'INT32' || type === 'INT64')) {
    deltaBinaryPack(writer, values, type);
  } else throw new Error(`${type} can't be written as ${encoding}`);
}

/** Most of what is written is a few bytes: copying them out of a writer that stays takes less than making one. */
function encodedBy(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = scratch;
  writer.index = 0;
  writer.offset = 0;
  write(writer);
  const bytes = writer.getBytes();
  if (bytes.length <= FEW_BYTES) return Buffer.from(bytes);
  scratch = new ByteWriter();
  return bytes;
}

let scratch = new ByteWriter();
const FEW_BYTES = 1024;

function bloomFilterOf(
  values: readonly LeafValue[],
  { element }: LeafSchema,
  bloomFilter: LeafEncoding['bloomFilter'],
): Uint8Array | undefined {
  if (bloomFilter === undefined || bloomFilter === false) return undefined;
  const builder = new BloomBuilder(element, bloomFilter);
  for (const value of values) builder.insert(value);
  const blocks = builder.finalize();
  return blocks && new Uint8Array(blocks.buffer);
}
