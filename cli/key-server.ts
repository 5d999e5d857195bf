import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { PublicKey } from '../shared/core/digest-checks.ts';
import {
  answerListPublicKeys,
  apiError,
  CONTENT_TYPE,
  type ApiAnswer,
} from '../shared/core/list-public-keys.ts';

/** Requests of ListPublicKeys have some 60 bytes. */
const MAX_BODY_BYTES = 16 * 1024;

export interface KeyServer {
  readonly url: string;
  /** Ends it, with requests that are under way. */
  close(): Promise<void>;
}

/** Answers CloudTrail's ListPublicKeys with these keys, over HTTP. `port` 0 takes a free one. Throws what listening throws. */
export async function serveKeys(
  keys: readonly PublicKey[],
  { host, port }: { readonly host: string; readonly port: number },
): Promise<KeyServer> {
  const server = createServer((request, response) => {
    void answerTo(request, keys).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': CONTENT_TYPE }).end(body),
      // Whoever asked has gone.
      () => response.destroy(),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: urlOf(server),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answerTo(request: IncomingMessage, keys: readonly PublicKey[]): Promise<ApiAnswer> {
  const { method, headers } = request;
  const target = headers['x-amz-target'];
  const body = await bodyOf(request);
  if (body === undefined) return apiError('RequestEntityTooLargeException', 'The request is too large.', 413);
  return answerListPublicKeys(keys, { method, target: Array.isArray(target) ? target[0] : target, body });
}

/** Undefined if it is too long; the rest of it is read and dropped, so that the answer arrives. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no address');
  const { address: host, family, port } = address;
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}
