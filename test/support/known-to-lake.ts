import type { JsonValue } from '../../shared/core/query-result.ts';
import type { Field, Shape } from '../../shared/core/record-shape.ts';
import { isBooleanText } from '../../shared/core/rules/boolean-texts.ts';

/** What the lake can know of a record: `null` where there is a column is a field that is absent, and some booleans are texts to rules too. */
export function knownToLake(value: JsonValue, shape: Shape): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, JsonValue][] => {
    const field: Field | undefined = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field === undefined) return [[name, inner]];
    if (inner === null) return [];
    if (typeof inner === 'boolean' && isBooleanText([name])) return [[name, String(inner)]];
    if (field.as === 'struct') return [[name, knownToLake(inner, field.shape)]];
    if (field.as !== 'structs' || !Array.isArray(inner)) return [[name, inner]];
    return [[name, inner.map((element: JsonValue) => knownToLake(element, field.shape))]];
  });
  return Object.fromEntries(entries);
}
