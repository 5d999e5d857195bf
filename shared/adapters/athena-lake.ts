import { setTimeout as sleep } from 'node:timers/promises';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type GetQueryResultsOutput,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { addScans, NO_SCAN, scanOf, type Scan } from '../core/athena-price.ts';
import type { JsonValue, QueryResult } from '../core/query-result.ts';
import { AthenaError, callError, executionError, type AthenaPlace } from './athena-error.ts';
import { columnNames, rowsOfPage } from './athena-rows.ts';
import { refuseWriting } from './athena-sql/read-only.ts';

/** Queries are asked after this soon at first, then ever more seldom; Athena allows an account a hundred such calls a second. */
const FIRST_POLL_MS = 100;
const LAST_POLL_MS = 2000;
/** Athena throttles the start of queries for seconds: more attempts than the SDK's three. Starting one twice is excluded by its token. */
const MAX_ATTEMPTS = 8;

/** A deployed lake, queried by Athena in one workgroup. Region and credentials as the AWS SDK finds them. */
export class AthenaLake {
  readonly #client = new AthenaClient({ maxAttempts: MAX_ATTEMPTS });
  readonly #place: AthenaPlace;
  readonly #signal: AbortSignal;
  #scan = NO_SCAN;

  /** `signal` cancels, in Athena too, what is running. */
  constructor(place: AthenaPlace, signal: AbortSignal) {
    this.#place = place;
    this.#signal = signal;
  }

  /** What the queries so far have read. */
  get scan(): Scan {
    return this.#scan;
  }

  /**
   * Runs one SELECT, SHOW, DESCRIBE or EXPLAIN, in Athena's own dialect. `parameters` are for the SQL's question marks, in their order, each an
   * expression of its own: text in quotes. Throws `AthenaError`, `QueryError`.
   */
  async query(sql: string, parameters: readonly string[] = []): Promise<QueryResult> {
    refuseWriting(sql);
    try {
      const id = await this.#start(sql, parameters);
      await this.#finish(id);
      return await this.#result(id);
    } catch (error) {
      throw callError(error, this.#place);
    }
  }

  async #start(sql: string, parameters: readonly string[]): Promise<string> {
    this.#signal.throwIfAborted();
    const { QueryExecutionId: id } = await this.#client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: this.#place.workgroup,
        QueryExecutionContext: { Database: this.#place.database },
        // Athena refuses an empty list.
        ...(parameters.length > 0 && { ExecutionParameters: [...parameters] }),
      }),
    );
    if (id === undefined)
      throw new AthenaError('unavailable', 'Athena started a query and gave no id for it');
    return id;
  }

  /** Waits until the query is done. The SDK has no waiter for Athena. */
  async #finish(id: string): Promise<void> {
    try {
      for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 1.5, LAST_POLL_MS)) {
        const { QueryExecution: execution = {} } = await this.#client.send(
          new GetQueryExecutionCommand({ QueryExecutionId: id }),
          { abortSignal: this.#signal },
        );
        if (this.#isDone(execution)) return;
        await sleep(wait, undefined, { signal: this.#signal });
      }
    } catch (error) {
      // Also when asking failed: nobody would see the answer that is paid for.
      if (!(error instanceof AthenaError)) await this.#stop(id);
      throw error;
    }
  }

  #isDone(execution: QueryExecution): boolean {
    const state = execution.Status?.State;
    // What was read before a query was cancelled is charged; a query that failed is not.
    if (state === 'SUCCEEDED' || state === 'CANCELLED') {
      const bytes = execution.Statistics?.DataScannedInBytes ?? 0;
      this.#scan = addScans(this.#scan, scanOf(bytes, execution.StatementType === 'DML'));
    }
    if (state === 'FAILED' || state === 'CANCELLED') throw executionError(execution, this.#place);
    return state === 'SUCCEEDED';
  }

  /** A query that can't be stopped ends by itself; the error that led here is what the user must see. */
  async #stop(id: string): Promise<void> {
    await this.#client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })).catch(() => undefined);
  }

  async #result(id: string): Promise<QueryResult> {
    const pages = paginateGetQueryResults(
      { client: this.#client },
      { QueryExecutionId: id },
      { abortSignal: this.#signal },
    );
    const first = await pages.next();
    const page: GetQueryResultsOutput = first.done === true ? {} : first.value;
    return {
      columns: columnNames(page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []),
      chunks: this.#chunks(page, pages),
    };
  }

  async *#chunks(
    first: GetQueryResultsOutput,
    others: AsyncIterable<GetQueryResultsOutput>,
  ): AsyncGenerator<JsonValue[][]> {
    try {
      yield rowsOfPage(first, true);
      for await (const page of others) yield rowsOfPage(page, false);
    } catch (error) {
      throw callError(error, this.#place);
    }
  }
}
