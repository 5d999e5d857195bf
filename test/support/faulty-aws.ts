import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * `lost`: the service never hears of it. `applied`: it does what it is asked, but the caller hears of a failure. `throttled`: it says that
 * it is too busy. `denied`: it refuses. `hangs`: no answer comes.
 */
export type AwsFault = 'lost' | 'applied' | 'throttled' | 'denied' | 'hangs';

/** A request on its way to an emulated service. */
export interface AwsRequest {
  readonly method: string;
  /** `/bucket/key`, decoded, for S3; `/` for most others. */
  readonly path: string;
  /** `AWSGlue.BatchCreatePartition`; empty for S3. */
  readonly target: string;
  readonly body: Buffer;
}

export interface FaultyAws extends AsyncDisposable {
  readonly endpoint: string;
}

/** Stands before the emulated services and breaks requests as it is told; the rest passes through as it is. */
export async function faultyAws(
  behind: string,
  plan: (request: AwsRequest) => AwsFault | undefined,
): Promise<FaultyAws> {
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing, behind, plan).catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  behind: string,
  plan: (request: AwsRequest) => AwsFault | undefined,
): Promise<void> {
  const body = await buffer(incoming);
  const { pathname } = new URL(incoming.url ?? '/', behind);
  const target = String(incoming.headers['x-amz-target'] ?? '');
  const fault = plan({ method: incoming.method ?? '', path: decodeURIComponent(pathname), target, body });
  if (fault === 'hangs') return;
  if (fault === undefined || fault === 'applied') {
    const answer = await forward(incoming, body, behind);
    if (fault === undefined) {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
      return;
    }
    answer.resume();
    // As when the connection breaks after the service has done its work.
    outgoing.destroy();
    return;
  }
  refuse(outgoing, fault, target);
}

async function forward(incoming: IncomingMessage, body: Buffer, behind: string): Promise<IncomingMessage> {
  const { method, headers, url } = incoming;
  const outgoing = httpRequest(new URL(url ?? '/', behind), { method, headers });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return answer;
}

const REFUSALS = {
  lost: [500, 'InternalError', 'InternalServiceException'],
  throttled: [503, 'SlowDown', 'ThrottlingException'],
  denied: [403, 'AccessDenied', 'AccessDeniedException'],
} as const;

/** S3 speaks XML, the others JSON. */
function refuse(outgoing: ServerResponse, fault: keyof typeof REFUSALS, target: string): void {
  const [status, s3Code, code] = REFUSALS[fault];
  if (target === '') {
    outgoing.writeHead(status, { 'content-type': 'application/xml' });
    outgoing.end(`<?xml version="1.0"?><Error><Code>${s3Code}</Code><Message>injected</Message></Error>`);
  } else {
    outgoing.writeHead(fault === 'lost' ? 500 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(JSON.stringify({ __type: code, message: 'injected' }));
  }
}
