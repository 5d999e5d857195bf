import type { Column } from './columns.ts';
import { encodeLeaf, type LeafEncoding } from './encode-leaf.ts';
import { leafOf } from './leaf-of-rows.ts';
import type { Leaf } from './parquet-leaf.ts';
import { writeChunk, writeIndexes, type WrittenChunk } from './parquet-chunk.ts';
import { MAGIC, writeFooter } from './parquet-footer.ts';
import { fileSchema, type FileSchema, type LeafSchema } from './parquet-schema.ts';
import { zstd } from './parquet-zstd.ts';
import type { Struct } from './record-row.ts';
import { ThriftCompactWriter } from './thrift-compact.ts';

/** How a leaf is laid out. */
export interface LeafLayout extends LeafEncoding {
  readonly zstdLevel: number;
}

export interface ParquetLayout {
  readonly createdBy: string;
  readonly rowGroupRows: number;
  /** Longer bounds are cut. */
  readonly boundBytes: number;
  /** By path: `useridentity.arn`, `resources.list.element.arn`. */
  readonly leaf: (path: string) => LeafLayout;
  /** Where in its row group a leaf's bytes stand, smallest first, whatever its place in the schema; leaves of one rank as in the schema. */
  readonly rank: (path: string) => number;
}

/** Rows in their order to one Parquet file. At least one row; values are as `rowOf` makes them. */
export function layOut(
  rows: readonly Struct[],
  columns: readonly Column[],
  layout: ParquetLayout,
): Uint8Array {
  const file = new LaidOutFile(columns, layout);
  for (let from = 0; from < rows.length; from += layout.rowGroupRows) {
    const group = rows.slice(from, from + layout.rowGroupRows);
    file.addGroup(group.length, ({ path }) => leafOf(group, path));
  }
  return file.finish();
}

/** A Parquet file that is written row group by row group: of those before, it holds what they became. */
export class LaidOutFile {
  readonly #out = new ThriftCompactWriter();
  readonly #layout: ParquetLayout;
  readonly #schema: FileSchema;
  readonly #leaves: readonly LaidOutLeaf[];
  readonly #groups: WrittenGroup[] = [];

  constructor(columns: readonly Column[], layout: ParquetLayout) {
    this.#layout = layout;
    this.#schema = fileSchema(columns);
    this.#leaves = ranked(this.#schema.leaves, layout);
    this.#out.append(MAGIC);
  }

  /** So many rows, at least one, by their leaves. */
  addGroup(rows: number, leafOf: (leaf: LeafSchema) => Leaf): void {
    const chunks: WrittenChunk[] = [];
    for (const { leaf, index, layout } of this.#leaves) {
      const encoded = encodeLeaf(leafOf(leaf), leaf, layout);
      const { boundBytes } = this.#layout;
      chunks[index] = writeChunk(this.#out, encoded, leaf, { compress: zstd(layout.zstdLevel), boundBytes });
    }
    this.#groups.push({ rows, chunks });
  }

  finish(): Uint8Array {
    const { createdBy } = this.#layout;
    const chunks = this.#groups.flatMap((group) => group.chunks);
    // Trino that skips rows by one column's index wants to know where the pages of every column are, also where that is one page.
    const columns = writeIndexes(this.#out, chunks, true);
    const width = this.#leaves.length;
    const rowGroups = this.#groups.map(({ rows }, i) => ({
      rows,
      columns: columns.slice(i * width, (i + 1) * width),
    }));
    writeFooter(this.#out, { schema: this.#schema.footer, createdBy, rowGroups });
    return this.#out.bytes();
  }
}

interface WrittenGroup {
  readonly rows: number;
  /** In the schema's order. */
  readonly chunks: readonly WrittenChunk[];
}

interface LaidOutLeaf {
  readonly leaf: LeafSchema;
  /** Its place in the schema. */
  readonly index: number;
  readonly layout: LeafLayout;
}

function ranked(leaves: readonly LeafSchema[], layout: ParquetLayout): LaidOutLeaf[] {
  const all = leaves.map((leaf, index) => ({ leaf, index, layout: layout.leaf(leaf.name) }));
  return all.sort((a, b) => layout.rank(a.leaf.name) - layout.rank(b.leaf.name) || a.index - b.index);
}
