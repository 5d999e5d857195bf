import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { TRAILSEAL } from './trailseal-entry.ts';

export interface ServedKeys {
  readonly url: string;
  /** Stops it as Ctrl-C does; its exit code. */
  stop(): Promise<number | null>;
}

/** `trailseal serve-keys`, up and answering. */
export async function serveKeys(args: readonly string[], env = {}): Promise<ServedKeys> {
  const child = spawn(process.execPath, [TRAILSEAL, 'serve-keys', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(([code]) => {
      throw new Error(`serve-keys ended with code ${code} at once`);
    }),
  ])) as [string];
  return {
    url: line,
    stop: async () => {
      child.kill('SIGINT');
      return (await exited)[0];
    },
  };
}
