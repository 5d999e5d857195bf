import type { Encoding } from 'hyparquet';
import { writeChunk, writeIndexes, type EncodedChunk, type EncodedPage } from '../parquet-chunk.ts';
import { MAGIC, writeFooter, type Bounds } from '../parquet-footer.ts';
import { zstd } from '../parquet-zstd.ts';
import { ThriftCompactWriter } from '../thrift-compact.ts';
import type { Engine, Memory } from './engine.ts';
import {
  BOUND_BYTES,
  CREATED_BY,
  ELEMENT_FIELDS,
  ENTRY_FIELDS,
  LEAVES,
  PAGE_BYTES,
  SCHEMA,
  STRUCTS,
  ZSTD_LEVEL,
  type Leaf,
} from './leaves.ts';

/** The first `rows` rows of the engine's order as one Parquet file of one row group. At least one. */
export function encodeObject(engine: Engine, rows: number): Uint8Array {
  const out = new ThriftCompactWriter();
  out.append(MAGIC);
  const written = LEAVES.map((leaf) => {
    encodeLeaf(engine, leaf, rows);
    const chunk = resultOf(engine);
    return writeChunk(out, chunk, leaf.schema, OPTIONS);
  });
  const columns = writeIndexes(out, written, false);
  writeFooter(out, { schema: SCHEMA.footer, createdBy: CREATED_BY, rowGroups: [{ rows, columns }] });
  return out.bytes().slice();
}

const OPTIONS = { compress: zstd(ZSTD_LEVEL), boundBytes: BOUND_BYTES };

/** As `engine/leaf.ts` numbers them. */
const ENCODINGS: readonly Encoding[] = [
  'PLAIN',
  'RLE_DICTIONARY',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BINARY_PACKED',
];
const NUMBER_OF = new Map(ENCODINGS.map((encoding, number) => [encoding, number]));

/** Structs around each leaf: their numbers, one more, a byte each, the outermost the lowest. */
const AROUND = new Map(
  LEAVES.map((leaf) => [
    leaf,
    leaf.structs.reduce((bytes, path, depth) => bytes | ((STRUCTS.indexOf(path) + 1) << (8 * depth)), 0),
  ]),
);

function encodeLeaf(engine: Engine, leaf: Leaf, rows: number): void {
  const { source, number, field, bounds } = leaf;
  const encoding = NUMBER_OF.get(leaf.encoding) ?? 0;
  const around = AROUND.get(leaf) ?? 0;
  switch (source) {
    case 'text':
      return engine.encodeText(number, rows, around, encoding, bounds, PAGE_BYTES);
    case 'element':
      return engine.encodeListed(
        number,
        rows,
        around,
        field,
        ELEMENT_FIELDS.length,
        2,
        encoding,
        bounds,
        PAGE_BYTES,
      );
    case 'entry':
      return engine.encodeListed(
        number,
        rows,
        around,
        field,
        ENTRY_FIELDS.length,
        field,
        encoding,
        bounds,
        PAGE_BYTES,
      );
    case 'time':
      return engine.encodeTimes(rows);
    case 'index':
      return engine.encodeIndexes(rows);
    case 'hash':
      return engine.encodeHashes(rows);
  }
}

/** What the engine's last leaf became: windows of its memory, good until the next one; bounds are copies. */
function resultOf({ memory, resultAt }: Engine): EncodedChunk {
  const words = new Uint32Array(memory.buffer, resultAt.value);
  const word = (at: number): number => words[at] as number;
  const bytes = (at: number, length: number): Uint8Array => new Uint8Array(memory.buffer, at, length);
  const bounds: Bounds | undefined =
    word(3) === 0
      ? undefined
      : { min: bytes(word(3), word(4)).slice(), max: bytes(word(5), word(6)).slice() };
  return {
    encoding: ENCODINGS[word(0)] ?? 'PLAIN',
    dictionary: word(7) === 0 ? undefined : { values: word(9), bytes: bytes(word(7), word(8)) },
    pages: Array.from({ length: word(10) }, (_, page) => pageAt(memory, words, 11 + page * 7)),
    statistics: { nulls: word(2), bounds },
  };
}

function pageAt({ buffer }: Memory, words: Uint32Array, first: number): EncodedPage {
  const word = (at: number): number => words[first + at] as number;
  const repetitions = word(1);
  const definitions = word(2);
  const start = word(0);
  return {
    rows: word(6),
    values: word(4),
    repetitionLevels: new Uint8Array(buffer, start, repetitions),
    definitionLevels: new Uint8Array(buffer, start + repetitions, definitions),
    bytes: new Uint8Array(buffer, start + repetitions + definitions, word(3)),
    statistics: { nulls: word(5) },
  };
}
