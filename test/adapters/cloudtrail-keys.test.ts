import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveKeys } from '../../cli/key-server.ts';
import { CloudTrailKeys } from '../../shared/adapters/cloudtrail-keys.ts';
import { CONTENT_TYPE, publicKeyList } from '../../shared/core/list-public-keys.ts';
import { PublicKeysUnavailableError } from '../../shared/jobs/region-keys.ts';
import { emulatedAws } from '../support/emulated-aws.ts';
import { answerOf, signingKey } from '../support/signed-trail.ts';

/** No emulator answers ListPublicKeys. `trailseal serve-keys`, which the AWS CLI takes for CloudTrail, stands for it; for pages, a server here. */

emulatedAws();

const DAY = 24 * 60 * 60 * 1000;
const NOON = Date.parse('2026-11-21T12:00:00Z');
const KEYS = [0, 1, 2].map((i) => answerOf(signingKey(), NOON + i * DAY, NOON + (i + 1) * DAY - 1000));

function cloudTrailAt(url: string): void {
  const before = process.env['AWS_ENDPOINT_URL_CLOUDTRAIL'];
  process.env['AWS_ENDPOINT_URL_CLOUDTRAIL'] = url;
  onTestFinished(() => {
    if (before === undefined) delete process.env['AWS_ENDPOINT_URL_CLOUDTRAIL'];
    else process.env['AWS_ENDPOINT_URL_CLOUDTRAIL'] = before;
  });
}

/** A CloudTrail that answers so. */
async function cloudTrailThat(answers: RequestListener): Promise<void> {
  const server = createServer(answers).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  cloudTrailAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

describe('the public keys of a region', () => {
  it('are those that were valid at the time, as CloudTrail tells of them', async () => {
    const server = await serveKeys(KEYS, { host: '127.0.0.1', port: 0 });
    onTestFinished(async () => {
      await server.close();
    });
    cloudTrailAt(server.url);
    const source = new CloudTrailKeys();
    expect(await source.list('us-east-1', NOON, NOON + 3 * DAY)).toEqual(KEYS);
    expect(await source.list('eu-west-1', NOON + DAY, NOON + DAY + 1000)).toEqual(KEYS.slice(1, 2));
    expect(await source.list('us-east-1', NOON + 9 * DAY, NOON + 10 * DAY)).toEqual([]);
  });

  it('are asked for page by page', async () => {
    const requests: unknown[] = [];
    await cloudTrailThat((request, response) => {
      const answer = (body: unknown): void => {
        requests.push(body);
        const page = Number((body as { NextToken?: string }).NextToken ?? 0);
        const list = publicKeyList(KEYS.slice(page, page + 1), (time) => time / 1000);
        const next = page < 2 ? { NextToken: String(page + 1) } : {};
        response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(JSON.stringify({ ...list, ...next }));
      };
      void json(request).then(answer);
    });
    expect(await new CloudTrailKeys().list('us-east-1', NOON, NOON + 3 * DAY)).toEqual(KEYS);
    const times = { StartTime: NOON / 1000, EndTime: (NOON + 3 * DAY) / 1000 };
    expect(requests).toEqual([times, { ...times, NextToken: '1' }, { ...times, NextToken: '2' }]);
  });

  it.each([
    ['whose endpoint refuses', 403],
    ['that answers with an error each time', 500],
  ])('can’t be had of a region %s', async (_, status) => {
    await cloudTrailThat((_request, response) => {
      response.writeHead(status, { 'content-type': CONTENT_TYPE }).end('{"__type":"AccessDeniedException"}');
    });
    const asked = new CloudTrailKeys().list('eu-south-2', NOON, NOON + DAY);
    await expect(asked).rejects.toThrow(PublicKeysUnavailableError);
    await expect(asked).rejects.toMatchObject({
      region: 'eu-south-2',
      message: expect.stringContaining('eu-south-2') as string,
    });
  });
});
