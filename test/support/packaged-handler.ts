import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { pythonEnvironment } from '../setup/python.ts';
import { packagedService, type FunctionName } from './packaged.ts';

export type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

const unpacked: Partial<Record<FunctionName, Promise<string>>> = {};
let loaded = 0;
let loading: Promise<unknown> = Promise.resolve();

/**
 * Loads the handler out of a function's zip, in this process and with this environment: a container of its own, as often as it is called.
 * For tests that need many at once, or to see what a container does between two calls.
 */
export async function packagedHandler(
  name: FunctionName,
  env: Readonly<Record<string, string>>,
): Promise<Handler> {
  const { zips } = await packagedService();
  const folder = await (unpacked[name] ??= unpack(zips[name]));
  loaded += 1;
  const url = `${pathToFileURL(join(folder, 'functions', `${name}.mjs`)).href}?container=${loaded}`;
  const load = async (): Promise<Handler> => {
    const service = { POWERTOOLS_SERVICE_NAME: name, POWERTOOLS_METRICS_NAMESPACE: 'Trailseal/test' };
    Object.assign(process.env, service, env);
    return ((await import(url)) as { readonly handler: Handler }).handler;
  };
  // One at a time: a module reads the environment while it loads.
  const mine = loading.then(load);
  loading = mine.catch(() => {});
  return await mine;
}

async function unpack(zip: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-function-'));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const python = join(dirname(await pythonEnvironment()), 'python');
  await promisify(execFile)(python, ['-m', 'zipfile', '-e', zip, folder]);
  return folder;
}

/** Lambda's context of an invocation that has `seconds` left. */
export function contextWith(seconds: number): Context {
  const context: Partial<Context> = {
    awsRequestId: '5f1c5b3e-0000-4000-8000-000000000000',
    functionName: 'trailseal-test',
    memoryLimitInMB: '1024',
    getRemainingTimeInMillis: () => seconds * 1000,
  };
  return context as Context;
}

/** A queue's event of these messages; a message's id is its place. */
export function queueEvent(bodies: readonly unknown[]): SQSEvent {
  const Records = bodies.map((body, i) => ({
    messageId: String(i),
    receiptHandle: 'r',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 's',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:q',
    awsRegion: 'us-east-1',
  }));
  return { Records };
}
