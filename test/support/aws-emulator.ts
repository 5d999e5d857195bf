import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../setup/python.ts';

const MINISTACK = fileURLToPath(new URL('../python/ministack_server.py', import.meta.url));
const MOTO = fileURLToPath(new URL('../python/moto_server.py', import.meta.url));

/** AWS services on this machine, spoken to over their real wire protocol. */
export interface Emulator extends AsyncDisposable {
  readonly endpoint: string;
  /** What a client, or a child process, finds it with. */
  readonly env: Readonly<Record<string, string>>;
}

/** MiniStack: S3, SQS, SNS, EventBridge, KMS, Glue, Athena over Parquet, and Lambda that runs packaged functions. */
export async function startMinistack(port?: number): Promise<Emulator> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-ministack-'));
  const chosen = port ?? (await freePort());
  return await start([MINISTACK], chosen, '/_ministack/health', {
    env: {
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(chosen),
      // Athena reads the bucket's files from here.
      S3_PERSIST: '1',
      S3_DATA_DIR: folder,
      // Athena's clock is UTC; DuckDB's, which stands in for it, would be the machine's.
      TZ: 'UTC',
      // Nobody reads a line for every request, unless somebody asks for the log.
      LOG_LEVEL: process.env['TRAILSEAL_EMULATOR_LOG'] === undefined ? 'ERROR' : 'INFO',
    },
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  });
}

/** moto: the CloudFormation that `serverless deploy` can talk to. Executes no function. */
export async function startMoto(): Promise<Emulator> {
  const port = await freePort();
  return await start([MOTO, '-H', '127.0.0.1', '-p', String(port)], port, '/moto-api/', {
    env: {},
    cleanUp: async () => {},
  });
}

interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly cleanUp: () => Promise<void>;
}

async function start(
  args: readonly string[],
  port: number,
  health: string,
  { env, cleanUp }: Surroundings,
): Promise<Emulator> {
  const python = await pythonEnvironment();
  // For whoever has to find out what an emulator did: what it says goes there.
  const log = process.env['TRAILSEAL_EMULATOR_LOG'];
  const output = log === undefined ? 'ignore' : openSync(log, 'a');
  const server = spawn(python, args, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilHealthy(args, server, `${endpoint}${health}`);
  return {
    endpoint,
    env: clientEnvironment(endpoint),
    async [Symbol.asyncDispose]() {
      const exited = once(server, 'exit');
      if (server.kill()) await exited;
      await cleanUp();
    },
  };
}

/** `AWS_…` variables for clients of an emulator. */
export function clientEnvironment(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function untilHealthy(args: readonly string[], server: ChildProcess, url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (server.exitCode !== null)
      throw new Error(`${args.join(' ')} ended with code ${server.exitCode} at once`);
    const healthy = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await sleep(100);
  }
  server.kill();
  throw new Error(`${args.join(' ')} did not answer at ${url} within 30 s`);
}
