import * as fc from 'fast-check';
import { ByteWriter } from 'hyparquet-writer';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import { describe, expect, it } from 'vitest';
import { THRIFT, ThriftCompactWriter } from '../../shared/core/thrift-compact.ts';

/** A struct as ours writes it, and as hyparquet-writer writes the object that spells it. */
function bothWays(
  write: (out: ThriftCompactWriter) => void,
  spelt: Record<`field_${number}`, unknown>,
): { ours: string; oracle: string } {
  const out = new ThriftCompactWriter();
  out.open();
  write(out);
  out.close();
  const writer = new ByteWriter();
  serializeTCompactProtocol(writer, spelt);
  return {
    ours: Buffer.from(out.bytes()).toString('hex'),
    oracle: Buffer.from(writer.getBytes()).toString('hex'),
  };
}

describe('Thrift’s compact protocol', () => {
  it('has integers of up to 53 bits', () => {
    const integer = fc.oneof(
      fc.maxSafeNat(),
      fc.nat(),
      fc.constantFrom(0, 63, 64, 2 ** 30, 2 ** 31, 2 ** 32),
    );
    fc.assert(
      fc.property(integer, (value) => {
        const { ours, oracle } = bothWays((out) => out.i64(1, value), { field_1: BigInt(value) });
        expect(ours).toBe(oracle);
      }),
    );
  });

  it('says the step to the next field in half a byte, or its number behind the type', () => {
    const fields = [1, 3, 18, 34, 300];
    const spelt = Object.fromEntries(fields.map((field) => [`field_${field}`, 7]));
    const { ours, oracle } = bothWays((out) => fields.forEach((field) => out.i32(field, 7)), spelt);
    expect(ours).toBe(oracle);
  });

  it('goes on counting fields where a struct within has ended', () => {
    const write = (out: ThriftCompactWriter): void => {
      out.i32(2, 1);
      out.open(3);
      out.boolean(1, true);
      out.boolean(2, false);
      out.unionOfNothing(3, 8);
      out.close();
      out.text(4, 'é');
    };
    const inner = { field_1: true, field_2: false, field_3: { field_8: {} } };
    const { ours, oracle } = bothWays(write, { field_2: 1, field_3: inner, field_4: 'é' });
    expect(ours).toBe(oracle);
  });

  it.each([1, 14, 15, 200])('has lists of %i', (length) => {
    const items = Array.from({ length }, (_, i) => i);
    const write = (out: ThriftCompactWriter): void => {
      out.list(1, THRIFT.i32, length);
      for (const item of items) out.integer(item);
      out.list(2, THRIFT.false, length);
      for (const item of items) out.booleanElement(item % 2 === 0);
      out.list(3, THRIFT.binary, length);
      for (const item of items) out.binaryElement(Buffer.alloc(item, 7));
    };
    const { ours, oracle } = bothWays(write, {
      field_1: items,
      field_2: items.map((item) => item % 2 === 0),
      field_3: items.map((item) => new Uint8Array(item).fill(7)),
    });
    expect(ours).toBe(oracle);
  });
});
