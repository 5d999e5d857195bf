import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { IngestSummary } from '../../shared/jobs/ingest-summary.ts';
import { TRAILSEAL } from './trailseal-entry.ts';

/**
 * `trailseal ingest` in a process of its own, killed as soon as so many objects have been begun, by it or by others: each is staged first.
 * With one job it plans and works in one thread. Returns whether it came to that.
 */
export async function ingestAndKill(
  logs: string,
  lake: string,
  objects: number,
  jobs: 1 | 2 = 2,
): Promise<boolean> {
  const staging = join(lake, '.staging');
  await mkdir(staging, { recursive: true });
  const begun = new Set<string>();
  const watcher = watch(staging);
  const child = spawn(process.execPath, [TRAILSEAL, 'ingest', logs, '--lake', lake, '--jobs', String(jobs)], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  // Not asked every millisecond how many there are: that costs more than what is watched.
  watcher.on('change', (_, name) => {
    if (begun.add(String(name)).size >= objects) child.kill('SIGKILL');
  });
  await ended;
  watcher.close();
  return child.signalCode === 'SIGKILL';
}

/** `trailseal ingest` in a process of its own, undisturbed. Throws if it ends otherwise than well. */
export async function ingestInProcess(logs: string, lake: string): Promise<IngestSummary> {
  const args = [TRAILSEAL, 'ingest', logs, '--lake', lake, '--jobs', '2', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    Array.fromAsync(child.stdout.setEncoding('utf8')),
    Array.fromAsync(child.stderr.setEncoding('utf8')),
    once(child, 'exit'),
  ]);
  if (code !== 0) throw new Error(`ingest ended with ${String(code)}: ${stderr.join('')}`);
  return JSON.parse(stdout.join('')) as IngestSummary;
}
