import type { JsonValue } from '../query-result.ts';
import { isBooleanText } from './boolean-texts.ts';
import { listsTooDeep, MAX_NESTED_LISTS, RecordError } from './record-error.ts';
import type { RecordView } from './record-view.ts';
import type { OtherFields, PassesTests, Scalar } from './value-test.ts';

/** One record while rules are held against it. */
export class Looking implements OtherFields {
  readonly record: RecordView;
  /** Texts of objects that were made already. */
  readonly #texts = new Map<object, readonly string[]>();

  constructor(record: RecordView) {
    this.record = record;
  }

  textsAt(path: readonly string[]): readonly string[] {
    const texts: string[] = [];
    const passes = (value: Scalar): boolean => {
      if (value !== null) texts.push(String(value));
      return false;
    };
    someValue(this.record.value, fieldPath(path, 'text'), 0, { passes, metList: false }, this);
    return texts;
  }

  /** Of an object: its JSON, and that with `\"` read as `"`, for JSON is often found within JSON. */
  textsOf(json: object, path: FieldPath): readonly string[] {
    const known = this.#texts.get(json);
    if (known !== undefined) return known;
    const text = this.#jsonOf(json, path);
    const texts = text.includes('\\"') ? [text, text.replaceAll('\\"', '"')] : [text];
    this.#texts.set(json, texts);
    return texts;
  }

  #jsonOf(json: object, path: FieldPath): string {
    const [field] = path.names;
    const isTop = field !== undefined && this.record.value[field] === json;
    try {
      return (isTop ? this.record.fieldText(field) : undefined) ?? JSON.stringify(json);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new RecordError('too-deep', 'a field nested too deep to be written as text', cause);
    }
  }
}

export interface FieldPath {
  readonly names: readonly string[];
  readonly reads: 'value' | 'text';
  /** `true` is read as its text (see boolean-texts.ts). */
  readonly isBooleanText: boolean;
  /** `keys[i][n]`: the names from the i-th on, n + 1 of them joined by dots, for a record may have `a.b` where another has `b` in `a`. */
  readonly keys: readonly (readonly string[])[];
}

export function fieldPath(names: readonly string[], reads: 'value' | 'text'): FieldPath {
  const keys = names.map((_, from) =>
    names.slice(from).map((_, more) => names.slice(from, from + more + 1).join('.')),
  );
  return { names, reads, isBooleanText: isBooleanText(names), keys };
}

/** Asked of a value at the end of a path. `text` paths give texts and nulls. */
export interface Question {
  readonly passes: PassesTests;
  /** Set when there was a list on the way or at the end. */
  metList: boolean;
}

/**
 * Whether a value of a field passes: below `json`, which is what the first `at` names of the path lead to. Lists are looked into, wherever
 * they are.
 */
export function someValue(
  json: JsonValue,
  path: FieldPath,
  at: number,
  question: Question,
  looking: Looking,
  lists = 0,
): boolean {
  if (typeof json !== 'object' || json === null)
    return at === path.names.length && question.passes(asRead(json, path), looking);
  if (isList(json)) return someElement(json, path, at, question, looking, lists);
  if (at === path.names.length)
    return (
      path.reads === 'text' && looking.textsOf(json, path).some((text) => question.passes(text, looking))
    );
  let end = at;
  for (const key of path.keys[at] ?? []) {
    end += 1;
    const value = Object.hasOwn(json, key) ? json[key] : undefined;
    if (value !== undefined && someValue(value, path, end, question, looking, lists)) return true;
  }
  return false;
}

function someElement(
  list: readonly JsonValue[],
  path: FieldPath,
  at: number,
  question: Question,
  looking: Looking,
  lists: number,
): boolean {
  if (lists >= MAX_NESTED_LISTS) throw listsTooDeep();
  question.metList = true;
  for (const element of list) if (someValue(element, path, at, question, looking, lists + 1)) return true;
  return false;
}

/** `Array.isArray` for lists that are not written to. */
export function isList(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}

export function asRead(value: Scalar, { reads, isBooleanText }: FieldPath): Scalar {
  if (reads === 'text' || (isBooleanText && typeof value === 'boolean'))
    return value === null ? null : String(value);
  return value;
}
