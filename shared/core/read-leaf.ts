import type { ColumnMetaData, DecodedArray, PageHeader, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { readDataPageV2 } from 'hyparquet/src/datapage.js';
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';
import {
  DictionaryValues,
  joinedLeaf,
  ListedValues,
  packedLeaf,
  PageValues,
  type PackedLeaf,
} from './packed-leaf.ts';
import type { LeafValue } from './parquet-leaf.ts';
import { unzstd } from './parquet-zstd.ts';
import { LENGTH_BYTES } from './plain-values.ts';

type Decoder = Parameters<typeof readDataPageV2>[2];
type DataHeader = NonNullable<PageHeader['data_page_header_v2']>;

/**
 * Decodes a column chunk as the engine or hyparquet-writer makes it, without building rows: hyparquet's own assembly makes an array for each optional
 * level of each value, loses a map's key `__proto__`, and strips a text's byte order mark. `path` is the schema's, root to leaf.
 */
export function readLeaf(view: DataView, metadata: ColumnMetaData, path: SchemaTree[]): PackedLeaf {
  const decoder = decoderOf(metadata, path);
  const reader = { view, offset: 0 };
  const pages: PackedLeaf[] = [];
  let dictionary: readonly LeafValue[] = [];
  while (reader.offset < view.byteLength) {
    const header = parquetHeader(reader);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + reader.offset, header.compressed_page_size);
    reader.offset += header.compressed_page_size;
    if (header.dictionary_page_header === undefined) pages.push(readPage(bytes, header, decoder, dictionary));
    else dictionary = readDictionary(bytes, header, decoder);
  }
  return joinedLeaf(pages);
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

function readDictionary(bytes: Uint8Array, header: PageHeader, decoder: Decoder): readonly LeafValue[] {
  const count = header.dictionary_page_header?.num_values ?? 0;
  const page = decompressed(bytes, header.uncompressed_page_size);
  const { type } = decoder;
  if (type === 'BYTE_ARRAY') {
    const values = plainBytes(page, count, undefined, isText(decoder));
    return Array.from({ length: count }, (_, i) => values.at(i));
  }
  const reader = { view: viewOf(page), offset: 0 };
  return Array.from<LeafValue>(readPlain(reader, type, count, decoder.element.type_length));
}

function readPage(
  bytes: Uint8Array,
  header: PageHeader,
  decoder: Decoder,
  dictionary: readonly LeafValue[],
): PackedLeaf {
  const { data_page_header_v2: head } = header;
  if (head === undefined)
    throw new Error(`a page of ${header.type}, where those of the second version are read`);
  const levels = levelsOf(bytes, head, decoder);
  const slots = slotsWithValues(levels);
  const levelBytes = head.repetition_levels_byte_length + head.definition_levels_byte_length;
  const page = (): Buffer => {
    const stored = bytes.subarray(levelBytes);
    if (head.is_compressed === false) return bufferOf(stored);
    return decompressed(stored, header.uncompressed_page_size - levelBytes);
  };
  switch (`${decoder.type} ${head.encoding}`) {
    case `${decoder.type} RLE_DICTIONARY`:
      return packedLeaf(levels, new DictionaryValues(dictionary, readIndexes(page(), slots, head)));
    case 'BYTE_ARRAY PLAIN':
      return packedLeaf(levels, plainBytes(page(), head.num_values, slots, isText(decoder)));
    case 'BYTE_ARRAY DELTA_LENGTH_BYTE_ARRAY':
      return packedLeaf(levels, deltaLengthBytes(page(), head.num_values, slots, isText(decoder)));
    default: {
      const { dataPage } = readDataPageV2(bytes, header, decoder);
      return packedLeaf(levels, listed(dataPage, slots, head.num_values, isText(decoder)));
    }
  }
}

type PageLevels = Pick<PackedLeaf, 'definitionLevels' | 'repetitionLevels' | 'defined'>;

function levelsOf(bytes: Uint8Array, head: DataHeader, { schemaPath }: Decoder): PageLevels {
  const defined = getMaxDefinitionLevel(schemaPath);
  const repeated = getMaxRepetitionLevel(schemaPath);
  const reader = { view: viewOf(bytes), offset: 0 };
  const read = (highest: number, length: number): Uint8Array => {
    const levels = new Uint8Array(head.num_values);
    readRleBitPackedHybrid(reader, bitsFor(highest), levels, length);
    return levels;
  };
  const repetitionLevels =
    repeated === 0 ? new Uint8Array() : read(repeated, head.repetition_levels_byte_length);
  reader.offset = head.repetition_levels_byte_length;
  return { repetitionLevels, definitionLevels: read(defined, head.definition_levels_byte_length), defined };
}

function bitsFor(highest: number): number {
  return 32 - Math.clz32(highest);
}

/** Which slots have a value; undefined if all do. */
function slotsWithValues({ definitionLevels, defined }: PageLevels): Uint32Array | undefined {
  const slots = new Uint32Array(definitionLevels.length);
  let count = 0;
  for (let slot = 0; slot < definitionLevels.length; slot += 1) {
    if (definitionLevels[slot] === defined) slots[count++] = slot;
  }
  return count === slots.length ? undefined : slots.subarray(0, count);
}

function readIndexes(page: Buffer, slots: Uint32Array | undefined, head: DataHeader): Uint32Array {
  const present = new Uint32Array(slots?.length ?? head.num_values);
  if (present.length === 0) return new Uint32Array(head.num_values);
  readRleBitPackedHybrid({ view: viewOf(page), offset: 1 }, page.readUInt8(0), present, page.length - 1);
  return spread(present, slots, head.num_values);
}

function plainBytes(
  page: Buffer,
  count: number,
  slots: Uint32Array | undefined,
  isText: boolean,
): PageValues {
  const present = slots?.length ?? count;
  const starts = new Uint32Array(present);
  const ends = new Uint32Array(present);
  let end = 0;
  for (let i = 0; i < present; i += 1) {
    const start = end + LENGTH_BYTES;
    end = start + page.readUInt32LE(end);
    starts[i] = start;
    ends[i] = end;
  }
  return pageValues(page, spread(starts, slots, count), spread(ends, slots, count), end, isText);
}

function deltaLengthBytes(
  page: Buffer,
  count: number,
  slots: Uint32Array | undefined,
  isText: boolean,
): PageValues {
  const lengths = new Int32Array(slots?.length ?? count);
  const reader = { view: viewOf(page), offset: 0 };
  if (lengths.length > 0) deltaBinaryUnpack(reader, lengths.length, lengths);
  const starts = new Uint32Array(lengths.length);
  const ends = new Uint32Array(lengths.length);
  let end = reader.offset;
  for (const [i, length] of lengths.entries()) {
    starts[i] = end;
    end += length;
    ends[i] = end;
  }
  return pageValues(page, spread(starts, slots, count), spread(ends, slots, count), end, isText);
}

/** `end`: where the last value ends, for whoever wrote the lengths may have lied. */
function pageValues(
  page: Buffer,
  starts: Uint32Array,
  ends: Uint32Array,
  end: number,
  isText: boolean,
): PageValues {
  if (end > page.length) throw new Error('a page that is shorter than its values');
  return new PageValues(page, starts, ends, isText);
}

function spread(present: Uint32Array, slots: Uint32Array | undefined, count: number): Uint32Array {
  if (slots === undefined) return present;
  const values = new Uint32Array(count);
  for (const [i, slot] of slots.entries()) values[slot] = present[i] ?? 0;
  return values;
}

/** What hyparquet decoded, a value a slot. */
function listed(
  present: DecodedArray,
  slots: Uint32Array | undefined,
  count: number,
  isText: boolean,
): ListedValues {
  const decoded: ArrayLike<LeafValue> = isText ? Array.from(present as Uint8Array[], textOf) : present;
  if (slots === undefined) return new ListedValues(decoded);
  const values = Array.from<LeafValue>({ length: count }).fill(null);
  for (const [i, slot] of slots.entries()) values[slot] = decoded[i] ?? null;
  return new ListedValues(values);
}

function isText({ type, element }: Decoder): boolean {
  return type === 'BYTE_ARRAY' && element.converted_type === 'UTF8';
}

function textOf(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('utf8');
}

function decompressed(bytes: Uint8Array, length: number): Buffer {
  const page = unzstd(bytes, length);
  if (page.length !== length)
    throw new Error(`a page of ${page.length} bytes, not ${length} as its header says`);
  return bufferOf(page);
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
