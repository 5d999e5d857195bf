import { assert, constantFrom, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { unzstd, zstd } from '../../shared/core/parquet-zstd.ts';

test('what was compressed comes back, at every length around which frames differ', () => {
  const bytes = uint8Array({ maxLength: 600 });
  const level = constantFrom(1, 9, 15);
  assert(
    property(bytes, level, (bytes, level) => {
      expect([...unzstd(zstd(level)(bytes), bytes.length)]).toEqual([...bytes]);
    }),
    {
      examples: [0, 1, 31, 32, 254, 255, 256, 257].map((length): [Uint8Array<ArrayBuffer>, number] => [
        new Uint8Array(length).fill(7),
        1,
      ]),
    },
  );
});

test('a page of few bytes takes nine more, and no compressor', () => {
  expect(zstd(15)(new Uint8Array(255))).toHaveLength(264);
  expect(zstd(15)(new Uint8Array(256)).length).toBeLessThan(64);
});

test('no more is made of a page than its header says', () => {
  const page = zstd(1)(new Uint8Array(100_000));
  expect(() => unzstd(page, 99_999)).toThrow('larger');
});
