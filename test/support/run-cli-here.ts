import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { CliResult } from './run-cli.ts';

const MAIN = new URL('../../cli/main.ts', import.meta.url);

let last: Promise<unknown> = Promise.resolve();
let runs = 0;

/**
 * Runs `trailseal` in this process: the same main, evaluated anew, with what it loads loaded once for all runs. Arguments, environment, output
 * and exit code are the process's own in the meantime, so that one runs after the other.
 */
export async function trailsealHere(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CliResult> {
  const run = last.then(async () => await runAlone(args, env));
  last = run.catch(() => {});
  return await run;
}

async function runAlone(args: readonly string[], env: Readonly<Record<string, string>>): Promise<CliResult> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const before = { argv: process.argv, exitCode: process.exitCode, console: globalThis.console };
  const streams = Object.getOwnPropertyDescriptors(process);
  const restoreEnv = setEnv(env);
  process.argv = [process.execPath, fileURLToPath(MAIN), ...args];
  process.exitCode = undefined;
  globalThis.console = new Console({ stdout, stderr });
  Object.defineProperty(process, 'stdout', { configurable: true, value: stdout });
  Object.defineProperty(process, 'stderr', { configurable: true, value: stderr });
  try {
    runs += 1;
    await import(`${MAIN.href}?run=${runs}`);
    return { code: exitCode(), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    Object.defineProperty(process, 'stdout', streams.stdout);
    Object.defineProperty(process, 'stderr', streams.stderr);
    globalThis.console = before.console;
    process.argv = before.argv;
    process.exitCode = before.exitCode;
    restoreEnv();
  }
}

function exitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** Returns what puts the environment back. */
function setEnv(env: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}

/** Output as a pipe would take it: no terminal. */
class Kept extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}
