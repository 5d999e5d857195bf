import type { JsonValue } from '../query-result.ts';

export type JsonObject = Readonly<Record<string, JsonValue>>;

/** A record as rules look at it. */
export interface RecordView {
  readonly value: JsonObject;
  /** The text of a field of the record itself (not deeper), as the log file or the lake has it; undefined if there is no such field. */
  fieldText(name: string): string | undefined;
}

/** Of the text of one JSON object. Throws `SyntaxError` if it is none. */
export function recordViewOfText(text: string): RecordView {
  return recordViewOfValue(JSON.parse(text) as JsonObject);
}

/** Of a value whose text is lost: printed without white space, as CloudTrail does. */
export function recordViewOfValue(value: JsonObject): RecordView {
  return {
    value,
    fieldText: (name) => (Object.hasOwn(value, name) ? JSON.stringify(value[name]) : undefined),
  };
}
