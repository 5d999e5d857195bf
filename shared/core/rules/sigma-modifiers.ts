import type { ValueTest, Wildcard } from './predicate.ts';
import { cidrTest } from './sigma-cidr.ts';
import { base64, base64AtOffsets, utf16, utf8 } from './sigma-encodings.ts';
import { holdLimit, SigmaError } from './sigma-error.ts';
import type { RegexFlag } from './sigma-regex.ts';
import { literalPattern, parseSigmaText, plainText, replaceLiterals, withAnyText } from './sigma-text.ts';

/** The modifiers of Sigma's modifiers appendix 2.1.0. Longer than other files because the table of them is one table. */

/** Values of placeholders by name, without the `%`. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

/** A value on its way through the modifiers. */
export type SigmaValue =
  /** As the file has it. */
  | { readonly is: 'scalar'; readonly scalar: string | number | boolean | null }
  | { readonly is: 'text'; readonly pattern: Wildcard }
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  | { readonly is: 'regex'; readonly source: string; readonly flags: readonly RegexFlag[] }
  /** Nothing more can be done with it. */
  | { readonly is: 'test'; readonly test: ValueTest };

export interface ModifierPlace {
  readonly where: string;
  readonly ignoreCase: boolean;
  readonly placeholders: Placeholders;
}

/** Makes of a value its alternatives, any of which may match. Throws `SigmaError`. */
export type Modifier = (value: SigmaValue, place: ModifierPlace) => readonly SigmaValue[];

/** `keyword`: there is no field before it. Throws `SigmaError` if there is no such modifier, or not here. */
export function modifierNamed(name: string, keyword: boolean, where: string): Modifier {
  const modifier = MODIFIERS.get(name);
  if (OF_A_TIME.has(name))
    throw new SigmaError(where, `${name} reads a part of a time, which no test here can`);
  if (modifier === undefined) {
    const known = [...MODIFIERS.keys()].join(', ');
    throw new SigmaError(where, `there is no modifier ${JSON.stringify(name)}; there are ${known}`);
  }
  if (keyword && OF_A_FIELD.has(name)) throw new SigmaError(where, `${name} needs a field before it`);
  return modifier;
}

/** The text of a value, with its wildcards. Throws `SigmaError` for what is none. */
export function patternOf(value: SigmaValue, where: string): Wildcard {
  if (value.is === 'text') return value.pattern;
  if (value.is === 'scalar' && value.scalar !== null) return parseSigmaText(String(value.scalar), where);
  throw new SigmaError(
    where,
    `one of the modifiers takes text, and what comes to it is ${NO_TEXT[value.is]}`,
  );
}

const NO_TEXT = {
  scalar: 'null',
  bytes: 'UTF-16',
  regex: 'a regular expression',
  test: 'a finished test',
} as const;

/** A path in the record. Throws `SigmaError`. */
export function sigmaPath(field: string, where: string): readonly string[] {
  const path = field.split('.');
  if (path.includes('')) throw new SigmaError(where, `"${field}" is no field such as userIdentity.arn`);
  holdLimit('fieldDepth', path.length, where);
  return path;
}

function anyText(before: boolean, after: boolean): Modifier {
  return (value, { where }) => {
    if (value.is === 'regex')
      throw new SigmaError(where, 're finds anywhere already: say ^ or $ where it must not');
    return [{ is: 'text', pattern: withAnyText(patternOf(value, where), before, after) }];
  };
}

function wide(order: 'little' | 'big', mark: boolean): Modifier {
  return (value, { where }) => {
    const text = plainText(patternOf(value, where), 'UTF-16', where);
    return [{ is: 'bytes', bytes: utf16(text, order, mark) }];
  };
}

function bytesOf(value: SigmaValue, where: string): Uint8Array {
  return value.is === 'bytes' ? value.bytes : utf8(plainText(patternOf(value, where), 'Base64', where));
}

const inBase64: Modifier = (value, { where }) => [literal(base64(bytesOf(value, where)))];

const inBase64AtOffsets: Modifier = (value, { where }) => {
  const texts = base64AtOffsets(bytesOf(value, where));
  if (texts === undefined) throw new SigmaError(where, 'one character leaves no trace in Base64');
  return texts.map(literal);
};

function literal(text: string): SigmaValue {
  return { is: 'text', pattern: literalPattern(text) };
}

const regex: Modifier = (value, { where }) => {
  if (value.is === 'scalar' && typeof value.scalar === 'string')
    return [{ is: 'regex', source: value.scalar, flags: [] }];
  throw new SigmaError(
    where,
    're takes the text of the file: no modifier before it, no number without quotes',
  );
};

