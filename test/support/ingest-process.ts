import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { IngestSummary } from '../../shared/jobs/ingest-summary.ts';

const ENTRY = fileURLToPath(new URL('../../cli/trailseal.ts', import.meta.url));

/**
 * `trailseal ingest` in a process of its own, killed as soon as the lake's files, staged ones included, have become so many more.
 * Returns whether it came to that.
 */
export async function ingestAndKill(logs: string, lake: string, more: number): Promise<boolean> {
  const before = await filesIn(lake);
  const child = spawn(process.execPath, [ENTRY, 'ingest', logs, '--lake', lake, '--jobs', '2'], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  while (child.exitCode === null && (await filesIn(lake)) < before + more) await sleep(1);
  child.kill('SIGKILL');
  await ended;
  return child.signalCode === 'SIGKILL';
}

async function filesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).length;
}

/** `trailseal ingest` in a process of its own, undisturbed. Throws if it ends otherwise than well. */
export async function ingestInProcess(logs: string, lake: string): Promise<IngestSummary> {
  const args = [ENTRY, 'ingest', logs, '--lake', lake, '--jobs', '2', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    Array.fromAsync(child.stdout.setEncoding('utf8')),
    Array.fromAsync(child.stderr.setEncoding('utf8')),
    once(child, 'exit'),
  ]);
  if (code !== 0) throw new Error(`ingest ended with ${String(code)}: ${stderr.join('')}`);
  return JSON.parse(stdout.join('')) as IngestSummary;
}
