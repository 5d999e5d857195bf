import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { pythonEnvironment } from '../setup/python.ts';
import { packagedService, type FunctionName } from '../support/packaged.ts';
import type { Job, Measured } from './invoke-function.ts';

/** Those that log files go through. */
export const FUNCTIONS = ['normalise', 'partitions'] as const satisfies readonly FunctionName[];

type Measurable = (typeof FUNCTIONS)[number] | 'empty';

export interface Bundle {
  /** Of the module that exports `handler`. */
  readonly module: string;
  readonly zipBytes: number;
  readonly codeBytes: number;
  readonly memoryMB: number;
}

export interface Run extends Measured {
  /** From starting the process. */
  readonly importedAfterMs: number;
  readonly answeredAfterMs: number;
}

/** Node 24 as npm installed it, which Lambda runs too. */
export const NODE = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
const INVOKE = fileURLToPath(new URL('invoke-function.ts', import.meta.url));

/** Runs what the zips hold, each call in a process of its own. */
export class Containers {
  readonly #folder: string;
  readonly #runner: string;
  readonly bundles: Readonly<Record<Measurable, Bundle>>;
  #jobs = 0;

  private constructor(folder: string, runner: string, bundles: Containers['bundles']) {
    this.#folder = folder;
    this.#runner = runner;
    this.bundles = bundles;
  }

  /** Unpacks the packaged service into the folder. */
  static async in(folder: string): Promise<Containers> {
    const runner = join(folder, 'invoke.mjs');
    const { code } = await transform(await readFile(INVOKE, 'utf8'), { loader: 'ts', format: 'esm' });
    await writeFile(runner, code);
    const empty = join(folder, 'empty.mjs');
    await writeFile(empty, 'export const handler = async () => ({ batchItemFailures: [] });\n');
    const [normalise, partitions] = await Promise.all(
      FUNCTIONS.map(async (name) => await unpacked(name, folder)),
    );
    if (normalise === undefined || partitions === undefined) throw new Error('nothing was packaged');
    const none = { module: pathToFileURL(empty).href, zipBytes: 0, codeBytes: 0, memoryMB: 1024 };
    return new Containers(folder, runner, { normalise, partitions, empty: none });
  }

  /** Throws if the process fails, or an invocation reports a message as failed. */
  async run(
    name: Measurable,
    env: Readonly<Record<string, string>>,
    events: readonly unknown[],
  ): Promise<Run> {
    this.#jobs += 1;
    const [input, answer] = [
      join(this.#folder, `job-${this.#jobs}`),
      join(this.#folder, `answer-${this.#jobs}`),
    ];
    const { module, memoryMB } = this.bundles[name];
    await writeFile(input, JSON.stringify({ module, memoryMB, events, answer } satisfies Job));
    // Node sizes its heap by the machine's memory: here that must be the function's.
    const heap = `--max-old-space-size=${Math.floor(memoryMB * 0.9)}`;
    const startedAt = performance.timeOrigin + performance.now();
    const child = spawn(NODE, [heap, this.#runner, input], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...env,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMB),
      },
    });
    const [stderr, [code, signal]] = await Promise.all([
      child.stderr.setEncoding('utf8').toArray(),
      once(child, 'exit') as Promise<[number | null, string | null]>,
    ]);
    if (code !== 0)
      throw new Error(`${name} ended with ${code ?? signal}: ${stderr.join('').slice(0, 2000)}`);
    const measured = JSON.parse(await readFile(answer, 'utf8')) as Measured;
    for (const { answer } of measured.invocations) {
      const failed = (answer as { batchItemFailures?: unknown[] } | undefined)?.batchItemFailures;
      if (failed?.length !== 0) throw new Error(`${name} answered ${JSON.stringify(answer)?.slice(0, 500)}`);
    }
    return {
      ...measured,
      importedAfterMs: measured.importedAt - startedAt,
      answeredAfterMs: (measured.invocations[0]?.endedAt ?? Number.NaN) - startedAt,
    };
  }
}

async function unpacked(name: FunctionName, folder: string): Promise<Bundle> {
  const { zips, template } = await packagedService();
  const target = join(folder, name);
  await mkdir(target);
  const python = join(dirname(await pythonEnvironment()), 'python');
  await promisify(execFile)(python, ['-m', 'zipfile', '-e', zips[name], target]);
  const file = join(target, 'functions', `${name}.mjs`);
  const logicalId = `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;
  return {
    module: pathToFileURL(file).href,
    zipBytes: (await stat(zips[name])).size,
    codeBytes: (await stat(file)).size,
    memoryMB: Number(template.Resources[logicalId]?.Properties['MemorySize']),
  };
}

/** The event of a queue whose messages tell of these objects, in the shape of their bucket. */
export function queueEvent(bodies: readonly unknown[]): unknown {
  return {
    Records: bodies.map((body, i) => ({
      messageId: String(i),
      receiptHandle: 'r',
      body: JSON.stringify(body),
      attributes: {},
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:q',
      awsRegion: 'us-east-1',
    })),
  };
}
