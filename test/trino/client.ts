import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonValue } from '../../shared/core/query-result.ts';
import { CATALOGUE } from './server.ts';

/** What came of a query on Trino. */
export interface TrinoResult {
  /** `type`: as Trino writes it, such as `row(arn varchar, type varchar)`. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly JsonValue[])[];
  readonly stats: TrinoStats;
}

export interface TrinoStats {
  readonly queryId: string;
  /** Read from S3, compressed: what Athena charges for. */
  readonly physicalInputBytes: number;
  readonly processedRows: number;
  readonly completedSplits: number;
  readonly elapsedTimeMillis: number;
}

/** Trino would not run it; the message is Trino's own, which begins with its error's name. */
export class TrinoQueryError extends Error {
  override readonly name = 'TrinoQueryError';
}

const ATTEMPTS = 60;

/** Trino's client protocol (trino.io/docs, "Trino client REST API"): a statement is posted, then its pages are asked for one by one. */
export class TrinoClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** `session`: session properties, such as `awsdatacatalog.parquet_use_bloom_filter`. */
  constructor(url: string, schema: string, session: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    const properties = Object.entries(session).map(([name, value]) => `${name}=${value}`);
    this.#headers = {
      'X-Trino-User': 'trailseal',
      'X-Trino-Source': 'trailseal',
      'X-Trino-Catalog': CATALOGUE,
      'X-Trino-Schema': schema,
      'X-Trino-Time-Zone': 'UTC',
      ...(properties.length === 0 ? {} : { 'X-Trino-Session': properties.join(',') }),
    };
  }

  /** `parameters`: of the `?` in the statement, in order, bound as Athena binds ExecutionParameters. Throws `TrinoQueryError`. */
  async query(sql: string, parameters: readonly (string | number)[] = []): Promise<TrinoResult> {
    const statement = parameters.length === 0 ? sql : executeImmediate(sql, parameters);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#run(statement);
      } catch (error) {
        // It says that it has started before its own node has joined itself.
        const isEarly = error instanceof TrinoQueryError && error.message.startsWith('NO_NODES_AVAILABLE');
        if (!isEarly || attempt === ATTEMPTS) throw error;
        await sleep(500);
      }
    }
  }

  async #run(statement: string): Promise<TrinoResult> {
    const rows: (readonly JsonValue[])[] = [];
    let columns: TrinoResult['columns'] = [];
    let page = await this.#send(`${this.#url}/v1/statement`, statement);
    for (;;) {
      if (page.error !== undefined) {
        throw new TrinoQueryError(`${page.error.errorName}: ${page.error.message}`);
      }
      columns = page.columns ?? columns;
      rows.push(...(page.data ?? []));
      if (page.nextUri === undefined) return { columns, rows, stats: { ...page.stats, queryId: page.id } };
      page = await this.#send(page.nextUri);
    }
  }

  async #send(url: string, body?: string): Promise<Page> {
    for (let attempt = 0; ; attempt += 1) {
      const response = await fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: this.#headers,
        ...(body === undefined ? {} : { body }),
      });
      if (response.ok) return (await response.json()) as Page;
      // The protocol's own way of saying that it is busy.
      if (response.status < 502 || attempt === 20) {
        throw new Error(`Trino answered ${response.status}: ${await response.text()}`);
      }
      await sleep(100);
    }
  }
}

interface Page {
  readonly id: string;
  readonly nextUri?: string;
  readonly columns?: TrinoResult['columns'];
  readonly data?: (readonly JsonValue[])[];
  readonly stats: Omit<TrinoStats, 'queryId'>;
  readonly error?: { readonly errorName: string; readonly message: string };
}

function executeImmediate(sql: string, parameters: readonly (string | number)[]): string {
  const values = parameters.map((value) => (typeof value === 'number' ? String(value) : literal(value)));
  return `EXECUTE IMMEDIATE ${literal(sql)} USING ${values.join(', ')}`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
