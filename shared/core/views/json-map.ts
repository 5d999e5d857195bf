import { varchar, type Expression } from './view.ts';

const TEXTS = { map: 'varchar' } as const;

/**
 * A column of JSON text as a map: text as it is, numbers and booleans as text, what is nested as JSON text. NULL where the text is no
 * object. Trino sorts the keys of what is nested; DuckDB leaves them as they came.
 */
export function jsonMap(column: string): Expression {
  const members = `TRY_CAST(TRY(json_parse(${column})) AS map(varchar, json))`;
  const text = `coalesce(json_extract_scalar(v, '$'), nullif(json_format(v), 'null'))`;
  return { sql: `transform_values(${members}, (k, v) -> ${text})`, type: TEXTS };
}

/** The same with something before each key; empty where there is nothing. */
export function prefixedJsonMap(prefix: string, column: string): Expression {
  return {
    sql: `coalesce(transform_keys(${jsonMap(column).sql}, (k, v) -> '${prefix}' || k), ${EMPTY_MAP})`,
    type: TEXTS,
  };
}

const EMPTY_MAP = 'CAST(MAP() AS map(varchar, varchar))';

/** A map of what is known. Keys are constants, values are text. */
export function knownMap(values: Readonly<Record<string, string>>): Expression {
  const keys = Object.keys(values).map((key) => `'${key}'`);
  const pairs = `MAP(CAST(ARRAY[${keys.join(', ')}] AS array(varchar)), ARRAY[${Object.values(values).join(', ')}])`;
  return { sql: `map_filter(${pairs}, (k, v) -> v IS NOT NULL)`, type: TEXTS };
}

/** The text at a path of a column of JSON text. */
export function jsonText(column: string, path: string): Expression {
  return varchar(`json_extract_scalar(${column}, '${path}')`);
}
