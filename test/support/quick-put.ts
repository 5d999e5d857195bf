import { once } from 'node:events';
import { Agent, request } from 'node:http';

/**
 * Puts objects into a bucket of the emulated S3, which checks no signatures: making one takes the AWS SDK longer than the emulator needs for
 * the rest. For tests with thousands of log files.
 */
export async function putObjects(
  bucket: string,
  objects: readonly { readonly key: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_ACCESS_KEY_ID: account = '' } = process.env;
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20261121/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const waiting = [...objects];
  const putter = async (): Promise<void> => {
    for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
      const url = new URL(`/${bucket}/${object.key}`, endpoint);
      const outgoing = request(url, { method: 'PUT', agent, headers: { authorization } });
      outgoing.end(object.bytes);
      const [answer] = (await once(outgoing, 'response')) as [{ statusCode?: number; resume: () => void }];
      answer.resume();
      if (answer.statusCode !== 200) throw new Error(`${object.key}: S3 answered ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, putter));
  agent.destroy();
}