function flag(name: RegexFlag): Modifier {
  return (value, { where }) => {
    if (value.is !== 'regex') throw new SigmaError(where, `${name} is a part of re, and must follow it`);
    return [{ ...value, flags: [...value.flags, name] }];
  };
}

function compared(bounds: (limit: number) => Omit<Extract<ValueTest, { test: 'number' }>, 'test'>): Modifier {
  return (value, { where }) => {
    if (value.is !== 'scalar' || typeof value.scalar !== 'number')
      throw new SigmaError(where, 'compares with a number, without quotes');
    return [{ is: 'test', test: { test: 'number', ...bounds(value.scalar) } }];
  };
}

/** A field that is null is there, too. For `false`, sigma-item.ts turns the verdict round. */
const exists: Modifier = (value, { where }) => {
  if (value.is !== 'scalar' || typeof value.scalar !== 'boolean')
    throw new SigmaError(where, 'exists takes true or false');
  const tests: readonly ValueTest[] = [{ test: 'exists' }, { test: 'equals', value: null }];
  return tests.map((test) => ({ is: 'test', test }));
};

const fieldref: Modifier = (value, { where, ignoreCase }) => {
  if (value.is !== 'scalar' || typeof value.scalar !== 'string')
    throw new SigmaError(where, 'fieldref takes the name of a field, whose whole value it compares');
  const path = sigmaPath(plainText(patternOf(value, where), 'fieldref', where), where);
  return [{ is: 'test', test: { test: 'same-as', path, ...(ignoreCase ? { ignoreCase } : {}) } }];
};

const cidr: Modifier = (value, { where }) => {
  const text = plainText(patternOf(value, where), 'cidr', where);
  return [{ is: 'test', test: cidrTest(text, where) }];
};

/** `%name%` becomes each value of the placeholder, `\%` a percent sign. */
const expand: Modifier = (value, { where, placeholders }) => {
  const pieces = (text: string): readonly (readonly Wildcard[])[] =>
    text.split(/(?<!\\)%(\w+)%/).map((piece, index) => {
      if (index % 2 === 0) return [literalPattern(piece.replaceAll(String.raw`\%`, '%'))];
      const values = Object.hasOwn(placeholders, piece) ? placeholders[piece] : undefined;
      if (values === undefined || values.length === 0)
        throw new SigmaError(where, `the placeholder %${piece}% has no values: give it some`);
      return values.map((text) => parseSigmaText(text, where));
    });
  return textsOf(replaceLiterals(patternOf(value, where), pieces, where));
};

const DASHES = ['-', '/', '–', '—', '―'].map(literalPattern);
/** A dash that begins an option: a word behind it and none before it. */
const OPTION_DASH = /(?<![\p{L}\p{N}_])([-/–—―])(?=[\p{L}\p{N}_])/u;

const windash: Modifier = (value, { where }) => {
  const pieces = (text: string): readonly (readonly Wildcard[])[] =>
    text.split(OPTION_DASH).map((piece, index) => (index % 2 === 0 ? [literalPattern(piece)] : DASHES));
  return textsOf(replaceLiterals(patternOf(value, where), pieces, where));
};

function textsOf(patterns: readonly Wildcard[]): readonly SigmaValue[] {
  return patterns.map((pattern) => ({ is: 'text', pattern }));
}

/** Says something of the whole item: sigma-item.ts does it. */
const ofTheItem: Modifier = (value) => [value];

const MODIFIERS: ReadonlyMap<string, Modifier> = new Map([
  ['all', ofTheItem],
  ['cased', ofTheItem],
  ['neq', ofTheItem],
  ['contains', anyText(true, true)],
  ['startswith', anyText(false, true)],
  ['endswith', anyText(true, false)],
  ['re', regex],
  ['i', flag('i')],
  ['m', flag('m')],
  ['s', flag('s')],
  ['cidr', cidr],
  ['exists', exists],
  ['fieldref', fieldref],
  ['expand', expand],
  ['windash', windash],
  ['gt', compared((low) => ({ low, lowOpen: true }))],
  ['gte', compared((low) => ({ low }))],
  ['lt', compared((high) => ({ high, highOpen: true }))],
  ['lte', compared((high) => ({ high }))],
  ['wide', wide('little', false)],
  ['utf16le', wide('little', false)],
  ['utf16be', wide('big', false)],
  ['utf16', wide('little', true)],
  ['base64', inBase64],
  ['base64offset', inBase64AtOffsets],
]);

const OF_A_FIELD: ReadonlySet<string> = new Set(
  'startswith endswith cidr exists fieldref gt gte lt lte neq'.split(' '),
);
const OF_A_TIME: ReadonlySet<string> = new Set('minute hour day week month year'.split(' '));
