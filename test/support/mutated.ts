import * as fc from 'fast-check';

/** What breaks JSON, or nearly. */
const PIECES = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '-',
  'null',
  'tru',
  '\\u12',
  '\u0000',
  '\n',
  ' ',
  '\ufeff',
  'é',
];

type Mutation =
  | { readonly kind: 'put'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'double'; readonly at: number; readonly length: number };

/** The bytes with a few of them changed, left out, doubled or added. */
export function mutated(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(Math.max(bytes.length - 1, 0));
  const length = fc.integer({ min: 1, max: 40 });
  const piece = fc.oneof(
    fc.constantFrom(...PIECES).map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1, maxLength: 3 }),
  );
  const mutation: fc.Arbitrary<Mutation> = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), at, bytes: piece }),
    fc.record({ kind: fc.constant('cut' as const), at, length }),
    fc.record({ kind: fc.constant('double' as const), at, length }),
  );
  return fc
    .array(mutation, { minLength: 1, maxLength: 4 })
    .map((mutations) => mutations.reduce((text, mutation) => changed(text, mutation), bytes));
}

function changed(bytes: Uint8Array, mutation: Mutation): Uint8Array {
  const { at } = mutation;
  const before = bytes.subarray(0, at);
  if (mutation.kind === 'put') return Buffer.concat([before, mutation.bytes, bytes.subarray(at)]);
  const piece = bytes.subarray(at, at + mutation.length);
  const after = bytes.subarray(at + mutation.length);
  return mutation.kind === 'cut'
    ? Buffer.concat([before, after])
    : Buffer.concat([before, piece, piece, after]);
}
