import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/aws-emulator.ts';
import { installTrino } from './install.ts';

/** A Trino on this machine's loopback, with the Glue catalogue and the S3 of an emulator as catalogue `awsdatacatalog`, Athena's name for it. */
export interface TrinoServer extends AsyncDisposable {
  readonly url: string;
  readonly version: string;
}

export const CATALOGUE = 'awsdatacatalog';

/** `aws`: variables of the emulated services; `others`: more properties of the catalogue. Starting takes some fifteen seconds. */
export async function startTrino(
  aws: Readonly<Record<string, string>>,
  say: (text: string) => void = () => {},
  others: Readonly<Record<string, string>> = {},
): Promise<TrinoServer> {
  const { version, java, jars, plugins } = await installTrino(say);
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-trino-'));
  const port = await freePort();
  await writeConfiguration(folder, port, plugins, aws, others);
  say(`starting Trino ${version}`);
  const args = [...JVM_FLAGS, `-Dconfig=${join(folder, 'config.properties')}`];
  const child = spawn(java, [...args, '-cp', `${jars}/*`, 'io.trino.server.TrinoServer'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    // The SDK inside looks for the user's own profile otherwise.
    env: { ...process.env, ...aws, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
  });
  // Whoever ends this process has no time to wait.
  const killChild = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killChild);
  const log = join(folder, 'server.log');
  const output = createWriteStream(log);
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    process.off('exit', killChild);
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilStarted(child, url);
  } catch (error) {
    const told = (await readFile(log, 'utf8')).slice(-4000);
    await stop();
    throw new Error(`Trino did not start: ${told}`, { cause: error });
  }
  return { url, version, [Symbol.asyncDispose]: stop };
}

const JVM_FLAGS = [
  '-Xmx2g',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:TieredStopAtLevel=1',
  '-Dfile.encoding=UTF-8',
];

async function writeConfiguration(
  folder: string,
  port: number,
  plugins: string,
  aws: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
): Promise<void> {
  const catalogues = join(folder, 'catalogues');
  await mkdir(catalogues);
  await writeProperties(join(folder, 'config.properties'), {
    coordinator: 'true',
    'node-scheduler.include-coordinator': 'true',
    'node.environment': 'test',
    'node.bind-ip': '127.0.0.1',
    'node.internal-address': '127.0.0.1',
    'http-server.http.port': String(port),
    'discovery.uri': `http://127.0.0.1:${port}`,
    'plugin.dir': plugins,
    'catalog.config-dir': catalogues,
  });
  const [endpoint, key, secret] = [
    aws['AWS_ENDPOINT_URL'],
    aws['AWS_ACCESS_KEY_ID'],
    aws['AWS_SECRET_ACCESS_KEY'],
  ];
  const region = aws['AWS_REGION'];
  await writeProperties(join(catalogues, `${CATALOGUE}.properties`), {
    'connector.name': 'hive',
    'hive.metastore': 'glue',
    'hive.metastore.glue.endpoint-url': endpoint,
    'hive.metastore.glue.region': region,
    'hive.metastore.glue.aws-access-key': key,
    'hive.metastore.glue.aws-secret-key': secret,
    // The emulator knows no segments: each would be all partitions again.
    'hive.metastore.glue.partitions-segments': '1',
    // It has no statistics either, and would be asked for those of each partition in every query.
    'hive.table-statistics-enabled': 'false',
    'hive.metastore-cache-ttl': '10s',
    'hive.non-managed-table-writes-enabled': 'true',
    'fs.native-s3.enabled': 'true',
    's3.endpoint': endpoint,
    's3.region': region,
    's3.aws-access-key': key,
    's3.aws-secret-key': secret,
    's3.path-style-access': 'true',
    ...others,
  });
}

async function writeProperties(
  path: string,
  properties: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value ?? ''}\n`);
  await writeFile(path, lines.join(''));
}

async function untilStarted(child: ChildProcess, url: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const starting = await fetch(`${url}/v1/info`)
      .then(async (response) => ((await response.json()) as { starting?: boolean }).starting)
      .catch(() => true);
    if (starting === false) return;
    await sleep(200);
  }
  throw new Error('it did not answer within two minutes');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  // Nothing of it is kept, so it need not say goodbye, which takes it seconds.
  child.kill('SIGKILL');
  await exited;
}
