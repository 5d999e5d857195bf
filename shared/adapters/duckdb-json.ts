import {
  DuckDBBlobValue,
  DuckDBMapValue,
  DuckDBTimestampTZValue,
  JsonDuckDBValueConverter,
  type DuckDBValueConverter,
  type Json,
} from '@duckdb/node-api';

/**
 * A DuckDB value as a program wants it in JSON: counts are numbers as long as a number can hold them (a string beyond),
 * bytes are lower-case hex, instants ISO 8601 in UTC, maps objects.
 */
export const toJson: DuckDBValueConverter<Json> = (value, type, nested) => {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  if (value instanceof DuckDBTimestampTZValue) return new Date(Number(value.micros / 1000n)).toISOString();
  if (value instanceof DuckDBMapValue && 'valueType' in type) {
    const { valueType } = type;
    return Object.fromEntries(
      value.entries.map((entry) => [String(entry.key), nested(entry.value, valueType, nested)]),
    );
  }
  return JsonDuckDBValueConverter(value, type, nested);
};
