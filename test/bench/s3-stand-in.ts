import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** Requests that were answered, by what they cost. */
export interface RequestCounts {
  get: number;
  putOrList: number;
  glue: number;
}

/** What stands in for S3 and Glue where the time that a request takes must be known, which no emulator's is. */
export interface S3StandIn extends AsyncDisposable {
  readonly endpoint: string;
  /** `bucket/key` → bytes. */
  readonly objects: Map<string, Uint8Array>;
  /** Since the last call. */
  takeCounts(): RequestCounts;
}

/** Answers each request after so many milliseconds, however many there are at once. */
export async function startS3StandIn(delayMs: number): Promise<S3StandIn> {
  const objects = new Map<string, Uint8Array>();
  let counts = { get: 0, putOrList: 0, glue: 0 };
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      await sleep(delayMs);
      answer(request, response, body, objects, counts);
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    takeCounts() {
      const taken = counts;
      counts = { get: 0, putOrList: 0, glue: 0 };
      return taken;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(
  { method = '', url = '/', headers }: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  objects: Map<string, Uint8Array>,
  counts: RequestCounts,
): void {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const name = decodeURIComponent(pathname.slice(1));
  const end = (status: number, text: string | Uint8Array = '', more: Record<string, string> = {}): void => {
    response.writeHead(status, more).end(text);
  };
  if (headers['x-amz-target'] !== undefined) {
    counts.glue += 1;
    const table = { Table: { Name: 't', StorageDescriptor: { Columns: [] } } };
    const isTable = String(headers['x-amz-target']).endsWith('.GetTable');
    end(200, JSON.stringify(isTable ? table : { Errors: [] }), {
      'content-type': 'application/x-amz-json-1.1',
    });
  } else if (searchParams.has('list-type')) {
    counts.putOrList += 1;
    end(200, listing(name.split('/', 1)[0] ?? '', searchParams.get('prefix') ?? '', objects));
  } else if (method === 'PUT') {
    counts.putOrList += 1;
    const isThere = headers['if-none-match'] === '*' && objects.has(name);
    if (!isThere) objects.set(name, body);
    end(isThere ? 412 : 200, '', { etag: `"${etagOf(body)}"` });
  } else {
    counts.get += 1;
    const found = objects.get(name);
    if (found === undefined) end(404, '<Error><Code>NoSuchKey</Code></Error>');
    else end(200, found, { etag: `"${etagOf(found)}"`, 'content-length': String(found.length) });
  }
}

function listing(bucket: string, prefix: string, objects: ReadonlyMap<string, Uint8Array>): string {
  const keys = [...objects.keys()]
    .filter((name) => name.startsWith(`${bucket}/${prefix}`))
    .map((name) => name.slice(bucket.length + 1))
    .sort();
  const escaped = keys.map((key) => key.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
  const contents = escaped.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
  return `<ListBucketResult><Name>${bucket}</Name><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`;
}

/** Of an object that was put in one piece. */
export function etagOf(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
