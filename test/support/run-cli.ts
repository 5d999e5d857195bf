import { spawn } from 'node:child_process';
import { trailsealHere } from './run-cli-here.ts';
import { TRAILSEAL } from './trailseal-entry.ts';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands that neither start threads nor go on until they are stopped. */
const RUN_HERE = new Set(['backfill', 'query', 'lookup', 'status', 'seal', 'verify', 'rules', 'sample']);
const seen = new Set<string>();

/**
 * Runs `trailseal`, and gives its output. A test file's first run of each command is a process of its own, with its output in pipes;
 * starting one costs more than most commands do, so that those after it are run here.
 */
export async function trailseal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdin = '',
): Promise<CliResult> {
  const [command = '', second = ''] = args;
  const name = command === 'rules' ? `rules ${second}` : command;
  if (seen.has(name) && RUN_HERE.has(command) && stdin === '' && !args.includes('-'))
    return await trailsealHere(args, env);
  seen.add(name);
  return await trailsealProcess(args, env, stdin);
}

/** Runs `trailseal` as a process of its own, with its output in pipes. */
async function trailsealProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin: string,
): Promise<CliResult> {
  const child = spawn(process.execPath, [TRAILSEAL, ...args], { env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}
