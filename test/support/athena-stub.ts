import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { clientEnvironment } from './aws-emulator.ts';

/** One call as it came over the wire: `StartQueryExecution` and its JSON. */
export interface AthenaCall {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the stub says: a response's body, or an error by its name. */
export type AthenaReply = object | { readonly error: string; readonly message: string };

export interface AthenaStub extends AsyncDisposable {
  readonly calls: readonly AthenaCall[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Stands for Athena's endpoint (JSON 1.1 over HTTP) where the emulator is unlike it: several pages, NULL, failures, limits, throttling.
 * `answer` is given each call and how many of the same action came before it.
 */
export async function startAthenaStub(
  answer: (call: AthenaCall, earlier: number) => AthenaReply,
): Promise<AthenaStub> {
  const calls: AthenaCall[] = [];
  const server = createServer((request, response) => {
    void respond(request, response);
  }).listen(0, '127.0.0.1');
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const call = { action, input: (await json(request)) as AthenaCall['input'] };
    const earlier = calls.filter((one) => one.action === action).length;
    calls.push(call);
    const reply = answer(call, earlier);
    const isError = 'error' in reply;
    response.writeHead(isError ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(isError ? { __type: reply.error, message: 'message' in reply && reply.message } : reply),
    );
  };
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    calls,
    env: clientEnvironment(`http://127.0.0.1:${address.port}`),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What `GetQueryExecution` says of a query. */
export function execution(state: string, more: object = {}, bytes = 0, statement = 'DML'): AthenaReply {
  return {
    QueryExecution: {
      QueryExecutionId: 'q-1',
      StatementType: statement,
      Status: { State: state, ...more },
      Statistics: { DataScannedInBytes: bytes },
    },
  };
}

/** One page of `GetQueryResults`; NULL is a datum without a value. */
export function resultPage(
  columns: readonly (readonly [name: string, type: string])[],
  rows: readonly (readonly (string | null)[])[],
  next?: string,
): AthenaReply {
  return {
    ResultSet: {
      ResultSetMetadata: { ColumnInfo: columns.map(([Name, Type]) => ({ Name, Type })) },
      Rows: rows.map((row) => ({ Data: row.map((text) => (text === null ? {} : { VarCharValue: text })) })),
    },
    ...(next !== undefined && { NextToken: next }),
  };
}
