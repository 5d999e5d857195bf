import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';

const run = promisify(execFile);
const TIMER = fileURLToPath(new URL('timed.py', import.meta.url));

const TIMED = z.object({
  /** From start to exit. */
  seconds: z.number(),
  /** User and system, all threads, and all processes it waited for. */
  cpuSeconds: z.number(),
  peakMemoryMB: z.number(),
  exitCode: z.number(),
  output: z.string(),
});

export type TimedProcess = z.infer<typeof TIMED>;

/** Runs a command in a process of its own, timed from outside. Throws if it fails. `python` runs the timer. */
export async function timedProcess(python: string, command: readonly string[]): Promise<TimedProcess> {
  const { stdout } = await run(python, ['-I', '-S', TIMER, ...command], { maxBuffer: 64 * 1024 * 1024 });
  const timed = TIMED.parse(JSON.parse(stdout));
  if (timed.exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${timed.exitCode}`);
  return timed;
}
