import * as fc from 'fast-check';
import { RECORD_FIELDS, type Field, type Fields } from '../oracle/documented-fields.ts';

/**
 * Generators of record text, not of values: numbers in every spelling, duplicate keys, whitespace, escapes, wrong types. Always
 * well-formed JSON and UTF-8; never a time of its own.
 */

const space = fc.constantFrom('', '', '', ' ', '\n', '\t ', '\r\n');

const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.nat().map(String),
      fc.constantFrom('0', '9007199254740993', '123456789012345678901234567890'),
    ),
    fc.constantFrom('', '.0', '.50', '.000000000000000000001'),
    fc.constantFrom('', 'e400', 'E-7', 'e+0'),
  )
  .map((parts) => parts.join(''));

const escape = fc.constantFrom(
  '\\u0000',
  '\\ud800',
  '\\uDFFF',
  '\\"',
  '\\\\',
  '\\/',
  '\\u00e9',
  '\\n',
  '\\ud83d\\ude00',
);

const stringText = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 4 }).map(jsonInside), escape), { maxLength: 4 })
  .map((parts) => `"${parts.join('')}"`);

const scalarText = fc.oneof(stringText, numberText, fc.constantFrom('true', 'false', 'null'));

/** No lone surrogates: what they do to a map's keys has a test of its own. */
const keyText = fc.oneof(
  fc.constantFrom('"x"', '"__proto__"', '"constructor"', '""', '"0"', '"ARN"', '"a.b"'),
  fc.string({ maxLength: 5 }).map((key) => JSON.stringify(key)),
);

/** Any JSON value, as somebody might write it. */
export const anyJsonText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalarText,
    fc.array(fc.tuple(space, tie('value'), space), { maxLength: 3 }).map((items) => `[${join(items)}]`),
    fc
      .array(fc.tuple(space, keyText, space, fc.constant(':'), tie('value')), { maxLength: 3 })
      .map((members) => `{${join(members)}}`),
  ),
})).value;

/** The members of a record: documented fields of the right type or not, unknown ones, some of them twice; comma first. */
export const anyMembers = membersOf(without(RECORD_FIELDS, ['eventTime', 'timeWindow']), 12).map((members) =>
  members.map((member) => `,${member}`).join(''),
);

function membersOf(fields: Fields, maxLength: number): fc.Arbitrary<string[]> {
  const documented = Object.entries(fields).map(([name, field]) =>
    fc.oneof({ weight: 3, arbitrary: textOf(field) }, anyJsonText).map((value) => `"${name}": ${value}`),
  );
  const unknown = fc.tuple(keyText, anyJsonText).map(([key, value]) => `${key}:${value}`);
  return fc.array(fc.oneof({ weight: 4, arbitrary: fc.oneof(...documented) }, unknown), { maxLength });
}

function textOf(field: Field): fc.Arbitrary<string> {
  if (field === 'text') return scalarText;
  if (field === 'json' || field === 'map') return anyJsonText;
  if ('column' in field) return anyJsonText;
  if ('struct' in field) return membersOf(field.struct, 5).map((members) => `{${members.join(',')}}`);
  const element = membersOf(field.listOf, 4).map((members) => `{${members.join(',')}}`);
  return fc
    .array(fc.oneof({ weight: 3, arbitrary: element }, anyJsonText), { maxLength: 3 })
    .map((e) => `[${e.join(',')}]`);
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function jsonInside(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function join(items: readonly (readonly string[])[]): string {
  return items.map((item) => item.join('')).join(',');
}
