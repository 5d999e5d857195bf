import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An object of the bucket; a digest has its signature as metadata. */
export interface TrailObject {
  readonly bytes: Uint8Array;
  readonly signature: string | undefined;
}

export interface TrailS3 extends AsyncDisposable {
  readonly endpoint: string;
  /** Milliseconds that every request takes. */
  delayMs: number;
  /** Requests answered since the last call. */
  takeRequests(): number;
}

/**
 * One bucket, to be read: what the AWS CLI and `trailseal verify` ask of S3, each request answered after the same time, which no emulator's is.
 * Keys need no escaping in XML, and all fit on one page.
 */
export async function startTrailS3(
  bucket: string,
  objects: ReadonlyMap<string, TrailObject>,
): Promise<TrailS3> {
  let requests = 0;
  const keys = [...objects.keys()].sort();
  const server = createServer((request, response) => {
    requests += 1;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
    const key = decodeURIComponent(pathname).slice(bucket.length + 2);
    setTimeout(() => {
      const object = objects.get(key);
      if (object !== undefined) send(response, object);
      else if (searchParams.has('location')) xml(response, '<LocationConstraint/>');
      else if (key === '') xml(response, listing(bucket, keys, searchParams));
      else response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    }, s3.delayMs);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const s3 = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delayMs: 0,
    takeRequests: () => {
      const taken = requests;
      requests = 0;
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return s3;
}

function send(response: ServerResponse, { bytes, signature }: TrailObject): void {
  const signed = {
    'x-amz-meta-signature': signature ?? '',
    'x-amz-meta-signature-algorithm': 'SHA256withRSA',
  };
  const metadata = signature === undefined ? {} : signed;
  response.writeHead(200, { 'content-length': bytes.length, etag: '"e"', ...metadata }).end(bytes);
}

function xml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${body}`);
}

function listing(bucket: string, keys: readonly string[], asked: URLSearchParams): string {
  const prefix = asked.get('prefix') ?? '';
  const after = asked.get('start-after') ?? asked.get('marker') ?? '';
  const delimiter = asked.get('delimiter');
  const found = keys.filter((key) => key.startsWith(prefix) && key > after);
  const entries = delimiter === null ? found : found.filter((key) => !key.slice(prefix.length).includes('/'));
  const folders =
    delimiter === null
      ? []
      : new Set(
          found
            .filter((key) => key.slice(prefix.length).includes('/'))
            .map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1)),
        );
  const contents = entries.map(
    (key) =>
      `<Contents><Key>${key}</Key><Size>1</Size><ETag>"e"</ETag><LastModified>2026-11-01T00:00:00.000Z</LastModified></Contents>`,
  );
  const prefixes = [...folders].map(
    (folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`,
  );
  return `<ListBucketResult><Name>${bucket}</Name><Prefix>${prefix}</Prefix><IsTruncated>false</IsTruncated>${contents.join('')}${prefixes.join('')}</ListBucketResult>`;
}
