import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from './support/aws-emulator.ts';
import { trailseal, type CliResult } from './support/run-cli.ts';
import { until } from './support/emulated-queue.ts';

/** `npm run emulate` as a process of its own, with a folder of its own for all that it leaves behind. */

const ENTRY = fileURLToPath(new URL('emulate.ts', import.meta.url));

interface Ready {
  readonly env: Readonly<Record<string, string>>;
  readonly ids: Readonly<Record<string, string>>;
}

function emulate(folder: string, ...args: string[]) {
  const env = { ...process.env, TMPDIR: folder, AWS_PROFILE: 'somebody-else' };
  const child = spawn(process.execPath, [ENTRY, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  // A test that fails must not leave it running.
  onTestFinished(() => void child.kill());
  const stderr = child.stderr.setEncoding('utf8').toArray();
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, exit, stderr, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
}

async function folderFor(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trailseal-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('emulate takes sample log files to SQL, and leaves nothing when it is stopped', async () => {
  const folder = await folderFor();
  const port = await freePort();
  const { child, exit, stderr, lines } = emulate(folder, '--with-sample', '--json', '--port', String(port));
  const { value: line } = (await lines.next()) as { value: string };
  const { env, ids } = JSON.parse(line) as Ready;
  expect(env['AWS_ENDPOINT_URL']).toBe(`http://127.0.0.1:${port}`);
  expect(new URL(ids['queueUrl'] ?? '').host).toBe(`127.0.0.1:${port}`);
  const count = 'SELECT count(*) AS n FROM cloudtrail_deliveries';
  const ask = (): Promise<CliResult> =>
    trailseal(['query', '-w', ids['workgroup'] ?? '', count, '--json'], env);
  // The queue drains meanwhile.
  const { stdout } = await until('rows', ask, ({ code, stdout }) => code === 0 && rowsIn(stdout) > 100);
  expect(rowsIn(stdout)).toBeLessThan(2000);
  child.kill('SIGINT');
  expect(await exit).toEqual([0, null]);
  expect(await stderr).toEqual([]);
  expect((await lines.next()).done).toBe(true);
  await expect(fetch(env['AWS_ENDPOINT_URL'] ?? '')).rejects.toThrow('fetch failed');
  expect(await readdir(folder)).toEqual([]);
  // Those of its functions notice that their emulator is gone.
  const left = (): Promise<string[]> => processesWith(folder);
  await until('no process is left', left, ({ length }) => length === 0, 5);
});

it('emulate says so where the port is taken', async () => {
  const folder = await folderFor();
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as { readonly port: number };
  const { exit, stderr } = emulate(folder, '--port', String(port));
  expect(await exit).toEqual([1, null]);
  expect((await stderr).join('')).toBe(`emulate: port ${port} is taken: name another, or leave --port out\n`);
});

function rowsIn(stdout: string): number {
  return (JSON.parse(stdout) as [{ readonly n: number }])[0].n;
}

/** Command lines of processes that name the folder; on Linux, which tells. */
async function processesWith(folder: string): Promise<string[]> {
  if (!existsSync('/proc/self/cmdline')) return [];
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    ids.map(async (id) => await readFile(join('/proc', id, 'cmdline'), 'utf8').catch(() => '')),
  );
  return all.filter((text) => text.includes(folder));
}
