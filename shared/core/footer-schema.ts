import type { ParquetType, SchemaElement } from 'hyparquet';
import { ConvertedTypes, FieldRepetitionTypes, ParquetTypes } from 'hyparquet/src/constants.js';
import { THRIFT, ThriftCompactWriter } from './thrift-compact.ts';

/**
 * What of a footer follows from the columns alone, as bytes that are made once for a set of columns: the larger part of a small file's
 * footer. The numbers are parquet-format's (src/main/thrift/parquet.thrift).
 */

export interface FooterSchema {
  /** `list<SchemaElement>`. */
  readonly elements: Uint8Array;
  /** `list<ColumnOrder>`: one for each leaf. */
  readonly orders: Uint8Array;
}

/** What of a leaf's metadata follows from the columns alone. */
export interface FooterLeaf {
  readonly type: ParquetType;
  /** `path_in_schema`, a `list<string>`. */
  readonly path: Uint8Array;
}

/** The schema, root first and depth first, as footers hold it. */
export function footerSchema(schema: readonly SchemaElement[]): FooterSchema {
  const elements = new ThriftCompactWriter();
  elements.listHead(THRIFT.struct, schema.length);
  for (const element of schema) writeSchemaElement(elements, element);
  const leaves = schema.filter(({ type }) => type !== undefined);
  const orders = new ThriftCompactWriter();
  orders.listHead(THRIFT.struct, leaves.length);
  // TYPE_ORDER: bytes and text by their bytes, unsigned; numbers as numbers.
  for (const _ of leaves) orders.unionOfNothing(undefined, 1);
  return { elements: elements.bytes(), orders: orders.bytes() };
}

/** `names` lead from the root, which is not among them, to the leaf. */
export function footerLeaf(type: ParquetType, names: readonly string[]): FooterLeaf {
  const path = new ThriftCompactWriter();
  path.listHead(THRIFT.binary, names.length);
  for (const name of names) path.binaryElement(Buffer.from(name));
  return { type, path: path.bytes() };
}

function writeSchemaElement(out: ThriftCompactWriter, element: SchemaElement): void {
  const { type, repetition_type: repetition, num_children: children, converted_type: converted } = element;
  out.open();
  if (type !== undefined) out.i32(1, ParquetTypes.indexOf(type));
  if (repetition !== undefined) out.i32(3, FieldRepetitionTypes.indexOf(repetition));
  out.text(4, element.name);
  if (children !== undefined) out.i32(5, children);
  if (converted !== undefined) out.i32(6, ConvertedTypes.indexOf(converted));
  writeLogicalType(out, 10, element);
  out.close();
}

/** Those that `parquetSchema` gives to columns. */
function writeLogicalType(
  out: ThriftCompactWriter,
  field: number,
  { logical_type: type }: SchemaElement,
): void {
  if (type === undefined) return;
  if (type.type !== 'TIMESTAMP') {
    const id = LOGICAL_TYPES.get(type.type);
    if (id === undefined) throw new Error(`footers of this lake have no logical type ${type.type}`);
    out.unionOfNothing(field, id);
    return;
  }
  out.open(field);
  out.open(8);
  out.boolean(1, type.isAdjustedToUTC);
  out.unionOfNothing(2, TIME_UNITS.indexOf(type.unit) + 1);
  out.close();
  out.close();
}

const LOGICAL_TYPES = new Map([
  ['STRING', 1],
  ['MAP', 2],
  ['LIST', 3],
]);
const TIME_UNITS = ['MILLIS', 'MICROS', 'NANOS'];
