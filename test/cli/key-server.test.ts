import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveKeys, type KeyServer } from '../../cli/key-server.ts';
import { aws } from '../support/aws-cli.ts';
import { answerOf, signingKey } from '../support/signed-trail.ts';

const KEY = signingKey();
const TARGET = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListPublicKeys';

async function started(): Promise<KeyServer> {
  const server = await serveKeys([answerOf(KEY)], { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return server;
}

describe('the server of public keys', () => {
  it('answers the AWS CLI’s list-public-keys', async () => {
    const { url } = await started();
    const listed = await aws(
      ['cloudtrail', 'list-public-keys', '--region', 'us-east-1', '--endpoint-url', url, '--output', 'json'],
      {},
    );
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(listed.stdout)).toMatchObject({
      PublicKeyList: [{ Value: KEY.value, Fingerprint: KEY.fingerprint }],
    });
  });

  it('tells the AWS CLI that other actions are none of its', async () => {
    const { url } = await started();
    const described = await aws(
      ['cloudtrail', 'describe-trails', '--region', 'us-east-1', '--endpoint-url', url],
      {},
    );
    expect(described.code).not.toBe(0);
    expect(described.stderr).toContain('UnknownOperationException');
  });

  it('answers in the protocol’s content type, whatever it is sent', async () => {
    const { url } = await started();
    const headers = { 'x-amz-target': TARGET };
    const answers = await Promise.all([
      fetch(url, { method: 'POST', headers, body: '{}' }),
      fetch(url, { method: 'POST', headers, body: 'not JSON' }),
      fetch(url, { method: 'POST', headers, body: 'x'.repeat(1_000_000) }),
      fetch(`${url}/favicon.ico`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 413, 400]);
    const types = answers.map(({ headers }) => headers.get('content-type'));
    expect(new Set(types)).toEqual(new Set(['application/x-amz-json-1.1']));
    expect(await Promise.all(answers.map((answer) => answer.json()))).toMatchObject([
      { PublicKeyList: [{ Fingerprint: KEY.fingerprint }] },
      { __type: 'SerializationException' },
      { __type: 'RequestEntityTooLargeException' },
      { __type: 'UnknownOperationException' },
    ]);
  });

  it('goes on after somebody who hangs up, and ends though somebody is connected', async () => {
    const server = await serveKeys([answerOf(KEY)], { host: '127.0.0.1', port: 0 });
    const port = Number(new URL(server.url).port);
    const [leaving, staying] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    leaving.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
    staying.on('error', () => {});
    await once(staying, 'connect');
    leaving.destroy();
    const answer = await fetch(server.url, {
      method: 'POST',
      headers: { 'x-amz-target': TARGET },
      body: '{}',
    });
    expect(answer.status).toBe(200);
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });
});
