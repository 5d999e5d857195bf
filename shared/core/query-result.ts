/** What a query gives, whichever engine ran it. */

export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

export interface QueryResult {
  readonly columns: readonly string[];
  /** Rows in chunks of up to a few thousand, so that a large result need not fit in memory. */
  readonly chunks: AsyncIterable<readonly (readonly JsonValue[])[]>;
}

/** The query can't run; the message is the engine's own where it has one, which points at the place. */
export class QueryError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueryError';
  }
}

/** The only row of a result that has one; empty if it has none. */
export async function firstRow({ chunks }: QueryResult): Promise<readonly JsonValue[]> {
  for await (const [row] of chunks) if (row !== undefined) return row;
  return [];
}

/** The result with the named columns, whose values are JSON text, as what the text says; an empty text says nothing. */
export function withParsedJson(result: QueryResult, names: readonly string[]): QueryResult {
  const isJson = result.columns.map((name) => names.includes(name));
  return { columns: result.columns, chunks: parsed(result.chunks, isJson) };
}

async function* parsed(
  chunks: QueryResult['chunks'],
  isJson: readonly boolean[],
): AsyncGenerator<JsonValue[][]> {
  for await (const chunk of chunks) {
    yield chunk.map((row) =>
      row.map((value, i) =>
        isJson[i] === true && typeof value === 'string' && value !== ''
          ? (JSON.parse(value) as JsonValue)
          : value,
      ),
    );
  }
}
