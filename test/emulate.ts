import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { errorMessage } from '../cli/output/error-message.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../shared/core/sample/sample-log-files.ts';
import { startMinistack, type Emulator } from './support/aws-emulator.ts';
import { deployService, type DeployedService } from './support/deployed-service.ts';
import { messagesIn, sqsClient } from './support/emulated-queue.ts';
import { exportLines, guide, HIDDEN_VARIABLES, type Emulation } from './support/emulation-guide.ts';

/**
 * `npm run emulate`: the packaged service behind emulated AWS services on this machine, until Ctrl-C, for a person to try. On a
 * terminal it explains itself; in a pipe it prints what a shell can `eval`, and with `--json` one line of JSON, when all is ready.
 *
 *   npm run emulate -- --with-sample --port 4566
 */

const USAGE = `npm run emulate -- [--port <n>] [--with-sample] [--json]

  --port <n>      where the emulated services answer (default: a free port)
  --with-sample   puts two hours of sample log files into the log bucket
  --json          prints one line of JSON when all is ready: { env, ids }`;

const WORKGROUP = 'trailseal-test';
/** From the tenth of a month on: the emulated Athena takes partition values for numbers, and `05` for 5. */
const SAMPLE_START = new Date('2026-11-20T22:30:00Z');
const SAMPLE = { ...DEFAULT_SAMPLE_OPTIONS, start: SAMPLE_START, hours: 2, eventsPerHour: 500 };

interface Flags {
  readonly port: number | undefined;
  readonly withSample: boolean;
  readonly json: boolean;
}

/** What is asked for can't be had; the message says why. */
class EmulateError extends Error {
  override readonly name = 'EmulateError';
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags === undefined) return;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) return;
      say('\nstopping');
      stop.abort();
    });
  }
  if (flags.port !== undefined && !(await isFree(flags.port)))
    throw new EmulateError(`port ${flags.port} is taken: name another, or leave --port out`);
  // The user's own profile would win over the emulator's credentials, here and in the functions, which get this environment too.
  for (const name of HIDDEN_VARIABLES) delete process.env[name];
  await using folder = await ownTemporaryFolder();
  say(
    `starting the emulated services in ${folder.path} (the first time, their Python packages are installed)`,
  );
  await using emulator = await startMinistack(flags.port);
  // Ctrl-C reaches the emulator too, so whatever is under way fails by itself.
  await run(emulator, flags, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
}

function readFlags(): Flags | undefined {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'with-sample': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return undefined;
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    throw new EmulateError(`--port ${values.port} is not a port: 1 to 65535`);
  return { port, withSample: values['with-sample'], json: values.json };
}

async function run(emulator: Emulator, flags: Flags, stopped: AbortSignal): Promise<void> {
  Object.assign(process.env, emulator.env);
  if (stopped.aborted) return;
  say('packaging the functions and deploying them');
  const service = await deployService({ forwards: true });
  await new AthenaClient().send(
    new CreateWorkGroupCommand({
      Name: WORKGROUP,
      Configuration: { ResultConfiguration: { OutputLocation: `s3://${service.id('ResultsBucket')}/` } },
    }),
  );
  if (flags.withSample && !stopped.aborted) await putSample(service.id('LogBucket'), stopped);
  if (stopped.aborted) return;
  tell(emulationOf(emulator, service, flags), flags);
  await watch(service, stopped);
}

function emulationOf(emulator: Emulator, service: DeployedService, { withSample }: Flags): Emulation {
  // A queue's URL names localhost, which SDKs find to differ from the endpoint.
  const at = (queueUrl: string): string => emulator.endpoint + new URL(queueUrl).pathname;
  return {
    // AWS_REGION is unknown to the AWS CLI's version 1.
    env: { ...emulator.env, AWS_DEFAULT_REGION: emulator.env['AWS_REGION'] ?? '' },
    ids: {
      logBucket: service.id('LogBucket'),
      lakeBucket: service.id('LakeBucket'),
      resultsBucket: service.id('ResultsBucket'),
      queueUrl: at(service.id('NormaliseQueue')),
      partitionsQueueUrl: at(service.id('PartitionsQueue')),
      alertsTopic: service.id('AlertsTopic'),
      workgroup: WORKGROUP,
      database: service.database,
    },
    withSample,
  };
}

function tell(emulation: Emulation, { json }: Flags): void {
  if (json) console.log(JSON.stringify({ env: emulation.env, ids: emulation.ids }));
  else if (process.stdout.isTTY) console.log(guide(emulation));
  else console.log(exportLines(emulation).join('\n'));
}

async function putSample(bucket: string, stopped: AbortSignal): Promise<void> {
  const s3 = new S3Client({ forcePathStyle: true });
  let [files, records] = [0, 0];
  for (const file of sampleLogFiles(SAMPLE)) {
    if (stopped.aborted) return;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: file.key, Body: file.body }));
    [files, records] = [files + 1, records + (file.folder === 'CloudTrail-Digest' ? 0 : file.records)];
  }
  say(`${files} sample objects put into ${bucket}: ${records} records, and CloudTrail's digests`);
}

/** Tells, on a terminal, how the queues fill and drain. Throws if the emulator goes. */
async function watch(service: DeployedService, stopped: AbortSignal): Promise<void> {
  const sqs = sqsClient();
  let last = '';
  for (; !stopped.aborted; await sleep(1000, undefined, { signal: stopped })) {
    const [logFiles, objects] = await Promise.all(
      ['NormaliseQueue', 'PartitionsQueue'].map(async (queue) => await messagesIn(sqs, service.id(queue))),
    ).catch(async (cause: unknown) => {
      // Ctrl-C reaches the emulator first, now and then.
      await sleep(500, undefined, { signal: stopped });
      throw new EmulateError('the emulated services have stopped answering', { cause });
    });
    const now = `queue of log files: ${of(logFiles)}; of the lake's objects: ${of(objects)}`;
    if (now !== last) say(`${new Date().toTimeString().slice(0, 8)}  ${now}`);
    last = now;
  }
}

function of({ waiting, taken } = { waiting: 0, taken: 0 }): string {
  return waiting + taken === 0 ? 'empty' : `${waiting} waiting, ${taken} being worked on`;
}

/** Where everything that is started puts its temporary files: the emulator leaves its functions' code behind. */
async function ownTemporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'trailseal-emulate-'));
  process.env['TMPDIR'] = path;
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

/** For people: nothing of it is heard in a pipe. */
function say(text: string): void {
  if (process.stderr.isTTY) console.error(text);
}

await main().catch((error: unknown) => {
  console.error(`emulate: ${errorMessage(error)}`);
  process.exitCode = 1;
});
